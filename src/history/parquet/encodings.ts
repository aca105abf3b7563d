/** Encodings of values within Parquet's pages (parquet-format, Encodings.md). All numbers are little-endian. */

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
if (!isLittleEndian) throw new Error('Parquet files are written on little-endian machines alone')

const TWO_32 = 2 ** 32

export const bytesOf = (values: ArrayBufferView): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

/** INT64: whole numbers up to 2^53. */
export function plainInt64(values: Float64Array, count: number): Uint8Array {
  const words = new Uint32Array(2 * count)
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    const low = value >>> 0
    words[2 * i] = low
    words[2 * i + 1] = (value - low) / TWO_32
  }
  return bytesOf(words)
}

const utf8 = new TextEncoder()

/** BYTE_ARRAY: each text behind its length. */
export function plainTexts(texts: readonly string[], from = 0): Uint8Array {
  let length = 0
  for (let i = from; i < texts.length; i++) length += 4 + 3 * texts[i]!.length
  const bytes = new Uint8Array(length)
  let at = 0
  for (let i = from; i < texts.length; i++) {
    const { written } = utf8.encodeInto(texts[i]!, bytes.subarray(at + 4))
    bytes[at] = written
    bytes[at + 1] = written >>> 8
    bytes[at + 2] = written >>> 16
    bytes[at + 3] = written >>> 24
    at += 4 + written
  }
  return bytes.subarray(0, at)
}

/** Bits that numbers below `limit` need; at least one. */
export const bitWidth = (limit: number): number => Math.max(1, 32 - Math.clz32(Math.max(0, limit - 1)))

/**
 * One run of the RLE/bit-packed hybrid: all values alike, or all of them packed, least significant bit first, in groups of eight.
 * `values` may be read up to `count`; each is below 2^width, and `width` is 24 at most, so that 7 bits that wait and one more fit a word.
 */
export function hybridRun(values: ArrayLike<number>, count: number, width: number): Uint8Array {
  if (count === 0) return new Uint8Array(0)
  const first = values[0]!
  let alike = 1
  while (alike < count && values[alike] === first) alike++
  if (alike === count) {
    const run = varint(2 * count)
    for (let shift = 0; shift < width; shift += 8) run.push((first >>> shift) & 255)
    return Uint8Array.from(run)
  }
  const groups = Math.ceil(count / 8)
  const header = varint(2 * groups + 1)
  const bytes = new Uint8Array(header.length + groups * width)
  bytes.set(header)
  let at = header.length
  let [bits, have] = [0, 0]
  for (let i = 0; i < count; i++) {
    bits |= values[i]! << have
    have += width
    while (have >= 8) {
      bytes[at++] = bits
      bits >>>= 8
      have -= 8
    }
  }
  if (have > 0) bytes[at] = bits
  return bytes
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let left = value
  for (; left >= 128; left >>>= 7) bytes.push((left & 127) | 128)
  return [...bytes, left]
}
