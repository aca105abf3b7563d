/** DNS messages (RFC 1035 §4), read for DNS, mDNS (RFC 6762), LLMNR (RFC 4795) and, for its header, the NetBIOS name service. */
import type { Cursor } from '../wire/cursor.ts'
import { wireText } from '../wire/text.ts'
import type { Context, NameSource } from './dissector.ts'

export const DNS_HEADER_LEN = 12
const MAX_NAME = 255
const MAX_LABEL = 63
/** Pointers one name may go through; they must also each point backwards. */
const MAX_POINTERS = 32
/** A record is at least a root name, type, class, TTL and length; a question a root name, type and class. */
const MIN_RECORD = 11
const MIN_QUESTION = 5

/** A message at least so long may be the first fragment of a longer one: its last record goes on elsewhere. */
const LEAST_FRAGMENT = 1200

export const A = 1
export const NS = 2
export const CNAME = 5
export const PTR = 12
export const MX = 15
export const TXT = 16
export const AAAA = 28
export const SRV = 33
export const CLASS_IN = 1

// IANA "Resource Record (RR) TYPEs".
const TYPE_NAMES: readonly (string | undefined)[] = (() => {
  const names: (string | undefined)[] = new Array<string | undefined>(260).fill(undefined)
  const set = (first: number, list: string) => list.split(' ').forEach((name, i) => void (names[first + i] = name))
  set(1, 'A NS MD MF CNAME SOA MB MG MR NULL WKS PTR HINFO MINFO MX TXT RP AFSDB X25 ISDN RT NSAP NSAP-PTR SIG KEY PX GPOS AAAA LOC NXT')
  set(31, 'EID NIMLOC SRV ATMA NAPTR KX CERT A6 DNAME SINK OPT APL DS SSHFP IPSECKEY RRSIG NSEC DNSKEY DHCID NSEC3 NSEC3PARAM')
  set(52, 'TLSA SMIMEA')
  set(55, 'HIP NINFO RKEY TALINK CDS CDNSKEY OPENPGPKEY CSYNC ZONEMD SVCB HTTPS DSYNC')
  set(99, 'SPF UINFO UID GID UNSPEC NID L32 L64 LP EUI48 EUI64')
  set(249, 'TKEY TSIG IXFR AXFR MAILB MAILA ANY URI CAA AVC DOA')
  return names
})()
/** RFC 3597 §5: an unknown type is TYPEn. */
export const dnsTypeName = (type: number): string => TYPE_NAMES[type] ?? `TYPE${type}`
const knownType = (type: number): boolean => TYPE_NAMES[type] !== undefined || (type >= 0x8000 && type <= 0x8001)

export const RESPONSE_CODES = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
  'DSOTYPENI',
  'reserved-12',
  'reserved-13',
  'reserved-14',
  'reserved-15',
] as const

// Room for every label byte escaped.
const scratch = new Uint8Array(2 * MAX_NAME + 2)
let scratchEnd = 0

/**
 * Walks the name at `at` in the message b[base .. end) and, when it is `kept`, puts it into `scratch`, lower-cased, dots between the labels. Gives the offset
 * behind it, or -1 when it is malformed. Pointers are followed only backwards (RFC 1035 §4.1.4: to a prior occurrence), so that none can loop.
 */
function walkName(b: Uint8Array, at: number, base: number, end: number, kept: boolean): number {
  let next = -1
  let length = 0
  let pointers = 0
  let limit = at
  scratchEnd = 0
  for (;;) {
    if (at >= end) return -1
    const n = b[at]!
    if (n >= 0xc0) {
      if (at + 1 >= end || ++pointers > MAX_POINTERS) return -1
      const target = base + (((n & 0x3f) << 8) | b[at + 1]!)
      if (next < 0) next = at + 2
      if (target >= limit || target < base + DNS_HEADER_LEN) return -1
      limit = at = target
      continue
    }
    if (n > MAX_LABEL) return -1
    if (n === 0) return next < 0 ? at + 1 : next
    length += n + 1
    if (length >= MAX_NAME || at + 1 + n > end) return -1
    if (kept) copyLabel(b, at + 1, at + 1 + n)
    at += n + 1
  }
}

function copyLabel(b: Uint8Array, at: number, stop: number): void {
  let to = scratchEnd
  if (to > 0) scratch[to++] = 0x2e
  for (; at < stop; at++) {
    const c = b[at]!
    // A dot or a backslash inside a label is escaped (RFC 1035 §5.1), or one label could pass for several.
    if (c === 0x2e || c === 0x5c) scratch[to++] = 0x5c
    scratch[to++] = c >= 0x41 && c <= 0x5a ? c | 0x20 : c
  }
  scratchEnd = to
}

/** The name at the cursor, of the message that begins at offset `base`; '' for the root. A malformed one marks the cursor. */
export function dnsName(c: Cursor, base: number): string {
  const next = walkName(c.bytes, c.offset, base, c.endOffset, true)
  if (next < 0) {
    c.bad = true
    return ''
  }
  c.skip(next - c.offset)
  return wireText(scratch, 0, scratchEnd)
}

export function skipDnsName(c: Cursor, base: number): boolean {
  return passName(c, base, false)
}
function passName(c: Cursor, base: number, kept: boolean): boolean {
  const next = walkName(c.bytes, c.offset, base, c.endOffset, kept)
  if (next < 0) c.bad = true
  else c.skip(next - c.offset)
  return next >= 0
}

/** Whether the name that was read last is made of what names of hosts and services are made of. */
export function isNameOfHosts(): boolean {
  for (let i = 0; i < scratchEnd; i++) if (scratch[i]! <= 0x20 || scratch[i]! >= 0x7f) return false
  return true
}

/** How much must hold before a message is believed. */
export interface Strictness {
  /** Every record must be walkable and the message end with the last one. */
  readonly whole: boolean
  /** mDNS: several questions or none. */
  readonly multicast: boolean
}

/** DNS on its port: a first fragment or a message cut by the snap length will do. */
export const LENIENT: Strictness = { whole: false, multicast: false }
export const STRICT: Strictness = { whole: true, multicast: false }
export const MULTICAST: Strictness = { whole: true, multicast: true }
export const MULTICAST_CUT: Strictness = { whole: false, multicast: true }

/** Opcode (RFC 1035 §4.1.1); given up by RFC 3425. */
export const INVERSE_QUERY = 1

/** Whether a DNS message of `length` bytes (as its carrier says) begins at the cursor; fewer may lie there. Moves the cursor. */
export function soundMessage(c: Cursor, length: number, strict: Strictness): boolean {
  const base = c.offset
  c.skip(2)
  const flags = c.u16()
  const questions = c.u16()
  const records = c.u16() + c.u16() + c.u16()
  if (c.bad || !soundFlags(flags)) return false
  if (questions * MIN_QUESTION + records * MIN_RECORD > length - DNS_HEADER_LEN) return false
  const isResponse = (flags & 0x8000) !== 0
  // An inverse query (RFC 1035 §6.4) has one record instead of a question.
  if (flags >> 11 === INVERSE_QUERY && questions === 0 && records === 1) return soundRecord(c, base) && c.offset - base === length
  if (strict.multicast ? questions + records === 0 : questions !== 1 && !(isResponse && questions === 0 && (records > 0 || !strict.whole)))
    return false
  for (let i = 0; i < questions; i++) if (!soundQuestion(c, base, strict)) return false
  if (!strict.whole) return true
  for (let i = 0; i < records; i++) if (!soundRecord(c, base)) return length >= LEAST_FRAGMENT && overruns
  return c.offset - base === length
}

function soundFlags(flags: number): boolean {
  const opcode = (flags >> 11) & 15
  if (opcode > 6 || opcode === 3) return false
  if ((flags & 0x0040) !== 0) return false
  const isQuery = (flags & 0x8000) === 0
  return !(isQuery && (flags & 0x000f) !== 0) && (flags & 0x000f) <= 11
}

function soundQuestion(c: Cursor, base: number, strict: Strictness): boolean {
  if (!strict.multicast && c.peek() >= 0xc0) return false
  if (!passName(c, base, strict.whole && !strict.multicast)) return false
  const plain = !strict.whole || strict.multicast || isNameOfHosts()
  const type = c.u16()
  const qclass = c.u16() & (strict.multicast ? 0x7fff : 0xffff)
  if (c.bad || !plain) return false
  return (!strict.whole || knownType(type)) && (qclass === CLASS_IN || qclass === 3 || qclass === 4 || qclass === 254 || qclass === 255)
}

/** Whether the record that was not sound has a sound beginning and data that go on behind the end. */
let overruns = false

function soundRecord(c: Cursor, base: number): boolean {
  overruns = false
  if (!skipDnsName(c, base)) return false
  c.skip(8)
  const length = c.u16()
  overruns = !c.bad && length > c.left
  c.skip(length)
  return !c.bad
}

/** One record's data as text, or '' for types that have none to show. The cursor is behind the data afterwards. */
export function recordText(c: Cursor, base: number, type: number, length: number): string {
  const outer = c.enter(length)
  const text = textOf(c, base, type, length)
  c.leave(outer)
  return c.bad ? '' : text
}

function textOf(c: Cursor, base: number, type: number, length: number): string {
  if (type === A) return length === 4 ? ipv4Text(c) : ''
  if (type === AAAA) return length === 16 ? ipv6Text(c) : ''
  if (type === CNAME || type === NS || type === PTR) return dnsName(c, base)
  if (type === MX) return dnsName(c.skip(2), base)
  if (type === SRV) return dnsName(c.skip(6), base)
  if (type === TXT) return length > 0 ? c.text(Math.min(c.u8(), c.left)) : ''
  return ''
}

/** Addresses are written as bytes first: the same one mostly gives the same string object. */
const written = new Uint8Array(40)
let writtenLen = 0
function putDecimal(n: number): void {
  if (n >= 100) written[writtenLen++] = 0x30 + Math.floor(n / 100)
  if (n >= 10) written[writtenLen++] = 0x30 + (Math.floor(n / 10) % 10)
  written[writtenLen++] = 0x30 + (n % 10)
}
function putHex(n: number): void {
  for (let shift = n > 0xfff ? 12 : n > 0xff ? 8 : n > 0xf ? 4 : 0; shift >= 0; shift -= 4)
    written[writtenLen++] = HEX.charCodeAt((n >> shift) & 15)
}
const HEX = '0123456789abcdef'

export function ipv4Text(c: Cursor): string {
  writtenLen = 0
  for (let i = 0; i < 4; i++) {
    if (i > 0) written[writtenLen++] = 0x2e
    putDecimal(c.u8())
  }
  return wireText(written, 0, writtenLen)
}

const words = new Uint16Array(8)
/** RFC 5952. */
export function ipv6Text(c: Cursor): string {
  for (let i = 0; i < 8; i++) words[i] = c.u16()
  let bestAt = -1
  let bestLength = 1
  for (let i = 0; i < 8; i++) {
    let n = 0
    while (i + n < 8 && words[i + n] === 0) n++
    if (n > bestLength) {
      bestAt = i
      bestLength = n
    }
  }
  writtenLen = 0
  for (let i = 0; i < 8; i++) {
    if (i === bestAt) {
      written[writtenLen++] = 0x3a
      i += bestLength - 1
      if (i === 7) written[writtenLen++] = 0x3a
      continue
    }
    if (i > 0) written[writtenLen++] = 0x3a
    putHex(words[i]!)
  }
  return wireText(written, 0, writtenLen)
}

const reverse = new Uint8Array(16)

/** Tells what address a reverse name (RFC 1035 §3.5, RFC 3596 §2.5) stands for; false when it is another name. */
export function nameReverse(ctx: Context, reverseName: string, name: string, from: NameSource): boolean {
  if (reverseName.endsWith('.in-addr.arpa')) {
    const parts = reverseName.split('.', 7)
    if (parts.length !== 6) return false
    for (let i = 0; i < 4; i++) {
      if (!/^\d{1,3}$/.test(parts[i]!) || Number(parts[i]) > 255) return false
      reverse[3 - i] = Number(parts[i])
    }
    ctx.nameAddress(reverse, 0, 4, name, from)
    return true
  }
  // 32 nibbles, each with its dot, then ip6.arpa.
  if (reverseName.length !== 72 || !/^(?:[0-9a-f]\.){32}ip6\.arpa$/.test(reverseName)) return false
  for (let i = 0; i < 16; i++) reverse[15 - i] = Number.parseInt(reverseName[4 * i + 2]! + reverseName[4 * i]!, 16)
  ctx.nameAddress(reverse, 0, 16, name, from)
  return true
}
