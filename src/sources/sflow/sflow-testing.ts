/** For tests and benches: sFlow datagrams by hand, each builder putting its head before what it carries. */
import { FlowBatch, FlowWriter } from '../../lib/flow-batch.ts'
import { SampleWriter } from '../../lib/sample-batch.ts'
import { formatAddress, parseAddress } from '../../wire/address.ts'
import { ascii, type Bytes, be32, zeros } from '../../wire/testing.ts'
import { Exporters } from '../collect/exporters.ts'
import { SflowDecoder } from './sflow-decoder.ts'

export const AGENT = '192.0.2.1'
export const NOW_MS = 1_700_000_000_000

export const words = (...numbers: readonly number[]): Bytes => numbers.flatMap((n) => be32(n >>> 0))
export const word64 = (n: number): Bytes => words(Math.floor(n / 0x1_0000_0000), n)
export const opaque = (bytes: Bytes): Bytes => [...be32(bytes.length), ...bytes, ...zeros(-bytes.length & 3)]
export const text = (s: string): Bytes => opaque(ascii(s))

/** An address with its type in front. */
export function address(of: string): Bytes {
  const [w0, w1, w2, w3] = parseAddress(of)!
  return of.includes(':') ? words(2, w0, w1, w2, w3) : words(1, w3)
}
/** An address as it is. */
export const bare = (of: string): Bytes => address(of).slice(4)

/** A record or a sample: its format, its length, and itself. */
export const record = (format: number, bytes: Bytes, length = bytes.length): Bytes => [
  ...words(format, length),
  ...bytes,
  ...zeros(-bytes.length & 3),
]

export interface Datagram {
  readonly version?: number
  readonly agent?: string
  readonly subAgent?: number
  readonly sequence?: number
  readonly count?: number
}
export const datagram = (samples: readonly Bytes[], d: Datagram = {}): Uint8Array =>
  Uint8Array.from([
    ...be32(d.version ?? 5),
    ...address(d.agent ?? AGENT),
    ...words(d.subAgent ?? 0, d.sequence ?? 1, 123_456, d.count ?? samples.length),
    ...samples.flat(),
  ])

export interface Sample {
  /** ifIndex of the interface sampled at. */
  readonly source?: number
  readonly kind?: number
  readonly rate?: number
  readonly drops?: number
  readonly inIf?: number
  readonly outIf?: number
  readonly inFormat?: number
  readonly outFormat?: number
  readonly count?: number
}
export const flowSample = (records: readonly Bytes[], s: Sample = {}): Bytes =>
  record(1, [
    ...words(1, (((s.kind ?? 0) << 24) | (s.source ?? 1)) >>> 0, s.rate ?? 1, 1000, s.drops ?? 0),
    ...words(((s.inFormat ?? 0) << 30) | (s.inIf ?? 1), ((s.outFormat ?? 0) << 30) | (s.outIf ?? 2), s.count ?? records.length),
    ...records.flat(),
  ])
export const expandedSample = (records: readonly Bytes[], s: Sample = {}): Bytes =>
  record(3, [
    ...words(1, s.kind ?? 0, s.source ?? 1, s.rate ?? 1, 1000, s.drops ?? 0),
    ...words(s.inFormat ?? 0, s.inIf ?? 1, s.outFormat ?? 0, s.outIf ?? 2, s.count ?? records.length),
    ...records.flat(),
  ])
export const countersSample = (records: readonly Bytes[], source = 1, count = records.length): Bytes =>
  record(2, [...words(1, source, count), ...records.flat()])
export const expandedCounters = (records: readonly Bytes[], source = 1): Bytes =>
  record(4, [...words(1, 0, source, records.length), ...records.flat()])

/** sampled_header: `frameLen` with the check sequence, which is stripped. */
export const header = (bytes: Bytes, frameLen = bytes.length + 4, protocol = 1, stripped = 4, length = bytes.length): Bytes =>
  record(1, [...words(protocol, frameLen, stripped, length), ...bytes, ...zeros(-bytes.length & 3)])

export const switched = (vlanIn: number, vlanOut: number): Bytes => record(1001, words(vlanIn, 0, vlanOut, 0))
export const routed = (nextHop: string, srcMask: number, dstMask: number): Bytes =>
  record(1002, [...address(nextHop), ...words(srcMask, dstMask)])
export const gateway = (srcAs: number, path: readonly number[], communities: readonly number[] = [], nextHop = '203.0.113.9'): Bytes =>
  record(1003, [
    ...address(nextHop),
    ...words(64_496, srcAs, 64_497),
    ...(path.length === 0 ? words(0) : words(1, 2, path.length, ...path)),
    ...words(communities.length, ...communities, 100),
  ])

/** if_counters of one interface. */
export const genericCounters = (ifIndex: number, inOctets: number, outOctets: number, status = 3): Bytes =>
  record(1, [
    ...words(ifIndex, 6),
    ...word64(10_000_000_000),
    ...words(1, status),
    ...word64(inOctets),
    ...words(11, 12, 13, 14, 15, 0xffff_ffff),
    ...word64(outOctets),
    ...words(21, 22, 23, 24, 25, 2),
  ])

/** A sampled packet as a plain object. */
export interface SeenSample {
  readonly header: string
  readonly wireLen: number
  readonly linkType: number
  readonly weight: number
  readonly flags: number
  readonly vlan: number
  readonly inIf: number
  readonly outIf: number
  readonly as: readonly [number, number]
  readonly mask: readonly [number, number]
  readonly nextHop: string
  readonly extras: unknown
}

/** A decoder, and all that has come out of it. */
export function collecting(samplingOf: (address: string) => number | undefined = () => undefined) {
  const seen: SeenSample[] = []
  const records: FlowBatch[] = []
  const samples = new SampleWriter(64, (batch) => {
    for (let i = 0; i < batch.count; i++) {
      const at = batch.start[i]!
      const [h0, h1, h2, h3] = batch.nextHop.subarray(4 * i, 4 * i + 4)
      seen.push({
        header: Buffer.from(batch.buf.subarray(at, at + batch.capLen[i]!)).toString('hex'),
        wireLen: batch.wireLen[i]!,
        linkType: batch.linkType[i]!,
        weight: batch.weight[i]!,
        flags: batch.flags[i]!,
        vlan: batch.vlan[i]!,
        inIf: batch.inIf[i]!,
        outIf: batch.outIf[i]!,
        as: [batch.srcAs[i]!, batch.dstAs[i]!],
        mask: [batch.srcMask[i]!, batch.dstMask[i]!],
        nextHop: (h0! | h1! | h2! | h3!) === 0 ? '' : formatAddress(h0!, h1!, h2!, h3!),
        extras: batch.extras[i],
      })
    }
  })
  const flows = new FlowWriter(1, (batch) => {
    const copy = new FlowBatch(1)
    for (const column of [
      'bytes',
      'packets',
      'src',
      'dst',
      'srcPort',
      'dstPort',
      'proto',
      'vlan',
      'flags',
      'tcpFlags',
      'tos',
      'srcMac',
      'inIf',
    ] as const)
      copy[column].set(batch[column] as never)
    copy.ipVersion.set(batch.ipVersion)
    copy.sampling.set(batch.sampling)
    copy.count = batch.count
    records.push(copy)
  })
  const exporters = new Exporters()
  const decoder = new SflowDecoder({ exporters, flows, samples, samplingOf }, 7)
  return {
    exporters,
    decoder,
    seen,
    records,
    /** Takes datagrams, and says what is known of the first exporter afterwards. */
    take(...datagrams: readonly Uint8Array[]) {
      for (const d of datagrams) decoder.datagram(d, AGENT, 6343, NOW_MS)
      samples.flush()
      flows.flush()
      return exporters.all[0]!.info
    },
  }
}
