/** For tests: datagrams built field by field, and a decoder whose records are kept. */
import { type FlowBatch, type FlowExtras, FlowWriter } from '../../lib/flow-batch.ts'
import { SampleWriter } from '../../lib/sample-batch.ts'
import { formatAddress, parseAddress } from '../../wire/address.ts'
import { Exporters } from '../collect/exporters.ts'
import { NetflowDecoder, type NetflowOptions } from './netflow-decoder.ts'

export type Bytes = readonly number[]
export const be16 = (n: number): Bytes => [(n >>> 8) & 255, n & 255]
export const be32 = (n: number): Bytes => [...be16(n >>> 16), ...be16(n & 0xffff)]
export const be64 = (n: number): Bytes => [...be32(Math.floor(n / 2 ** 32)), ...be32(n >>> 0)]
export const ascii = (text: string): Bytes => [...new TextEncoder().encode(text)]
/** Text of fixed length, with NULs behind it. */
export const padded = (text: string, length: number): Bytes => [...ascii(text), ...new Array<number>(length).fill(0)].slice(0, length)
export const ip = (text: string): Bytes => {
  const words = parseAddress(text)!
  return (text.includes(':') ? words : words.slice(3)).flatMap(be32)
}

/** The clock of tests, ours and that of exporters. */
export const NOW_MS = 1_790_000_000_000
export const NOW_S = NOW_MS / 1000
export const UPTIME_MS = 1_000_000

/** [element, length], or [element, length, enterprise]. */
export type Field = readonly [element: number, length: number, enterprise?: number]
const spec = ([element, length, enterprise]: Field): Bytes =>
  enterprise === undefined ? [...be16(element), ...be16(length)] : [...be16(element | 0x8000), ...be16(length), ...be32(enterprise)]

export const template = (id: number, ...fields: readonly Field[]): Bytes => [...be16(id), ...be16(fields.length), ...fields.flatMap(spec)]
export const optionsTemplate = (id: number, scopes: number, ...fields: readonly Field[]): Bytes => [
  ...be16(id),
  ...be16(fields.length),
  ...be16(scopes),
  ...fields.flatMap(spec),
]
/** Scopes of v9 are numbered by themselves: system 1, interface 2. */
export const v9OptionsTemplate = (id: number, scopes: readonly Field[], options: readonly Field[]): Bytes => [
  ...be16(id),
  ...be16(4 * scopes.length),
  ...be16(4 * options.length),
  ...[...scopes, ...options].flatMap(spec),
]
export const set = (id: number, ...parts: readonly Bytes[]): Bytes => {
  const body = parts.flat()
  return [...be16(id), ...be16(4 + body.length), ...body]
}

interface Head {
  readonly sequence?: number
  readonly domain?: number
  readonly seconds?: number
  readonly uptimeMs?: number
}
export const v9 = ({ sequence = 1, domain = 0, seconds = NOW_S, uptimeMs = UPTIME_MS }: Head, ...sets: readonly Bytes[]): Uint8Array =>
  Uint8Array.from([...be16(9), ...be16(1), ...be32(uptimeMs), ...be32(seconds), ...be32(sequence), ...be32(domain), ...sets.flat()])
export function ipfix({ sequence = 0, domain = 0, seconds = NOW_S }: Head, ...sets: readonly Bytes[]): Uint8Array {
  const body = sets.flat()
  return Uint8Array.from([...be16(10), ...be16(16 + body.length), ...be32(seconds), ...be32(sequence), ...be32(domain), ...body])
}

export interface V5Record {
  readonly src?: string
  readonly dst?: string
  readonly nextHop?: string
  readonly inIf?: number
  readonly outIf?: number
  readonly packets?: number
  readonly bytes?: number
  readonly firstMs?: number
  readonly lastMs?: number
  readonly proto?: number
  readonly dstPort?: number
}
export const v5Record = (r: V5Record = {}): Bytes => [
  ...ip(r.src ?? '10.0.0.1'),
  ...ip(r.dst ?? '192.0.2.1'),
  ...ip(r.nextHop ?? '0.0.0.0'),
  ...be16(r.inIf ?? 1),
  ...be16(r.outIf ?? 2),
  ...be32(r.packets ?? 10),
  ...be32(r.bytes ?? 1000),
  ...be32((r.firstMs ?? UPTIME_MS - 5000) >>> 0),
  ...be32((r.lastMs ?? UPTIME_MS - 1000) >>> 0),
  ...be16(40_000),
  ...be16(r.dstPort ?? 443),
  ...[0, 0x1b, r.proto ?? 6, 16],
  ...be16(65_001),
  ...be16(65_002),
  ...[24, 16],
  ...be16(0),
]
export const v5 = (head: Head & { count?: number; sampling?: number; nanos?: number }, ...records: readonly Bytes[]): Uint8Array =>
  Uint8Array.from([
    ...be16(5),
    ...be16(head.count ?? records.length),
    ...be32(head.uptimeMs ?? UPTIME_MS),
    ...be32(head.seconds ?? NOW_S),
    ...be32(head.nanos ?? 0),
    ...be32(head.sequence ?? 0),
    ...be16(head.domain ?? 0),
    ...be16(head.sampling ?? 0),
    ...records.flat(),
  ])

/** The usual fields of a flow, and a record of them. */
export const USUAL: readonly Field[] = [
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
  [4, 1],
  [1, 4],
  [2, 4],
  [22, 4],
  [21, 4],
]
export const usual = (src = '10.0.0.1', bytes = 1000): Bytes => [
  ...ip(src),
  ...ip('192.0.2.1'),
  ...be16(40_000),
  ...be16(443),
  6,
  ...be32(bytes),
  ...be32(10),
  ...be32(UPTIME_MS - 5000),
  ...be32(UPTIME_MS - 1000),
]

export interface Told {
  readonly src: string
  readonly dst: string
  readonly ports: readonly [number, number]
  readonly proto: number
  readonly bytes: readonly [number, number]
  readonly packets: readonly [number, number]
  readonly firstMs: number
  readonly lastMs: number
  readonly flags: number
  readonly sampling: number
  readonly vlan: number
  readonly inIf: number
  readonly outIf: number
  readonly as: readonly [number, number]
  readonly masks: readonly [number, number]
  readonly macs: readonly [number, number]
  readonly nextHop: string
  readonly tcpFlags: readonly [number, number]
  readonly tos: number
  readonly icmp: number
  readonly ipVersion: number
  readonly extras: FlowExtras | undefined
}
const addressAt = (words: Int32Array, i: number) => formatAddress(words[4 * i]!, words[4 * i + 1]!, words[4 * i + 2]!, words[4 * i + 3]!)
const toldOf = (b: FlowBatch, i: number): Told => ({
  src: addressAt(b.src, i),
  dst: addressAt(b.dst, i),
  ports: [b.srcPort[i]!, b.dstPort[i]!],
  proto: b.proto[i]!,
  bytes: [b.bytes[2 * i]!, b.bytes[2 * i + 1]!],
  packets: [b.packets[2 * i]!, b.packets[2 * i + 1]!],
  firstMs: b.firstMs[i]!,
  lastMs: b.lastMs[i]!,
  flags: b.flags[i]!,
  sampling: b.sampling[i]!,
  vlan: b.vlan[i]!,
  inIf: b.inIf[i]!,
  outIf: b.outIf[i]!,
  as: [b.srcAs[i]!, b.dstAs[i]!],
  masks: [b.srcMask[i]!, b.dstMask[i]!],
  macs: [b.srcMac[i]!, b.dstMac[i]!],
  nextHop: addressAt(b.nextHop, i),
  tcpFlags: [b.tcpFlags[2 * i]!, b.tcpFlags[2 * i + 1]!],
  tos: b.tos[i]!,
  icmp: b.icmp[i]!,
  ipVersion: b.ipVersion[i]!,
  extras: b.extras[i],
})

export const EXPORTER = '198.51.100.1'
/** A decoder, what it told, and of whom. */
export function decoding(options: NetflowOptions & { sampling?: number } = {}) {
  const told: Told[] = []
  const exporters = new Exporters()
  const flows = new FlowWriter(64, (batch) => {
    for (let i = 0; i < batch.count; i++) told.push(toldOf(batch, i))
  })
  const samples = new SampleWriter(1, () => undefined)
  const decoder = new NetflowDecoder({ exporters, flows, samples, instance: 'here', samplingOf: () => options.sampling }, options)
  const take = (datagram: Uint8Array, from = EXPORTER, port = 5000, nowMs = NOW_MS) => {
    decoder.datagram(datagram, from, port, nowMs)
    flows.flush()
    return told
  }
  return { told, exporters, decoder, take, flows, info: () => exporters.all[0]!.info }
}
