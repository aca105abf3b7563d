/** SHA-256 (FIPS 180-4) over reused scratch: fingerprints and the public keys of QUIC Initials need many short digests and no secrecy. */

/** The eight words between two blocks; a digest begun is one of these. */
export type Sha256State = Int32Array

const BLOCK_LEN = 64
export const SHA256_LEN = 32

/** The first 32 bits of the fractional parts of the roots of the first primes (FIPS 180-4 §4.2.2, §5.3.3). */
function primeRoots(count: number, root: (n: number) => number): Int32Array {
  const words = new Int32Array(count)
  for (let n = 2, i = 0; i < count; n++) {
    let prime = true
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false
    if (prime) words[i++] = ((root(n) % 1) * 4_294_967_296) | 0
  }
  return words
}
const K = primeRoots(64, Math.cbrt)
const INITIAL = primeRoots(8, Math.sqrt)

const w = new Int32Array(64)
const scratch = new Int32Array(8)
const tail = new Uint8Array(2 * BLOCK_LEN)

export const sha256Begin = (state: Sha256State): void => state.set(INITIAL)

/** Takes in the 64 bytes at `at`. */
export function sha256Block(state: Sha256State, b: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++, at += 4) w[i] = (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!
  compress(state)
}

function compress(state: Sha256State): void {
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!
    const y = w[i - 2]!
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0
  }
  let a = state[0]!
  let b = state[1]!
  let c = state[2]!
  let d = state[3]!
  let e = state[4]!
  let f = state[5]!
  let g = state[6]!
  let h = state[7]!
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + s1 + (g ^ (e & (f ^ g))) + K[i]! + w[i]!) | 0
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (s0 + ((a & b) | (c & (a | b)))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  state[0] = (state[0]! + a) | 0
  state[1] = (state[1]! + b) | 0
  state[2] = (state[2]! + c) | 0
  state[3] = (state[3]! + d) | 0
  state[4] = (state[4]! + e) | 0
  state[5] = (state[5]! + f) | 0
  state[6] = (state[6]! + g) | 0
  state[7] = (state[7]! + h) | 0
}

/** Takes in the last bytes [start, end), with `before` bytes already taken in (a multiple of 64), and writes the digest. */
export function sha256End(state: Sha256State, b: Uint8Array, start: number, end: number, before: number, out: Uint8Array, outAt = 0): void {
  const bits = (before + end - start) * 8
  let at = start
  for (; end - at >= BLOCK_LEN; at += BLOCK_LEN) sha256Block(state, b, at)
  const rest = end - at
  const blocks = rest + 9 > BLOCK_LEN ? 2 : 1
  tail.fill(0)
  for (let i = 0; i < rest; i++) tail[i] = b[at + i]!
  tail[rest] = 0x80
  writeWord(tail, blocks * BLOCK_LEN - 8, Math.floor(bits / 4_294_967_296))
  writeWord(tail, blocks * BLOCK_LEN - 4, bits | 0)
  for (let i = 0; i < blocks; i++) sha256Block(state, tail, i * BLOCK_LEN)
  for (let i = 0; i < 8; i++) writeWord(out, outAt + 4 * i, state[i]!)
}

function writeWord(b: Uint8Array, at: number, word: number): void {
  b[at] = word >>> 24
  b[at + 1] = word >>> 16
  b[at + 2] = word >>> 8
  b[at + 3] = word
}

/** The digest of [start, end), written to `out` (32 bytes). */
export function sha256(b: Uint8Array, start: number, end: number, out: Uint8Array): void {
  sha256Begin(scratch)
  sha256End(scratch, b, start, end, 0, out)
}
