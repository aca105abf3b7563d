import { MAX_WIRE_LEN, type PacketBatch, type SourceStats } from '../lib/source.ts'
import type { ByteWindow } from './byte-window.ts'
import { noteFault } from './source-stats.ts'

/** Takes records out of a window as its bytes arrive. It does no I/O and cuts the input at the same records however it is sliced. */
export interface RecordParser {
  /** Takes whole records until the batch is full, the bytes run out, or damage is met. */
  take(window: ByteWindow, batch: PacketBatch): void
  /** Bytes that the record at the window's front needs before `take` can go on. */
  readonly need: number
  /** Damage was met: nothing behind it is read. */
  readonly ended: boolean
  /** The input is over; says so in the stats when that is not between two records. */
  finish(window: ByteWindow): void
}

/** Longest record or block that is held whole: the largest packet, its head, and options of ordinary size. */
export const MAX_RECORD_BYTES = 2 * MAX_WIRE_LEN

/** Why these lengths cannot be those of a packet; undefined when they can. */
export function lengthFault(capLen: number, wireLen: number): string | undefined {
  if (capLen > MAX_WIRE_LEN) return `captured length ${capLen} is beyond ${MAX_WIRE_LEN}`
  if (capLen > wireLen) return `captured length ${capLen} is beyond the length on the wire ${wireLen}`
  return undefined
}

/** A length on the wire that cannot be is no reason to lose the packet: what was captured of it lies here whole. */
export function boundedWireLen(wireLen: number, offset: number, stats: SourceStats): number {
  if (wireLen <= MAX_WIRE_LEN) return wireLen
  noteFault(stats, `packet at byte ${offset}: length on the wire ${wireLen} counts as ${MAX_WIRE_LEN}`)
  return MAX_WIRE_LEN
}

/** The part of the captured bytes that is not the frame check sequence. */
export function withoutFcs(capLen: number, wireLen: number, fcsLen: number): number {
  return capLen > wireLen - fcsLen ? Math.max(0, wireLen - fcsLen) : capLen
}
