/** ASN.1 BER as SNMP, LDAP and Kerberos use it (X.690): single-byte tags and definite lengths only. Nothing allocates. */
import type { Cursor } from '../wire/cursor.ts'

export const INTEGER = 0x02
export const OCTET_STRING = 0x04
export const OID = 0x06
export const ENUMERATED = 0x0a
export const GENERAL_STRING = 0x1b
export const SEQUENCE = 0x30

/** A length of 0 to 4 bytes beyond the first (X.690 §8.1.3); -1 when indefinite, longer, or cut off. */
export function berLength(c: Cursor): number {
  const first = c.u8()
  if (first < 0x80) return c.bad ? -1 : first
  const bytes = first & 0x7f
  if (bytes === 0 || bytes > 4) return -1
  let length = 0
  for (let i = 0; i < bytes; i++) length = length * 256 + c.u8()
  return c.bad ? -1 : length
}

/** Goes past this tag and its length, which it gives; -1, and the cursor marked, when another tag or a bad length stands there. */
export function berOpen(c: Cursor, tag: number): number {
  const length = c.peek() === tag ? berLength(c.skip(1)) : -1
  if (length < 0) c.bad = true
  return length
}

/** The same, and the contents must lie there whole. */
export function berWhole(c: Cursor, tag: number): number {
  const length = berOpen(c, tag)
  if (length > c.left) c.bad = true
  return c.bad ? -1 : length
}

/** A whole number of up to four bytes, signed; marks the cursor when there is none. */
export function berInteger(c: Cursor, tag = INTEGER): number {
  const length = berWhole(c, tag)
  if (length < 1 || length > 5) {
    c.bad = true
    return 0
  }
  let value = c.peek() >= 0x80 ? -1 : 0
  for (let i = 0; i < length; i++) value = value * 256 + c.u8()
  return value
}

/** Goes past any one element. */
export function berSkip(c: Cursor): void {
  c.skip(1)
  const length = berLength(c)
  if (length < 0) c.bad = true
  else c.skip(length)
}

/** Text of this tag; marks the cursor when there is none. */
export function berText(c: Cursor, tag = OCTET_STRING): string {
  const length = berWhole(c, tag)
  return length < 0 ? '' : c.text(length)
}

/**
 * What a stream's first bytes say of a message that begins with this tag: its whole length with tag and length bytes, 0 when too few
 * bytes have come to know, -1 when it cannot be one. Moves nothing.
 */
export function berMessageLength(c: Cursor, tag: number): number {
  if (c.left === 0) return 0
  if (c.peek() !== tag) return -1
  const first = c.peek(1)
  if (first < 0) return 0
  if (first < 0x80) return 2 + first
  const bytes = first & 0x7f
  if (bytes === 0 || bytes > 4) return -1
  let length = 0
  for (let i = 0; i < bytes; i++) {
    const byte = c.peek(2 + i)
    if (byte < 0) return 0
    length = length * 256 + byte
  }
  return 2 + bytes + length
}
