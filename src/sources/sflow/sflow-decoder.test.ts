import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SAMPLE_EGRESS } from '../../lib/sample-batch.ts'
import { MAX_WIRE_LEN } from '../../lib/source.ts'
import { ascii, type Bytes, eth, ip4, udp, zeros } from '../../wire/testing.ts'
import {
  AGENT,
  address,
  bare,
  collecting,
  countersSample,
  datagram,
  expandedCounters,
  expandedSample,
  flowSample,
  gateway,
  genericCounters,
  header,
  NOW_MS,
  record,
  routed,
  type Sample,
  switched,
  text,
  word64,
  words,
} from './sflow-testing.ts'

const frame = eth(0x0800, ip4(udp(1000, 53, ascii('hello, name'))))
const hex = (bytes: Bytes) => Buffer.from(bytes).toString('hex')
const plain = header(frame)

/** What comes of one sample with these records. */
function one(records: readonly Bytes[], s: Sample = {}) {
  const c = collecting()
  const info = c.take(datagram([flowSample(records, s)]))
  expect(c.seen).toHaveLength(1)
  return { ...c.seen[0]!, info }
}
const faultsOf = (bytes: Uint8Array) => collecting().take(bytes).faults

describe('a flow sample', () => {
  test('becomes a packet that stands for as many as its rate says', () => {
    const { info, ...seen } = one([plain], { rate: 1000, inIf: 3, outIf: 7, source: 3 })
    expect(seen).toEqual({
      header: hex(frame),
      wireLen: frame.length,
      linkType: 1,
      weight: 1000,
      flags: 0,
      vlan: 0,
      inIf: 3,
      outIf: 7,
      as: [0, 0],
      mask: [0, 0],
      nextHop: '',
      extras: undefined,
    })
    expect(info).toMatchObject({
      address: AGENT,
      protocol: 'sFlow v5',
      domain: 0,
      datagrams: 1,
      records: 1,
      sampling: [1000],
      samplingFrom: 'records',
      faults: {},
      interfaces: [
        { ifIndex: 3, bytesIn: 1000 * frame.length, bytesOut: 0 },
        { ifIndex: 7, bytesIn: 0, bytesOut: 1000 * frame.length },
      ],
    })
    expect(info).not.toHaveProperty('sender')
  })

  test('of the expanded form is the same', () => {
    const c = collecting()
    c.take(datagram([expandedSample([plain], { rate: 5, inIf: 0x4000_0001, outIf: 9, source: 0x4000_0001 })]))
    expect(c.seen).toMatchObject([{ weight: 5, inIf: 0x4000_0001, outIf: 9, flags: 0 }])
  })

  test.each<[string, Sample, number]>([
    ['its way in', { source: 1, inIf: 1, outIf: 2 }, 0],
    ['its way out', { source: 2, inIf: 1, outIf: 2 }, SAMPLE_EGRESS],
    ['a way out whose way in is not known', { source: 2, inIf: 0, outIf: 2 }, SAMPLE_EGRESS],
    ['both', { source: 2, inIf: 2, outIf: 2 }, 0],
    ['a VLAN of the number of its way out', { kind: 1, source: 2, inIf: 1, outIf: 2 }, 0],
    ['no interface', { source: 0, inIf: 1, outIf: 0 }, 0],
  ])('taken at %s is told apart', (_, s, flags) => {
    expect(one([plain], s).flags).toBe(flags)
  })

  test.each<[string, Sample, number, number]>([
    ['discarded', { outFormat: 1, outIf: 256 }, 1, 0],
    ['to many', { outFormat: 2, outIf: 4 }, 1, 0],
    ['by the switch itself', { inIf: 0x3fff_ffff }, 0, 2],
  ])('of a packet %s has no such interface', (_, s, inIf, outIf) => {
    expect(one([plain], s)).toMatchObject({ inIf, outIf })
    const c = collecting()
    c.take(datagram([expandedSample([plain], s)]))
    expect(c.seen).toMatchObject([{ inIf, outIf }])
  })

  test.each<[string, number, number, number, number]>([
    ['with the check sequence', 1518, 4, 1, 1514],
    ['with it and a tag that was taken off', 1522, 8, 1, 1518],
    ['of a host that strips nothing', 1514, 0, 1, 1514],
    ['shorter than what was captured', 20, 4, 1, frame.length],
    ['of zero', 0, 4, 1, frame.length],
    ['of 4 GiB', 0xffff_ffff, 4, 1, MAX_WIRE_LEN],
  ])('counts the frame without check sequence: %s', (_, frameLen, stripped, protocol, wireLen) => {
    expect(one([header(frame, frameLen, protocol, stripped)]).wireLen).toBe(wireLen)
  })

  test.each([
    [1, 1],
    [7, 9],
    [11, 228],
    [12, 229],
    [13, 219],
    [14, 50],
    [15, 105],
    [4, 0xffff],
    [0xffff_ffff, 0xffff],
  ])('of header protocol %i has link type %i', (protocol, linkType) => {
    const { info, linkType: got } = one([header(frame, 100, protocol)])
    expect(got).toBe(linkType)
    expect(info.faults).toEqual(linkType === 0xffff ? { 'header of a link that is not known': 1 } : {})
  })

  test('with what switches, routers and gateways add, in any order', () => {
    const records = [gateway(64_512, [64_499, 64_500, 15_169], [0xfbf0_0001]), plain, switched(10, 20), routed('198.51.100.1', 24, 16)]
    for (const order of [records, records.toReversed()]) {
      expect(one(order)).toMatchObject({
        vlan: 10,
        nextHop: '198.51.100.1',
        mask: [24, 16],
        as: [64_512, 15_169],
        extras: {
          fields: {
            bgpPrevAdjacentAsNumber: 64_497,
            bgpNextAdjacentAsNumber: 64_499,
            asPath: '64499 64500 15169',
            communities: '64496:1',
            localPref: 100,
          },
        },
        info: { faults: {} },
      })
    }
  })
  test('on its way out has the VLAN of its way out', () => {
    expect(one([plain, switched(10, 20)], { source: 2 }).vlan).toBe(20)
    expect(one([plain, switched(10, 0)], { source: 2 }).vlan).toBe(10)
    expect(one([plain, switched(0xffff_ffff, 4095)]).vlan).toBe(0)
  })
  test('has the next hop of BGP where no router tells one, of IPv6 too', () => {
    expect(one([plain, gateway(1, [])])).toMatchObject({ nextHop: '203.0.113.9', as: [1, 0] })
    expect(one([plain, routed('2001:db8::1', 48, 32)])).toMatchObject({ nextHop: '2001:db8::1', mask: [48, 32] })
    expect(one([plain, record(1002, words(0, 24, 16))])).toMatchObject({ nextHop: '', mask: [24, 16] })
    expect(one([plain, routed('0.0.0.0', 24, 16)])).toMatchObject({ nextHop: '', mask: [24, 16] })
  })
  test('with sets in its path', () => {
    const path = record(1003, [...address('203.0.113.9'), ...words(1, 2, 3, 2, 2, 2, 10, 20, 1, 2, 30, 40, 0, 0)])
    expect(one([plain, path])).toMatchObject({ as: [2, 40], extras: { fields: { asPath: '10 20 {30,40}' } } })
  })
  test.each<[string, number, Bytes, unknown]>([
    ['users', 1004, [...words(106), ...text('ann'), ...words(106), ...text('bob@x')], { fields: { srcUser: 'ann', dstUser: 'bob@x' } }],
    ['a URL', 1005, [...words(1), ...text('/a?b'), ...text('www.example.org:8080')], { info: '/a?b', serverName: 'www.example.org' }],
    [
      'NAT',
      1007,
      [...address('10.1.1.1'), ...address('2001:db8::9')],
      { fields: { postNATSourceIPv4Address: '10.1.1.1', postNATDestinationIPv6Address: '2001:db8::9' } },
    ],
    ['ports of NAT', 1020, words(4000, 443), { fields: { postNAPTSourceTransportPort: 4000, postNAPTDestinationTransportPort: 443 } }],
    ['a VNI on the way in', 1030, words(5001), { fields: { ingressVni: 5001 } }],
    ['a VNI on the way out', 1029, words(5002), { fields: { egressVni: 5002 } }],
    ['MPLS', 1006, [...address('10.0.0.9'), ...words(1, 16, 0)], undefined],
    ['a tunnel', 1023, zeros(32), undefined],
    ['another enterprise', (4413 << 12) | 1, words(1, 2, 3), undefined],
    ['nothing', 1004, [], undefined],
  ])('with %s', (_, format, bytes, extras) => {
    const c = collecting()
    c.take(datagram([flowSample([record(format, bytes), plain])]))
    expect(c.seen).toMatchObject([{ header: hex(frame) }])
    expect(c.seen[0]!.extras).toEqual(extras)
  })
  test('says the same again without reading it again, and something else anew', () => {
    const c = collecting()
    const user = (name: string) => flowSample([plain, record(1004, [...words(106), ...text(name), ...words(106), ...text('')])])
    c.take(datagram([user('ann'), user('ann'), user('bob')]))
    expect(c.seen[0]!.extras).toBe(c.seen[1]!.extras)
    expect(c.seen.map(({ extras }) => (extras as { fields: object }).fields)).toEqual([
      { srcUser: 'ann' },
      { srcUser: 'ann' },
      { srcUser: 'bob' },
    ])
  })
  test('says so much and no more, and what is cut is told each time', () => {
    const c = collecting()
    const vni = record(1029, words(7))
    const { faults } = c.take(datagram([flowSample([plain, ...new Array<Bytes>(8).fill(vni), record(1004, words(0, 0, 0, 0))])]))
    expect([c.seen[0]!.extras, faults]).toEqual([{ fields: { egressVni: 7 } }, {}])
    const cut = flowSample([plain, record(1004, words(0, 9))])
    expect(c.take(datagram([cut, cut], { sequence: 2 })).faults).toEqual({ 'record cut short': 2 })
  })
  test('of more users and sources than are remembered', () => {
    const c = collecting()
    const user = (n: number, source = 1 + n, drops = 0) =>
      flowSample([plain, record(1004, [...words(106), ...text(`user${n}`), ...words(106, 0)])], { source, drops, outIf: 0 })
    for (let n = 0; n < 5000; n++) c.take(datagram([user(n)], { sequence: n }))
    const before = c.seen[0]!.extras
    const { faults } = c.take(datagram([user(0, 1, 5), user(1, 4999, 5)], { sequence: 5000 }))
    expect(c.seen.at(-2)!.extras).toEqual(before)
    expect(c.seen.at(-2)!.extras).not.toBe(before)
    expect(faults).toEqual({ 'packets dropped by the agent': 5 })
  })
  test('of which the agent lost some tells how many, not how many since it started', () => {
    const c = collecting()
    const drops = (n: number, source = 1) => flowSample([plain], { drops: n, source })
    const { faults } = c.take(datagram([drops(1000), drops(1003), drops(7, 2), drops(1003), drops(5)]))
    expect(faults).toEqual({ 'packets dropped by the agent': 3 })
  })
  test('of a rate of 0 counts once, with a fault', () => {
    const { weight, info } = one([plain], { rate: 0 })
    expect(weight).toBe(1)
    expect(info.faults).toEqual({ 'sampling rate of 0': 1 })
  })
  test('counts at the rate that the user gives', () => {
    const c = collecting((of) => (of === AGENT ? 512 : undefined))
    const info = c.take(datagram([flowSample([plain], { rate: 0 })]))
    expect(c.seen).toMatchObject([{ weight: 512 }])
    expect(info).toMatchObject({ sampling: [512], samplingFrom: 'user', faults: {} })
  })
  test('counts for an interface by its own samples where it is sampled both ways', () => {
    const c = collecting()
    const incoming = flowSample([plain], { source: 1, rate: 10 })
    const { interfaces } = c.take(datagram([flowSample([plain], { source: 2, rate: 10 }), incoming, incoming]))
    const out = 10 * frame.length
    // Before interface 1 had a sample of its own, that of interface 2 told of both.
    expect(interfaces).toMatchObject([
      { ifIndex: 1, bytesIn: 3 * out },
      { ifIndex: 2, bytesOut: out },
    ])
  })
})

describe('a sample without the beginning of its packet', () => {
  const ipv4 = record(3, [...words(1000, 6), ...bare('10.0.0.1'), ...bare('10.0.0.2'), ...words(40_000, 443, 0x12, 0x28)])
  const ipv6 = record(4, [...words(1200, 17), ...bare('2001:db8::1'), ...bare('2001:db8::2'), ...words(1, 2, 0, 0)])
  const ethernet = record(2, [...words(1014), 2, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, ...words(0x0806)])

  test('but with addresses becomes a flow record', () => {
    const c = collecting()
    const info = c.take(datagram([flowSample([ethernet, ipv4, switched(10, 20)], { rate: 100, source: 2 }), flowSample([ipv6])]))
    const [first, second] = c.records
    expect(c.seen).toEqual([])
    expect([...first!.src, ...first!.dst]).toEqual([0, 0, 0xffff, 0x0a00_0001, 0, 0, 0xffff, 0x0a00_0002])
    expect([first!.bytes[0], first!.packets[0], first!.sampling[0], first!.srcPort[0], first!.dstPort[0]]).toEqual([
      100_000, 100, 100, 40_000, 443,
    ])
    expect([first!.proto[0], first!.tcpFlags[0], first!.tos[0], first!.flags[0], first!.vlan[0]]).toEqual([6, 0x12, 0x28, 2, 20])
    expect(first!.srcMac[0]).toBe(0x0200_0000_0001)
    expect([second!.ipVersion[0], second!.src[0], second!.dst[3], second!.bytes[0]]).toEqual([6, 0x20010db8, 2, 1200])
    expect(info).toMatchObject({ records: 2, faults: {} })
  })
  test('but with its link addresses becomes a frame without IP', () => {
    const c = collecting()
    c.take(datagram([flowSample([ethernet], { rate: 3 })]))
    expect(c.seen).toMatchObject([{ header: '0200000000020200000000010806', wireLen: 1014, weight: 3 }])
  })
  test('prefers the beginning where it has both', () => {
    expect(one([ipv4, plain]).header).toBe(hex(frame))
  })
  test('or anything else is a fault', () => {
    const c = collecting()
    expect(c.take(datagram([flowSample([switched(1, 2)]), flowSample([])])).faults).toEqual({ 'sample without a packet': 2 })
    expect([c.seen, c.records]).toEqual([[], []])
  })
})

describe('counters', () => {
  test('of interfaces are kept by the names of IF-MIB, with when they came', () => {
    const c = collecting()
    const ethernet = record(2, words(...Array.from({ length: 13 }, (_, n) => (n === 1 ? 7 : 0))))
    const { interfaces } = c.take(
      datagram([countersSample([genericCounters(3, 2 ** 40, 5), ethernet, record(1005, text('Ethernet1/3'))], 3)]),
    )
    expect(interfaces).toEqual([
      {
        ifIndex: 3,
        name: 'Ethernet1/3',
        namedBy: 'sflow',
        operStatus: 'up',
        speedBps: 10_000_000_000,
        bytesIn: 0,
        bytesOut: 0,
        countersAt: NOW_MS,
        counters: expect.objectContaining({
          ifInOctets: 2 ** 40,
          ifInUcastPkts: 11,
          ifInErrors: 15,
          ifOutOctets: 5,
          ifOutDiscards: 24,
          ifOutErrors: 25,
          ifAdminStatus: 1,
          ifOperStatus: 1,
          dot3StatsFCSErrors: 7,
        }) as object,
      },
    ])
    // It does not know these.
    expect(interfaces[0]!.counters).not.toHaveProperty('ifInUnknownProtos')
  })
  test('of octets become rates', () => {
    const c = collecting()
    c.take(datagram([countersSample([genericCounters(3, 2 ** 40, 5)])]))
    c.decoder.datagram(datagram([countersSample([genericCounters(3, 2 ** 40 + 33_000, 3305)])]), AGENT, 6343, NOW_MS + 30_000)
    c.exporters.tick(1, NOW_MS + 31_000)
    expect(c.take().interfaces).toMatchObject([{ inBps: 8000, outBps: 800, inUtilisation: 8e-7 }])
  })
  test('have a course over the last hour, of an interface and of the agent', () => {
    const c = collecting()
    const processor = (cpu: number) => record(1001, [...words(cpu, cpu, cpu), ...word64(2 ** 33), ...word64(2 ** 32)])
    for (let minute = 1; minute <= 3; minute++) {
      const counters = countersSample([genericCounters(3, 6000 * minute, 0), processor(1000 * minute)])
      c.decoder.datagram(datagram([counters]), AGENT, 6343, NOW_MS + 60_000 * minute)
      c.exporters.tick(1, NOW_MS + 60_000 * minute)
    }
    const [exporter] = c.exporters.all
    expect(exporter!.counterCourses()).toContainEqual(expect.objectContaining({ name: 'cpu5s', value: 30, isGauge: true }))
    expect(
      exporter!
        .counterCourses()!
        .find(({ name }) => name === 'cpu5s')!
        .course.slice(-2),
    ).toEqual([20, 30])
    const octets = exporter!.counterCourses(3)!.find(({ name }) => name === 'ifInOctets')!
    expect([octets.isGauge, octets.course.slice(-2)]).toEqual([false, [100, 100]])
    expect(exporter!.counterCourses(4)).toBeUndefined()
  })
  test('of the expanded form, with the interface down', () => {
    const { interfaces } = collecting().take(datagram([expandedCounters([genericCounters(9, 1, 2, 1)])]))
    expect(interfaces).toMatchObject([{ ifIndex: 9, counters: { ifInOctets: 1, ifAdminStatus: 1, ifOperStatus: 2 } }])
  })
  test('of the processor and of VLANs are those of the exporter', () => {
    const processor = record(1001, [...words(1250, 1000, 0xffff_ffff), ...word64(2 ** 33), ...word64(2 ** 32)])
    const vlan = record(5, [...words(10), ...word64(2 ** 41), ...words(1, 2, 3, 4)])
    const { counters, faults } = collecting().take(datagram([countersSample([processor, vlan, record(2001, zeros(12))])]))
    expect(counters).toEqual({
      cpu5s: 12.5,
      cpu1m: 10,
      totalMemory: 2 ** 33,
      freeMemory: 2 ** 32,
      'vlan10.octets': 2 ** 41,
      'vlan10.ucastPkts': 1,
      'vlan10.multicastPkts': 2,
      'vlan10.broadcastPkts': 3,
      'vlan10.discards': 4,
    })
    expect(faults).toEqual({})
  })
  test('of more interfaces than one has are bounded', () => {
    const c = collecting()
    for (let n = 0; n < 50; n++)
      c.take(datagram([countersSample(Array.from({ length: 100 }, (_, i) => genericCounters(100 * n + i + 1, 1, 1)))]))
    expect(c.exporters.all[0]!.ports.size).toBe(4096)
  })
  test('of packets that a switch discarded are counted', () => {
    const { counters } = collecting().take(datagram([record(5, [...words(1, 0, 3, 0, 3, 0, 284, 1), ...plain])]))
    expect(counters).toEqual({ discardedPackets: 1 })
  })
})

describe('exporters', () => {
  test('are told apart by the address of the agent and its sub-agent', () => {
    const c = collecting()
    c.take(
      datagram([], { subAgent: 1 }),
      datagram([], { subAgent: 2 }),
      datagram([], { subAgent: 1, sequence: 2 }),
      datagram([], { agent: '2001:db8::1' }),
      datagram([], { agent: '2001:db8::1', sequence: 2 }),
    )
    expect(c.exporters.all.map(({ address: of, domain, datagrams }) => [of, domain, datagrams])).toEqual([
      [AGENT, 1, 2],
      [AGENT, 2, 1],
      ['2001:db8::1', 0, 2],
    ])
  })
  test('keep who sent for them, which is noted', () => {
    const c = collecting()
    c.decoder.datagram(datagram([]), '198.51.100.99', 6343, NOW_MS)
    expect(c.exporters.all[0]!.info).toMatchObject({ address: AGENT, sender: '198.51.100.99', faults: { 'agent differs from sender': 1 } })
  })
  test.each<[string, Uint8Array]>([
    ['0.0.0.0', datagram([flowSample([plain])], { agent: '0.0.0.0' })],
    ['::', datagram([flowSample([plain])], { agent: '::' })],
    ['no address', Uint8Array.from([...words(5, 0, 0, 1, 1, 1), ...flowSample([plain])])],
  ])('that call themselves %s are who sends', (_, bytes) => {
    const c = collecting()
    c.decoder.datagram(bytes, '198.51.100.99', 6343, NOW_MS)
    expect(c.exporters.all[0]!.info).toMatchObject({ address: '198.51.100.99', records: 1, faults: {} })
  })
  test('miss the datagrams that did not come', () => {
    const at = (sequence: number) => datagram([], { sequence })
    expect(collecting().take(at(1), at(2), at(5))).toMatchObject({ missed: 2, sequenceResets: 0 })
  })
})

describe('what is wrong', () => {
  const good = datagram([flowSample([plain])])
  const patched = (bytes: Uint8Array, at: number, word: number) => {
    const copy = bytes.slice()
    new DataView(copy.buffer).setUint32(at, word)
    return copy
  }
  test.each<[string, Uint8Array, Record<string, number>]>([
    ['nothing', good, {}],
    ['an empty datagram', new Uint8Array(0), { 'datagram cut short': 1 }],
    ['a version alone', good.slice(0, 4), { 'datagram cut short': 1 }],
    ['a header cut', good.slice(0, 27), { 'datagram cut short': 1 }],
    ['a header of IPv6 cut', datagram([], { agent: '2001:db8::1' }).slice(0, 39), { 'datagram cut short': 1 }],
    ['version 4', datagram([], { version: 4 }), { 'unsupported version': 1 }],
    ['version 2', datagram([], { version: 2 }), { 'unsupported version': 1 }],
    ['something else', Uint8Array.from(ascii('hello')), { 'unsupported version': 1 }],
    ['an address of type 3', patched(good, 4, 3), { 'address of a type that there is not': 1 }],
    ['more samples than there are', datagram([flowSample([plain])], { count: 0xffff_ffff }), { 'fewer samples than told': 1 }],
    ['a sample longer than its datagram', patched(good, 32, 0xffff_fffc), { 'sample longer than its datagram': 1 }],
    ['a sample cut', datagram([record(1, zeros(28))]), { 'sample cut short': 1 }],
    ['an expanded sample cut', datagram([record(3, zeros(40))]), { 'sample cut short': 1 }],
    ['counters cut', datagram([record(2, zeros(8)), record(4, zeros(12))]), { 'sample cut short': 2 }],
    ['a discarded packet cut', datagram([record(5, zeros(28))]), { 'sample cut short': 1 }],
    ['a sample of no bytes', datagram([record(1, [])]), { 'sample cut short': 1 }],
    ['more records than there are', datagram([flowSample([plain], { count: 0xffff_ffff })]), { 'fewer records than told': 1 }],
    ['a record longer than its sample', datagram([flowSample([plain, record(9, zeros(4), 8)])]), { 'record longer than its sample': 1 }],
    [
      'records of no bytes',
      datagram([flowSample([plain, record(1, []), record(2, []), record(3, []), record(4, []), record(1001, []), record(1002, [])])]),
      { 'record cut short': 6 },
    ],
    [
      'a header longer than its record',
      datagram([flowSample([header(frame, 100, 1, 4, 0xffff_ffff)])]),
      { 'header longer than its record': 1 },
    ],
    ['a frame of 4 GiB', datagram([flowSample([header(frame, 0xffff_ffff)])]), { 'frame longer than there are any': 1 }],
    [
      'a path of 2^32 systems',
      datagram([flowSample([plain, record(1003, [...address(AGENT), ...words(1, 2, 3, 1, 2, 0xffff_ffff, 1, 2)])])]),
      { 'gateway record cut short': 1, 'record cut short': 1 },
    ],
    [
      'a path of 2^32 parts',
      datagram([flowSample([plain, record(1003, [...address(AGENT), ...words(1, 2, 3, 0xffff_ffff, 2, 0, 2, 0)])])]),
      { 'gateway record cut short': 1, 'record cut short': 1 },
    ],
    [
      'communities without end',
      datagram([flowSample([plain, record(1003, [...address(AGENT), ...words(1, 2, 3, 0, 0xffff_ffff, 1)])])]),
      { 'record cut short': 1 },
    ],
    ['a next hop of type 9', datagram([flowSample([plain, record(1002, words(9, 1, 24, 24))])]), { 'record cut short': 1 }],
    ['a name longer than its record', datagram([flowSample([plain, record(1004, words(0, 0xffff_ffff))])]), { 'record cut short': 1 }],
    [
      'counters of few bytes',
      datagram([countersSample([record(1, zeros(84)), record(2, zeros(48)), record(5, zeros(24)), record(1001, [])])]),
      { 'counters cut short': 4 },
    ],
    ['a port name without end', datagram([countersSample([record(1005, words(0xffff_ffff))])]), { 'text longer than its record': 1 }],
    ['more counters than there are', datagram([countersSample([], 1, 9)]), { 'fewer records than told': 1 }],
    ['samples of others', datagram([record((4300 << 12) | 1002, zeros(20)), record(77, zeros(3))]), {}],
  ])('%s', (_, bytes, faults) => {
    expect(faultsOf(bytes)).toEqual(faults)
  })

  test('in a sample does not keep what was sound before it', () => {
    const c = collecting()
    c.take(datagram([flowSample([plain, record(9, zeros(4), 8)])]), datagram([flowSample([header(frame, 100, 1, 4, 0xffff_ffff)])]))
    expect(c.seen.map((s) => s.header)).toEqual([hex(frame), hex(frame) + '00'.repeat(-frame.length & 3)])
  })

  test('lengths that are not whole words are filled up, the last one need not be', () => {
    const odd = header(frame.slice(0, 53), 100)
    const bytes = datagram([flowSample([odd, switched(10, 0)])])
    const c = collecting()
    expect(c.take(bytes).faults).toEqual({})
    expect(c.seen).toMatchObject([{ header: hex(frame.slice(0, 53)), vlan: 10 }])
    const last = datagram([record((1 << 12) | 1, [1, 2, 3])])
    expect(faultsOf(last.slice(0, -1))).toEqual({})
  })

  const whole = datagram([
    flowSample([plain, switched(1, 2), routed(AGENT, 1, 2), gateway(1, [2, 3], [4])], { rate: 3 }),
    expandedSample([plain, record(1004, [...words(1), ...text('ab'), ...words(1), ...text('c')])]),
    flowSample([record(3, zeros(32)), record(4, zeros(56))]),
    countersSample([
      genericCounters(1, 2, 3),
      record(2, zeros(52)),
      record(5, zeros(28)),
      record(1001, zeros(28)),
      record(1005, text('p')),
    ]),
    record(5, zeros(32)),
  ])
  test('never throws, however a datagram is cut', () => {
    const c = collecting()
    for (let length = 0; length <= whole.length; length++) c.take(whole.slice(0, length))
    expect(c.exporters.all[0]!.datagrams).toBe(whole.length + 1)
  })
  test('never throws, reads past the end or goes on for ever, whatever words it holds', () => {
    const lies = fc.constantFrom(0, 1, 2, 3, 4, 5, 7, 8, 0x7fff_ffff, 0x8000_0000, 0xffff_fffc, 0xffff_ffff, 1001, 1003)
    const c = collecting()
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length / 4 - 1), lies), { maxLength: 8 }), fc.nat(whole.length), (changes, length) => {
        let bytes = whole
        for (const [at, word] of changes) bytes = patched(bytes, 4 * at, word)
        // What lies behind the datagram in the socket's buffer is another one's.
        const buffer = new Uint8Array(length + 64).fill(0xee)
        buffer.set(bytes.subarray(0, length))
        c.seen.length = 0
        c.records.length = 0
        c.take(buffer.subarray(0, length))
        for (const { header: h, wireLen } of c.seen) {
          expect(h).not.toContain('eeeeeeee')
          expect(wireLen).toBeLessThanOrEqual(MAX_WIRE_LEN)
        }
      }),
      { seed: 11, numRuns: 3000 },
    )
  })
  test('never throws on noise', () => {
    const c = collecting()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        c.take(Uint8Array.from([...words(5, 1, 9, 0, 1, 1, 3), ...noise]))
        c.take(datagram([record(1, [...words(1, 1, 1, 1, 1, 1, 1, 4), ...noise])]))
      }),
      { seed: 12, numRuns: 2000 },
    )
  })
})
