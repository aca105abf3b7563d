/** For tests: DNS messages laid out as RFC 1035 §4.1 says. */
import { concat } from './testing.ts'

export const u16 = (n: number) => Uint8Array.of((n >> 8) & 255, n & 255)
export const u32 = (n: number) => concat(u16(n >>> 16), u16(n & 0xffff))
export const labels = (name: string) =>
  concat(
    ...name
      .split('.')
      .filter(Boolean)
      .map((l) => concat(Uint8Array.of(Buffer.byteLength(l, 'latin1')), new Uint8Array(Buffer.from(l, 'latin1')))),
    Uint8Array.of(0),
  )
/** A pointer to the question's name, which stands right behind the header. */
export const toQuestion = Uint8Array.of(0xc0, 12)

export const question = (name: string, type: number, qclass = 1) => concat(labels(name), u16(type), u16(qclass))
export const record = (owner: Uint8Array, type: number, data: Uint8Array, rclass = 1, ttl = 300) =>
  concat(owner, u16(type), u16(rclass), u32(ttl), u16(data.length), data)

export interface Message {
  id?: number
  flags?: number
  questions?: Uint8Array[]
  answers?: Uint8Array[]
  authority?: Uint8Array[]
  additional?: Uint8Array[]
}
export const message = (m: Message) => {
  const parts = [m.questions ?? [], m.answers ?? [], m.authority ?? [], m.additional ?? []]
  return concat(u16(m.id ?? 0x1234), u16(m.flags ?? 0x0100), ...parts.map((p) => u16(p.length)), ...parts.flat())
}
export const withLength = (m: Uint8Array) => concat(u16(m.length), m)
