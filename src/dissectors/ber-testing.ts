/** For tests: BER elements (X.690) by tag. */
import { concat, latin1 } from './testing.ts'

export const tlv = (tag: number, ...parts: Uint8Array[]) => {
  const body = concat(...parts)
  const length = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255]
  return concat(Uint8Array.of(tag, ...length), body)
}
export const int = (n: number, tag = 2) => tlv(tag, n < 128 ? Uint8Array.of(n) : Uint8Array.of(n >> 8, n & 255))
export const octets = (text: string, tag = 4) => tlv(tag, latin1(text))
export const seq = (...parts: Uint8Array[]) => tlv(0x30, ...parts)
