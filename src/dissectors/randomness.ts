/** How much bytes look like random ones, which is how encrypted and packed data look. */

/** As many bytes as are counted: enough to tell. */
const MAX_COUNTED = 1024
const MIN_COUNTED = 64

const counts = new Uint16Array(256)
const LOG = Float64Array.from({ length: MAX_COUNTED + 1 }, (_, n) => (n === 0 ? 0 : n * Math.log2(n)))
const ONES = Uint8Array.from({ length: 256 }, (_, byte) => [0, 1, 2, 3, 4, 5, 6, 7].reduce((n, bit) => n + ((byte >> bit) & 1), 0))

/** Shannon's entropy of the first bytes of [at, end), in bits a byte. */
export function entropy(b: Uint8Array, at: number, end: number): number {
  const stop = Math.min(end, at + MAX_COUNTED)
  const n = stop - at
  if (n <= 0) return 0
  counts.fill(0)
  for (let i = at; i < stop; i++) counts[b[i]!]! += 1
  let sum = 0
  for (let byte = 0; byte < 256; byte++) sum += LOG[counts[byte]!]!
  return Math.log2(n) - sum / n
}

/** Of what so few bytes can have at most, random ones have 93 % and more, programs 80, texts 70. */
const RANDOM_PART = 0.9
export function isDense(b: Uint8Array, at: number, end: number, part = RANDOM_PART): boolean {
  const n = Math.min(MAX_COUNTED, end - at)
  return n >= MIN_COUNTED && entropy(b, at, end) >= part * Math.log2(Math.min(n, 256))
}

const MAX_HEADER = 8
/** A header that says how much follows can be read, whatever it stands before: at most one in 500 random beginnings looks so by chance. */
function hasLength(b: Uint8Array, at: number, n: number): boolean {
  for (let i = at; i < at + MAX_HEADER - 1; i++) {
    const big = (b[i]! << 8) | b[i + 1]!
    const little = (b[i + 1]! << 8) | b[i]!
    if ((big <= n && big >= n - MAX_HEADER) || (little <= n && little >= n - MAX_HEADER)) return true
  }
  return false
}

/**
 * The rules by which a censor is known to let traffic pass, turned round (Wu et al., "How the Great Firewall of China Detects and Blocks Fully Encrypted
 * Traffic", USENIX Security 2023, §4): about as many ones as noughts, no readable beginning, not mostly readable, no long readable run; and no length of what follows.
 */
export function looksFullyEncrypted(b: Uint8Array, at: number, end: number): boolean {
  const stop = Math.min(end, at + MAX_COUNTED)
  const n = stop - at
  if (n < MIN_COUNTED || hasLength(b, at, end - at)) return false
  let ones = 0
  let readable = 0
  let run = 0
  let longest = 0
  let beginning = 0
  for (let i = at; i < stop; i++) {
    const byte = b[i]!
    ones += ONES[byte]!
    if (byte >= 0x20 && byte <= 0x7e) {
      readable++
      run++
      if (run > longest) longest = run
      if (run === i - at + 1) beginning = run
    } else run = 0
  }
  const each = ones / n
  return each > 3.4 && each < 4.6 && beginning < 6 && readable <= n / 2 && longest <= 20
}
