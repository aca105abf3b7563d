/**
 * AES-128 and AES-256, encryption alone, and the counter mode as GCM uses it (FIPS 197, SP 800-38D §6.5). Table look-ups: for public keys only.
 */

export const AES_128_KEY_LEN = 16
export const AES_256_KEY_LEN = 32
export type AesSchedule = Int32Array
/** Of a key of 16 or 32 bytes: 10 or 14 rounds. */
export const aesSchedule = (keyLen: typeof AES_128_KEY_LEN | typeof AES_256_KEY_LEN = AES_128_KEY_LEN): AesSchedule =>
  new Int32Array(keyLen === AES_128_KEY_LEN ? 44 : 60)

const SBOX = new Uint8Array(256)
// One column of SubBytes, ShiftRows and MixColumns in a look-up each (FIPS 197 §5.1); T1–T3 are T0 turned.
const T0 = new Int32Array(256)
const T1 = new Int32Array(256)
const T2 = new Int32Array(256)
const T3 = new Int32Array(256)

const twice = (x: number) => ((x << 1) ^ (x & 0x80 ? 0x11b : 0)) & 255
const turn8 = (x: number) => (x << 8) | (x & 255)
const rotr = (x: number, n: number) => (x >>> n) | (x << (32 - n))

function fillTables(): void {
  // p runs through the field by the generator 3, q through the inverses.
  let p = 1
  let q = 1
  do {
    p = p ^ twice(p)
    q ^= q << 1
    q ^= q << 2
    q ^= q << 4
    q &= 255
    if (q & 0x80) q ^= 0x09
    let x = q
    for (let n = 1, y = turn8(q); n <= 4; n++) x ^= (y >>> (8 - n)) & 255
    SBOX[p] = x ^ 0x63
  } while (p !== 1)
  SBOX[0] = 0x63
  for (let i = 0; i < 256; i++) {
    const s = SBOX[i]!
    const d = twice(s)
    const t = (d << 24) | (s << 16) | (s << 8) | (d ^ s)
    T0[i] = t
    T1[i] = rotr(t, 8)
    T2[i] = rotr(t, 16)
    T3[i] = rotr(t, 24)
  }
}
fillTables()

const subWord = (x: number) => (SBOX[x >>> 24]! << 24) | (SBOX[(x >>> 16) & 255]! << 16) | (SBOX[(x >>> 8) & 255]! << 8) | SBOX[x & 255]!
const word = (b: Uint8Array, at: number) => (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!

/** Expands the key bytes at `at`, as many as the schedule was made for (FIPS 197 §5.2). */
export function setAesKey(schedule: AesSchedule, key: Uint8Array, at = 0): void {
  const words = schedule.length === 44 ? 4 : 8
  for (let i = 0; i < words; i++) schedule[i] = word(key, at + 4 * i)
  for (let i = words, rcon = 1; i < schedule.length; i++) {
    let t = schedule[i - 1]!
    if ((i & (words - 1)) === 0) {
      t = subWord((t << 8) | (t >>> 24)) ^ (rcon << 24)
      rcon = twice(rcon)
    } else if (words === 8 && (i & 7) === 4) t = subWord(t)
    schedule[i] = schedule[i - words]! ^ t
  }
}

/** The last block enciphered, as four words. */
const block = new Int32Array(4)

function encipher(k: AesSchedule, w0: number, w1: number, w2: number, w3: number): void {
  let a = w0 ^ k[0]!
  let b = w1 ^ k[1]!
  let c = w2 ^ k[2]!
  let d = w3 ^ k[3]!
  let i = 4
  for (const last = k.length - 4; i < last; i += 4) {
    const a1 = T0[a >>> 24]! ^ T1[(b >>> 16) & 255]! ^ T2[(c >>> 8) & 255]! ^ T3[d & 255]! ^ k[i]!
    const b1 = T0[b >>> 24]! ^ T1[(c >>> 16) & 255]! ^ T2[(d >>> 8) & 255]! ^ T3[a & 255]! ^ k[i + 1]!
    const c1 = T0[c >>> 24]! ^ T1[(d >>> 16) & 255]! ^ T2[(a >>> 8) & 255]! ^ T3[b & 255]! ^ k[i + 2]!
    const d1 = T0[d >>> 24]! ^ T1[(a >>> 16) & 255]! ^ T2[(b >>> 8) & 255]! ^ T3[c & 255]! ^ k[i + 3]!
    a = a1
    b = b1
    c = c1
    d = d1
  }
  block[0] = ((SBOX[a >>> 24]! << 24) | (SBOX[(b >>> 16) & 255]! << 16) | (SBOX[(c >>> 8) & 255]! << 8) | SBOX[d & 255]!) ^ k[i]!
  block[1] = ((SBOX[b >>> 24]! << 24) | (SBOX[(c >>> 16) & 255]! << 16) | (SBOX[(d >>> 8) & 255]! << 8) | SBOX[a & 255]!) ^ k[i + 1]!
  block[2] = ((SBOX[c >>> 24]! << 24) | (SBOX[(d >>> 16) & 255]! << 16) | (SBOX[(a >>> 8) & 255]! << 8) | SBOX[b & 255]!) ^ k[i + 2]!
  block[3] = ((SBOX[d >>> 24]! << 24) | (SBOX[(a >>> 16) & 255]! << 16) | (SBOX[(b >>> 8) & 255]! << 8) | SBOX[c & 255]!) ^ k[i + 3]!
}

/** Enciphers the 16 bytes at `at` into `out`. */
export function aesBlock(schedule: AesSchedule, b: Uint8Array, at: number, out: Uint8Array): void {
  encipher(schedule, word(b, at), word(b, at + 4), word(b, at + 8), word(b, at + 12))
  for (let i = 0; i < 16; i++) out[i] = block[i >> 2]! >>> (24 - 8 * (i & 3))
}

function putXored(out: Uint8Array, to: number, b: Uint8Array, from: number, x: number): void {
  out[to] = b[from]! ^ (x >>> 24)
  out[to + 1] = b[from + 1]! ^ (x >>> 16)
  out[to + 2] = b[from + 2]! ^ (x >>> 8)
  out[to + 3] = b[from + 3]! ^ x
}

/**
 * Deciphers [start, end) of `b` into `out` from `outAt` on, with a 12-byte nonce and the counter that GCM gives the first block of text (2), plus
 * `skipBlocks` where an earlier call has done as many blocks.
 */
export function aesGcmText(
  schedule: AesSchedule,
  nonce: Uint8Array,
  skipBlocks: number,
  b: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  outAt: number,
): void {
  const n0 = word(nonce, 0)
  const n1 = word(nonce, 4)
  const n2 = word(nonce, 8)
  let counter = 2 + skipBlocks
  let at = start
  for (; end - at >= 16; at += 16, outAt += 16) {
    encipher(schedule, n0, n1, n2, counter++)
    putXored(out, outAt, b, at, block[0]!)
    putXored(out, outAt + 4, b, at + 4, block[1]!)
    putXored(out, outAt + 8, b, at + 8, block[2]!)
    putXored(out, outAt + 12, b, at + 12, block[3]!)
  }
  if (at === end) return
  encipher(schedule, n0, n1, n2, counter)
  for (let i = 0; at < end; i++) out[outAt++] = b[at++]! ^ (block[i >> 2]! >>> (24 - 8 * (i & 3)))
}
