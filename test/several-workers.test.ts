import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { familyOf } from '../src/lib/aggregations.ts'
import { type Entity, entities, type FlowItem, type ItemOf } from '../src/lib/fields.ts'
import { type HostDetail, SERIES_NAMES, type SeriesQuery } from '../src/lib/live.ts'
import { newSourceStats, PacketBatch, type Source } from '../src/lib/source.ts'
import { PcapFile } from '../src/sources/pcap-file.ts'
import { fiveTuple, lopsided, symmetric } from '../src/sources/shard.ts'
import { feed, START_MS, tcpFrame, testTables, udpFrame } from '../src/tables/testing.ts'
import { Decoder } from '../src/wire/decode.ts'
import { isKnownLinkType } from '../src/wire/link-types.ts'
import { KIND_IP, Packet } from '../src/wire/packet.ts'
import type { Bytes } from '../src/wire/testing.ts'
import { type Asked, one, readShared, readWhole, several } from './several-workers.ts'

const ENTITIES = Object.keys(entities) as Entity[]
const SAMPLES = [
  'office.pcap',
  'ftp.pcap',
  'sip-rtp.pcap',
  'vxlan.pcap',
  'ipv6.pcap',
  'tcp-loss.pcap',
  'fragments.pcap',
  'vlan.pcap',
  'tftp.pcap',
]

const capture = (name: string) => (): Source =>
  new PcapFile(fileURLToPath(new URL(`../samples/${name}`, import.meta.url)), { knowsLinkType: isKnownLinkType })

/** Frames without IP are given to hosts by the worker that sees them, which knows fewer hosts behind a MAC than one worker does. */
function ipOnly(open: () => Source): () => Source {
  return () => {
    const source = open()
    const decoder = new Decoder(1)
    const p = new Packet()
    return {
      name: source.name,
      stats: () => source.stats(),
      run: (sink, signal) =>
        source.run(
          {
            packets: async (batch) => {
              const kept = new PacketBatch(batch.count)
              kept.buf = batch.buf
              for (let i = 0; i < batch.count; i++) {
                const from = batch.start[i]!
                decoder.decode(batch.buf, from, from + batch.capLen[i]!, batch.wireLen[i]!, batch.linkType[i]!, p)
                if (p.kind !== KIND_IP) continue
                for (const name of ['start', 'capLen', 'wireLen', 'tsMs', 'linkType'] as const) kept[name][kept.count] = batch[name][i]!
                kept.count++
              }
              await sink.packets(kept)
            },
          },
          signal,
        ),
    }
  }
}

type Item = Readonly<Record<string, unknown>>
/** Ids say on which worker a flow lies. */
const withoutId = ({ id: _, ...item }: Item): Item => item
const keyOf = (item: Item) => JSON.stringify(item, Object.keys(item).sort())
/** In an order of their own: where rows are equal by what they are sorted by, several workers put them in another order than one. */
const inOrder = <T extends object>(items: readonly T[]): T[] => [...items].sort((a, b) => (keyOf(a as Item) < keyOf(b as Item) ? -1 : 1))

async function rowsOf(asked: Asked, entity: Entity): Promise<Item[]> {
  const { items, matching, total } = await asked.ask('list', { entity, limit: 1000 })
  expect([matching, total]).toEqual([items.length, items.length])
  return inOrder((items as unknown as Item[]).map(withoutId).map(inAnyOrder))
}
/** Those who asked equally often come in the order in which each worker heard them. */
const inAnyOrder = (item: Item): Item =>
  item['askedBy'] === undefined ? item : { ...item, askedBy: [...(item['askedBy'] as string[])].sort() }
const page = (host: HostDetail): Item => ({
  ...host,
  apps: inOrder(host.apps),
  serverPorts: inOrder(host.serverPorts),
  clientPorts: inOrder(host.clientPorts),
  topPeers: inOrder(host.topPeers.map((peer) => ({ ...peer, apps: inOrder(peer.apps) }))),
  sameMac: [...host.sameMac].sort(),
  nonIp: inOrder(host.nonIp),
  risks: inOrder(host.risks),
  // Added up in another order.
  series: { ...host.series, columns: host.series.columns.map((c) => ({ ...c, values: c.values.map((v) => Math.round(v * 1000)) })) },
})

async function everything(asked: Asked): Promise<Item> {
  const lists = Object.fromEntries(await Promise.all(ENTITIES.map(async (entity) => [entity, await rowsOf(asked, entity)] as const)))
  const dump = await asked.ask('dump', {})
  const series = (of: SeriesQuery['of']) => asked.ask('series', { of, seconds: 3600, points: 50 })
  const facets = async (entity: Entity, fields: readonly string[]) =>
    (await asked.ask('facets', { entity, fields, limit: 1000 })).map(({ field, values }) => ({ field, values: inOrder(values) }))
  const searches = ['10.', 'a', 'http', '80', '00:'].map((text) => asked.ask('search', { text, limit: 1000 }))
  return {
    ...lists,
    totals: await asked.ask('totals', {}),
    dumpedHosts: inOrder(dump.hosts.map(page)),
    dumpedFlows: inOrder(dump.flows.map((flow) => withoutId(flow as unknown as Item))),
    series: await Promise.all(SERIES_NAMES.map(series)),
    facetsOfFlows: await facets('flows', ['app', 'host', 'port', 'proto', 'serverName', 'tcpState', 'mac']),
    facetsOfHosts: await facets('hosts', ['name', 'app', 'local', 'vendor', 'peers']),
    searches: (await Promise.all(searches)).map(inOrder),
    sizes: await asked.ask('sizes', {}),
    malformed: await asked.ask('malformed', {}),
  }
}

describe.each(SAMPLES)('%s', (name) => {
  const open = ipOnly(capture(name))
  let whole: Promise<Asked> | undefined
  const readByOne = () => (whole ??= readWhole(open()).then(one))

  test.each([
    ['addresses', symmetric, 2],
    ['addresses', symmetric, 3],
    ['addresses and ports', fiveTuple, 3],
  ] as const)('shared by %s, %#: every answer is that of one worker', async (_, hash, count) => {
    const single = await everything(await readByOne())
    const merged = await everything(several(await readShared(open, count, hash)))
    // Where announcements come late (here: after all has been read), the seconds before it are kept under no name, and risks were judged without it.
    const known = hash === fiveTuple ? [...BY_FIRST_SYN, ...BY_OTHER_FLOWS] : BY_FIRST_SYN
    for (const [question, answer] of Object.entries(single))
      if (!(hash === fiveTuple && ['apps', 'categories', 'series'].includes(question)))
        expect(without(known, merged[question]), question).toEqual(without(known, answer))
  })

  test.each([2, 3])('flows torn apart over %i workers: every counter is that of one worker', async (count) => {
    const single = await readByOne()
    const merged = several(await readShared(open, count, lopsided))
    for (const entity of ['flows', 'hosts', 'l4', 'vlans', 'ports', 'talkers', 'contacts'] as const) {
      if (name === 'fragments.pcap') continue
      // When the later half of a flow began is the latest that its worker knows of the contact.
      const isOfFlows = entity !== 'contacts'
      const counters = (rows: readonly Item[]) =>
        inOrder(rows.map((row) => (isOfFlows ? countersOf(row) : countersOf({ ...row, lastSeen: undefined }))))
      expect(counters(await rowsOf(merged, entity)), entity).toEqual(counters(await rowsOf(single, entity)))
    }
    const { trend: _, flows, flowsTotal, ...totals } = await merged.ask('totals', {})
    const whole = await single.ask('totals', {})
    expect(whole).toMatchObject(totals)
    if (name !== 'fragments.pcap') expect([flows, flowsTotal]).toEqual([whole.flows, whole.flowsTotal])
  })
})

/** A host's first connection may lie on another worker than its first packet: which of two systems behind one address is told is open. */
const BY_FIRST_SYN = ['system', 'tcpFingerprint']
/** What is told of a flow by other flows of the same hosts, which other workers may have. */
const BY_OTHER_FLOWS = ['risks', 'risksTold', 'score', 'clientScore', 'serverScore', 'scoreAsClient', 'scoreAsServer']
const without = (names: readonly string[], answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer, (name, value: unknown) => (names.includes(name) ? undefined : value)))

/** What rests on recognition, which sees less of a direction alone, and on what is known of the second before. */
const UNSURE = [
  'app',
  'category',
  'confidence',
  'serverName',
  'info',
  'clientLatency',
  'trend',
  'pps',
  'bps',
  'bpsSent',
  'bpsRcvd',
  'name',
  'clientLabel',
  'serverLabel',
  ...BY_FIRST_SYN,
  ...BY_OTHER_FLOWS,
]
const countersOf = (item: Item): Item => Object.fromEntries(Object.entries(item).filter(([name]) => !UNSURE.includes(name)))

describe('split flows', () => {
  const HTTP = {
    client: { from: '10.0.0.1', to: '93.184.216.34', dstPort: 80 },
    server: { from: '93.184.216.34', to: '10.0.0.1', srcPort: 80, dstPort: 40_000 },
  }
  const GET = 'GET /a HTTP/1.1\r\nHost: www.wikipedia.org\r\n\r\n'
  const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

  /** One worker sees what the client says, the other what the server says. */
  async function connection(): Promise<[single: Asked, merged: Asked]> {
    const says = (ms: number, frame: Bytes) => ({ ms, frame })
    const client = [
      says(0, tcpFrame({ ...HTTP.client, seq: 1, flags: 2 })),
      says(20, tcpFrame({ ...HTTP.client, seq: 2, ack: 101, flags: 16 })),
      says(21, tcpFrame({ ...HTTP.client, seq: 2, ack: 101, flags: 24, payload: GET })),
      says(60, tcpFrame({ ...HTTP.client, seq: 2 + GET.length, ack: 200, flags: 17 })),
    ]
    const server = [
      says(15, tcpFrame({ ...HTTP.server, seq: 100, ack: 2, flags: 18 })),
      says(50, tcpFrame({ ...HTTP.server, seq: 101, ack: 2, flags: 24, payload: OK })),
      says(61, tcpFrame({ ...HTTP.server, seq: 101 + OK.length, ack: 2, flags: 17 })),
    ]
    const whole = testTables({})
    const parts = [testTables({ seed: 1 }), testTables({ seed: 2 })]
    for (const { ms, frame } of [...client, ...server].sort((a, b) => a.ms - b.ms)) feed(whole, [frame], START_MS + ms)
    for (const [t, frames] of [
      [parts[0]!, client],
      [parts[1]!, server],
    ] as const)
      for (const { ms, frame } of frames) feed(t, [frame], START_MS + ms)
    return [one(whole), several(parts)]
  }

  test('are one flow: its ends, its name, its handshake and its state', async () => {
    const [single, merged] = await connection()
    const [expected] = (await single.ask('list', { entity: 'flows', limit: 9 })).items as FlowItem[]
    const { items, total } = await merged.ask('list', { entity: 'flows', limit: 9 })
    const { id: _i, clientLatency: _c, ...whole } = expected!
    expect(total).toBe(1)
    expect(items[0]).toMatchObject(whole)
    expect(whole).toMatchObject({ app: 'HTTP.Wikipedia', serverLatency: 15, tcpState: 'closed' })
  })

  test('count once for hosts, applications and ports, under the name that the whole has', async () => {
    const [single, merged] = await connection()
    for (const entity of ['apps', 'categories', 'l4', 'ports', 'vlans', 'talkers'] as const)
      expect(await rowsOf(merged, entity), entity).toEqual(await rowsOf(single, entity))
    // The frames of these tests bear one pair of MACs both ways.
    const hosts = async (asked: Asked) => (await asked.ask('dump', {})).hosts.map(page).map(({ sameMac: _, ...host }) => host)
    expect(inOrder(await hosts(merged))).toEqual(inOrder(await hosts(single)))
  })

  test('are found by the id of any part, and have the same Community ID', async () => {
    const [single, merged] = await connection()
    const [{ id }] = (await merged.ask('list', { entity: 'flows', limit: 1 })).items as [FlowItem]
    const [{ id: singleId }] = (await single.ask('list', { entity: 'flows', limit: 1 })).items as [FlowItem]
    const flow = await merged.ask('flow', { id })
    const expected = (await single.ask('flow', { id: singleId }))!
    expect(flow).toMatchObject({
      bytes: expected.bytes,
      communityId: expected.communityId,
      tcpC2s: expected.tcpC2s,
      fields: expected.fields,
    })
    expect((await merged.ask('flow', { id: id.startsWith('0') ? '1-0-1' : '0-0-1' }))?.bytes).toBe(expected.bytes)
    for (const none of ['', '0', '7-0-1', '0-9-9', 'x-0-1', '0-1']) expect(await merged.ask('flow', { id: none }), none).toBeNull()
  })
})

describe('what one worker learns', () => {
  test('names the data connections of FTP on another', async () => {
    const shared = await readShared(capture('ftp.pcap'), 3, fiveTuple)
    const where = (app: string) =>
      shared.map((t) => {
        let n = 0
        const { rows } = t.flows
        for (let row = 0; row < rows.used; row++) if (t.options.catalogue.nameOf(rows.go(row).master) === app) n++
        return n
      })
    const [control, data] = [where('FTP_CONTROL'), where('FTP_DATA')]
    expect(data.reduce((a, b) => a + b)).toBe(7)
    // Else the test would show nothing.
    expect(data.some((n, i) => n > 0 && control[i] === 0)).toBe(true)
  })
})

describe('a host that is watched', () => {
  const HOST = '10.0.0.1'
  const ask = (asked: Asked) => asked.ask('hostSeries', { address: HOST, seconds: 3600, points: 3600 })
  /** Each worker has the flows with one peer; a third has not seen the host when it is looked at first. */
  function shared() {
    const whole = testTables({})
    const parts = [1, 2, 3].map((seed) => testTables({ seed }))
    const say = (peer: number, s: number, length: number) => {
      const frame = udpFrame({ from: HOST, to: `8.8.8.${peer}`, srcPort: 4000 + peer, payload: 'x'.repeat(length) })
      feed(whole, [frame], START_MS + 1000 * s)
      feed(parts[peer]!, [frame], START_MS + 1000 * s)
    }
    const pass = (s: number) => {
      for (const t of [whole, ...parts]) t.passClock(START_MS + 1000 * s)
    }
    return { single: one(whole), merged: several(parts), say, pass }
  }

  test('has one course, added up over all workers', async () => {
    const { single, merged, say, pass } = shared()
    say(0, 0, 10)
    say(1, 0, 10)
    pass(1)
    expect(await ask(merged)).toEqual(await ask(single))
    for (const [peer, s, length] of [
      [0, 1.5, 100],
      [1, 1.6, 200],
      [2, 3.2, 300],
      [0, 3.4, 50],
      [1, 7, 20],
    ] as const)
      say(peer, s, length)
    pass(9)
    const expected = await ask(single)
    expect(expected!.times).toHaveLength(7)
    expect(expected!.columns.find(({ name }) => name === 'flows')!.values).toEqual([2, 3, 3, 3, 3, 3, 3])
    expect(await ask(merged)).toEqual(expected)
  })

  test('counts a flow that lies on two workers once', async () => {
    const parts = [testTables({ seed: 1 }), testTables({ seed: 2 })]
    const merged = several(parts)
    const there = { from: HOST, to: '8.8.8.8', srcPort: 4000, dstPort: 53 }
    feed(parts[0]!, [udpFrame(there)], START_MS)
    feed(parts[1]!, [udpFrame({ from: '8.8.8.8', to: HOST, srcPort: 53, dstPort: 4000 })], START_MS + 10)
    expect((await ask(merged))!.times).toEqual([])
    for (const t of parts) t.passClock(START_MS + 3000)
    expect((await ask(merged))!.columns.find(({ name }) => name === 'flows')!.values).toEqual([1, 1])
  })

  test('is none where nobody has seen it', async () => {
    const { merged, say, pass } = shared()
    say(0, 0, 10)
    pass(1)
    expect(await merged.ask('hostSeries', { address: '10.9.9.9', seconds: 60, points: 60 })).toBeNull()
    expect((await ask(merged))!.watched.hosts).toBe(1)
  })
})

describe('who asked for a name', () => {
  /** Each host asks for it at the worker that its number says, and some at two. */
  function asked(hosts: number, workers: number): Asked {
    const parts = Array.from({ length: workers }, (_, i) =>
      testTables({ seed: i + 1, observe: { contactsOf: 'all', aggregations: 1, salt: 5 } }),
    )
    for (let host = 0; host < hosts; host++)
      for (const at of workers > 1 && host % 4 === 0 ? [host % workers, (host + 1) % workers] : [host % workers])
        parts[at]!.observation!.names!.table.asked(
          familyOf('domain', 'DNS'),
          'example.org',
          0,
          0,
          0xffff,
          0x0a000000 + host,
          START_MS / 1000,
        )
    return workers === 1 ? one(parts[0]!) : several(parts)
  }
  const NAME = { kind: 'domain', protocol: 'DNS', name: 'example.org' }
  const listed = async (of: Asked) => (await of.ask('list', { entity: 'aggregations', limit: 9 })).items[0] as ItemOf<'aggregations'>

  test('is told of all workers, each host once', async () => {
    const merged = asked(24, 3)
    const item = await listed(merged)
    expect(item).toMatchObject({ hosts: 24, queries: 30 })
    expect([...item.askedBy].sort()).toEqual([...(await listed(asked(24, 1))).askedBy].sort())
    expect(await merged.ask('aggregation', NAME)).toMatchObject({ hosts: 24, queries: 30 })
    const found = await merged.ask('list', { entity: 'aggregations', filter: 'askedBy = 10.0.0.23', limit: 9 })
    expect(found.matching).toBe(1)
  })

  test('is estimated of all of them as one worker does it', async () => {
    const single = await listed(asked(2000, 1))
    expect(Math.abs(single.hosts - 2000) / 2000).toBeLessThan(0.2)
    for (const workers of [2, 3]) {
      const merged = asked(2000, workers)
      expect((await listed(merged)).hosts).toBe(single.hosts)
      expect((await merged.ask('aggregation', NAME))!.hosts).toBe(single.hosts)
    }
  })
})

describe('lists of several workers', () => {
  /** Hosts that two workers have in equal halves. */
  function halves(): Asked {
    const parts = [testTables({ seed: 1 }), testTables({ seed: 2 })]
    for (let i = 1; i <= 60; i++)
      parts.forEach((t, p) => {
        feed(t, [udpFrame({ from: `10.0.1.${i}`, to: `8.8.${p}.8`, srcPort: 4000 + p, payload: 'x'.repeat(i) })])
      })
    return several(parts)
  }

  test('a filter on a sum is asked of the sum', async () => {
    const asked = halves()
    const least = 2 * (14 + 20 + 8 + 30)
    const { items, matching, total } = await asked.ask('list', { entity: 'hosts', limit: 100, filter: `bytesSent >= ${least}` })
    expect([items.length, matching, total]).toEqual([31, 31, 62])
  })

  test.each(['bytes', 'address', 'firstSeen', 'name', 'peers', 'app', 'trend', 'mac', 'bps'] as const)(
    'pages by %s hold every row once, in order',
    async (sort) => {
      const asked = halves()
      for (const order of ['asc', 'desc'] as const) {
        const whole = (await asked.ask('list', { entity: 'hosts', sort, order, limit: 1000 })).items as unknown as Item[]
        const pages: Item[] = []
        let cursor: string | undefined
        do {
          const answer = await asked.ask('list', { entity: 'hosts', sort, order, limit: 7, ...(cursor === undefined ? {} : { cursor }) })
          pages.push(...(answer.items as unknown as Item[]))
          cursor = answer.cursor
        } while (cursor !== undefined)
        expect(pages).toEqual(whole)
        expect(new Set(pages.map((item) => item['address'])).size).toBe(62)
      }
    },
  )
})

describe('any traffic', () => {
  const end = fc.record({ host: fc.integer({ min: 1, max: 6 }), port: fc.constantFrom(53, 80, 443, 2000, 40_000) })
  const packet = fc.record({
    from: end,
    to: end,
    vlan: fc.constantFrom(undefined, undefined, 5),
    flags: fc.constantFrom(2, 18, 16, 24, 17, 4),
    seq: fc.integer({ min: 1, max: 4000 }),
    isTcp: fc.boolean(),
    length: fc.integer({ min: 0, max: 1200 }),
    // Also silence. Of late packets the earliest time is known, not which was first: sources/shard.test.ts has those.
    step: fc.constantFrom(0, 1, 7, 400, 1500, 90_000),
  })
  type Made = typeof packet extends fc.Arbitrary<infer T> ? T : never

  const frameOf = ({ from, to, vlan, flags, seq, isTcp, length }: Made): Bytes => {
    const segment = {
      from: `10.0.0.${from.host}`,
      to: `10.0.0.${to.host}`,
      srcPort: from.port,
      dstPort: to.port,
      payload: 'z'.repeat(length),
    }
    const tagged = vlan === undefined ? segment : { ...segment, vlan }
    return isTcp ? tcpFrame({ ...tagged, flags, seq }) : udpFrame(tagged)
  }
  const sourceOf = (packets: readonly Made[]) => (): Source => ({
    name: 'made',
    stats: () => newSourceStats(),
    run: async (sink) => {
      let ms = START_MS
      for (let at = 0; at < packets.length; at += 16) {
        const some = packets.slice(at, at + 16)
        const batch = new PacketBatch(some.length)
        const frames = some.map(frameOf)
        batch.buf = Uint8Array.from(frames.flat())
        frames.reduce((start, frame, i) => {
          ms += some[i]!.step
          batch.start[i] = start
          batch.capLen[i] = batch.wireLen[i] = frame.length
          batch.tsMs[i] = ms
          batch.linkType[i] = 1
          return start + frame.length
        }, 0)
        batch.count = some.length
        await sink.packets(batch)
      }
    },
  })

  // Nor is it said which of its MACs a host is tied to: these frames bear one pair of them both ways.
  const withoutApp = (hosts: unknown) => inOrder((hosts as readonly Item[]).map(({ app: _, sameMac: _s, ...host }) => host))

  test('whole flows: every answer is that of one worker', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { minLength: 1, maxLength: 80 }), fc.constantFrom(symmetric, fiveTuple), async (packets, hash) => {
        const open = sourceOf(packets)
        const single = await everything(one(await readWhole(open())))
        const merged = await everything(several(await readShared(open, 3, hash)))
        // Which application a host has most of is open where two are equal.
        for (const question of Object.keys(single).filter((name) => !['hosts', 'dumpedHosts', 'facetsOfHosts'].includes(name)))
          expect(merged[question], question).toEqual(single[question])
        for (const question of ['hosts', 'dumpedHosts'])
          expect(withoutApp(merged[question]), question).toEqual(withoutApp(single[question]))
      }),
      { seed: 7, numRuns: 6, endOnFailure: true },
    )
  })

  test('torn flows: every counter is that of one worker', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { minLength: 1, maxLength: 80 }), async (packets) => {
        const open = sourceOf(packets)
        const single = one(await readWhole(open()))
        const merged = several(await readShared(open, 2, lopsided))
        for (const entity of ['hosts', 'l4', 'vlans', 'ports', 'talkers', 'apps'] as const) {
          const counters = async (asked: Asked) =>
            inOrder(
              (await rowsOf(asked, entity)).map(({ trend: _t, pps: _p, bps: _b, app, ...row }) =>
                entity === 'hosts' ? row : { ...row, app },
              ),
            )
          expect(await counters(merged), entity).toEqual(await counters(single))
        }
      }),
      { seed: 7, numRuns: 6, endOnFailure: true },
    )
  })
})
