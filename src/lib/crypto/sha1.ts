/** SHA-1 (FIPS 180-4), for the fingerprints by which certificates are listed. */

export const SHA1_LEN = 20
const BLOCK_LEN = 64

const w = new Int32Array(80)
const state = new Int32Array(5)
const tail = new Uint8Array(2 * BLOCK_LEN)

function block(bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++, at += 4) w[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
  for (let i = 16; i < 80; i++) {
    const x = w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!
    w[i] = (x << 1) | (x >>> 31)
  }
  let a = state[0]!
  let b = state[1]!
  let c = state[2]!
  let d = state[3]!
  let e = state[4]!
  for (let i = 0; i < 80; i++) {
    const f =
      i < 20
        ? ((d ^ (b & (c ^ d))) + 0x5a827999) | 0
        : i < 40
          ? ((b ^ c ^ d) + 0x6ed9eba1) | 0
          : i < 60
            ? (((b & c) | (d & (b | c))) + 0x8f1bbcdc) | 0
            : ((b ^ c ^ d) + 0xca62c1d6) | 0
    const t = (((a << 5) | (a >>> 27)) + f + e + w[i]!) | 0
    e = d
    d = c
    c = (b << 30) | (b >>> 2)
    b = a
    a = t
  }
  state[0] = (state[0]! + a) | 0
  state[1] = (state[1]! + b) | 0
  state[2] = (state[2]! + c) | 0
  state[3] = (state[3]! + d) | 0
  state[4] = (state[4]! + e) | 0
}

function writeWord(b: Uint8Array, at: number, word: number): void {
  b[at] = word >>> 24
  b[at + 1] = word >>> 16
  b[at + 2] = word >>> 8
  b[at + 3] = word
}

/** The digest of [start, end), shorter than 2^29 bytes, written to `out` (20 bytes). */
export function sha1(b: Uint8Array, start: number, end: number, out: Uint8Array): void {
  state[0] = 0x67452301
  state[1] = 0xefcdab89 | 0
  state[2] = 0x98badcfe | 0
  state[3] = 0x10325476
  state[4] = 0xc3d2e1f0 | 0
  let at = start
  for (; end - at >= BLOCK_LEN; at += BLOCK_LEN) block(b, at)
  const rest = end - at
  const blocks = rest + 9 > BLOCK_LEN ? 2 : 1
  tail.fill(0)
  for (let i = 0; i < rest; i++) tail[i] = b[at + i]!
  tail[rest] = 0x80
  writeWord(tail, blocks * BLOCK_LEN - 4, ((end - start) * 8) | 0)
  for (let i = 0; i < blocks; i++) block(tail, i * BLOCK_LEN)
  for (let i = 0; i < 5; i++) writeWord(out, 4 * i, state[i]!)
}
