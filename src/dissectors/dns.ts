import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out } from './dissector.ts'
import { dissector, Exclude, Match, NeedMore, num, oneOf, text, texts, type Verdict } from './dissector.ts'
import * as dns from './dns-message.ts'

const DNS_PORT = 53
/** These carry DNS messages too and have dissectors of their own: mDNS, LLMNR, the NetBIOS name service. */
const OTHERS_PORTS = [137, 5353, 5354, 5355]
/** RFC 1035 §4.2.1. */
const MAX_PLAIN_MESSAGE = 512
/** Off port 53 a message over TCP must come whole before it is believed; longer ones are not waited for. */
const MAX_UNUSUAL_MESSAGE = 4096
/** Payload packets of a flow whose answers are kept as text: a resolver's long flow would pay for every message. */
const DETAILED_PACKETS = 8
const MAX_ANSWERS = 16
/** Records of one message that are looked at. */
const MAX_RECORDS = 128

const COUNTER_BY_TYPE: Readonly<Record<number, keyof typeof counters>> = {
  1: 'queriesA',
  2: 'queriesNs',
  5: 'queriesCname',
  6: 'queriesSoa',
  12: 'queriesPtr',
  15: 'queriesMx',
  16: 'queriesTxt',
  28: 'queriesAaaa',
  255: 'queriesAny',
}
const counters = {
  queriesA: 'A queries',
  queriesAaaa: 'AAAA queries',
  queriesNs: 'NS queries',
  queriesCname: 'CNAME queries',
  queriesSoa: 'SOA queries',
  queriesPtr: 'PTR queries',
  queriesMx: 'MX queries',
  queriesTxt: 'TXT queries',
  queriesAny: 'ANY queries',
  queriesOther: 'Other queries',
  repliesOk: 'Replies without error',
  repliesError: 'Replies with an error',
} as const

const fields = {
  queryName: text('Query name'),
  queryType: text('Query type'),
  responseCode: oneOf('Response code', dns.RESPONSE_CODES),
  answers: texts('Answers'),
  ttl: num('Shortest time to live of the answers, in seconds'),
}

export default dissector({
  name: 'DNS',
  category: 'Network',
  about: 'Domain names: a sound header and question; off port 53 every record must be sound as well',
  over: ['udp', 'tcp'],
  ports: [DNS_PORT],
  minLen: dns.DNS_HEADER_LEN,
  every: true,
  // Fetching a resolver's certificate is where DNSCrypt begins.
  alsoNames: { DNScrypt: 'Network', AVASTSecureDNS: 'Network' },
  counters,
  fields,

  signature(c, ctx) {
    if (OTHERS_PORTS.includes(ctx.srcPort) || OTHERS_PORTS.includes(ctx.dstPort)) return Exclude
    const usual = ctx.srcPort === DNS_PORT || ctx.dstPort === DNS_PORT
    if (ctx.proto === 6) return streamSignature(c, usual)
    // A first fragment or a cut packet shows only part of what its header counts.
    const length = Math.max(c.left, ctx.wireLeft)
    return dns.soundMessage(c, length, usual ? dns.LENIENT : dns.STRICT) ? Match : Exclude
  },

  extract(c, out, ctx) {
    if (ctx.proto !== 6) readMessage(c, out, ctx)
    else readStream(c, () => readMessage(c, out, ctx))
  },
})

/** RFC 1035 §4.2.2: two bytes of length before each message. */
export function streamSignature(c: Cursor, usual: boolean): Verdict {
  const length = c.peek16()
  if (length < dns.DNS_HEADER_LEN || (!usual && length > MAX_UNUSUAL_MESSAGE)) return Exclude
  const whole = c.left >= 2 + length
  if (!whole && !usual) {
    // The header alone rules most others out before anything is waited for.
    return c.peek16(4) >= 0 && (c.peek16(4) & 0x0040) === 0 && c.peek16(6) === 1 ? NeedMore : Exclude
  }
  if (!whole && c.left < 2 + Math.min(length, 300)) return c.left < 8 || c.peek16(6) === 1 ? NeedMore : Exclude
  c.skip(2)
  if (whole) c.enter(length)
  return dns.soundMessage(c, length, usual ? dns.LENIENT : dns.STRICT) ? Match : Exclude
}

/** Each whole message of the stream; the cursor stays before the first that is not. */
export function readStream(c: Cursor, message: () => void): void {
  while (c.left >= 2) {
    const length = c.peek16()
    if (c.left < 2 + length) return
    c.skip(2)
    const outer = c.enter(length)
    message()
    // A message that lies about itself must not end the stream.
    c.bad = false
    c.leave(outer)
  }
}

function readMessage(c: Cursor, out: Out<typeof fields>, ctx: Context): void {
  const isWhole = ctx.proto === 6 || (c.left === ctx.wireLeft && !ctx.isFragment)
  readParts(c, out, ctx)
  if (c.bad && isWhole) ctx.raise('Malformed Packet', 'a DNS message that contradicts itself')
}

function readParts(c: Cursor, out: Out<typeof fields>, ctx: Context): void {
  const base = c.offset
  const length = ctx.proto === 6 ? 0 : ctx.wireLeft
  if (ctx.isFragment && (ctx.srcPort === DNS_PORT || ctx.dstPort === DNS_PORT)) ctx.raise('Fragmented DNS Message')
  const flags = c.skip(2).u16()
  const questions = c.u16()
  const answers = c.u16()
  c.skip(4) // numbers of authority and additional records
  if (c.bad) return
  const isResponse = (flags & 0x8000) !== 0
  let name = ''
  let type = 0
  if (questions > 0) {
    name = dns.dnsName(c, base)
    if (!dns.isNameOfHosts()) ctx.raise('Non-Printable/Invalid Chars Detected', name)
    type = c.u16()
    c.skip(2)
    if (c.bad) return
    tellQuestion(name, type, isResponse, out, ctx)
    // DNSCrypt fills its questions up, and its certificates are not to be remembered.
    if (length > MAX_PLAIN_MESSAGE && !isCertificate(name, type)) ctx.raise('Large DNS Packet (512+ bytes)', `${length} bytes`)
    for (let i = 1; i < questions && i < 8; i++) if (dns.skipDnsName(c, base)) c.skip(4)
  }
  if (!isResponse) {
    if (questions === 0 && answers > 0 && ((flags >> 11) & 15) === dns.INVERSE_QUERY)
      tellQuestion(dns.dnsName(c, base), c.u16(), false, out, ctx)
    if (questions > 0) ctx.tally(COUNTER_BY_TYPE[type] ?? 'queriesOther')
    return
  }
  const code = dns.RESPONSE_CODES[flags & 15]!
  out.responseCode = code
  ctx.tally(code === 'NOERROR' ? 'repliesOk' : 'repliesError')
  if (code === 'NOERROR') readAnswers(c, base, Math.min(answers, MAX_RECORDS), isCertificate(name, type) ? '' : name, out, ctx)
}

function tellQuestion(name: string, type: number, isResponse: boolean, out: Out<typeof fields>, ctx: Context): void {
  const typeName = dns.dnsTypeName(type)
  out.queryName = name
  out.queryType = typeName
  ctx.info(typeName, name === '' ? '.' : name)
  // A resolver's flow asks for much more: it keeps the first name that was answered, till then the first that was asked for.
  if (isCertificate(name, type)) return ctx.becomes(name === AVAST_CERTIFICATE ? 'AVASTSecureDNS' : 'DNScrypt')
  if (name !== '' && isFirst(isResponse, ctx)) ctx.serverName(name)
}

/** DNSCrypt protocol 2: a TXT query for the provider's name, which begins so, gives the resolver's certificate. */
const AVAST_CERTIFICATE = '2.securedns.avast.com'
const isCertificate = (name: string, type: number): boolean =>
  type === dns.TXT && (name.startsWith('2.dnscrypt-cert.') || name === AVAST_CERTIFICATE)

/** Over UDP told by the packet's ordinal, so that nothing need be remembered of the many flows of one question. */
function isFirst(isResponse: boolean, ctx: Context): boolean {
  if (ctx.proto !== 6) return ctx.packet === 1 || (isResponse && ctx.packetThisWay === 1)
  return ctx.memo === 0 && (ctx.memo = 1) === 1
}

/** Addresses get the name that was asked for, whatever chain of CNAMEs lies between. */
function readAnswers(c: Cursor, base: number, count: number, queried: string, out: Out<typeof fields>, ctx: Context): void {
  const kept: string[] = []
  let shortest = 0xffff_ffff
  const detailed = ctx.packet <= DETAILED_PACKETS
  for (let i = 0; i < count && !c.bad; i++) {
    dns.skipDnsName(c, base)
    const type = c.u16()
    const rclass = c.u16()
    const ttl = c.u32()
    const length = c.u16()
    if (length > c.left) c.bad = true
    if (c.bad) return
    if (ttl === 0 && queried !== '') ctx.raise('Minor Issues', 'a record that may not be remembered (time to live 0)')
    const after = c.pos + length
    if (rclass === dns.CLASS_IN && queried !== '') {
      if ((type === dns.A && length === 4) || (type === dns.AAAA && length === 16))
        ctx.nameAddress(c.bytes, c.offset, length as 4 | 16, queried, 'dns')
      else if (type === dns.PTR) dns.nameReverse(ctx, queried, dns.recordText(c, base, type, length), 'dns')
    }
    c.seek(after - length)
    const shown = detailed && kept.length < MAX_ANSWERS ? dns.recordText(c, base, type, length) : ''
    if (shown !== '') {
      kept.push(shown)
      if (ttl < shortest) shortest = ttl
    }
    c.seek(after)
  }
  if (kept.length === 0) return
  out.answers = kept
  out.ttl = shortest
}
