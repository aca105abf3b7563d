/** Payloads of real flows, and what becomes of them on a bad link or at an enemy's hands. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { PacketBatch } from '../src/lib/source.ts'
import { openInput } from '../src/sources/open-source.ts'
import { Decoder } from '../src/wire/decode.ts'
import { KIND_IP, Packet, PROTO_TCP, PROTO_UDP } from '../src/wire/packet.ts'
import { root } from './product.ts'

const CORPUS = join(root, '../shared/corpus/dpi/captures')
const SAMPLES = join(root, 'samples')
/** Payload packets of each flow that are taken. */
const A_FLOW = 4

export interface Payload {
  readonly over: 'tcp' | 'udp'
  readonly srcPort: number
  readonly dstPort: number
  readonly bytes: Uint8Array
}

export const hasCorpus = existsSync(CORPUS)
const capturesIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => /\.p?cap(ng)?(\.|$)/.test(name))
    .sort()
    .map((name) => join(folder, name))

/** The first payloads of every flow in the samples and, where it is there, in the corpus. */
export async function realPayloads(): Promise<Payload[]> {
  const found: Payload[] = []
  for (const path of [...capturesIn(SAMPLES), ...(hasCorpus ? capturesIn(CORPUS) : [])]) {
    const decoder = new Decoder(1)
    const packet = new Packet()
    const seen = new Map<string, number>()
    const packets = (batch: PacketBatch) => {
      for (let i = 0; i < batch.count; i++) {
        const start = batch.start[i]!
        decoder.decode(batch.buf, start, start + batch.capLen[i]!, batch.wireLen[i]!, batch.linkType[i]!, packet)
        const { kind, proto, payloadAt, payloadEnd, srcPort, dstPort, src3, dst3 } = packet
        if (kind !== KIND_IP || (proto !== PROTO_TCP && proto !== PROTO_UDP) || payloadEnd <= payloadAt) continue
        const flow = [`${src3}:${srcPort}`, `${dst3}:${dstPort}`].sort().join(' ')
        const n = (seen.get(flow) ?? 0) + 1
        seen.set(flow, n)
        if (n > A_FLOW) continue
        found.push({ over: proto === PROTO_TCP ? 'tcp' : 'udp', srcPort, dstPort, bytes: packet.buf.slice(payloadAt, payloadEnd) })
      }
    }
    await openInput(path).run({ packets }, new AbortController().signal)
  }
  return found
}

export const DAMAGES = {
  whole: (bytes: Uint8Array) => bytes,
  cut: (bytes: Uint8Array, random: (n: number) => number) => bytes.slice(0, random(bytes.length)),
  'bits flipped': (bytes: Uint8Array, random: (n: number) => number) => {
    const changed = bytes.slice()
    for (let n = 1 + random(8); n > 0; n--) changed[random(bytes.length)]! ^= 1 << random(8)
    return changed
  },
  'spliced with another': (bytes: Uint8Array, random: (n: number) => number, other: Uint8Array) => {
    const at = random(bytes.length)
    const from = random(other.length)
    const joined = new Uint8Array(at + other.length - from)
    joined.set(bytes.subarray(0, at))
    joined.set(other.subarray(from), at)
    return joined
  },
  'a length made extreme': (bytes: Uint8Array, random: (n: number) => number) => {
    const changed = bytes.slice()
    const at = random(bytes.length)
    for (let i = at; i < Math.min(bytes.length, at + 1 + random(4)); i++) changed[i] = random(2) * 255
    return changed
  },
} satisfies Record<string, (bytes: Uint8Array, random: (n: number) => number, other: Uint8Array) => Uint8Array>
