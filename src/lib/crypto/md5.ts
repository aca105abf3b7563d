/** MD5 (RFC 1321), for JA3 alone, whose definition asks for it. */

export const MD5_LEN = 16
const BLOCK_LEN = 64
const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const SINES = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 4_294_967_296) | 0)

const x = new Int32Array(16)
const state = new Int32Array(4)
const tail = new Uint8Array(2 * BLOCK_LEN)

function block(b: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++, at += 4) x[i] = b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)
  let a = state[0]!
  let bb = state[1]!
  let c = state[2]!
  let d = state[3]!
  for (let i = 0; i < 64; i++) {
    const round = i >> 4
    let f: number
    let word: number
    if (round === 0) {
      f = d ^ (bb & (c ^ d))
      word = i
    } else if (round === 1) {
      f = c ^ (d & (bb ^ c))
      word = 5 * i + 1
    } else if (round === 2) {
      f = bb ^ c ^ d
      word = 3 * i + 5
    } else {
      f = c ^ (bb | ~d)
      word = 7 * i
    }
    const sum = (a + f + SINES[i]! + x[word & 15]!) | 0
    const shift = SHIFTS[(round << 2) | (i & 3)]!
    a = d
    d = c
    c = bb
    bb = (bb + ((sum << shift) | (sum >>> (32 - shift)))) | 0
  }
  state[0] = (state[0]! + a) | 0
  state[1] = (state[1]! + bb) | 0
  state[2] = (state[2]! + c) | 0
  state[3] = (state[3]! + d) | 0
}

const le32 = (b: Uint8Array, at: number, word: number): void => {
  b[at] = word
  b[at + 1] = word >>> 8
  b[at + 2] = word >>> 16
  b[at + 3] = word >>> 24
}

/** The digest of [start, end), shorter than 2^29 bytes, written to `out` (16 bytes). */
export function md5(b: Uint8Array, start: number, end: number, out: Uint8Array): void {
  state[0] = 0x67452301
  state[1] = 0xefcdab89 | 0
  state[2] = 0x98badcfe | 0
  state[3] = 0x10325476
  let at = start
  for (; end - at >= BLOCK_LEN; at += BLOCK_LEN) block(b, at)
  const rest = end - at
  const blocks = rest + 9 > BLOCK_LEN ? 2 : 1
  tail.fill(0)
  for (let i = 0; i < rest; i++) tail[i] = b[at + i]!
  tail[rest] = 0x80
  le32(tail, blocks * BLOCK_LEN - 8, ((end - start) * 8) | 0)
  for (let i = 0; i < blocks; i++) block(tail, i * BLOCK_LEN)
  for (let i = 0; i < 4; i++) le32(out, 4 * i, state[i]!)
}
