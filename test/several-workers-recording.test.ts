/** A recording of several workers is that of one. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { FlowItem } from '../src/lib/fields.ts'
import { BadQuestion, type LiveInterface } from '../src/lib/live.ts'
import { DEFAULT_BOUNDS, type PacketChoice, type PacketStream, type RecordingAsk } from '../src/lib/recording.ts'
import { type ProbeOptions, Probes } from '../src/probe/probes.ts'
import { joinBytes, pcapBytes } from '../src/sources/pcap-writer.ts'
import { readBytes } from '../src/sources/testing.ts'
import { udp } from './frames.ts'
import { root, scratchFolder } from './product.ts'

const sample = (name: string) => join(root, 'samples', name)
const scratch = scratchFolder()
const open: Probes[] = []
afterEach(async () => {
  for (const probes of open.splice(0)) await probes.close()
})
afterAll(() => scratch.dispose())

function start(workers: number, options: Partial<ProbeOptions> = {}): Probes {
  const worker = new URL('../src/probe.worker.ts', import.meta.url)
  const probes = new Probes({
    worker,
    originalSpeed: false,
    localNetworks: undefined,
    flowLimit: 4096,
    hostLimit: 4096,
    workers,
    ...options,
  })
  open.push(probes)
  return probes
}
const ask = (choice: PacketChoice = {}, more: Partial<RecordingAsk> = {}): RecordingAsk => ({
  ...DEFAULT_BOUNDS,
  format: 'pcapng',
  ...choice,
  ...more,
})

async function drained(stream: PacketStream) {
  const parts: Uint8Array[] = []
  for (let chunk = await stream.next(); chunk !== undefined; chunk = await stream.next()) parts.push(chunk.slice())
  return { file: Buffer.from(joinBytes(parts)), progress: stream.progress() }
}
async function ended(probe: LiveInterface): Promise<void> {
  while (probe.info.state !== 'ended') await new Promise((resolve) => setTimeout(resolve, 10))
}

/** Packets of many pairs of hosts, one a millisecond. */
function manyHosts(count: number, payloadBytes: number, stepMs = 1): string {
  const path = scratch.path(`many-${count}-${payloadBytes}.pcap`)
  const frame = (i: number) =>
    udp({ ip: `10.0.${i % 37}.${i % 11}`, port: 4000 }, { ip: `10.1.0.${i % 23}`, port: 9 }, Buffer.alloc(payloadBytes, i))
  writeFileSync(
    path,
    pcapBytes(
      { linkType: 1 },
      Array.from({ length: count }, (_, i) => ({ tsMs: 1_700_000_000_000 + i * stepMs, data: frame(i) })),
    ),
  )
  return path
}

type Asked = readonly [PacketChoice, Partial<RecordingAsk>]

/** All at once, in the turn that opens the input. */
async function recordAll(workers: number, input: string, asks: readonly Asked[]) {
  const probe = start(workers).open('input', input)
  return Promise.all(asks.map(async ([choice, more]) => drained(await probe.recordings.start(ask(choice, more)))))
}

/** In the order of time: of packets of one time, and of those that the capture has out of order, the workers know no other. */
async function packetsOf(file: Buffer): Promise<string[]> {
  const { seen } = await readBytes(file)
  return seen.map(({ tsMs, data, wireLen, linkType }) => `${tsMs} ${linkType} ${wireLen} ${data}`).sort()
}

const NOBODY = { host: { address: '203.0.113.9' } }

describe('the file is that of one worker', () => {
  test.each<[string, readonly Asked[]]>([
    [
      'office.pcap',
      [
        [{}, {}],
        [{}, { format: 'pcap' }],
        [{ filter: 'proto = udp and port = 53' }, {}],
        [{ host: { address: '192.168.1.10' } }, {}],
        [NOBODY, {}],
        [NOBODY, { format: 'pcap' }],
      ],
    ],
    ['vlan.pcap', [[{}, {}]]],
    ['stun-nanosecond.pcap', [[{}, {}]]],
    [
      'two-interfaces.pcapng',
      [
        [{}, {}],
        [{}, { format: 'pcap' }],
      ],
    ],
  ])('%s', async (name, asks) => {
    const [one, three] = [await recordAll(1, sample(name), asks), await recordAll(3, sample(name), asks)]
    for (let i = 0; i < asks.length; i++) {
      expect(three[i]!.progress, `${i}`).toEqual(one[i]!.progress)
      expect(three[i]!.file, `${i}`).toHaveLength(one[i]!.file.length)
      expect(await packetsOf(three[i]!.file), `${i}`).toEqual(await packetsOf(one[i]!.file))
    }
  })

  test('to the byte where each packet has a time of its own, and so are its bounds', async () => {
    const asks: readonly Asked[] = [
      [{}, {}],
      [{}, { format: 'pcap' }],
      [{}, { maxPackets: 7 }],
      [{}, { maxBytes: 50_000 }],
      [{}, { maxBytes: 50_000, format: 'pcap' }],
    ]
    const input = manyHosts(2000, 100)
    const [one, three] = [await recordAll(1, input, asks), await recordAll(3, input, asks)]
    expect(three.map(({ progress }) => progress.end)).toEqual(['input-ended', 'input-ended', 'packets', 'bytes', 'bytes'])
    for (let i = 0; i < asks.length; i++) {
      expect(three[i]!.progress, `${i}`).toEqual(one[i]!.progress)
      expect(three[i]!.file.equals(one[i]!.file), `${i}`).toBe(true)
    }
  })

  test('of more than is held at once: in order, and nothing left out', async () => {
    const input = manyHosts(40_000, 1200)
    const [{ file, progress }] = (await recordAll(3, input, [[{}, { format: 'pcap', maxSeconds: 600 }]])) as [
      Awaited<ReturnType<typeof drained>>,
    ]
    expect(progress).toMatchObject({ packets: 40_000, leftOut: 0, end: 'input-ended' })
    expect(timesOf(file).every((ms, i, all) => i === 0 || ms >= all[i - 1]!)).toBe(true)
  })
})

/** Of a classic capture. */
function timesOf(file: Buffer): number[] {
  const times: number[] = []
  for (let at = 24; at < file.length; at += 16 + file.readUInt32LE(at + 8))
    times.push(file.readUInt32LE(at) * 1000 + file.readUInt32LE(at + 4) / 1000)
  return times
}

describe('while it runs', () => {
  const slow = () => start(3, { originalSpeed: true }).open('slow', manyHosts(3000, 10, 20))

  test('a packet comes though the other workers are quiet', async () => {
    const probe = slow()
    // Of one pair of hosts: the other workers have none of them.
    const stream = await probe.recordings.start(ask({ host: { address: '10.0.5.5' } }, { maxPackets: 1, format: 'pcap' }))
    const { progress } = await drained(stream)
    expect(progress).toMatchObject({ packets: 1, end: 'packets' })
  })

  test('stopped by hand it is whole; time is a bound of all', async () => {
    const probe = slow()
    const [stopped, timed] = await Promise.all([
      probe.recordings.start(ask({}, { format: 'pcap' })),
      probe.recordings.start(ask({}, { format: 'pcap', maxSeconds: 2 })),
    ])
    setTimeout(() => stopped.stop(), 800)
    const [a, b] = await Promise.all([drained(stopped), drained(timed)])
    expect(a.progress.end).toBe('stopped')
    expect(b.progress.end).toBe('seconds')
    for (const { file, progress } of [a, b]) {
      expect(progress.packets).toBeGreaterThan(10)
      expect(timesOf(file)).toHaveLength(progress.packets)
      expect(timesOf(file)).toEqual(timesOf(file).sort((x, y) => x - y))
    }
  })

  test('an interface that goes away ends it', async () => {
    const probes = start(3, { originalSpeed: true })
    const probe = probes.open('slow', manyHosts(3000, 10, 20))
    const stream = await probe.recordings.start(ask())
    setTimeout(() => void probes.remove(probe.info.id), 800)
    expect((await drained(stream)).progress.end).toBe('interface-gone')
  })
})

describe('what cannot be recorded is said', () => {
  test('a filter that cannot be understood, a flow that is not there, an input at its end', async () => {
    const running = start(3, { originalSpeed: true }).open('running', manyHosts(3000, 10, 20))
    await expect(running.recordings.start(ask({ filter: 'nonsense = 1' }))).rejects.toMatchObject({ name: 'BadQuestion', field: 'filter' })
    for (const flow of ['1-zz', '0-1-zz', '9-1-1', 'x'])
      await expect(running.recordings.start(ask({ flow })), flow).rejects.toMatchObject({ name: 'BadQuestion', field: 'flow' })
    const probe = start(3).open('dns', sample('dns.pcap'))
    await ended(probe)
    await expect(probe.recordings.start(ask())).rejects.toBeInstanceOf(BadQuestion)
  })
})

describe('the rings', () => {
  test('give together what one would', async () => {
    const kept = async (workers: number) => {
      const probe = start(workers, { packetRing: 1 << 25 }).open('office', sample('office.pcap'))
      await ended(probe)
      const choices: PacketChoice[] = [{}, { host: { address: '192.168.1.10' } }, { filter: 'proto = udp and port = 53' }]
      const files = await Promise.all(
        choices.map(async (choice) => drained((await probe.recordings.kept({ ...choice, format: 'pcapng' }))!)),
      )
      const { items } = await probe.ask('list', { entity: 'flows', sort: 'packets', limit: 1, filter: 'proto = tcp' })
      const flow = items[0] as FlowItem
      const ofFlow = await drained((await probe.recordings.kept({ flow: flow.id, format: 'pcap' }))!)
      expect(ofFlow.progress.packets).toBe(flow.packets)
      expect(await probe.recordings.kept({ host: { address: '203.0.113.9' }, format: 'pcapng' })).toBeUndefined()
      return {
        files: await Promise.all(files.map(({ file }) => packetsOf(file))),
        ofFlow: await packetsOf(ofFlow.file),
        ring: await probe.recordings.ring(),
      }
    }
    const [one, three] = [await kept(1), await kept(3)]
    expect(three.files).toEqual(one.files)
    expect(three.ofFlow).toEqual(one.ofFlow)
    expect(three.ring!.packets).toBe(one.ring!.packets)
    expect(three.ring!.sinceMs).toBeGreaterThanOrEqual(one.ring!.sinceMs!)
  })

  test('are off unless asked for', async () => {
    const probe = start(3).open('dns', sample('dns.pcap'))
    expect(await probe.recordings.kept({ format: 'pcapng' })).toBeUndefined()
    expect(await probe.recordings.ring()).toBeUndefined()
  })
})
