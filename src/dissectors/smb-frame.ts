/** SMB over TCP: every message has four bytes in front, on port 445 as in a NetBIOS session (MS-SMB2 §2.1, RFC 1002 §4.3.1). */
import type { Cursor } from '../wire/cursor.ts'
import type { Verdict } from './dissector.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'

const FRAME_LEN = 4
const MAX_MESSAGE = 0xffffff
/** Messages of one call that are looked at. */
const MAX_MESSAGES = 32

/** Frame, protocol identifier (four characters), and a header at least `headerLen` long. */
export function framedSmb(c: Cursor, identifier: string, headerLen: number): Verdict {
  const length = c.u32()
  if (length < headerLen || length > MAX_MESSAGE) return Exclude
  for (let i = 0; i < identifier.length; i++) {
    const byte = c.peek(i)
    if (byte < 0) return NeedMore
    if (byte !== identifier.charCodeAt(i)) return Exclude
  }
  return c.left < headerLen ? NeedMore : Match
}

/**
 * Calls `message` for every message whose first `enough` bytes have come, narrowed to what has; false when the stream is no longer framed so.
 * A long message (a read or write) is passed over when its whole lies there, else the stream is left.
 */
export function eachFramed(c: Cursor, enough: number, message: (length: number) => void): boolean {
  for (let i = 0; i < MAX_MESSAGES && c.left >= FRAME_LEN; i++) {
    const length = c.peek32()
    if (length > MAX_MESSAGE) return false
    const here = c.left - FRAME_LEN
    if (here < length && here < enough) return true
    if (here < length && length <= enough) return true
    const outer = c.skip(FRAME_LEN).enter(Math.min(length, here))
    message(length)
    c.bad = false
    c.leave(outer)
    if (here < length) return false
  }
  return true
}

/** UTF-16LE text of `bytes` bytes as these names are: letters of the basic plane; others become '?'. */
export function utf16(c: Cursor, bytes: number): string {
  let text = ''
  for (let i = 0; i + 1 < bytes && i < 512 && c.left >= 2; i += 2) {
    const unit = c.u16le()
    if (unit === 0) break
    text +=
      unit < 0x20 || (unit >= 0x7f && unit < 0xa0) || (unit >= 0x2000 && unit < 0x2070) || unit >= 0xd800 ? '?' : String.fromCharCode(unit)
  }
  return text
}

export interface Login {
  user?: string | undefined
  domain?: string | undefined
  workstation?: string | undefined
}

/** The AUTHENTICATE message of an NTLM login (MS-NLMP §2.2.1.3) that lies somewhere in the next `max` bytes; moves nothing else. */
export function ntlmLogin(c: Cursor, max: number): Login | undefined {
  const at = c.find('NTLMSSP\0', max)
  if (at < 0) return undefined
  const start = c.pos + at
  c.seek(start + 8)
  if (c.u32le() !== 3) return undefined
  const payloads = [36, 28, 44].map((field) => ntlmText(c, start, field))
  return { user: payloads[0], domain: payloads[1], workstation: payloads[2] }
}

/** Length, room, offset from the message's start; in Unicode unless the client is older than any that signs. */
function ntlmText(c: Cursor, start: number, field: number): string | undefined {
  const length = c.seek(start + field).u16le()
  const offset = c.skip(2).u32le()
  if (c.bad || length === 0 || length > 512) return undefined
  const text = utf16(c.seek(start + offset), length)
  return c.bad || text === '' ? undefined : text
}
