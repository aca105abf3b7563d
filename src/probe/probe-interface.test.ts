import { beforeEach, expect, test } from 'vitest'
import type { Totals } from '../lib/live.ts'
import type { CaptureHost, LiveDevice } from '../lib/live-capture.ts'
import { newSourceStats } from '../lib/source.ts'
import type { ProbeMessage } from './messages.ts'
import { type InterfaceInput, ProbeInterface } from './probe-interface.ts'
import type { ProbeThread } from './probe-thread.ts'

/** How long a worker takes to leave. */
const LEAVES_AFTER_MS = 20

let nextFd = 0
/** Descriptors that are with an interface, and places in threads that are taken. */
let taken: Set<number>
let seats: number
let refusal: Error | undefined
beforeEach(() => {
  taken = new Set()
  seats = 0
  refusal = undefined
})

const capture: CaptureHost = {
  settings: {
    promiscuous: true,
    maxRingBytes: undefined,
    timestamps: 'system',
    ixia: false,
    packetFilter: undefined,
    libpcapPath: undefined,
  },
  devices: () => [],
  isQuiet: () => true,
  isShareable: () => true,
  take: (name): LiveDevice => {
    if (refusal !== undefined) throw refusal
    taken.add(++nextFd)
    return { name, fds: [nextFd] }
  },
  giveBack: ({ fds }) => {
    for (const fd of fds) taken.delete(fd)
  },
  newWake: () => ({ fd: -1, wake: () => undefined, close: () => undefined }),
  onChange: () => undefined,
}
let hear: (message: ProbeMessage) => void = () => undefined
let wasBusy = false
const thread = {
  open: (_config: unknown, seat: { hear: typeof hear }) => {
    seats++
    hear = seat.hear
    const leave = () => new Promise<void>((resolve) => setTimeout(() => resolve(void seats--), LEAVES_AFTER_MS))
    return { say: () => undefined, leave }
  },
} as unknown as ProbeThread

const eth0 = (input: InterfaceInput = { kind: 'live', devices: ['eth0'] }) =>
  new ProbeInterface(1, 'eth0', input, {
    options: {
      worker: new URL('file:///none'),
      originalSpeed: false,
      localNetworks: undefined,
      flowLimit: 1,
      hostLimit: 1,
      packetFilter: 'ip',
      capture,
    },
    threadFor: (_input, _worker, isBusy) => {
      wasBusy = isBusy
      return thread
    },
    ownAddresses: () => [],
    localNetworks: () => undefined,
    changed: () => undefined,
    ticked: () => undefined,
    exporterSeen: () => undefined,
    collectorStops: async () => undefined,
  })

test('what is asked at once is done in turn: one worker is left, with its own descriptor', async () => {
  const probe = eth0()
  probe.start()
  const acts = [
    probe.restart(),
    probe.setEnabled(false),
    probe.setEnabled(true),
    probe.restart(),
    probe.setEnabled(false),
    probe.setEnabled(true),
  ]
  await Promise.all(acts)
  expect([probe.info.state, seats, taken.size]).toEqual(['starting', 1, 1])
  await Promise.all([probe.restart(), probe.stop()])
  expect([seats, taken.size]).toEqual([0, 0])
})

test.each([
  [499, false],
  [500, true],
])('one over which %i packets a second pass is begun anew as busy: %s', async (pps, isBusy) => {
  const probe = eth0()
  probe.start()
  expect(wasBusy).toBe(false)
  hear({ type: 'tick', totals: { pps } as Totals, stats: newSourceStats() })
  await probe.restart()
  expect(wasBusy).toBe(isBusy)
  await probe.stop()
})

test('a disabled one has no worker, no descriptor and no figures, and says that it is disabled', async () => {
  const probe = eth0()
  probe.start()
  await probe.setEnabled(false)
  expect([probe.info.state, seats, taken.size, probe.latest()]).toEqual(['disabled', 0, 0, undefined])
  await expect(probe.ask('totals', {})).rejects.toThrow('interface eth0 is disabled')
  expect(() => probe.recordings).toThrow('interface eth0 is disabled')
  // Once more changes nothing.
  await probe.setEnabled(false)
  await probe.setEnabled(true)
  await probe.setEnabled(true)
  expect([probe.info.state, seats, taken.size]).toEqual(['starting', 1, 1])
})

test('what cannot be captured any more when it is enabled fails with the reason', async () => {
  const probe = eth0()
  probe.start()
  await probe.setEnabled(false)
  refusal = new Error('eth0: no right to capture')
  await probe.setEnabled(true)
  expect(probe.info).toMatchObject({ state: 'failed', failure: 'eth0: no right to capture' })
  expect([seats, taken.size]).toEqual([0, 0])
})

test('of a live interface the kernel leaves packets out uncounted, of a capture they are counted', () => {
  const told = (input?: InterfaceInput) => {
    const { packetFilter, progress } = eth0(input).info
    return [packetFilter, progress.filteredOut]
  }
  expect(told()).toEqual(['ip', undefined])
  expect(told({ kind: 'capture-file', path: 'x.pcap' })).toEqual(['ip', 0])
})
