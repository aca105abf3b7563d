/** What is recorded is what tcpdump takes from the same capture with the same filter; within bounds, and whole whatever happens. */
import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { FlowItem } from '../src/lib/fields.ts'
import { BadQuestion, type LiveInterface } from '../src/lib/live.ts'
import { DEFAULT_BOUNDS, type PacketChoice, type PacketStream, type RecordingAsk } from '../src/lib/recording.ts'
import { type ProbeOptions, Probes } from '../src/probe/probes.ts'
import { MAX_RUNNING, RecordingStore, StoreFull } from '../src/recording/recording-store.ts'
import { capture, udp } from './frames.ts'
import { root, scratchFolder } from './product.ts'

const sample = (name: string) => join(root, 'samples', name)
const scratch = scratchFolder()
afterAll(() => scratch.dispose())

const open: Probes[] = []
afterEach(async () => {
  for (const probes of open.splice(0)) await probes.close()
})
function newProbes(options: Partial<ProbeOptions>): Probes {
  const worker = new URL('../src/probe.worker.ts', import.meta.url)
  return new Probes({ worker, originalSpeed: false, localNetworks: undefined, flowLimit: 4096, hostLimit: 4096, ...options })
}
function start(options: Partial<ProbeOptions> = {}): Probes {
  const probes = newProbes(options)
  open.push(probes)
  return probes
}

const ask = (choice: PacketChoice, more: Partial<RecordingAsk> = {}): RecordingAsk => ({
  ...DEFAULT_BOUNDS,
  format: 'pcapng',
  ...choice,
  ...more,
})

async function bytesOf(stream: PacketStream): Promise<Buffer> {
  const parts: Buffer[] = []
  for (let chunk = await stream.next(); chunk !== undefined; chunk = await stream.next()) parts.push(Buffer.from(chunk))
  return Buffer.concat(parts)
}

let files = 0
/** Every packet as tcpdump shows it: time to the microsecond, length, all bytes. */
function packetsIn(file: string | Buffer, filter = ''): string[] {
  const path = typeof file === 'string' ? file : scratch.path(`${++files}.pcapng`)
  if (typeof file !== 'string') writeFileSync(path, file)
  const text = execFileSync('tcpdump', ['-r', path, '-nn', '-tt', '-xx', ...(filter === '' ? [] : [filter])], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return text.split(/\n(?!\t)/).filter((one) => one !== '')
}

async function record(input: string, choice: PacketChoice, more: Partial<RecordingAsk> = {}) {
  // In the turn that opens it: from its first packet on.
  const probe = start().open(input, input)
  const stream = await probe.recordings.start(ask(choice, more))
  const file = await bytesOf(stream)
  return { file, progress: stream.progress(), probe }
}

describe('a recording holds what tcpdump takes with the same filter', () => {
  test.each<[string, PacketChoice, string]>([
    ['office.pcap', { filter: 'proto = udp and port = 53' }, 'udp port 53'],
    ['office.pcap', { filter: 'proto = tcp and not port = 443' }, 'tcp and not port 443'],
    ['office.pcap', { host: { address: '192.168.1.10' } }, 'host 192.168.1.10'],
    ['office.pcap', {}, ''],
    ['arp.pcap', { host: { address: '192.168.40.11' } }, 'host 192.168.40.11'],
    ['vlan.pcap', {}, ''],
    ['ipv6.pcap', { filter: 'proto = tcp' }, 'ip6 proto 6'],
    ['fragments.pcap', {}, ''],
    ['kerberos.pcap.zst', {}, ''],
  ])('%s: %o', async (name, choice, filter) => {
    const { file, progress } = await record(sample(name), choice)
    const oracle = name.endsWith('.zst') ? execFileSync('zstd', ['-dc', sample(name)]) : sample(name)
    const wanted = packetsIn(oracle, filter)
    expect(wanted.length).toBeGreaterThan(0)
    expect(packetsIn(file)).toEqual(wanted)
    expect(progress).toEqual({ packets: wanted.length, bytes: file.length, leftOut: 0, otherLinkType: 0, end: 'input-ended' })
  })
})

/** A number of seconds with its text as tcpdump gives it with --nano. */
const nanosecondTimes = (path: string): number[] =>
  execFileSync('tcpdump', ['-r', path, '-nn', '-tt', '--nano'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    .trimEnd()
    .split('\n')
    .map((line) => Number(/^\d+\.(\d{9})/.exec(line)![1]))

test('times of a nanosecond capture are kept to a quarter of a microsecond', async () => {
  const { file } = await record(sample('stun-nanosecond.pcap'), {})
  const path = scratch.path('nanosecond.pcapng')
  writeFileSync(path, file)
  const [wanted, found] = [nanosecondTimes(sample('stun-nanosecond.pcap')), nanosecondTimes(path)]
  expect(found).toHaveLength(wanted.length)
  for (const [i, time] of found.entries()) expect(Math.abs(time - wanted[i]!)).toBeLessThan(250)
})

describe('the file', () => {
  test('has an interface block for each link type, and says what wrote it and why', async () => {
    const { file, progress } = await record(sample('two-interfaces.pcapng'), { filter: 'bytes > 0' })
    const path = scratch.path('two.pcapng')
    writeFileSync(path, file)
    const about = execFileSync('capinfos', [path], { encoding: 'utf8' })
    expect(about).toMatch(/Ethernet \(20\)\s+Raw IP \(20\)/)
    expect(about).toMatch(/Capture application:\s+wiretop/)
    expect(about).toMatch(/Capture comment:\s+flows with bytes > 0, seen on .*two-interfaces/)
    expect(about).toMatch(/Time precision = nanoseconds \(9\)/)
    expect(about).toMatch(/Number of packets:\s+40/)
    expect(progress).toMatchObject({ packets: 40, end: 'input-ended' })
  })

  test('classic pcap holds one link type; what does not fit is counted', async () => {
    const { file, progress } = await record(sample('two-interfaces.pcapng'), {}, { format: 'pcap' })
    expect(file.readUInt32LE(0)).toBe(0xa1b2c3d4)
    expect(progress).toMatchObject({ packets: 20, otherLinkType: 20, leftOut: 0, end: 'input-ended' })
    expect(packetsIn(file)).toHaveLength(20)
  })

  test.each(['pcap', 'pcapng'] as const)('without a packet it is a %s file all the same', async (format) => {
    const { file, progress } = await record(sample('dns.pcap'), { host: { address: '203.0.113.9' } }, { format })
    expect(packetsIn(file)).toEqual([])
    expect(progress).toMatchObject({ packets: 0, bytes: file.length, end: 'input-ended' })
  })

  test('a hostile name makes no other lines of its comment, and breaks nothing', async () => {
    const name = `evil\n<script>\u202egpj.\u0000${'x'.repeat(200)}`
    const probe = start().open(name, sample('dns.pcap'))
    const file = await bytesOf(await probe.recordings.start(ask({ filter: 'serverName != "a\u0007\nb"' })))
    const path = scratch.path('hostile.pcapng')
    writeFileSync(path, file)
    const comment = /Capture comment:\s+(.*)/.exec(execFileSync('capinfos', ['-k', path], { encoding: 'utf8' }))![1]!
    expect(comment).toContain('evil\ufffd<script>\ufffdgpj.\ufffdxxx')
    expect(comment).toContain('"a\ufffd\ufffdb"')
    expect(packetsIn(file)).toEqual(packetsIn(sample('dns.pcap'), 'ip'))
  })
})

describe('bounds', () => {
  test('packets', async () => {
    const { file, progress } = await record(sample('office.pcap'), {}, { maxPackets: 7 })
    expect(packetsIn(file)).toEqual(packetsIn(sample('office.pcap')).slice(0, 7))
    expect(progress).toMatchObject({ packets: 7, end: 'packets' })
  })

  test.each(['pcap', 'pcapng'] as const)('bytes of the %s file', async (format) => {
    const { file, progress } = await record(sample('office.pcap'), {}, { maxBytes: 50_000, format })
    expect(progress).toMatchObject({ bytes: file.length, end: 'bytes' })
    expect(file.length).toBeLessThanOrEqual(50_000)
    expect(file.length).toBeGreaterThan(48_000)
    expect(packetsIn(file)).toEqual(packetsIn(sample('office.pcap')).slice(0, progress.packets))
  })

  test('seconds, also where nothing passes', async () => {
    const probe = start({ originalSpeed: true }).open('slow', slowCapture())
    const { file, progress } = await drained(await probe.recordings.start(ask({}, { maxSeconds: 1 })))
    expect(progress).toMatchObject({ packets: 1, end: 'seconds' })
    expect(packetsIn(file)).toHaveLength(1)
  })

  test('stopped by hand it is whole', async () => {
    const probe = start({ originalSpeed: true }).open('slow', slowCapture())
    const stream = await probe.recordings.start(ask({}))
    setTimeout(() => stream.stop(), 300)
    const { file, progress } = await drained(stream)
    expect(progress).toMatchObject({ packets: 1, end: 'stopped' })
    expect(packetsIn(file)).toHaveLength(1)
  })

  test('an interface that goes away ends it, with what has come', async () => {
    const probes = start({ originalSpeed: true })
    const probe = probes.open('slow', slowCapture())
    const stream = await probe.recordings.start(ask({}))
    setTimeout(() => void probes.remove(probe.info.id), 800)
    const { file, progress } = await drained(stream)
    expect(progress.end).toBe('interface-gone')
    expect(packetsIn(file)).toHaveLength(1)
  })

  test('a receiver that is behind has packets left out and counted, and holds nobody up', async () => {
    const probe = start().open('large', largeCapture())
    const stream = await probe.recordings.start(ask({}))
    await ended(probe)
    expect((await probe.ask('totals', {})).packets).toBe(LARGE)
    const { file, progress } = await drained(stream)
    expect(progress.end).toBe('input-ended')
    expect(progress.leftOut).toBeGreaterThan(2000)
    expect(progress.packets + progress.leftOut).toBe(LARGE)
    expect(packetsIn(file)).toHaveLength(progress.packets)
  })
})

const LARGE = 4000
/** Far more than all chunks under way hold. */
function largeCapture(): string {
  const payloadOf = (i: number) => Uint8Array.from({ length: 1400 }, (_, n) => (i + n) & 255)
  const path = scratch.path('large.pcap')
  writeFileSync(
    path,
    capture(Array.from({ length: LARGE }, (_, i) => udp({ ip: '10.0.0.1', port: 4000 }, { ip: '10.0.0.2', port: 9 }, payloadOf(i)))),
  )
  return path
}
/** Two packets a minute apart. */
function slowCapture(): string {
  const frame = udp({ ip: '10.0.0.1', port: 4000 }, { ip: '10.0.0.2', port: 53 }, 'hello')
  const path = scratch.path('slow.pcap')
  const first = capture([frame])
  writeFileSync(path, Buffer.concat([first, capture([frame], 1_700_000_060_000).subarray(24)]))
  return path
}
async function drained(stream: PacketStream) {
  const file = await bytesOf(stream)
  return { file, progress: stream.progress() }
}
async function ended(probe: LiveInterface): Promise<void> {
  while (probe.info.state !== 'ended') await new Promise((resolve) => setTimeout(resolve, 10))
}

describe('what cannot be recorded is said', () => {
  test('a filter that cannot be understood, a flow that is not there, an input at its end', async () => {
    const probe = start().open('dns', sample('dns.pcap'))
    await expect(probe.recordings.start(ask({ filter: 'nonsense = 1' }))).rejects.toMatchObject({ name: 'BadQuestion', field: 'filter' })
    await expect(probe.recordings.start(ask({ flow: '1-zz' }))).rejects.toMatchObject({ field: 'flow' })
    await ended(probe)
    await expect(probe.recordings.start(ask({}))).rejects.toBeInstanceOf(BadQuestion)
  })
})

describe('the ring', () => {
  let office: LiveInterface
  let probes: Probes
  beforeAll(async () => {
    probes = newProbes({ packetRing: 1 << 24 })
    office = probes.open('office', sample('office.pcap'))
    await ended(office)
  })
  afterAll(() => probes.close())

  test.each<[PacketChoice, string]>([
    [{}, ''],
    [{ host: { address: '192.168.1.10' } }, 'host 192.168.1.10'],
    // By the name that flows have now: also their first packets.
    [{ filter: 'proto = udp and port = 53' }, 'udp port 53'],
  ])('gives the packets of %o after they have passed', async (choice, filter) => {
    const { file, progress } = await drained((await office.recordings.kept({ ...choice, format: 'pcapng' }))!)
    expect(packetsIn(file)).toEqual(packetsIn(sample('office.pcap'), filter))
    expect(progress).toMatchObject({ end: 'complete', leftOut: 0 })
  })

  test('gives the packets of one flow', async () => {
    const { items } = await office.ask('list', { entity: 'flows', sort: 'packets', limit: 1, filter: 'proto = tcp' })
    const { id, client, clientPort, packets } = items[0] as FlowItem
    const stream = await office.recordings.kept({ flow: id, format: 'pcap' })
    const wanted = packetsIn(sample('office.pcap'), `tcp and host ${client} and port ${clientPort}`)
    expect(wanted).toHaveLength(packets)
    expect(packetsIn(await bytesOf(stream!))).toEqual(wanted)
  })

  test('gives a range of time', async () => {
    const all = packetsIn(sample('office.pcap'))
    const timeOf = (packet: string) => Number(packet.split(' ')[0]) * 1000
    const [fromMs, toMs] = [timeOf(all[100]!), timeOf(all[199]!)]
    const stream = await office.recordings.kept({ fromMs: fromMs - 0.001, toMs: toMs + 0.001, format: 'pcapng' })
    expect(packetsIn(await bytesOf(stream!))).toEqual(all.filter((one) => timeOf(one) >= fromMs && timeOf(one) <= toMs))
  })

  test('says when it holds nothing of it', async () => {
    expect(await office.recordings.kept({ host: { address: '203.0.113.9' }, format: 'pcapng' })).toBeUndefined()
    expect(await office.recordings.kept({ flow: '3j-9x', format: 'pcapng' })).toBeUndefined()
    await expect(office.recordings.kept({ flow: '3j', format: 'pcapng' })).rejects.toBeInstanceOf(BadQuestion)
  })

  test('holds the last packets alone when there were more, says since when, and waits for a slow reader', async () => {
    const probe = start({ packetRing: 4 << 20 }).open('large', largeCapture())
    await ended(probe)
    const stream = (await probe.recordings.kept({ format: 'pcapng' }))!
    await new Promise((resolve) => setTimeout(resolve, 300))
    const { file, progress } = await drained(stream)
    const [all, found] = [packetsIn(scratch.path('large.pcap')), packetsIn(file)]
    expect(found).toEqual(all.slice(-found.length))
    const ring = (await probe.recordings.ring())!
    expect(ring).toMatchObject({ capacityBytes: 4 << 20, packets: found.length })
    expect(Math.abs(ring.sinceMs! - Number(found[0]!.split(' ')[0]) * 1000)).toBeLessThan(0.001)
    expect(progress).toMatchObject({ end: 'complete', leftOut: 0, packets: found.length })
  })

  test('is off unless asked for', async () => {
    const probe = start().open('dns', sample('dns.pcap'))
    expect(await probe.recordings.kept({ format: 'pcapng' })).toBeUndefined()
    expect(await probe.recordings.ring()).toBeUndefined()
  })
})

describe('the store of recordings', () => {
  test('bounds how many run, and leaves no file behind', async () => {
    const folder = scratch.path('store')
    const store = new RecordingStore(folder)
    const probe = start({ originalSpeed: true }).open('slow', slowCapture())
    for (let i = 0; i < MAX_RUNNING; i++) expect((await store.start(probe, ask({}))).state).toBe('running')
    await expect(store.start(probe, ask({}))).rejects.toBeInstanceOf(StoreFull)
    expect(readdirSync(folder)).toHaveLength(MAX_RUNNING)
    await store.remove(1)
    await expect(store.start(probe, ask({}, { maxBytes: 2_000_000_000 }))).rejects.toThrow(/bytes/)
    expect((await store.start(probe, ask({}))).id).toBe(MAX_RUNNING + 1)
    await store.close()
    expect(readdirSync(folder)).toEqual([])
  })
})
