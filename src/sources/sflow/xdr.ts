/** XDR (RFC 4506) as sFlow uses it: everything in words of four bytes, in network order. */
export const WORD = 4

export const u32 = (b: Uint8Array, at: number): number => ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0
/** Exact up to 2^53. */
export const u64 = (b: Uint8Array, at: number): number => u32(b, at) * 0x1_0000_0000 + u32(b, at + WORD)

/** Opaque data is filled up to whole words (§4.10). */
export const padded = (length: number): number => Math.ceil(length / WORD) * WORD

/** Takes one record: b[at .. end). */
export interface RecordReader {
  /** `format`: enterprise << 12 | number; 0 for the enterprise is sflow.org. */
  record(format: number, b: Uint8Array, at: number, end: number): void
}

export const RECORD_CUT = 'fewer records than told'
export const RECORD_TOO_LONG = 'record longer than its sample'

/** Shows `count` records to their reader. Returns what was wrong, or ''; records before the fault have been shown. */
export function eachRecord(b: Uint8Array, from: number, end: number, count: number, reader: RecordReader): string {
  let at = from
  for (let n = 0; n < count; n++) {
    if (end - at < 2 * WORD) return RECORD_CUT
    const format = u32(b, at)
    const length = u32(b, at + WORD)
    at += 2 * WORD
    if (length > end - at) return RECORD_TOO_LONG
    reader.record(format, b, at, at + length)
    at += padded(length)
  }
  return ''
}
