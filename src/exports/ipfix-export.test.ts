import { execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  FLOW_RECORD_BIFLOW,
  FLOW_RECORD_CLIENT_IS_DST,
  FLOW_RECORD_EGRESS,
  FLOW_RECORD_ENDED,
  FLOW_RECORD_FRAME_BYTES,
} from '../lib/flow-batch.ts'
import type { OpenChannel } from './channel.ts'
import { IpfixExport, type IpfixOptions } from './ipfix-export.ts'
import { IpfixReader, numberOf, type ReadMessage, textOf } from './ipfix-testing.ts'
import { openTcp, openUdp } from './socket-channels.ts'
import { batchOf, fullBatch, type Given, receiver, START_MS, until } from './testing.ts'

/** Ends where a message does. */
function isWhole(bytes: Buffer): boolean {
  let at = 0
  while (at + 4 <= bytes.length) at += bytes.readUInt16BE(at + 2)
  return at === bytes.length
}
const FLOWS = (message: ReadMessage) => message.records.filter(({ template }) => template < 512)

/** A collector on loopback, and what it has read. */
async function collector(options: IpfixOptions = {}) {
  const socket = createSocket('udp4')
  const reader = new IpfixReader()
  const messages: ReadMessage[] = []
  const faults: unknown[] = []
  socket.on('message', (datagram) => {
    try {
      messages.push(...reader.read(datagram))
    } catch (error) {
      faults.push(error)
    }
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const sender = new IpfixExport('ipfix', openUdp({ host: '127.0.0.1', port: socket.address().port }), 'datagrams', options)
  onTestFinished(async () => {
    await sender.close(0)
    socket.close()
  })
  return {
    sender,
    messages,
    faults,
    flows: () => messages.flatMap(FLOWS),
    came: async (records: number) => {
      await until(() => faults.length > 0 || messages.flatMap(FLOWS).length >= records, `${records} records`)
      expect(faults).toEqual([])
      return messages.flatMap(FLOWS).map(({ values }) => values)
    },
  }
}

describe('records', () => {
  test('every column arrives in its element', async () => {
    const { sender, came } = await collector()
    sender.send(fullBatch(), START_MS)
    const [values] = await came(1)
    const hex = (key: string) => values!.get(key)
    expect(hex('27')).toBe('20010db8000000000000000000000001')
    expect(hex('28')).toBe('20010db8000000000000000000000002')
    expect(hex('62')).toBe('20010db80000000000000000000000ff')
    expect([hex('56'), hex('80')]).toEqual(['020000000001', 'fedcba987654'])
    expect(
      Object.fromEntries(
        ['7', '11', '4', '1', '2', '29305.1', '29305.2', '5', '10', '14', '16', '17', '29', '30', '58', '136', '239', '138'].map((key) => [
          key,
          numberOf(hex(key)),
        ]),
      ),
    ).toEqual({
      7: 40_000,
      11: 443,
      4: 6,
      1: 1000,
      2: 10,
      '29305.1': 5000,
      '29305.2': 12,
      5: 0xb8,
      10: 5,
      14: 6,
      16: 64_500,
      17: 4_200_000_001,
      29: 48,
      30: 64,
      58: 12,
      136: 3,
      239: 1,
      138: 3,
    })
    expect([hex('6'), hex('29305.6')]).toEqual(['1b', '1b'])
    expect([numberOf(hex('152')), numberOf(hex('153'))]).toEqual([START_MS, START_MS + 1500])
    expect([textOf(hex('96')), textOf(hex('35632.188')), textOf(hex('35632.180')), textOf(hex('35632.205'))]).toEqual([
      'TLS.Google',
      'example.org',
      'https://example.org/a?b="c"]\\',
      '',
    ])
    expect(numberOf(hex('35632.118'))).toBe(91)
    // basicList (RFC 6313 §4.5.1): ordered, of observationDomainName, of variable length.
    expect(hex('291')).toBe(`04012cffff04${Buffer.from('edge').toString('hex')}06${Buffer.from('region').toString('hex')}`)
    expect([numberOf(hex('35632.168')), textOf(hex('35632.169')), textOf(hex('35632.372'))]).toEqual([42, 'curl', 'ada'])
    expect([numberOf(hex('35632.373')), textOf(hex('35632.374'))]).toEqual([41, 'bash'])
    expect(['383', '384', '385', '386', '393'].map((id) => numberOf(hex(`35632.${id}`)))).toEqual([5e9, 6e9, 150, 7, 25])
    expect([numberOf(hex('35632.375')), textOf(hex('35632.376')), textOf(hex('35632.377'))]).toEqual([43, 'nginx', 'www'])
  })

  test('IPv4, the query of DNS, egress, and why a flow ended', async () => {
    const { sender, came } = await collector()
    const dns = { app: 'DNS.Google', info: 'example.org A' }
    sender.send(
      batchOf(
        { proto: 17, extras: dns, flags: FLOW_RECORD_EGRESS | FLOW_RECORD_CLIENT_IS_DST },
        { flags: FLOW_RECORD_ENDED, tcpFlags: [2, 0] },
        { flags: FLOW_RECORD_ENDED, tcpFlags: [4, 0], bytes: [2 ** 53 - 1, 0] },
      ),
      START_MS,
    )
    const [query, idle, reset] = await came(3)
    expect([query!.get('8'), query!.get('12')]).toEqual(['0a000001', 'c0000250'])
    expect([textOf(query!.get('35632.205')), textOf(query!.get('35632.180'))]).toEqual(['example.org A', ''])
    expect([query, idle, reset].map((values) => numberOf(values!.get('136')))).toEqual([2, 1, 3])
    expect([numberOf(query!.get('61')), numberOf(query!.get('239'))]).toEqual([1, 2])
    expect([numberOf(idle!.get('61')), numberOf(idle!.get('239'))]).toEqual([0, 0])
    expect(query!.has('29305.1')).toBe(false)
    expect(BigInt(`0x${reset!.get('1')}`)).toBe(2n ** 53n - 1n)
    // What was not told.
    expect(idle!.get('56')).toBe('000000000000')
  })

  test('frames that were counted are told as such, both ways', async () => {
    const { sender, came } = await collector()
    sender.send(batchOf({ flags: FLOW_RECORD_FRAME_BYTES | FLOW_RECORD_BIFLOW }, {}), START_MS)
    const [frames, layer3] = await came(2)
    expect(['1', '352', '29305.1', '29305.352'].map((key) => numberOf(frames!.get(key)))).toEqual([1000, 1000, 5000, 5000])
    expect(layer3!.has('352')).toBe(false)
  })

  const sampled = batchOf({ bytes: [128_000, 0], packets: [256, 0], sampling: 128 })
  test('a sampled record bears what was counted, its interval and its selector', async () => {
    const { sender, came, messages } = await collector()
    sender.send(sampled, START_MS)
    const [values] = await came(1)
    expect(['1', '2', '34', '302'].map((key) => numberOf(values!.get(key)))).toEqual([1000, 2, 128, 128])
    const selector = messages.flatMap(({ records }) => records).find(({ template }) => template === 513)
    expect([...selector!.values].map(([key, value]) => [key, numberOf(value)])).toEqual([
      ['302', 128],
      ['305', 1],
      ['306', 127],
    ])
  })
  test('or the scaled counts alone', async () => {
    const { sender, came } = await collector({ counts: 'scaled' })
    sender.send(sampled, START_MS)
    const [values] = await came(1)
    expect(['1', '2'].map((key) => numberOf(values!.get(key)))).toEqual([128_000, 256])
    expect([values!.has('34'), values!.has('302')]).toEqual([false, false])
  })

  test('text is cut between characters, and the longest record fits the shortest datagram', async () => {
    const { sender, came, messages } = await collector({ mtu: 100 })
    const long = '€'.repeat(1000)
    const process = { name: long, user: long, fatherName: long, pid: 1 }
    const extras = {
      app: long,
      serverName: long,
      info: long,
      path: new Array<string>(50).fill(long),
      srcProcess: process,
      dstProcess: process,
    }
    sender.send(
      batchOf({ src: '2001:db8::1', dst: '::1', flags: 63, sampling: 9, extras }, { extras: { ...extras, app: 'DNS' } }),
      START_MS,
    )
    const [values] = await came(2)
    expect(textOf(values!.get('96'))).toBe('€'.repeat(21))
    expect(textOf(values!.get('35632.188'))).toBe('€'.repeat(84))
    expect(values!.get('291')!.length / 2).toBeLessThanOrEqual(200)
    expect(Math.max(...messages.map(({ bytes }) => bytes))).toBeLessThanOrEqual(1280)
  })

  test('hostile numbers become numbers', async () => {
    const { sender, came } = await collector()
    sender.send(
      batchOf({
        bytes: [Number.NaN, -5],
        packets: [Number.POSITIVE_INFINITY, 1.5],
        firstMs: -1,
        sampling: 0,
        extras: { appId: -1, serverName: '\ud800' },
      }),
      START_MS,
    )
    const [values] = await came(1)
    expect(['1', '29305.1', '2', '29305.2', '152'].map((key) => numberOf(values!.get(key)))).toEqual([0, 0, 0, 2, 0])
    expect(textOf(values!.get('35632.188'))).toBe('\ufffd')
  })
})

describe('messages', () => {
  test('stay within the MTU, in order, with sequence numbers that count data records', async () => {
    const { sender, came, messages } = await collector({ mtu: 1400, observationDomain: 77 })
    const mixed = Array.from(
      { length: 500 },
      (_, i): Given => ({
        src: i % 3 === 0 ? '2001:db8::1' : '10.0.0.1',
        dst: '::1',
        srcPort: i,
        flags: i % 2 === 0 ? FLOW_RECORD_ENDED : FLOW_RECORD_BIFLOW,
      }),
    )
    sender.send(batchOf(...mixed), START_MS)
    const records = await came(500)
    expect(records.map((values) => numberOf(values.get('7')))).toEqual(mixed.map(({ srcPort }) => srcPort))
    let sequence = 0
    for (const message of messages) {
      expect(message).toMatchObject({ sequence, domain: 77 })
      expect(message.bytes).toBeLessThanOrEqual(1400)
      sequence += message.records.length
    }
    expect(messages.length).toBeLessThan(60)
    expect(sender.stats()).toMatchObject({ records: 500, dropped: 0, waiting: 0, peers: 1, faultCount: 0 })
  })

  test('templates come first, again after a minute, and a new one before its first record', async () => {
    const { sender, came, messages } = await collector()
    sender.send(batchOf({ flags: 0 }), START_MS)
    await came(1)
    expect(messages[0]!.templates).toEqual([512, 513, 256, 257])
    const told = () => messages.flatMap(({ templates }) => templates).filter((template) => template === 256).length
    const atFirst = told()
    sender.send(batchOf({ flags: 0 }), START_MS + 59_999)
    sender.send(batchOf({}), START_MS + 59_999)
    await came(3)
    expect(told()).toBe(atFirst)
    expect(messages.at(-2)!.templates).toEqual([258])
    sender.send(batchOf({ flags: 0 }), START_MS + 60_000)
    await came(4)
    expect(messages.at(-2)!.templates).toEqual([512, 513, 256, 257, 258])
    const statistics = messages.at(-2)!.records.at(-1)!
    expect(['42', '166'].map((key) => numberOf(statistics.values.get(key)))).toEqual([3, 0])
  })

  test('over TCP a new connection is told all templates, its sequence begins at 0, and no record is lost or doubled', async () => {
    const first = await receiver()
    const sender = new IpfixExport('ipfix', openTcp({ host: '127.0.0.1', port: first.port }), 'stream', { firstRetryMs: 20 })
    onTestFinished(() => sender.close(0))
    const flowsOf = (bytes: Buffer) => new IpfixReader().read(bytes).flatMap(FLOWS)
    sender.send(batchOf({ srcPort: 1 }, { srcPort: 2, extras: { app: 'TLS' } }), START_MS)
    await until(() => sender.stats().records === 2 && isWhole(first.bytes()) && flowsOf(first.bytes()).length === 2, 'two records')
    await first.close()
    await until(() => sender.stats().faultCount > 0, 'the loss')
    sender.send(batchOf({ srcPort: 3, extras: { app: 'TLS' } }), START_MS)
    expect(sender.stats()).toMatchObject({ peers: 0, dropped: 0 })
    expect(sender.stats().waiting).toBeGreaterThan(0)
    const second = await receiver({ port: first.port })
    onTestFinished(() => second.close())
    await until(() => sender.stats().records === 3 && isWhole(second.bytes()) && flowsOf(second.bytes()).length === 1, 'the third')
    const messages = new IpfixReader().read(second.connections()[0]!)
    expect(messages[0]).toMatchObject({ sequence: 0, templates: [512, 513, 256, 257, 258, 274] })
    expect(messages.flatMap(FLOWS).map(({ values }) => numberOf(values.get('7')))).toEqual([3])
    expect(sender.stats()).toMatchObject({ records: 3, dropped: 0, peers: 1, waiting: 0 })
  })

  test('who cannot be told a template gets no record of it', async () => {
    const sender = new IpfixExport('ipfix', () => ({ write: () => {}, close: async () => {} }), 'datagrams', { queueBytes: 60 })
    onTestFinished(() => sender.close(0))
    sender.send(batchOf({}, { flags: 0 }), START_MS)
    expect(sender.stats()).toMatchObject({ dropped: 2, waiting: 0, faults: ['ipfix: the queue has no room for a template'] })
  })

  test('a collector that is not there costs records over UDP, which are counted', async () => {
    const sender = new IpfixExport('ipfix://127.0.0.1:1', openUdp({ host: '127.0.0.1', port: 1 }), 'datagrams')
    onTestFinished(() => sender.close(0))
    const send = setInterval(() => sender.send(batchOf({}), START_MS), 5)
    onTestFinished(() => clearInterval(send))
    await until(() => sender.stats().dropped > 0, 'a refusal')
    expect(sender.stats().faults).toEqual(['ipfix://127.0.0.1:1: connection refused'])
  })
})

describe('whatever a batch holds', () => {
  const u32 = fc.nat(0xffff_ffff)
  const text = fc.string({ unit: 'binary', maxLength: 500 })
  const process = fc.record({ name: text, user: text, pid: fc.integer(), cpu: fc.double(), memory: fc.double() }, { requiredKeys: [] })
  const extras = fc.record(
    {
      app: text,
      appId: fc.integer(),
      serverName: text,
      info: text,
      path: fc.array(text, { maxLength: 9 }),
      srcProcess: process,
      dstProcess: process,
    },
    { requiredKeys: [] },
  )
  const record = fc.record({
    v6: fc.boolean(),
    flags: fc.nat(63),
    bytes: fc.tuple(fc.double(), fc.maxSafeNat()),
    packets: fc.tuple(fc.maxSafeNat(), fc.double()),
    sampling: fc.oneof(fc.constant(1), u32),
    times: fc.tuple(fc.double(), fc.double()),
    words: fc.array(u32, { minLength: 4, maxLength: 4 }),
    mac: fc.double(),
    extras: fc.option(extras, { nil: undefined }),
  })

  test('each message can be read, is no longer than allowed, and no record is missing', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1280, max: 9000 }),
        fc.boolean(),
        (records, mtu, isScaled) => {
          const batch = batchOf(
            ...records.map(({ v6, bytes, packets, times, ...rest }) => ({
              src: v6 ? '::1' : '10.0.0.1',
              bytes,
              packets,
              firstMs: times[0],
              lastMs: times[1],
              ...rest,
            })),
          )
          for (const [i, { words, mac }] of records.entries()) {
            batch.dst.set(words, 4 * i)
            batch.dstMac[i] = mac
          }
          const reader = new IpfixReader()
          const read: ReadMessage[] = []
          let opened = () => {}
          const open: OpenChannel<Uint8Array> = (events) => {
            opened = events.opened
            return {
              write: (data, done) => {
                read.push(...reader.read(Buffer.from(data)))
                done()
              },
              close: async () => {},
            }
          }
          const sender = new IpfixExport('ipfix', open, 'datagrams', { mtu, counts: isScaled ? 'scaled' : 'sampled' })
          opened()
          sender.send(batch, START_MS)
          const flows = read.flatMap(FLOWS)
          expect(flows).toHaveLength(records.length)
          for (const [i, { v6, words }] of records.entries()) {
            const hex = words.map((word) => word.toString(16).padStart(8, '0'))
            expect(flows[i]!.values.get(v6 ? '28' : '12')).toBe(v6 ? hex.join('') : hex[3])
          }
          for (const { bytes } of read) expect(bytes).toBeLessThanOrEqual(mtu)
        },
      ),
      { seed: 8, numRuns: 200 },
    )
  })
})

const hasNfdump = ['nfcapd', 'nfdump'].every((program) =>
  (process.env['PATH'] ?? '').split(':').some((folder) => readdirSyncOrNone(folder).includes(program)),
)
function readdirSyncOrNone(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

describe.skipIf(!hasNfdump)(`nfcapd reads what we send${hasNfdump ? '' : ' (apt-get install nfdump)'}`, () => {
  /** What nfdump tells of what nfcapd took: records as lines, and the summary. */
  async function nfcapd(send: (port: number) => Promise<void>): Promise<{ lines: string[]; totals: Record<string, number>; log: string }> {
    const folder = mkdtempSync(join(tmpdir(), 'wiretop-nfcapd-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const free = createSocket('udp4')
    free.bind(0, '127.0.0.1')
    await once(free, 'listening')
    const { port } = free.address()
    free.close()
    await once(free, 'close')
    const child = spawn('nfcapd', ['-b', '127.0.0.1', '-p', `${port}`, '-w', folder, '-t', '3600', '-B', '4000000'])
    let log = ''
    child.stderr.on('data', (part: Buffer) => {
      log += part.toString()
    })
    child.stdout.resume()
    onTestFinished(() => void child.kill('SIGKILL'))
    await until(() => log.includes('Startup'), `nfcapd to start: ${log}`)
    await send(port)
    await new Promise((resolve) => setTimeout(resolve, 300))
    child.kill('SIGTERM')
    await once(child, 'exit')
    const file = join(folder, readdirSync(folder).find((name) => /^nfcapd\.\d+$/.test(name))!)
    const run = (...args: string[]) => execFileSync('nfdump', ['-r', file, ...args], { stdio: ['ignore', 'pipe', 'ignore'] }).toString()
    const totals = Object.fromEntries([...run('-I').matchAll(/^(\w+): (\d+)$/gm)].map(([, name, value]) => [name!, Number(value)]))
    return { lines: run('-q', '-N', '-o', 'fmt:%sa %sp %da %dp %pr %pkt %byt %opkt %obyt').trim().split('\n'), totals, log }
  }

  test('totals, both ways, are equal', async () => {
    const flows = Array.from(
      { length: 2000 },
      (_, i): Given => ({
        src: i % 2 === 0 ? `10.0.${i >> 8}.${i & 255}` : `2001:db8::${i.toString(16)}`,
        dst: i % 2 === 0 ? '192.0.2.1' : '2001:db8::1',
        srcPort: i,
        bytes: [1000 + i, 2 * i],
        packets: [1 + (i % 7), i % 5],
        flags: i % 3 === 0 ? FLOW_RECORD_ENDED : FLOW_RECORD_ENDED | FLOW_RECORD_BIFLOW,
        ...(i % 4 === 0 && { extras: { app: 'TLS.Google', serverName: `host${i}.example` } }),
      }),
    )
    let stats: unknown
    const { lines, totals, log } = await nfcapd(async (port) => {
      const sender = new IpfixExport('ipfix', openUdp({ host: '127.0.0.1', port }), 'datagrams')
      for (let at = 0; at < flows.length; at += 100) {
        sender.send(batchOf(...flows.slice(at, at + 100)), START_MS)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      await sender.close(5000)
      stats = sender.stats()
    })
    expect(stats).toMatchObject({ records: 2000, dropped: 0, waiting: 0 })
    const sum = (of: (flow: Given) => number) => flows.reduce((total, flow) => total + of(flow), 0)
    const back = (flow: Given) => ((flow.flags! & FLOW_RECORD_BIFLOW) !== 0 ? 1 : 0)
    const read = lines.map((line) => line.trim().split(/\s+/))
    const column = (n: number) => read.reduce((total, parts) => total + Number(parts[n]), 0)
    expect(totals['Flows']).toBe(2000)
    expect(column(6)).toBe(sum(({ bytes }) => bytes![0]))
    expect(column(5)).toBe(sum(({ packets }) => packets![0]))
    expect(column(8)).toBe(sum((flow) => back(flow) * flow.bytes![1]))
    expect(column(7)).toBe(sum((flow) => back(flow) * flow.packets![1]))
    expect(log).toContain('Sequence Errors: 0, Bad Packets: 0')
  })

  test('and so are those of sampled records that are sent scaled', async () => {
    const { totals } = await nfcapd(async (port) => {
      const sender = new IpfixExport('ipfix', openUdp({ host: '127.0.0.1', port }), 'datagrams', { counts: 'scaled' })
      sender.send(batchOf({ flags: 0, bytes: [64_000, 0], packets: [640, 0], sampling: 64 }), START_MS)
      await sender.close(5000)
    })
    expect(totals).toMatchObject({ Flows: 1, Packets: 640, Bytes: 64_000 })
  })
})
