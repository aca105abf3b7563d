/** HMAC-SHA-256 (RFC 2104) and HKDF-Expand-Label (RFC 5869, RFC 8446 §7.1), with keys kept as the digest's state behind the padded key. */
import type { Sha256State } from './sha256.ts'
import { SHA256_LEN, sha256Begin, sha256Block, sha256End } from './sha256.ts'

const BLOCK_LEN = 64

/** A key whose two padded blocks have been taken in: each use saves two of four blocks. */
export interface HmacKey {
  readonly inner: Sha256State
  readonly outer: Sha256State
}
export const hmacKey = (): HmacKey => ({ inner: new Int32Array(8), outer: new Int32Array(8) })

const pad = new Uint8Array(BLOCK_LEN)
const state = new Int32Array(8)
const innerDigest = new Uint8Array(SHA256_LEN)

/** Sets `key` from at most 64 bytes at `at`. */
export function setHmacKey(key: HmacKey, b: Uint8Array, at: number, length: number): void {
  padWith(0x36, b, at, length)
  sha256Begin(key.inner)
  sha256Block(key.inner, pad, 0)
  padWith(0x5c, b, at, length)
  sha256Begin(key.outer)
  sha256Block(key.outer, pad, 0)
}

function padWith(value: number, b: Uint8Array, at: number, length: number): void {
  pad.fill(value)
  for (let i = 0; i < length; i++) pad[i] = b[at + i]! ^ value
}

/** Writes the 32 bytes of HMAC(key, [start, end)) to `out`. */
export function hmac(key: HmacKey, b: Uint8Array, start: number, end: number, out: Uint8Array): void {
  state.set(key.inner)
  sha256End(state, b, start, end, BLOCK_LEN, innerDigest)
  state.set(key.outer)
  sha256End(state, innerDigest, 0, SHA256_LEN, BLOCK_LEN, out)
}

/** HkdfLabel with an empty context and the counter of the first block behind it, ready for `expand`; `length` at most 32. */
export function hkdfLabel(label: string, length: number): Uint8Array {
  const full = `tls13 ${label}`
  return Uint8Array.from([length >> 8, length & 255, full.length, ...full.split('').map((c) => c.charCodeAt(0)), 0, 1])
}
export const hkdfExpand = (key: HmacKey, label: Uint8Array, out: Uint8Array): void => hmac(key, label, 0, label.length, out)
