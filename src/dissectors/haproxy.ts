import { formatIpv4, formatIpv6 } from '../wire/address.ts'
import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, text, Within } from './dissector.ts'
import { isText, textAt } from './lines.ts'

// https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt: §2.1, a line; §2.2, twelve bytes that begin nothing else, then version, family and length.
const MAX_LINE = 107
const MARK_2 = '\r\n\r\n\0\r\nQUIT\n'
const HEADER_2_LEN = 16
/** Addresses, then what the proxy adds: the certificate's name, a checksum. */
const MAX_LENGTH_2 = 4096
const FAMILY_AT = 13
const TCP_OVER_IPV4 = 0x11
const TCP_OVER_IPV6 = 0x21
const KINDS = ['PROXY TCP4 ', 'PROXY TCP6 ', 'PROXY UNKNOWN'] as const

export default dissector({
  name: 'HAProxy',
  category: 'Web',
  about: 'The PROXY protocol: who the client is, before its own bytes, which are read as themselves',
  over: 'tcp',
  firstBytes: [0x50, 0x0d],
  minLen: 8,
  fields: { client: text('Client behind the proxy') },

  signature(c) {
    if (c.peek() === 0x0d) {
      if (!c.startsWith(MARK_2.slice(0, Math.min(MARK_2.length, c.left)))) return Exclude
      if (c.left < HEADER_2_LEN) return NeedMore
      const length = c.peek16(14)
      if (c.peek(12) >> 4 !== 2 || (c.peek(12) & 15) > 1 || length > MAX_LENGTH_2) return Exclude
      return c.left >= HEADER_2_LEN + length ? Match : NeedMore
    }
    const kind = KINDS.find((k) => c.startsWith(k.slice(0, Math.min(k.length, c.left))))
    if (kind === undefined) return Exclude
    const length = c.lineLength(MAX_LINE)
    if (length < 0) return c.left < MAX_LINE && isText(c, c.left) ? NeedMore : Exclude
    return isText(c, length) ? Match : Exclude
  },

  extract(c, out, ctx) {
    // Its name says what the flow is; server name and all else are of what it carries.
    ctx.inside('HAProxy')
    if (c.peek() === 0x0d) {
      const client = clientOf2(c)
      if (client !== undefined) ctx.info((out.client = client))
    } else {
      const start = c.startsWith('PROXY TCP') ? 'PROXY TCPn '.length : -1
      const end = start < 0 ? -1 : c.skip(start).indexOf(0x20, 46)
      if (end > 0) {
        out.client = textAt(c, 0, end)
        ctx.info(out.client)
      }
      c.skipLine(MAX_LINE)
    }
    return Within
  },
})

/** Passes over the header of version 2; the source address in it. */
function clientOf2(c: Cursor): string | undefined {
  const family = c.peek(FAMILY_AT)
  const end = c.pos + HEADER_2_LEN + c.peek16(14)
  c.skip(HEADER_2_LEN)
  const client =
    family === TCP_OVER_IPV4 ? formatIpv4(c.u32()) : family === TCP_OVER_IPV6 ? formatIpv6(c.u32(), c.u32(), c.u32(), c.u32()) : undefined
  c.seek(end)
  return client
}
