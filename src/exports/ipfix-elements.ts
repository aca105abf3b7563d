/**
 * The information elements by which a record of a FlowBatch is told, and the templates they make. Numbers without an enterprise are IANA's (iana.org/assignments/ipfix);
 * reverse ones are RFC 5103's. Where IANA has none, those that ntop has published for its probe (enterprise 35632) are used, as collectors know them; we make up none of our own.
 */
import {
  FLOW_RECORD_BIFLOW,
  FLOW_RECORD_CLIENT_IS_DST,
  FLOW_RECORD_CLIENT_IS_SRC,
  FLOW_RECORD_EGRESS,
  FLOW_RECORD_ENDED,
  FLOW_RECORD_FRAME_BYTES,
  type FlowBatch,
  type FlowProcess,
} from '../lib/flow-batch.ts'
import type { ByteWriter } from './byte-writer.ts'

export const REVERSE = 29_305
export const NTOP = 35_632
export const VARIABLE = 0xffff

export interface Element {
  readonly id: number
  /** Bytes in a record; VARIABLE: told by each. Shorter than the registry's is allowed (RFC 7011 §6.2). */
  readonly length: number
  readonly enterprise?: number
  put(out: ByteWriter, batch: FlowBatch, i: number): void
}

/** What a template adds to the plain one of IPv4; the number of a template is FIRST_TEMPLATE and these bits. */
const V6 = 1
const BIFLOW = 2
const SAMPLED = 4
const FRAMES = 8
const TEXTS = 16
const PROCESSES = 32
const VARIANTS = 64
const FIRST_TEMPLATE = 256

export const PLAIN_TEMPLATES: readonly number[] = [FIRST_TEMPLATE, FIRST_TEMPLATE | V6]

/** Number of the template by which a record is told: it has room for all that the record has. With `isScaled` counts stay as they are and the interval is not told. */
export function templateOf(batch: FlowBatch, i: number, isScaled: boolean): number {
  const flags = batch.flags[i]!
  const extras = batch.extras[i]
  return (
    FIRST_TEMPLATE |
    (batch.ipVersion[i] === 6 ? V6 : 0) |
    ((flags & FLOW_RECORD_BIFLOW) !== 0 ? BIFLOW : 0) |
    (!isScaled && batch.sampling[i]! > 1 ? SAMPLED : 0) |
    ((flags & FLOW_RECORD_FRAME_BYTES) !== 0 ? FRAMES : 0) |
    (extras === undefined ? 0 : TEXTS | (extras.srcProcess !== undefined || extras.dstProcess !== undefined ? PROCESSES : 0))
  )
}

/** Together with the rest of a record these fit 1280 bytes, the least that a path of IPv6 takes. */
const MAX_APP = 64
const MAX_SERVER_NAME = 254
const MAX_INFO = 320
const MAX_PATH = 200
const MAX_PROCESS_TEXT = 24

const TCP = 6
const FIN_OR_RST = 5
const IDLE_TIMEOUT = 1
const ACTIVE_TIMEOUT = 2
const END_OF_FLOW = 3

type PutCount = (out: ByteWriter, scaled: number, batch: FlowBatch, i: number) => void
const putScaled: PutCount = (out, scaled) => out.u64(scaled)
/** A record that bears its interval bears what was counted, as collectors multiply. */
const putCounted: PutCount = (out, scaled, { sampling }, i) => out.u64(scaled / Math.max(1, sampling[i]!))

const octets = (id: number, way: 0 | 1, put: PutCount): Element => ({
  id,
  length: 8,
  ...(way === 1 && { enterprise: REVERSE }),
  put: (out, batch, i) => put(out, batch.bytes[2 * i + way]!, batch, i),
})
const packets = (way: 0 | 1, put: PutCount): Element => ({
  id: 2, // packetDeltaCount
  length: 8,
  ...(way === 1 && { enterprise: REVERSE }),
  put: (out, batch, i) => put(out, batch.packets[2 * i + way]!, batch, i),
})
const tcpControlBits = (way: 0 | 1): Element => ({
  id: 6,
  length: 1,
  ...(way === 1 && { enterprise: REVERSE }),
  put: (out, { tcpFlags }, i) => out.u8(tcpFlags[2 * i + way]!),
})

const u8 = (id: number, of: (batch: FlowBatch, i: number) => number): Element => ({
  id,
  length: 1,
  put: (out, batch, i) => out.u8(of(batch, i)),
})
const u16 = (id: number, of: (batch: FlowBatch, i: number) => number): Element => ({
  id,
  length: 2,
  put: (out, batch, i) => out.u16(of(batch, i)),
})
const u32 = (id: number, of: (batch: FlowBatch, i: number) => number): Element => ({
  id,
  length: 4,
  put: (out, batch, i) => out.u32(of(batch, i)),
})
const u64 = (id: number, of: (batch: FlowBatch, i: number) => number): Element => ({
  id,
  length: 8,
  put: (out, batch, i) => out.u64(of(batch, i)),
})
const mac = (id: number, of: (batch: FlowBatch) => Float64Array): Element => ({
  id,
  length: 6,
  put: (out, batch, i) => out.u48(of(batch)[i]!),
})
const ipv4 = (id: number, of: (batch: FlowBatch) => Int32Array): Element => ({
  id,
  length: 4,
  put: (out, batch, i) => out.u32(of(batch)[4 * i + 3]!),
})
const ipv6 = (id: number, of: (batch: FlowBatch) => Int32Array): Element => ({
  id,
  length: 16,
  put: (out, batch, i) => {
    const words = of(batch)
    for (let w = 4 * i; w < 4 * i + 4; w++) out.u32(words[w]!)
  },
})

const ADDRESSES_V4: readonly Element[] = [
  ipv4(8, (b) => b.src), // sourceIPv4Address
  ipv4(12, (b) => b.dst), // destinationIPv4Address
  ipv4(15, (b) => b.nextHop), // ipNextHopIPv4Address
  u8(9, (b, i) => b.srcMask[i]!), // sourceIPv4PrefixLength
  u8(13, (b, i) => b.dstMask[i]!), // destinationIPv4PrefixLength
  u16(32, (b, i) => b.icmp[i]!), // icmpTypeCodeIPv4
]
const ADDRESSES_V6: readonly Element[] = [
  ipv6(27, (b) => b.src), // sourceIPv6Address
  ipv6(28, (b) => b.dst), // destinationIPv6Address
  ipv6(62, (b) => b.nextHop), // ipNextHopIPv6Address
  u8(29, (b, i) => b.srcMask[i]!), // sourceIPv6PrefixLength
  u8(30, (b, i) => b.dstMask[i]!), // destinationIPv6PrefixLength
  u16(139, (b, i) => b.icmp[i]!), // icmpTypeCodeIPv6
]

const COMMON: readonly Element[] = [
  u16(7, (b, i) => b.srcPort[i]!), // sourceTransportPort
  u16(11, (b, i) => b.dstPort[i]!), // destinationTransportPort
  u8(4, (b, i) => b.proto[i]!), // protocolIdentifier
  u64(152, (b, i) => b.firstMs[i]!), // flowStartMilliseconds
  u64(153, (b, i) => b.lastMs[i]!), // flowEndMilliseconds
  tcpControlBits(0),
  u8(5, (b, i) => b.tos[i]!), // ipClassOfService
  u32(10, (b, i) => b.inIf[i]!), // ingressInterface
  u32(14, (b, i) => b.outIf[i]!), // egressInterface
  u32(16, (b, i) => b.srcAs[i]!), // bgpSourceAsNumber
  u32(17, (b, i) => b.dstAs[i]!), // bgpDestinationAsNumber
  mac(56, (b) => b.srcMac), // sourceMacAddress
  mac(80, (b) => b.dstMac), // destinationMacAddress
  u16(58, (b, i) => b.vlan[i]!), // vlanId
  u8(61, (b, i) => ((b.flags[i]! & FLOW_RECORD_EGRESS) !== 0 ? 1 : 0)), // flowDirection
  u8(136, flowEndReason),
  u8(239, biflowDirection),
  u32(138, (b, i) => b.exporter[i]!), // observationPointId: who told us, 0 being ourselves
]

function flowEndReason({ flags, proto, tcpFlags }: FlowBatch, i: number): number {
  if ((flags[i]! & FLOW_RECORD_ENDED) === 0) return ACTIVE_TIMEOUT
  const isClosed = proto[i] === TCP && ((tcpFlags[2 * i]! | tcpFlags[2 * i + 1]!) & FIN_OR_RST) !== 0
  return isClosed ? END_OF_FLOW : IDLE_TIMEOUT
}

/** RFC 5103 §6.3: 1, src is the initiator; 2, dst is; 0, nobody knows. */
function biflowDirection({ flags }: FlowBatch, i: number): number {
  if ((flags[i]! & FLOW_RECORD_CLIENT_IS_DST) !== 0) return 2
  return (flags[i]! & FLOW_RECORD_CLIENT_IS_SRC) !== 0 ? 1 : 0
}

const OCTET_DELTA_COUNT = 1
/** When frames were counted octetDeltaCount holds that, as most collectors know no other; that this one is there too tells what was counted. */
const LAYER2_OCTET_DELTA_COUNT = 352

/** One packet of `sampling` was counted: told for those who look up selectors (RFC 5477) and for those who know the older element alone. */
const SAMPLING_ELEMENTS: readonly Element[] = [
  u32(34, (b, i) => b.sampling[i]!), // samplingInterval
  u32(302, (b, i) => b.sampling[i]!), // selectorId: the selector of an interval has its number
]

const text = (
  id: number,
  enterprise: number | undefined,
  maxBytes: number,
  of: (batch: FlowBatch, i: number) => string | undefined,
): Element => ({
  id,
  length: VARIABLE,
  ...(enterprise !== undefined && { enterprise }),
  put: (out, batch, i) => out.text(of(batch, i), maxBytes),
})

const TEXT_ELEMENTS: readonly Element[] = [
  text(96, undefined, MAX_APP, (b, i) => b.extras[i]?.app), // applicationName
  { id: 118, enterprise: NTOP, length: 4, put: (out, b, i) => out.u32(b.extras[i]?.appId ?? 0) }, // L7_PROTO
  text(188, NTOP, MAX_SERVER_NAME, (b, i) => b.extras[i]?.serverName), // TLS_SERVER_NAME; also names that HTTP and others tell
  text(205, NTOP, MAX_SERVER_NAME, (b, i) => (isDns(b, i) ? b.extras[i]?.info : undefined)), // DNS_QUERY
  text(180, NTOP, MAX_INFO, (b, i) => (isDns(b, i) ? undefined : b.extras[i]?.info)), // HTTP_URL
  { id: 291, length: VARIABLE, put: putPath }, // basicList
]

const isDns = (batch: FlowBatch, i: number): boolean => /^(?:DNS|MDNS|LLMNR)\b/.test(batch.extras[i]?.app ?? '')

const ORDERED = 4
const OBSERVATION_DOMAIN_NAME = 300
/** The instances that the record has passed, as a list of observationDomainName (RFC 6313 §4.5.1), the first being where it was seen. */
function putPath(out: ByteWriter, batch: FlowBatch, i: number): void {
  const path = batch.extras[i]?.path ?? []
  out.variable(MAX_PATH, () => {
    const end = out.at + MAX_PATH
    out.u8(ORDERED)
    out.u16(OBSERVATION_DOMAIN_NAME)
    out.u16(VARIABLE)
    for (const instance of path) {
      const room = end - out.at - 1
      if (room <= 0) break
      out.text(instance, Math.min(room, 63))
    }
  })
}

const HUNDREDTHS = 100
const processElements = (end: 'srcProcess' | 'dstProcess', ids: Readonly<Record<string, number>>): Element[] => {
  const name = (id: number, of: (process: FlowProcess) => string | undefined) =>
    text(id, NTOP, MAX_PROCESS_TEXT, (b, i) => {
      const process = b.extras[i]?.[end]
      return process === undefined ? undefined : of(process)
    })
  const number = (id: number, length: 4 | 8, of: (process: FlowProcess) => number | undefined): Element => ({
    id,
    enterprise: NTOP,
    length,
    put: (out, b, i) => {
      const process = b.extras[i]?.[end]
      const value = (process === undefined ? undefined : of(process)) ?? 0
      if (length === 8) out.u64(value)
      else out.u32(value)
    },
  })
  return [
    number(ids['pid']!, 4, ({ pid }) => pid),
    name(ids['name']!, ({ name }) => name),
    name(ids['user']!, ({ user }) => user),
    number(ids['fatherPid']!, 4, ({ fatherPid }) => fatherPid),
    name(ids['fatherName']!, ({ fatherName }) => fatherName),
    number(ids['memory']!, 8, ({ memory }) => memory),
    number(ids['peakMemory']!, 8, ({ peakMemory }) => peakMemory),
    number(ids['cpu']!, 4, ({ cpu }) => cpu && cpu * HUNDREDTHS),
    number(ids['pageFaults']!, 4, ({ pageFaults }) => pageFaults),
    number(ids['ioWait']!, 4, ({ ioWait }) => ioWait && ioWait * HUNDREDTHS),
  ]
}
const PROCESS_ELEMENTS: readonly Element[] = [
  ...processElements('srcProcess', {
    pid: 168,
    name: 169,
    user: 372,
    fatherPid: 373,
    fatherName: 374,
    memory: 383,
    peakMemory: 384,
    cpu: 385,
    pageFaults: 386,
    ioWait: 393,
  }),
  ...processElements('dstProcess', {
    pid: 375,
    name: 376,
    user: 377,
    fatherPid: 378,
    fatherName: 379,
    memory: 387,
    peakMemory: 388,
    cpu: 389,
    pageFaults: 390,
    ioWait: 394,
  }),
]

function elementsOfVariant(variant: number): readonly Element[] {
  const has = (bit: number): boolean => (variant & bit) !== 0
  const put = has(SAMPLED) ? putCounted : putScaled
  const counters = (way: 0 | 1) => [
    octets(OCTET_DELTA_COUNT, way, put),
    packets(way, put),
    ...(has(FRAMES) ? [octets(LAYER2_OCTET_DELTA_COUNT, way, put)] : []),
  ]
  return [
    ...(has(V6) ? ADDRESSES_V6 : ADDRESSES_V4),
    ...COMMON,
    ...counters(0),
    ...(has(BIFLOW) ? [...counters(1), tcpControlBits(1)] : []), // RFC 5103 §5
    ...(has(SAMPLED) ? SAMPLING_ELEMENTS : []),
    ...(has(TEXTS) ? TEXT_ELEMENTS : []),
    ...(has(PROCESSES) ? PROCESS_ELEMENTS : []),
  ]
}
const TEMPLATES = Array.from({ length: VARIANTS }, (_, variant) => elementsOfVariant(variant))

export const elementsOf = (template: number): readonly Element[] => TEMPLATES[template - FIRST_TEMPLATE]!
