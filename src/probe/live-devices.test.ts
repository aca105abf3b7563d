import { expect, test } from 'vitest'
import type { CaptureHost, DeviceChange, LiveDevice, LiveSettings } from '../lib/live-capture.ts'
import { LiveDevices } from './live-devices.ts'

const SETTINGS: LiveSettings = {
  promiscuous: true,
  maxRingBytes: undefined,
  timestamps: 'system',
  ixia: false,
  packetFilter: undefined,
  libpcapPath: undefined,
}

/** Gives each capture a number of its own, and knows which are in use. */
class Sockets implements CaptureHost {
  readonly settings = SETTINGS
  readonly inUse = new Set<number>()
  private last = 0

  take(name: string): LiveDevice {
    this.inUse.add(++this.last)
    return { name, fds: [this.last] }
  }
  giveBack({ fds }: LiveDevice): void {
    for (const fd of fds) if (!this.inUse.delete(fd)) throw new Error(`${fd} was given back twice`)
  }
  devices = () => []
  isQuiet = () => true
  isShareable = () => true
  onChange = () => undefined
  newWake = () => ({ fd: -1, wake: () => undefined, close: () => undefined })
}

const added = (name: string): DeviceChange => ({ what: 'added', name })
const removed = (name: string): DeviceChange => ({ what: 'removed', name })
const renamed = (from: string, name: string): DeviceChange => ({ what: 'renamed', from, name })

function capturing(...names: string[]) {
  return sharing(1, ...names)
}
function sharing(workers: number, ...names: string[]) {
  const sockets = new Sockets()
  const devices = new LiveDevices(names, sockets)
  const taken = devices.take(workers)
  const returned: string[] = []
  const change = (...changes: DeviceChange[]) =>
    devices.changed(changes, (worker, at, { name, fds }) => returned.push(`${worker} ${at} ${name} ${fds}`))
  return { sockets, devices, taken, change, returned }
}

test('the worker tells first: it captures again when the system says that it is there', () => {
  const { sockets, devices, change, returned } = capturing('eth0')
  expect(devices.gone(0, 0)).toBeUndefined()
  expect(sockets.inUse.size).toBe(0)
  change(removed('eth0'))
  change(added('eth9'))
  expect(returned).toEqual([])
  change(added('eth0'))
  expect(returned).toEqual(['0 0 eth0 2'])
})

test('the system tells first, of the end and the return at once: it captures again when the worker is done', () => {
  const { devices, change, returned } = capturing('eth0')
  change(removed('eth0'), added('eth0'))
  expect(returned).toEqual([])
  expect(devices.gone(0, 0)).toEqual({ name: 'eth0', fds: [2] })
})

test('that the system does not know of the end yet is no return', () => {
  const { devices, change, returned } = capturing('eth0')
  devices.gone(0, 0)
  change({ what: 'changed', name: 'eth0' }, added('eth0'))
  expect(returned).toEqual([])
})

test('lives that end before they are captured are passed over', () => {
  const { sockets, devices, change, returned } = capturing('eth0')
  change(removed('eth0'), added('eth0'))
  change(removed('eth0'))
  expect(devices.gone(0, 0)).toBeUndefined()
  change(added('eth0'))
  expect(returned).toEqual(['0 0 eth0 2'])
  expect(sockets.inUse).toEqual(new Set([2]))
})

test('a name is followed; another interface that takes the name of one that is gone is it', () => {
  const { devices, change, returned } = capturing('eth0', 'eth1')
  change(renamed('eth0', 'uplink'))
  expect(devices.names).toEqual(['uplink', 'eth1'])
  devices.gone(0, 1)
  change(removed('eth1'), renamed('eth7', 'eth1'))
  expect(returned).toEqual(['0 1 eth1 3'])
})

test('each worker has its own end; all is given back once', () => {
  const { sockets, devices, change, returned } = sharing(2, 'eth0')
  devices.gone(1, 0)
  change(removed('eth0'), added('eth0'))
  expect(returned).toEqual(['1 0 eth0 3'])
  devices.giveBack(1)
  expect(sockets.inUse).toEqual(new Set([1]))
  devices.giveBack()
  devices.giveBack()
  expect(sockets.inUse.size).toBe(0)
})

test('workers that share an interface are a group, another one in each life; what a dead one held is taken when its thread has ended', async () => {
  const { sockets, devices, taken } = sharing(2, 'eth0', 'eth1')
  const [[first, other], [second]] = taken as [LiveDevice[], LiveDevice[]]
  expect(first!.fanout).toMatchObject({ members: 2 })
  expect(second!.fanout).toBe(first!.fanout)
  expect(other!.fanout!.groupId).not.toBe(first!.fanout!.groupId)
  const ended = Promise.withResolvers<void>()
  const died = devices.died(1, ended.promise)
  expect(sockets.inUse.size).toBe(4)
  ended.resolve()
  await died
  expect(sockets.inUse.size).toBe(2)
  devices.changed([removed('eth0'), added('eth0')], () => undefined)
  // Alone now.
  expect(devices.gone(0, 0)!.fanout).toBeUndefined()
})
