/**
 * Numbers of ranges of addresses: sorted beginnings, each with the number that holds from there on, 0 for none. IPv6 is told by its first 64 bits. All of it lies in
 * buffers that threads can share.
 */
export interface RangeTable {
  readonly v4From: Uint32Array
  readonly v4Value: Uint32Array
  readonly v6High: Uint32Array
  readonly v6Low: Uint32Array
  readonly v6Value: Uint32Array
}

const MAPPED = 0xffff

/** The number of an address as four signed words, IPv4 as ::ffff:0:0/96; 0: nobody has it. */
export function valueAt(table: RangeTable, w0: number, w1: number, w2: number, w3: number): number {
  if (w0 === 0 && w1 === 0 && w2 === MAPPED) {
    const { v4From } = table
    const at = lastNotAbove(v4From.length, (i) => v4From[i]! <= w3 >>> 0)
    return at < 0 ? 0 : table.v4Value[at]!
  }
  const { v6High, v6Low } = table
  const [high, low] = [w0 >>> 0, w1 >>> 0]
  const at = lastNotAbove(v6High.length, (i) => v6High[i]! < high || (v6High[i] === high && v6Low[i]! <= low))
  return at < 0 ? 0 : table.v6Value[at]!
}

/** The last place of which `isNotAbove` is true; -1: none. */
function lastNotAbove(length: number, isNotAbove: (i: number) => boolean): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isNotAbove(middle)) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** A range with both its ends. */
export interface Range<N> {
  readonly from: N
  readonly to: N
  readonly value: number
}

/** What of the ranges lies in none of the `holes`, which are sorted and do not overlap. */
export function* without<N extends bigint | number>(
  ranges: Iterable<Range<N>>,
  holes: readonly Omit<Range<N>, 'value'>[],
  previous: (from: N) => N,
  next: (to: N) => N,
): Generator<Range<N>> {
  for (const { from, to, value } of ranges) {
    let begin = from
    for (const hole of holes) {
      if (hole.to < begin || hole.from > to) continue
      if (hole.from > begin) yield { from: begin, to: previous(hole.from), value }
      begin = next(hole.to)
    }
    if (begin <= to) yield { from: begin, to, value }
  }
}

/**
 * Beginnings alone: where a range is followed by nobody's addresses, one of 0 follows. Of ranges that lie in others the inner one holds, of others that overlap the one
 * that begins later.
 */
export function beginnings<N extends bigint | number>(ranges: readonly Range<N>[], next: (to: N) => N): { from: N; value: number }[] {
  const out: { from: N; value: number }[] = []
  const put = (from: N, value: number) => {
    if (out.at(-1)?.from === from) out.pop()
    if ((out.at(-1)?.value ?? 0) !== value) out.push({ from, value })
  }
  const open: Range<N>[] = []
  /** Ends what is over before `from`; undefined: everything. */
  const close = (from: N | undefined) => {
    for (let last = open.at(-1); last !== undefined && (from === undefined || last.to < from); last = open.at(-1)) {
      while (open.length > 0 && open.at(-1)!.to <= last.to) open.pop()
      put(next(last.to), open.at(-1)?.value ?? 0)
    }
  }
  const sorted = [...ranges].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.to > b.to ? -1 : a.to < b.to ? 1 : 0))
  for (const range of sorted) {
    close(range.from)
    put(range.from, range.value)
    open.push(range)
  }
  close(undefined)
  return out
}

/** As bytes that pack well: differences and numbers as variable-length integers. */
export function encodeRanges(v4: readonly { from: number; value: number }[], v6: readonly { from: bigint; value: number }[]): Uint8Array {
  const out: number[] = []
  const varint = (value: bigint | number) => {
    let left = BigInt(value)
    for (; left >= 128n; left >>= 7n) out.push(Number(left & 127n) | 128)
    out.push(Number(left))
  }
  varint(v4.length)
  varint(v6.length)
  for (const [i, { from }] of v4.entries()) varint(from - (v4[i - 1]?.from ?? 0))
  for (const { value } of v4) varint(value)
  for (const [i, { from }] of v6.entries()) varint(from - (v6[i - 1]?.from ?? 0n))
  for (const { value } of v6) varint(value)
  return Uint8Array.from(out)
}

/** What `encodeRanges` wrote, in buffers made by `allocate`. */
export function decodeRanges(bytes: Uint8Array, allocate: (length: number) => Uint32Array): RangeTable {
  let at = 0
  /** Up to 64 bits, as two words: [high, low]. */
  let high = 0
  const varint = (): number => {
    let [low, shift] = [0, 0]
    high = 0
    while (at < bytes.length) {
      const byte = bytes[at++]!
      if (shift < 28) low |= (byte & 127) << shift
      else if (shift === 28) {
        low |= (byte & 15) << 28
        high = (byte & 127) >>> 4
      } else high |= (byte & 127) << (shift - 32)
      if (byte < 128) break
      shift += 7
    }
    return low >>> 0
  }
  const [v4, v6] = [varint(), varint()]
  const [v4From, v4Value, v6High, v6Low, v6Value] = [allocate(v4), allocate(v4), allocate(v6), allocate(v6), allocate(v6)]
  for (let i = 0, from = 0; i < v4; i++) v4From[i] = from += varint()
  for (let i = 0; i < v4; i++) v4Value[i] = varint()
  for (let i = 0, fromHigh = 0, fromLow = 0; i < v6; i++) {
    const low = fromLow + varint()
    fromHigh += (high >>> 0) + (low > 0xffff_ffff ? 1 : 0)
    fromLow = low >>> 0
    v6High[i] = fromHigh
    v6Low[i] = fromLow
  }
  for (let i = 0; i < v6; i++) v6Value[i] = varint()
  return { v4From, v4Value, v6High, v6Low, v6Value }
}
