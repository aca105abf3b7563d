import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out } from './dissector.ts'
import { dissector, Exclude, Match, text, texts } from './dissector.ts'
import * as dns from './dns-message.ts'

/** RFC 6762 §3; 5354 is the responder's port beside another one. */
const MDNS_PORTS = [5353, 5354]
/** RFC 6762 §10.2: the top bit of a record's class says "flush what you have of this name". */
const CLASS_MASK = 0x7fff
const MAX_RECORDS = 128
const MAX_ANSWERS = 16
const DETAILED_PACKETS = 8

const fields = { queryName: text('Query name'), answers: texts('Answers') }

export default dissector({
  name: 'MDNS',
  category: 'Network',
  about: 'Multicast DNS: a DNS message on port 5353 of which every question and record is sound',
  over: 'udp',
  ports: MDNS_PORTS,
  onlyOnPorts: true,
  minLen: dns.DNS_HEADER_LEN + 5,
  every: true,
  fields,

  signature(c, ctx) {
    if (!MDNS_PORTS.includes(ctx.srcPort) && !MDNS_PORTS.includes(ctx.dstPort)) return Exclude
    const cut = ctx.wireLeft > c.left
    return dns.soundMessage(c, Math.max(c.left, ctx.wireLeft), cut ? dns.MULTICAST_CUT : dns.MULTICAST) ? Match : Exclude
  },

  extract(c, out, ctx) {
    const base = c.offset
    const isResponse = (c.skip(2).u16() & 0x8000) !== 0
    const questions = c.u16()
    const records = c.u16() + c.u16() + c.u16()
    for (let i = 0; i < questions && i < MAX_RECORDS && !c.bad; i++) {
      const name = dns.dnsName(c, base)
      c.skip(4)
      if (i === 0 && !c.bad) tellName(name, out, ctx)
    }
    readRecords(c, base, Math.min(records, MAX_RECORDS), isResponse, out, ctx)
  },
})

function tellName(name: string, out: Out<typeof fields>, ctx: Context): void {
  if (name === '') return
  out.queryName = name
  ctx.info(name)
  if (ctx.packet <= 2) ctx.serverName(name)
}

/** Addresses in replies, and in the known or probed records of queries, belong to the name that owns them (RFC 6762 §7.1, §8.1). */
function readRecords(c: Cursor, base: number, count: number, isResponse: boolean, out: Out<typeof fields>, ctx: Context): void {
  const kept: string[] = []
  const detailed = isResponse && ctx.packet <= DETAILED_PACKETS
  for (let i = 0; i < count && !c.bad; i++) {
    const owner = dns.dnsName(c, base)
    const type = c.u16()
    const rclass = c.u16() & CLASS_MASK
    const length = c.skip(4).u16()
    if (c.bad || length > c.left) return
    const after = c.pos + length
    if (i === 0 && isResponse) tellName(owner, out, ctx)
    const isAddress = (type === dns.A && length === 4) || (type === dns.AAAA && length === 16)
    if (isAddress && rclass === dns.CLASS_IN && owner.endsWith('.local'))
      ctx.nameAddress(c.bytes, c.offset, length as 4 | 16, owner, 'mdns')
    const shown = detailed && kept.length < MAX_ANSWERS ? dns.recordText(c, base, type, length) : ''
    if (shown !== '') kept.push(shown)
    c.seek(after)
  }
  if (kept.length > 0) out.answers = kept
}
