/** Routes of interfaces that are captured live: rename, disable, enable, and begin to capture another one. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { InterfaceInfo } from '../lib/live.ts'
import type { DeviceInfo } from '../lib/live-capture.ts'
import { type ErrorAnswer, getJson, startTesting, type Testing } from './testing-server.ts'

const ETH0: DeviceInfo = { name: 'eth0', kind: 'ethernet', up: true, readable: true, mtu: 1500, addresses: ['192.0.2.7/24'], speedBps: 1e9 }
const DOCKER: DeviceInfo = { name: 'docker0', kind: 'bridge', up: false, readable: true, mtu: 1500, addresses: [] }
const device = { names: ['eth0'], link: 'up', addresses: ETH0.addresses, freezes: 3, lagMs: 250 } as const

let server: Testing
beforeAll(async () => {
  server = await startTesting()
})
afterAll(() => server.close())
beforeEach(async () => {
  server.live.every.splice(0)
  server.live.known.splice(0, server.live.known.length, ETH0, DOCKER)
  server.live.captureRefusal = undefined
  server.live.add({ name: 'eth0', kind: 'live', device, speedBps: 1e9 })
  await server.live.open('http1.pcap')
})

const ask = <T = InterfaceInfo>(method: string, path: string) => getJson<T>(server, `/api/v1/${path}`, { method })
const refusal = async (method: string, path: string) => {
  const { status, body } = await ask<ErrorAnswer>(method, path)
  return [status, body.error.code, body.error.field, body.error.message]
}

describe('PATCH /interfaces/:id', () => {
  it('renames, a capture too, and keeps the device’s own name', async () => {
    expect(await ask('PATCH', 'interfaces/1?name=%20Uplink%20')).toMatchObject({
      status: 200,
      body: { name: 'Uplink', state: 'running', device: { names: ['eth0'] } },
    })
    expect((await ask('PATCH', 'interfaces/2?name=Monday')).body.name).toBe('Monday')
  })

  it('disables and enables; in between nobody answers for it, and its page still does', async () => {
    expect((await ask('PATCH', 'interfaces/1?enabled=false')).body.state).toBe('disabled')
    expect((await ask('GET', 'interfaces/1')).body).toMatchObject({ state: 'disabled', device: { link: 'up' } })
    const disabled = [409, 'interface-disabled', undefined, 'interface eth0 is disabled: it captures nothing until it is enabled']
    for (const path of ['flows?interface=1', 'totals?interface=1', 'series?interface=1', 'packets/kept?interface=1'])
      expect(await refusal('GET', path), path).toEqual(disabled)
    expect(await refusal('POST', 'recordings?interface=1&host=192.0.2.7')).toEqual(disabled)
    expect((await ask('PATCH', 'interfaces/1?enabled=true')).body.state).toBe('running')
  })

  it('changes both at once, and nothing when nothing is said', async () => {
    expect((await ask('PATCH', 'interfaces/1?name=Uplink&enabled=false')).body).toMatchObject({ name: 'Uplink', state: 'disabled' })
    expect((await ask('PATCH', 'interfaces/1')).body).toMatchObject({ name: 'Uplink', state: 'disabled' })
  })

  it.each<[path: string, status: number, code: string, field: string, message: RegExp]>([
    ['interfaces/1?name=', 400, 'bad-parameter', 'name', /text of 1 to 64 characters/],
    ['interfaces/1?name=%20%09', 400, 'bad-parameter', 'name', /can be seen/],
    [`interfaces/1?name=${'x'.repeat(65)}`, 400, 'bad-parameter', 'name', /text of 1 to 64 characters/],
    ['interfaces/1?enabled=maybe', 400, 'bad-parameter', 'enabled', /enabled/],
    ['interfaces/1?state=disabled', 400, 'bad-parameter', 'state', /those are name, enabled/],
    ['interfaces/10?name=x', 404, 'not-found', 'interface', /there is no interface 10/],
    ['interfaces/2?enabled=false', 409, 'not-live', 'enabled', /http1\.pcap is a capture/],
    ['interfaces/2?enabled=false&name=y', 409, 'not-live', 'enabled', /./],
  ])('%s: %i %s', async (path, status, code, field, message) => {
    const [gotStatus, gotCode, gotField, gotMessage] = await refusal('PATCH', path)
    expect([gotStatus, gotCode, gotField]).toEqual([status, code, field])
    expect(gotMessage).toMatch(message)
    expect(server.live.every.map(({ info }) => info.name)).toEqual(['eth0', 'http1.pcap'])
  })

  it('a foreign page changes nothing', async () => {
    const headers = { origin: 'http://evil.example' }
    const { status } = await getJson(server, '/api/v1/interfaces/1?name=x', { method: 'PATCH', headers })
    expect(status).toBe(403)
    expect(server.live.every[0]!.info.name).toBe('eth0')
  })
})

describe('GET /devices', () => {
  it('tells of all interfaces of the machine, captured or not', async () => {
    expect((await ask('GET', 'devices')).body).toEqual({ devices: [ETH0, DOCKER] })
  })
  it('says why none can be captured', async () => {
    server.live.captureRefusal = 'no right to capture: start it with sudo'
    expect((await ask('GET', 'devices')).body).toEqual({ devices: [ETH0, DOCKER], refusal: 'no right to capture: start it with sudo' })
  })
})

describe('POST /devices/:name/capture', () => {
  it('makes an interface of it', async () => {
    expect(await ask('POST', 'devices/docker0/capture')).toMatchObject({
      status: 201,
      body: { id: 3, name: 'docker0', kind: 'live', state: 'starting', device: { names: ['docker0'] } },
    })
    expect(await refusal('POST', 'devices/docker0/capture')).toEqual([409, 'captured-already', 'name', 'docker0 is captured already'])
  })
  it('not of one that is captured under another name, or disabled', async () => {
    await ask('PATCH', 'interfaces/1?name=Uplink&enabled=false')
    expect(await refusal('POST', 'devices/eth0/capture')).toEqual([409, 'captured-already', 'name', 'eth0 is captured already'])
  })
  it('not of one that there is not, nor without the right to', async () => {
    const { status, body } = await ask<ErrorAnswer>('POST', 'devices/eth9/capture')
    expect([status, body.error]).toEqual([
      404,
      { code: 'not-found', message: 'there is no such network interface', field: 'name', expected: ['eth0', 'docker0'] },
    ])
    server.live.captureRefusal = 'no right to capture: start it with sudo'
    expect(await refusal('POST', 'devices/docker0/capture')).toEqual([403, 'cannot-capture', undefined, server.live.captureRefusal])
    expect(server.live.every).toHaveLength(2)
  })
})

it('DELETE takes a live interface away, which can then be captured again', async () => {
  expect((await fetch(`${server.url}/api/v1/interfaces/1`, { method: 'DELETE' })).status).toBe(204)
  expect((await ask('POST', 'devices/eth0/capture')).status).toBe(201)
})

it('/metrics tells of link, ring and packet filter', async () => {
  server.live.add({
    name: 'cut.pcap',
    packetFilter: 'port 53',
    progress: { packets: 1, bytesRead: 9, cutShort: false, filteredOut: 12, faults: [], faultCount: 0 },
  })
  server.live.add({ name: 'wlan0', kind: 'live', state: 'disabled', device: { ...device, names: ['wlan0'], link: 'gone' } })
  const text = await (await fetch(`${server.url}/metrics`)).text()
  const of = (metric: string) => [...text.matchAll(new RegExp(`^wiretop_interface_${metric}\\{interface="(\\d+)".*\\} (\\S+)$`, 'gm'))]
  const figures = (metric: string) => of(metric).map(([, id, value]) => [Number(id), Number(value)])
  expect(figures('link_up')).toEqual([
    [1, 1],
    [4, 0],
  ])
  expect(figures('ring_freezes_total')[0]).toEqual([1, 3])
  expect(figures('ring_lag_seconds')[0]).toEqual([1, 0.25])
  expect(figures('speed_bits_per_second')).toEqual([[1, 1e9]])
  expect(figures('filtered_out_packets_total')).toEqual([[3, 12]])
  expect(figures('enabled').map(([, is]) => is)).toEqual([1, 1, 1, 0])
  expect(figures('up').map(([, is]) => is)).toEqual([1, 1, 1, 1])
})
