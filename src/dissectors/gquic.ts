/** Google's QUIC before the IETF's (versions Q024–Q050; chromium.org's wire layout specification and crypto handshake): the client's hello is in clear. */
import type { Cursor } from '../wire/cursor.ts'
import type { Context, Extracted } from './dissector.ts'
import { Done, More } from './dissector.ts'
import type { HelloOut } from './tls-hello.ts'
import { hostName } from './tls-hello.ts'

export interface GquicOut extends HelloOut {
  quicVersion?: string | undefined
  userAgent?: string | undefined
}

const FLAG_VERSION = 0x01
const FLAG_RESET = 0x02
const FLAG_CID = 0x08
const CID_LEN = 8
const GOOGLE_PORT = 443
/** Header, hash and frame type lie before the hello; 60 covers the longest. */
const MAX_BEFORE_HELLO = 96
const MAX_TAGS = 128

const isDigit = (c: number) => c >= 0x30 && c <= 0x39
/** 'Q0' and two digits. */
const isVersionAt = (c: Cursor, ahead: number) => c.startsWith('Q0', ahead) && isDigit(c.peek(ahead + 2)) && isDigit(c.peek(ahead + 3))

export function isGquic(c: Cursor, ctx: Context): boolean {
  const flags = c.peek()
  if ((flags & 0xc0) !== 0) return false
  const after = 1 + ((flags & FLAG_CID) !== 0 ? CID_LEN : 0)
  if ((flags & FLAG_RESET) !== 0) return c.startsWith('PRST', after)
  if ((flags & FLAG_VERSION) !== 0) return isVersionAt(c, after)
  // From the server: its rejection or hello, near the beginning.
  if (ctx.srcPort !== GOOGLE_PORT || (flags & 0x0c) === 0) return false
  return c.find('REJ\0', MAX_BEFORE_HELLO) > 0 || c.find('SHLO', MAX_BEFORE_HELLO) > 0
}

/** One datagram; the client's hello is looked for in its first bytes. */
export function readGquic(c: Cursor, out: GquicOut, ctx: Context): Extracted {
  const ahead = (c.peek() & 0x80) !== 0 ? 1 : 1 + ((c.peek() & FLAG_CID) !== 0 ? CID_LEN : 0)
  if (isVersionAt(c, ahead)) {
    c.skip(ahead)
    out.quicVersion = c.text(4)
  }
  const hello = c.find('CHLO', MAX_BEFORE_HELLO)
  if (hello < 0) return --ctx.memo < -3 ? Done : More
  const whole = readGquicHello(c.skip(hello), out, ctx)
  // Snapchat's calls kept this version when all others had gone on; they name neither server nor browser.
  if (whole && out.quicVersion === 'Q046' && out.serverName === undefined && out.userAgent === undefined) ctx.inside('SnapchatCall')
  return Done
}

/** 'CHLO', number of tags, padding; then tags with the end of their values; then the values. False when it is not one or not whole. */
export function readGquicHello(c: Cursor, out: GquicOut, ctx: Context): boolean {
  if (!c.startsWith('CHLO')) return false
  c.skip(4)
  const tags = Math.min(c.u16le(), MAX_TAGS)
  c.skip(2)
  const values = c.pos + 8 * tags
  let start = 0
  for (let n = 0; n < tags && c.left >= 8; n++) {
    const server = c.startsWith('SNI\0')
    const agent = c.startsWith('UAID')
    const end = c.skip(4).u32le()
    if (end < start) return true
    const back = c.pos
    if (server || agent) {
      const value = c.seek(values + start).text(end - start)
      if (c.bad) return false
      if (agent) out.userAgent = value
      else setServerName(hostName(value), out, ctx)
      c.seek(back)
    }
    start = end
  }
  return !c.bad
}
function setServerName(name: string, out: GquicOut, ctx: Context): void {
  out.serverName = name
  ctx.serverName(name)
}
