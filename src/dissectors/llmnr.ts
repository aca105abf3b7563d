import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out } from './dissector.ts'
import { dissector, Exclude, Match, text } from './dissector.ts'
import { readStream, streamSignature } from './dns.ts'
import * as dns from './dns-message.ts'

const LLMNR_PORT = 5355
const MAX_RECORDS = 32

const fields = { queryName: text('Query name'), queryType: text('Query type') }

export default dissector({
  name: 'LLMNR',
  category: 'Network',
  about: 'Link-local multicast name resolution (RFC 4795): a sound DNS message with one question on port 5355',
  over: ['udp', 'tcp'],
  ports: [LLMNR_PORT],
  onlyOnPorts: true,
  minLen: dns.DNS_HEADER_LEN + 5,
  every: true,
  fields,

  signature(c, ctx) {
    if (ctx.srcPort !== LLMNR_PORT && ctx.dstPort !== LLMNR_PORT) return Exclude
    if (ctx.proto === 6) return streamSignature(c, true)
    return dns.soundMessage(c, Math.max(c.left, ctx.wireLeft), ctx.wireLeft > c.left ? dns.MULTICAST_CUT : dns.MULTICAST) ? Match : Exclude
  },

  extract(c, out, ctx) {
    if (ctx.proto !== 6) readMessage(c, out, ctx)
    else readStream(c, () => readMessage(c, out, ctx))
  },
})

function readMessage(c: Cursor, out: Out<typeof fields>, ctx: Context): void {
  const base = c.offset
  const isResponse = (c.skip(2).u16() & 0x8000) !== 0
  const questions = c.u16()
  const answers = c.u16()
  c.skip(4)
  // RFC 4795 §2.1.1: QDCOUNT is always 1.
  if (questions !== 1) return
  const name = dns.dnsName(c, base)
  const type = c.u16()
  c.skip(2)
  if (c.bad || name === '') return
  out.queryName = name
  out.queryType = dns.dnsTypeName(type)
  ctx.serverName(name)
  ctx.info(out.queryType, name)
  if (isResponse) readAnswers(c, base, Math.min(answers, MAX_RECORDS), name, ctx)
}

function readAnswers(c: Cursor, base: number, count: number, name: string, ctx: Context): void {
  for (let i = 0; i < count && dns.skipDnsName(c, base); i++) {
    const type = c.u16()
    const length = c.skip(6).u16()
    if (c.bad || length > c.left) return
    // Windows answers for its own bare names: the same knowledge as NetBIOS, by another road.
    if ((type === dns.A && length === 4) || (type === dns.AAAA && length === 16))
      ctx.nameAddress(c.bytes, c.offset, length as 4 | 16, name, 'netbios')
    c.skip(length)
  }
}
