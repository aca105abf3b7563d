/** For tests and benches: flows of bytes that mean nothing, put through the engine. What it then calls by a name, it does so falsely. */
import { createCipheriv, createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { allDissectors } from '../dissectors/index.gen.ts'
import { CONFIDENCES } from '../lib/fields.ts'
import { PacketBatch } from '../lib/source.ts'
import { type Catalogue, createCatalogue } from '../names/catalogue.ts'
import { LocalNetworks } from '../wire/address-class.ts'
import { LiveTables } from './live-tables.ts'

export const NOISES = ['random', 'first byte fixed', 'compressed', 'encrypted'] as const
export type Noise = (typeof NOISES)[number]
export type Transport = 'tcp' | 'udp'

const RAW_IP = 101
const IP_HEADER_LEN = 20
const TCP_HEADER_LEN = 20
const UDP_HEADER_LEN = 8
const TCP = 6
const UDP = 17
const SYN = 2
const SYN_ACK = 18
const PSH_ACK = 24
const START_MS = 1_700_000_000_000

/** Flows that one set of tables takes; the next begin with empty ones. */
const FLOWS_A_TABLE = 4096
const MAX_PACKETS = 8
const MAX_PAYLOAD = 1400
const MAX_FRAME = IP_HEADER_LEN + TCP_HEADER_LEN + MAX_PAYLOAD
/** Payloads are cut out of a pool at random places; by the flow, and at most. */
const POOL_BYTES_A_FLOW = 1024
const MAX_POOL_BYTES = 4 << 20
const STREAM_TEXT_BYTES = 1 << 18
/** A share of the flows goes to a port that some dissector knows, because there the guards are lower. */
const KNOWN_PORT_EVERY = 5
const FIRST_EPHEMERAL = 32_768

const knownPorts = [
  ...new Set(allDissectors.flatMap((d) => [...(d.ports ?? []), ...(d.tcpPorts ?? []), ...(d.udpPorts ?? []), ...(d.trialPorts ?? [])])),
]
const payloadConfidence = CONFIDENCES.indexOf('payload')

/** Numbers below `bound`, the same for the same seed. */
function numbers(seed: number): (bound: number) => number {
  let state = seed >>> 0
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) % bound
  }
}

function randomPool(size: number, next: (bound: number) => number): Uint8Array {
  const words = Uint32Array.from({ length: size >> 2 }, () => next(0x1_0000_0000))
  return new Uint8Array(words.buffer)
}

function encryptedPool(size: number, seed: number): Uint8Array {
  const key = createHash('sha256').update(`noise ${seed}`).digest()
  return createCipheriv('aes-256-ctr', key, key.subarray(0, 16)).update(new Uint8Array(size))
}

/** Middles of deflated texts: words of a language that has few of them, with numbers among them. */
function compressedPool(size: number, next: (bound: number) => number): Uint8Array {
  const words = Array.from({ length: 2000 }, () =>
    Array.from({ length: 2 + next(9) }, () => String.fromCharCode(97 + Math.min(next(26), next(26)))).join(''),
  )
  const pool = new Uint8Array(size)
  for (let at = 0; at < size; ) {
    const text: string[] = []
    for (let length = 0; length < STREAM_TEXT_BYTES; length += text.at(-1)!.length + 1)
      text.push(next(6) === 0 ? `${next(100_000)}` : words[Math.min(next(2000), next(2000))]!)
    const middle = deflateRawSync(text.join(' '), { level: 1 + next(9) }).subarray(512, -512)
    const part = middle.subarray(0, size - at)
    pool.set(part, at)
    at += part.length
  }
  return pool
}

const pools: Readonly<Record<Noise, (size: number, next: (bound: number) => number, seed: number) => Uint8Array>> = {
  random: randomPool,
  'first byte fixed': randomPool,
  compressed: compressedPool,
  encrypted: (size, _next, seed) => encryptedPool(size, seed),
}

/** Writes the packets of flows into a batch. */
class Writer {
  readonly batch: PacketBatch
  private readonly buf: Uint8Array<ArrayBuffer>
  private at = 0
  private nowMs = START_MS

  constructor(flows: number) {
    const packets = flows * (MAX_PACKETS + 2)
    this.batch = new PacketBatch(packets)
    this.buf = new Uint8Array(packets * MAX_FRAME)
    this.batch.buf = this.buf
    this.batch.linkType.fill(RAW_IP)
  }
  begin(): void {
    this.batch.count = 0
    this.at = 0
  }

  /** `fromClient`: 10.x.y.z by the flow's number, to 192.0.2.1; else back. */
  packet(
    proto: number,
    flow: number,
    fromClient: boolean,
    ports: readonly [number, number],
    seq: number,
    flags: number,
    payload: Uint8Array,
  ) {
    const { buf, batch, at } = this
    const header = proto === TCP ? TCP_HEADER_LEN : UDP_HEADER_LEN
    const length = IP_HEADER_LEN + header + payload.length
    const view = new DataView(buf.buffer, at, length)
    buf.fill(0, at, at + IP_HEADER_LEN + header)
    view.setUint16(0, 0x4500)
    view.setUint16(2, length)
    view.setUint16(8, 0x4000 | proto)
    const client = 0x0a00_0000 | flow
    const server = 0xc000_0201
    view.setUint32(12, fromClient ? client : server)
    view.setUint32(16, fromClient ? server : client)
    view.setUint16(20, ports[fromClient ? 0 : 1]!)
    view.setUint16(22, ports[fromClient ? 1 : 0]!)
    if (proto === TCP) {
      view.setUint32(24, seq)
      view.setUint16(32, 0x5000 | flags)
      view.setUint16(34, 0xffff)
    } else view.setUint16(24, UDP_HEADER_LEN + payload.length)
    buf.set(payload, at + IP_HEADER_LEN + header)
    batch.start[batch.count] = at
    batch.capLen[batch.count] = length
    batch.wireLen[batch.count] = length
    batch.tsMs[batch.count] = this.nowMs += 0.01
    batch.count++
    this.at = at + length
  }
}

const NOTHING = new Uint8Array(0)

export interface Outcome {
  readonly flows: number
  /** Flows called by a name because of their payload, by that name. */
  readonly named: ReadonlyMap<string, number>
}

/** Puts that many flows through the engine: one to eight packets each, most of them both ways. */
export function makeNoise(noise: Noise, transport: Transport, flows: number, seed: number): Outcome {
  const next = numbers(seed)
  const pool = pools[noise](Math.min(flows * POOL_BYTES_A_FLOW, MAX_POOL_BYTES), next, seed)
  const writer = new Writer(Math.min(flows, FLOWS_A_TABLE))
  const catalogue = createCatalogue()
  const named = new Map<string, number>()
  let seen = 0
  for (let from = 0; from < flows; from += FLOWS_A_TABLE) {
    writer.begin()
    const to = Math.min(flows, from + FLOWS_A_TABLE)
    for (let flow = from; flow < to; flow++) writeFlow(writer, transport, flow, next, pool, noise === 'first byte fixed' ? flow & 255 : -1)
    seen += countNamed(writer.batch, catalogue, to - from, named)
  }
  return { flows: seen, named }
}

function writeFlow(
  writer: Writer,
  transport: Transport,
  flow: number,
  next: (bound: number) => number,
  pool: Uint8Array,
  first: number,
): void {
  const proto = transport === 'tcp' ? TCP : UDP
  const isKnown = next(KNOWN_PORT_EVERY) === 0
  const ports = [
    FIRST_EPHEMERAL + next(65_536 - FIRST_EPHEMERAL),
    isKnown ? knownPorts[next(knownPorts.length)]! : 1 + next(65_535),
  ] as const
  const seq = [next(0x1_0000_0000), next(0x1_0000_0000)]
  if (proto === TCP) {
    writer.packet(proto, flow, true, ports, seq[0]!++, SYN, NOTHING)
    writer.packet(proto, flow, false, ports, seq[1]!++, SYN_ACK, NOTHING)
  }
  const packets = 1 + next(MAX_PACKETS)
  const answers = next(4) !== 0
  for (let n = 0; n < packets; n++) {
    const fromClient = n === 0 ? next(4) !== 0 : !answers || next(2) === 0
    // Short packets are commoner, and the only ones that fixed lengths fit.
    const length = 1 + next(next(3) === 0 ? MAX_PAYLOAD : 128)
    const at = next(pool.length - length)
    const payload = pool.subarray(at, at + length)
    const was = payload[0]!
    if (first >= 0) payload[0] = first
    const way = fromClient ? 0 : 1
    writer.packet(proto, flow, fromClient, ports, seq[way]! >>> 0, PSH_ACK, payload)
    payload[0] = was
    seq[way]! += length
  }
}

/** Returns how many flows there were: those of the noise, and what noise in a tunnel looks like. */
function countNamed(batch: PacketBatch, catalogue: Catalogue, flows: number, named: Map<string, number>): number {
  const tables = new LiveTables({
    ...{ catalogue, dissectors: allDissectors, local: LocalNetworks.default(), seed: 7, count: 'wire' },
    ...{ flowLimit: 2 * flows, hostLimit: 4 * flows },
  })
  tables.take(batch)
  tables.finish()
  const { rows } = tables.flows
  for (let row = 0; row < rows.used; row++) {
    rows.go(row)
    if (rows.dissector === 0 && rows.confidence !== payloadConfidence) continue
    const name = catalogue.pairName(rows.master, rows.app)
    named.set(name, (named.get(name) ?? 0) + 1)
  }
  return tables.flowsTotal
}
