import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PacketStream, RecordingAsk, ShownRecording, StreamEnd } from '../lib/recording.ts'
import type { TestInterface } from './testing-live.ts'
import { type ErrorAnswer, getJson, startTesting, type Testing, until } from './testing-server.ts'

/** A stream whose bytes come when a test says so. */
class Tap implements PacketStream {
  readonly about = 'host 10.0.0.1'
  private readonly chunks: Uint8Array[] = []
  private wake: (() => void) | undefined
  private bytes = 0
  private end: StreamEnd | undefined
  push(text: string): void {
    this.bytes += text.length
    this.chunks.push(Buffer.from(text))
    this.wake?.()
  }
  finish(end: StreamEnd): void {
    this.end ??= end
    this.wake?.()
  }
  async next(): Promise<Uint8Array | undefined> {
    while (this.chunks.length === 0 && this.end === undefined)
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    return this.chunks.shift()
  }
  progress() {
    return { packets: this.bytes, bytes: this.bytes, leftOut: 0, otherLinkType: 0, ...(this.end !== undefined && { end: this.end }) }
  }
  stop(): void {
    this.finish('stopped')
  }
}

let server: Testing
let one: TestInterface
let taps: Tap[]
let asked: RecordingAsk[]
beforeAll(async () => {
  server = await startTesting()
  one = server.live.add({ name: 'eth0', state: 'running' })
})
afterAll(() => server.close())
beforeEach(async () => {
  taps = []
  asked = []
  one.recordings = {
    start: async (ask) => {
      asked.push(ask)
      taps.push(new Tap())
      return taps.at(-1)!
    },
    kept: async () => undefined,
    ring: async () => undefined,
  }
  for (const { id } of await list()) await fetch(`${server.url}/api/v1/recordings/${id}`, { method: 'DELETE' })
})

const list = async () => (await getJson<{ recordings: ShownRecording[] }>(server, '/api/v1/recordings')).body.recordings
const start = (query: string) => getJson<ShownRecording & ErrorAnswer>(server, `/api/v1/recordings?${query}`, { method: 'POST' })

describe('a recording', () => {
  it('starts with the usual bounds, and can be downloaded while it runs and after', async () => {
    const { status, body } = await start('host=10.0.0.1&vlan=7')
    expect(status).toBe(201)
    expect(asked).toEqual([
      { host: { address: '10.0.0.1', vlan: 7 }, maxPackets: 100_000, maxBytes: 100_000_000, maxSeconds: 60, format: 'pcapng' },
    ])
    expect(body).toMatchObject({ state: 'running', about: 'host 10.0.0.1', host: '10.0.0.1', vlan: 7, interfaceName: 'eth0', packets: 0 })
    const download = await fetch(`${server.url}/api/v1/recordings/${body.id}/packets`)
    expect(download.headers.get('content-type')).toBe('application/x-pcapng')
    expect(download.headers.get('content-disposition')).toMatch(/^attachment; filename="wiretop-eth0-\d{8}T\d{6}\.pcapng"$/)
    expect(download.headers.get('content-encoding')).toBeNull()
    // Headers came before there was a byte.
    const reader = download.body!.getReader()
    taps[0]!.push('first')
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('first')
    taps[0]!.push(' second')
    taps[0]!.finish('seconds')
    expect(Buffer.from((await reader.read()).value!).toString()).toBe(' second')
    expect((await reader.read()).done).toBe(true)
    expect(await list()).toMatchObject([{ id: body.id, state: 'ended', end: 'seconds', bytes: 12 }])
    expect(await (await fetch(`${server.url}/api/v1/recordings/${body.id}/packets`)).text()).toBe('first second')
  })

  it('is stopped and kept, or cancelled and removed', async () => {
    const { id } = (await start('filter=app%20%3D%20DNS&format=pcap&maxPackets=5')).body
    expect(asked[0]).toMatchObject({ filter: 'app = DNS', maxPackets: 5, format: 'pcap' })
    taps[0]!.push('x')
    await getJson(server, `/api/v1/recordings/${id}/stop`, { method: 'POST' })
    await until(async () => (await list())[0]?.state === 'ended', 'it ends')
    expect(await list()).toMatchObject([{ end: 'stopped', bytes: 1 }])
    expect(await server.uploads()).toHaveLength(1)
    expect((await fetch(`${server.url}/api/v1/recordings/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect([await list(), await server.uploads()]).toEqual([[], []])
    const other = (await start('')).body.id
    expect((await fetch(`${server.url}/api/v1/recordings/${other}`, { method: 'DELETE' })).status).toBe(204)
    expect(taps[1]!.progress().end).toBe('stopped')
    expect(await server.uploads()).toEqual([])
  })

  it.each([
    ['host=10.0.0.1&flow=1-1', 'flow'],
    ['host=nobody', 'host'],
    ['vlan=3', 'vlan'],
    ['maxPackets=0', 'maxPackets'],
    ['maxBytes=99999999999', 'maxBytes'],
    ['maxSeconds=3601', 'maxSeconds'],
    ['format=snoop', 'format'],
    ['inputWaits=true', 'inputWaits'],
  ])('%s is refused', async (query, field) => {
    expect(await start(query)).toMatchObject({ status: 400, body: { error: { code: 'bad-parameter', field } } })
    expect(asked).toEqual([])
  })

  it('is not started twice too often, nor for a foreign page', async () => {
    for (let i = 0; i < 8; i++) expect((await start('')).status).toBe(201)
    expect(await start('')).toMatchObject({ status: 409, body: { error: { code: 'too-many' } } })
    for (const [method, path] of [
      ['POST', '/api/v1/recordings'],
      ['POST', '/api/v1/recordings/1/stop'],
      ['DELETE', '/api/v1/recordings/1'],
    ] as const)
      expect(await getJson(server, path, { method, headers: { origin: 'http://evil.example.org' } })).toMatchObject({
        status: 403,
        body: { error: { code: 'wrong-origin' } },
      })
    expect(await list()).toHaveLength(8)
  })

  it('that is not there, or of an interface that has failed or ended', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/packets'],
      ['POST', '/stop'],
      ['DELETE', ''],
    ])
      expect((await getJson(server, `/api/v1/recordings/4711${path}`, { method: method! })).status).toBe(404)
    const failed = server.live.add({ name: 'bad', state: 'failed', failure: 'no such file' })
    expect(await start(`interface=${failed.info.id}`)).toMatchObject({ status: 503, body: { error: { code: 'interface-failed' } } })
    const ended = server.live.add({ name: 'old', state: 'ended' })
    expect(await start(`interface=${ended.info.id}`)).toMatchObject({ status: 400, body: { error: { field: 'interface' } } })
  })

  it('whose folder cannot be written has failed, and says so', async () => {
    const bare = await startTesting({ uploadDir: '/dev/null/nowhere' })
    const there = bare.live.add({ name: 'eth0', state: 'running' })
    there.recordings = one.recordings
    const { body } = await getJson<ShownRecording>(bare, '/api/v1/recordings', { method: 'POST' })
    expect(body).toMatchObject({ state: 'failed', failure: expect.stringContaining('ENOTDIR') })
    expect((await getJson(bare, `/api/v1/recordings/${body.id}/packets`)).status).toBe(404)
    await bare.close()
  })

  it('leaves no file when the server goes', async () => {
    const other = await startTesting({ uploadDir: `${server.uploadDir}-other` })
    other.live.add({ name: 'eth0', state: 'running' }).recordings = one.recordings
    await getJson(other, '/api/v1/recordings', { method: 'POST' })
    const { readdir } = await import('node:fs/promises')
    expect(await readdir(`${server.uploadDir}-other`)).toHaveLength(1)
    await other.close()
    expect(await readdir(`${server.uploadDir}-other`)).toEqual([])
    await rm(`${server.uploadDir}-other`, { recursive: true })
  })
})

describe('packets that are kept', () => {
  it('come as a file', async () => {
    const tap = new Tap()
    tap.push('kept')
    tap.finish('complete')
    const wanted: object[] = []
    one.recordings = {
      ...one.recordings,
      kept: async (ask) => {
        wanted.push(ask)
        return tap
      },
      ring: async () => ({ capacityBytes: 5, packets: 1, sinceMs: 9 }),
    }
    const answer = await fetch(`${server.url}/api/v1/packets?host=fe80::1&from=5&to=6.5&format=pcap`)
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual(['application/vnd.tcpdump.pcap', 'kept'])
    expect(wanted).toEqual([{ host: { address: 'fe80::1' }, fromMs: 5, toMs: 6.5, format: 'pcap' }])
    expect((await getJson(server, '/api/v1/packets/kept')).body).toEqual({ capacityBytes: 5, packets: 1, sinceMs: 9 })
  })

  it('are not there: why', async () => {
    expect(await getJson(server, '/api/v1/flows/0-1/packets')).toMatchObject({
      status: 404,
      body: { error: { code: 'not-found', field: 'id', message: expect.stringContaining('--packet-ring') } },
    })
    expect((await getJson(server, '/api/v1/packets/kept')).body).toEqual({ capacityBytes: 0, packets: 0 })
    one.recordings = { ...one.recordings, ring: async () => ({ capacityBytes: 5, packets: 1, sinceMs: 0 }) }
    expect(await getJson(server, '/api/v1/flows/0-1/packets')).toMatchObject({
      status: 404,
      body: { error: { message: 'none of these packets is kept any more: the oldest is of 1970-01-01T00:00:00.000Z' } },
    })
  })
})
