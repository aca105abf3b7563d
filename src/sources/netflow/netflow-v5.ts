import type { FlowBatch, FlowWriter } from '../../lib/flow-batch.ts'
import type { Exporter } from '../collect/exporters.ts'
import { i32, u16, u32 } from './bytes.ts'
import type { ExporterClock } from './exporter-clock.ts'

export const V5_HEADER = 24
export const V5_RECORD = 48
const MAPPED = 0xffff
/** Of the header's last word: two bits of mode, then one packet of so many. */
const INTERVAL_BITS = 0x3fff

/** What a header of v5 says (Cisco, "NetFlow Export Datagram Format", table B-3). */
export const v5Count = (b: Uint8Array): number => u16(b, 2)
export const v5ExportMs = (b: Uint8Array): number => u32(b, 8) * 1000 + u32(b, 12) / 1e6
export const v5Sequence = (b: Uint8Array): number => u32(b, 16)
/** Type and number of the engine. */
export const v5Engine = (b: Uint8Array): number => u16(b, 20)
export const v5Sampling = (b: Uint8Array): number => u16(b, 22) & INTERVAL_BITS

/** Reads `count` records, which lie within the datagram (table B-4). */
export function readV5(b: Uint8Array, count: number, rate: number, exporter: Exporter, clock: ExporterClock, flows: FlowWriter): void {
  const uptimeMs = u32(b, 4)
  const exportMs = v5ExportMs(b)
  for (let n = 0; n < count; n++) {
    const i = flows.begin(exporter.number)
    record(b, V5_HEADER + n * V5_RECORD, flows.batch, i, rate)
    const { batch } = flows
    const at = V5_HEADER + n * V5_RECORD
    // The difference of 32-bit uptimes is right also where they have gone round.
    batch.lastMs[i] = clock.ours(exportMs - ((uptimeMs - u32(b, at + 28)) | 0))
    batch.firstMs[i] = Math.min(batch.lastMs[i]!, clock.ours(exportMs - ((uptimeMs - u32(b, at + 24)) | 0)))
    exporter.traffic(batch.inIf[i]!, batch.outIf[i]!, batch.bytes[2 * i]!, 0, false, batch.firstMs[i]!, batch.lastMs[i]!)
  }
  exporter.records += count
}

function record(b: Uint8Array, at: number, batch: FlowBatch, i: number, rate: number): void {
  const four = 4 * i
  batch.src[four + 2] = batch.dst[four + 2] = MAPPED
  batch.src[four + 3] = i32(b, at)
  batch.dst[four + 3] = i32(b, at + 4)
  const nextHop = i32(b, at + 8)
  if (nextHop !== 0) {
    batch.nextHop[four + 2] = MAPPED
    batch.nextHop[four + 3] = nextHop
  }
  batch.inIf[i] = u16(b, at + 12)
  batch.outIf[i] = u16(b, at + 14)
  batch.packets[2 * i] = u32(b, at + 16) * rate
  batch.bytes[2 * i] = u32(b, at + 20) * rate
  batch.sampling[i] = rate
  batch.srcPort[i] = u16(b, at + 32)
  batch.dstPort[i] = u16(b, at + 34)
  batch.tcpFlags[2 * i] = b[at + 37]!
  const proto = b[at + 38]!
  batch.proto[i] = proto
  batch.tos[i] = b[at + 39]!
  batch.srcAs[i] = u16(b, at + 40)
  batch.dstAs[i] = u16(b, at + 42)
  batch.srcMask[i] = b[at + 44]!
  batch.dstMask[i] = b[at + 45]!
  // The destination port of ICMP is its type and code.
  if (proto === 1) batch.icmp[i] = batch.dstPort[i]!
}
