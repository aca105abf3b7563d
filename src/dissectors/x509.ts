/** What a certificate (X.509, RFC 5280 §4.1, in DER, X.690) says of whom it names, who signed it and when it holds. Nothing is verified. */
import { SHA1_LEN, sha1 } from '../lib/crypto/sha1.ts'
import { formatIpv4, formatIpv6 } from '../wire/address.ts'
import { Cursor } from '../wire/cursor.ts'
import { wireText } from '../wire/text.ts'

export interface CertificateFields {
  subject?: string | undefined
  issuer?: string | undefined
  names?: readonly string[] | undefined
  notBefore?: number | undefined
  notAfter?: number | undefined
  serialNumber?: string | undefined
  /** Upper-case pairs with colons, as browsers show it. */
  certificateSha1?: string | undefined
  selfSigned?: boolean | undefined
}

const INTEGER = 0x02
const OCTET_STRING = 0x04
const OID = 0x06
const BMP_STRING = 0x1e
const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18
const SEQUENCE = 0x30
const SET = 0x31
const VERSION = 0xa0 // [0]
const EXTENSIONS = 0xa3 // [3]
const DNS_NAME = 0x82 // [2] of GeneralName
const IP_ADDRESS = 0x87 // [7]

export const MAX_NAMES = 16
const MAX_RDNS = 32
const MAX_EXTENSIONS = 40
const MAX_ALT_NAMES = 256
/** RFC 5280 §4.1.2.2 allows 20 bytes. */
const MAX_SERIAL = 32

const c = new Cursor()
let tag = 0

/** Reads a tag and its length; the length, or -1 (c.bad) when it is not whole or longer than three bytes of length can say. */
function header(): number {
  tag = c.u8()
  const first = c.u8()
  if (first < 0x80) return c.bad || first > c.left ? fault() : first
  const length = first === 0x81 ? c.u8() : first === 0x82 ? c.u16() : first === 0x83 ? c.u24() : -1
  return c.bad || length < 0 || length > c.left ? fault() : length
}
function fault(): -1 {
  c.skip(-1)
  return -1
}

/** Enters the next element when it has this tag; what `c.leave` wants, or -1 after a fault. */
function enter(wanted: number): number {
  const length = header()
  if (length < 0) return -1
  return tag === wanted ? c.enter(length) : fault()
}
function pass(wanted: number): void {
  const length = header()
  if (tag !== wanted) fault()
  else c.skip(length)
}

/** Reads the certificate in [start, end); false when it is not one or not whole. What was read before a fault is kept. */
export function readCertificate(b: Uint8Array, start: number, end: number, out: CertificateFields): boolean {
  out.certificateSha1 = fingerprint(b, start, end)
  c.reset(b, start, end)
  enter(SEQUENCE) // Certificate
  enter(SEQUENCE) // TBSCertificate
  if (c.peek() === VERSION) pass(VERSION)
  const serialNumber = readSerialNumber()
  pass(SEQUENCE) // signature algorithm
  const issuerAt = c.offset
  const issuer = readName()
  const issuerEnd = c.offset
  if (c.bad) return false
  out.serialNumber = serialNumber
  out.issuer = issuer
  readValidity(out)
  const subjectAt = c.offset
  const subject = readName()
  if (c.bad) return false
  out.subject = subject
  if (isSame(b, issuerAt, issuerEnd, subjectAt, c.offset)) out.selfSigned = true
  pass(SEQUENCE) // public key
  // Unique identifiers [1], [2] have not been seen for decades, but may stand here.
  for (let i = 0; i < 2 && (c.peek() === 0x81 || c.peek() === 0x82); i++) pass(c.peek())
  if (c.peek() === EXTENSIONS) readExtensions(out)
  return true
}

const digest = new Uint8Array(SHA1_LEN)
function fingerprint(b: Uint8Array, start: number, end: number): string {
  sha1(b, start, end, digest)
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':')
}

function readSerialNumber(): string {
  const length = header()
  if (tag !== INTEGER || length > MAX_SERIAL) fault()
  return c.hex(Math.max(0, length))
}

function isSame(b: Uint8Array, at: number, end: number, otherAt: number, otherEnd: number): boolean {
  if (end - at !== otherEnd - otherAt) return false
  for (let i = 0; i < end - at; i++) if (b[at + i] !== b[otherAt + i]) return false
  return true
}

// id-at attributes 2.5.4.x by x (RFC 5280 appendix A.1, RFC 4519).
const ATTRIBUTES: readonly (string | undefined)[] = (() => {
  const names: (string | undefined)[] = []
  names[3] = 'CN'
  names[6] = 'C'
  names[7] = 'L'
  names[8] = 'ST'
  names[10] = 'O'
  names[11] = 'OU'
  return names
})()

/** A distinguished name in its own order: 'C=US, O=Example, CN=www.example.org'. */
function readName(): string {
  const outer = enter(SEQUENCE)
  let text = ''
  for (let n = 0; n < MAX_RDNS && c.left > 0; n++) {
    const outerSet = enter(SET)
    const outerPair = enter(SEQUENCE)
    const oid = header()
    const known = tag === OID && oid === 3 && c.peek16() === 0x5504
    c.skip(known ? 2 : oid)
    const attribute = known ? ATTRIBUTES[c.u8()] : undefined
    const length = header()
    if (c.bad) return text
    if (attribute !== undefined && text.length < 255) text += `${text === '' ? '' : ', '}${attribute}=${readString(length)}`
    else c.skip(length)
    c.leave(outerPair)
    c.leave(outerSet)
  }
  c.leave(outer)
  return text.slice(0, 255)
}

/** The common name within a name as `readName` writes it, or ''. */
export function commonName(name: string | undefined): string {
  const at = name === undefined ? -1 : name.startsWith('CN=') ? 0 : name.indexOf(', CN=') + 2
  if (name === undefined || (at < 2 && !name.startsWith('CN='))) return ''
  const end = name.indexOf(', ', at)
  return name.slice(at + 3, end < 0 ? undefined : end)
}

const narrow = new Uint8Array(255)
function readString(length: number): string {
  if (tag !== BMP_STRING) return c.text(length)
  let n = 0
  for (let i = 0; i + 1 < length; i += 2) {
    const unit = c.u16()
    if (n < narrow.length) narrow[n++] = unit < 0x80 ? unit : 0x3f
  }
  c.skip(length & 1)
  return wireText(narrow, 0, n)
}

function readValidity(out: CertificateFields): void {
  const outer = enter(SEQUENCE)
  const from = readTime()
  const to = readTime()
  if (c.bad) return
  if (!Number.isNaN(from)) out.notBefore = from
  if (!Number.isNaN(to)) out.notAfter = to
  c.leave(outer)
}

/** UTCTime (YYMMDDhhmmssZ, years 1950–2049) or GeneralizedTime (YYYYMMDDhhmmssZ), RFC 5280 §4.1.2.5; NaN when it is neither. */
function readTime(): number {
  const length = header()
  const start = c.pos
  if ((tag !== UTC_TIME && tag !== GENERALIZED_TIME) || length < 0) {
    fault()
    return Number.NaN
  }
  const short = tag === UTC_TIME
  let year = short ? digits(2) : digits(4)
  if (short) year += year < 50 ? 2000 : 1900
  const month = digits(2)
  const time = Date.UTC(year, month - 1, digits(2), digits(2), digits(2), digits(2))
  c.seek(start + length)
  return time
}
function digits(n: number): number {
  let value = 0
  for (let i = 0; i < n; i++) {
    const d = c.u8() - 0x30
    value = d >= 0 && d <= 9 ? value * 10 + d : Number.NaN
  }
  return value
}

function readExtensions(out: CertificateFields): void {
  enter(EXTENSIONS)
  enter(SEQUENCE)
  for (let n = 0; n < MAX_EXTENSIONS && c.left > 0; n++) {
    const outer = enter(SEQUENCE)
    const oid = header()
    // id-ce-subjectAltName 2.5.29.17
    const altName = tag === OID && oid === 3 && c.peek16() === 0x551d && c.peek(2) === 17
    c.skip(oid)
    if (altName) {
      if (c.peek() === 0x01) pass(0x01) // critical
      enter(OCTET_STRING)
      readAltNames(out)
      return
    }
    c.leave(outer)
  }
}

function readAltNames(out: CertificateFields): void {
  const names: string[] = []
  enter(SEQUENCE)
  for (let n = 0; n < MAX_ALT_NAMES && c.left > 0 && names.length < MAX_NAMES; n++) {
    const length = header()
    if (c.bad) break
    if (tag === DNS_NAME) names.push(c.text(length))
    else if (tag === IP_ADDRESS && length === 4) names.push(formatIpv4(c.u32()))
    else if (tag === IP_ADDRESS && length === 16) names.push(formatIpv6(c.u32(), c.u32(), c.u32(), c.u32()))
    else c.skip(length)
  }
  if (names.length > 0) out.names = names
}
