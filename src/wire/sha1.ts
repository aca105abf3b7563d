const BLOCK = 64
const words = new Int32Array(80)
const state = new Int32Array(5)
const last = new Uint8Array(2 * BLOCK)

/** SHA-1 (RFC 3174) of the first `length` bytes; the 20 bytes are valid until the next call. Only for names, never for secrets. */
export function sha1(b: Uint8Array, length: number): Uint8Array {
  state[0] = 0x67452301
  state[1] = 0xefcdab89
  state[2] = 0x98badcfe
  state[3] = 0x10325476
  state[4] = 0xc3d2e1f0
  const whole = length - (length % BLOCK)
  for (let at = 0; at < whole; at += BLOCK) block(b, at)
  const rest = length - whole
  const lastLen = rest + 9 > BLOCK ? 2 * BLOCK : BLOCK
  last.fill(0)
  for (let i = 0; i < rest; i++) last[i] = b[whole + i]!
  last[rest] = 0x80
  writeWord(last, lastLen - 8, Math.floor(length / 0x2000_0000))
  writeWord(last, lastLen - 4, length << 3)
  for (let at = 0; at < lastLen; at += BLOCK) block(last, at)
  for (let i = 0; i < 5; i++) writeWord(digest, i * 4, state[i]!)
  return digest
}

const digest = new Uint8Array(20)

function writeWord(b: Uint8Array, at: number, word: number): void {
  b[at] = word >>> 24
  b[at + 1] = word >>> 16
  b[at + 2] = word >>> 8
  b[at + 3] = word
}

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by))

function block(b: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++) {
    const w = at + i * 4
    words[i] = (b[w]! << 24) | (b[w + 1]! << 16) | (b[w + 2]! << 8) | b[w + 3]!
  }
  for (let i = 16; i < 80; i++) words[i] = rotate(words[i - 3]! ^ words[i - 8]! ^ words[i - 14]! ^ words[i - 16]!, 1)
  let [v, w, x, y, z] = state as unknown as [number, number, number, number, number]
  for (let i = 0; i < 80; i++) {
    const next = (rotate(v, 5) + round(i, w, x, y) + z + words[i]!) | 0
    z = y
    y = x
    x = rotate(w, 30)
    w = v
    v = next
  }
  state[0]! += v
  state[1]! += w
  state[2]! += x
  state[3]! += y
  state[4]! += z
}

/** RFC 3174 §5: function and constant of round `i`. */
function round(i: number, w: number, x: number, y: number): number {
  if (i < 20) return ((w & x) | (~w & y)) + 0x5a827999
  if (i < 40) return (w ^ x ^ y) + 0x6ed9eba1
  if (i < 60) return ((w & x) | (w & y) | (x & y)) + 0x8f1bbcdc
  return (w ^ x ^ y) + 0xca62c1d6
}
