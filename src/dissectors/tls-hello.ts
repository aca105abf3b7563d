/**
 * The hellos of TLS (RFC 8446 §4.1, RFC 5246 §7.4.1), which TLS, DTLS and QUIC carry alike: server name, ALPN, versions, cipher, and the fingerprints JA3,
 * JA3S and JA4 (FoxIO's technical description; of the JA4+ family this one alone is free).
 */
import { md5 } from '../lib/crypto/md5.ts'
import { sha256 } from '../lib/crypto/sha256.ts'
import type { Cursor } from '../wire/cursor.ts'
import type { Context } from './dissector.ts'
import { flag, text, texts, timeMs } from './dissector.ts'
import { cipherName, TLS_1_3, versionName } from './tls-names.ts'
import type { CertificateFields } from './x509.ts'
import { commonName, readCertificate } from './x509.ts'

export const helloFields = {
  serverName: text('Server name'),
  alpn: texts('ALPN offered'),
  alpnChosen: text('ALPN chosen'),
  versions: texts('Versions offered'),
  version: text('Version'),
  cipher: text('Cipher suite'),
  ja3: text('JA3'),
  ja3s: text('JA3S'),
  ja4: text('JA4'),
  ech: flag('Encrypted client hello'),
} as const
export const certificateFields = {
  subject: text('Certificate subject'),
  issuer: text('Certificate issuer'),
  names: texts('Certificate names'),
  notBefore: timeMs('Certificate valid from'),
  notAfter: timeMs('Certificate valid to'),
} as const

export interface HelloOut {
  serverName?: string | undefined
  alpn?: readonly string[] | undefined
  alpnChosen?: string | undefined
  versions?: readonly string[] | undefined
  version?: string | undefined
  cipher?: string | undefined
  ja3?: string | undefined
  ja3s?: string | undefined
  ja4?: string | undefined
  ech?: boolean | undefined
}

export const CLIENT_HELLO = 1
export const SERVER_HELLO = 2
export const CERTIFICATE = 11

const SERVER_NAME = 0
const GROUPS = 10
const POINT_FORMATS = 11
const SIGNATURE_ALGORITHMS = 13
const ALPN = 16
const SUPPORTED_VERSIONS = 43
const TRANSPORT_PARAMETERS = 0x39
const TRANSPORT_PARAMETERS_DRAFT = 0xffa5
const ENCRYPTED_CLIENT_HELLO = 0xfe0d
const ENCRYPTED_SERVER_NAME = 0xffce

const RANDOM_LEN = 32
const MAX_SUITES = 1024
const MAX_LIST = 256
const MAX_TEXTS = 16

/** A list of 16-bit numbers without GREASE (RFC 8701), as the fingerprints want it. */
class Numbers {
  readonly at: Uint16Array
  count = 0
  constructor(max: number) {
    this.at = new Uint16Array(max)
  }
  add(n: number): void {
    if (this.count < this.at.length && !isGrease(n)) this.at[this.count++] = n
  }
  sort(): void {
    if (this.count > 64) {
      this.at.subarray(0, this.count).sort()
      return
    }
    const a = this.at
    for (let i = 1; i < this.count; i++) {
      const x = a[i]!
      let j = i - 1
      for (; j >= 0 && a[j]! > x; j--) a[j + 1] = a[j]!
      a[j + 1] = x
    }
  }
}
const isGrease = (n: number) => (n & 0x0f0f) === 0x0a0a && n >> 8 === (n & 255)

const suites = new Numbers(MAX_SUITES)
const extensions = new Numbers(MAX_LIST)
const groups = new Numbers(MAX_LIST)
const pointFormats = new Numbers(MAX_LIST)
const signatures = new Numbers(MAX_LIST)

/** What the last client hello read said beyond its fields; of the reader, until it reads the next. */
export const lastHello = { hasServerName: false, alpn: '', alpnAt: -1, alpnLen: 0, best: 0, parametersAt: -1, parametersEnd: -1 }

/** ASCII that is to be hashed. */
const ascii = new Uint8Array(8192)
let asciiLen = 0
const digest = new Uint8Array(32)
const HEX = '0123456789abcdef'
const PAIRS = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

function put(code: number): void {
  if (asciiLen < ascii.length) ascii[asciiLen++] = code
}
function putDecimal(n: number): void {
  if (n >= 10_000) put(0x30 + Math.floor(n / 10_000))
  if (n >= 1000) put(0x30 + (Math.floor(n / 1000) % 10))
  if (n >= 100) put(0x30 + (Math.floor(n / 100) % 10))
  if (n >= 10) put(0x30 + (Math.floor(n / 10) % 10))
  put(0x30 + (n % 10))
}
function putDecimals(list: Numbers): void {
  for (let i = 0; i < list.count; i++) {
    if (i > 0) put(0x2d)
    putDecimal(list.at[i]!)
  }
}
function putHexes(list: Numbers): void {
  for (let i = 0; i < list.count; i++) {
    const n = list.at[i]!
    if (i > 0) put(0x2c)
    for (let shift = 12; shift >= 0; shift -= 4) put(HEX.charCodeAt((n >> shift) & 15))
  }
}
function digestHex(bytes: number): string {
  let s = ''
  for (let i = 0; i < bytes; i++) s += PAIRS[digest[i]!]
  return s
}
function md5Hex(): string {
  md5(ascii, 0, asciiLen, digest)
  return digestHex(16)
}
function sha256Start(): string {
  sha256(ascii, 0, asciiLen, digest)
  return digestHex(6)
}

/**
 * Reads the body of a client hello (behind the handshake header). False when it is not well formed, or not `whole`: then what was read before the
 * end has been set (the server name, above all), and no fingerprint.
 */
export function readClientHello(c: Cursor, whole: boolean, over: 't' | 'd' | 'q', out: HelloOut, ctx: Context): boolean {
  suites.count = extensions.count = groups.count = pointFormats.count = signatures.count = 0
  lastHello.hasServerName = false
  lastHello.alpnAt = lastHello.parametersAt = -1
  lastHello.alpn = ''
  const legacy = c.u16()
  lastHello.best = 0
  c.skip(RANDOM_LEN).skip(c.u8())
  if (over === 'd') c.skip(c.u8())
  readNumbers(c, suites, c.u16(), MAX_SUITES)
  c.skip(c.u8())
  if (c.bad) return false
  if ((c.left > 0 && !readExtensions(c, out, ctx)) || !whole) return false
  if (lastHello.best === 0) lastHello.best = legacy
  if (out.versions === undefined) out.versions = [versionName(legacy)]
  out.ja3 = ja3(legacy)
  out.ja4 = ja4(c.bytes, over)
  return true
}

function readNumbers(c: Cursor, list: Numbers, length: number, max: number): void {
  const outer = c.enter(length)
  for (let i = 0; i < max && c.left >= 2; i++) list.add(c.u16())
  c.leave(outer)
}

function readExtensions(c: Cursor, out: HelloOut, ctx: Context): boolean {
  const length = c.u16()
  // A hello in pieces still tells its name, so the list is entered as far as it has come.
  const whole = length <= c.left
  if (whole) c.enter(length)
  for (let i = 0; i < MAX_LIST && c.left >= 4; i++) {
    const type = c.u16()
    const size = c.u16()
    if (size > c.left) return false
    const outer = c.enter(size)
    extensions.add(type)
    readExtension(c, type, out, ctx)
    if (c.bad) return false
    c.leave(outer)
  }
  return whole
}

function readExtension(c: Cursor, type: number, out: HelloOut, ctx: Context): void {
  if (type === SERVER_NAME) readServerName(c, out, ctx)
  else if (type === GROUPS) readNumbers(c, groups, Math.min(c.u16(), c.left), MAX_LIST)
  else if (type === SIGNATURE_ALGORITHMS) readNumbers(c, signatures, Math.min(c.u16(), c.left), MAX_LIST)
  else if (type === POINT_FORMATS) for (let n = Math.min(c.u8(), c.left); n > 0; n--) pointFormats.add(c.u8())
  else if (type === ALPN) readAlpn(c, out)
  else if (type === SUPPORTED_VERSIONS) readVersions(c, out)
  else if (type === ENCRYPTED_CLIENT_HELLO || type === ENCRYPTED_SERVER_NAME) out.ech = true
  else if (type === TRANSPORT_PARAMETERS || type === TRANSPORT_PARAMETERS_DRAFT) {
    lastHello.parametersAt = c.offset
    lastHello.parametersEnd = c.endOffset
  }
}

/** RFC 6066 §3. */
function readServerName(c: Cursor, out: HelloOut, ctx: Context): void {
  // Some clients send the extension empty.
  if (c.left < 5) return
  c.u16()
  const type = c.u8()
  const length = c.u16()
  lastHello.hasServerName = true
  if (type !== 0 || length === 0 || length > c.left) return
  const name = hostName(c.text(length))
  if (name === '') return
  out.serverName = name
  ctx.serverName(name)
}

/** As names are compared: lower case, no dot at the end. */
export function hostName(name: string): string {
  const lower = name.toLowerCase()
  return lower.endsWith('.') ? lower.slice(0, -1) : lower
}

function readAlpn(c: Cursor, out: HelloOut): void {
  const names: string[] = []
  c.u16()
  while (c.left > 0 && names.length < MAX_TEXTS) {
    const length = c.u8()
    if (length > c.left) return
    if (names.length === 0) {
      lastHello.alpnAt = c.offset
      lastHello.alpnLen = length
    }
    names.push(c.text(length))
  }
  lastHello.alpn = names[0] ?? ''
  if (names.length > 0) out.alpn = names
}

function readVersions(c: Cursor, out: HelloOut): void {
  const names: string[] = []
  c.u8()
  for (let i = 0; i < MAX_LIST && c.left >= 2; i++) {
    const version = c.u16()
    if (isGrease(version)) continue
    if (names.length < MAX_TEXTS) names.push(versionName(version))
    lastHello.best = newer(version, lastHello.best)
  }
  out.versions = names
}
// DTLS counts downwards: 0xfeff is 1.0, 0xfefd 1.2.
const isDtls = (version: number) => version >> 8 === 0xfe
const newer = (a: number, b: number) => (b === 0 ? a : isDtls(a) ? Math.min(a, b) : Math.max(a, b))

function ja3(legacy: number): string {
  asciiLen = 0
  putDecimal(legacy)
  for (const list of [suites, extensions, groups, pointFormats]) {
    put(0x2c)
    putDecimals(list)
  }
  return md5Hex()
}

const JA4_VERSIONS: Readonly<Record<number, string>> = {
  2: 's2',
  768: 's3',
  769: '10',
  770: '11',
  771: '12',
  772: '13',
  65279: 'd1',
  65277: 'd2',
  65276: 'd3',
}
const NOTHING = '000000000000'
const twoDigits = (n: number) => (n >= 99 ? '99' : n < 10 ? `0${n}` : `${n}`)

/** JA4 a_b_c: a says the transport, version, server name, counts and ALPN; b hashes the suites and c the extensions, both sorted. */
function ja4(b: Uint8Array, over: string): string {
  const a = `${over}${JA4_VERSIONS[lastHello.best] ?? '00'}${lastHello.hasServerName ? 'd' : 'i'}${twoDigits(suites.count)}${twoDigits(extensions.count)}${ja4Alpn(b)}`
  suites.sort()
  asciiLen = 0
  putHexes(suites)
  const hashedSuites = suites.count === 0 ? NOTHING : sha256Start()
  let kept = 0
  for (let i = 0; i < extensions.count; i++) {
    const type = extensions.at[i]!
    if (type !== SERVER_NAME && type !== ALPN) extensions.at[kept++] = type
  }
  extensions.count = kept
  extensions.sort()
  asciiLen = 0
  putHexes(extensions)
  if (signatures.count > 0) {
    put(0x5f)
    putHexes(signatures)
  }
  return `${a}_${hashedSuites}_${extensions.count === 0 ? NOTHING : sha256Start()}`
}

const isAlphanumeric = (x: number) => (x >= 0x30 && x <= 0x39) || (x >= 0x41 && x <= 0x5a) || (x >= 0x61 && x <= 0x7a)
/** First and last character of the first ALPN; where one is not alphanumeric, of its hexadecimal form. */
function ja4Alpn(b: Uint8Array): string {
  if (lastHello.alpnAt < 0 || lastHello.alpnLen === 0) return '00'
  const first = b[lastHello.alpnAt]!
  const last = b[lastHello.alpnAt + lastHello.alpnLen - 1]!
  if (isAlphanumeric(first) && isAlphanumeric(last)) return String.fromCharCode(first, last)
  return HEX.charAt(first >> 4) + HEX.charAt(last & 15)
}

/** Reads the body of a server hello; the version chosen, or 0 when it is not whole. */
export function readServerHello(c: Cursor, out: HelloOut): number {
  const legacy = c.u16()
  c.skip(RANDOM_LEN).skip(c.u8())
  const suite = c.u16()
  c.skip(1)
  if (c.bad) return 0
  extensions.count = 0
  let version = legacy
  if (c.left >= 2) c.enter(Math.min(c.u16(), c.left))
  for (let i = 0; i < MAX_LIST && c.left >= 4; i++) {
    const type = c.u16()
    const outer = c.enter(c.u16())
    extensions.add(type)
    if (type === SUPPORTED_VERSIONS) version = c.u16()
    else if (type === ALPN) out.alpnChosen = c.skip(2).text(c.u8())
    if (c.bad) return 0
    c.leave(outer)
  }
  out.version = versionName(version)
  out.cipher = cipherName(suite)
  asciiLen = 0
  putDecimal(legacy)
  put(0x2c)
  putDecimal(suite)
  put(0x2c)
  putDecimals(extensions)
  out.ja3s = md5Hex()
  return version
}

/** From here on (RFC 8446, RFC 9147) the certificate is encrypted; drafts of 1.3 as well. */
export const hidesCertificate = (version: number) => version === TLS_1_3 || version === 0xfefc || version >> 8 === 0x7f

/**
 * Reads the first certificate of a certificate message's body (RFC 5246 §7.4.2) as far as [at, end) has come: true when there is nothing more to wait for.
 */
export function readFirstCertificate(b: Uint8Array, at: number, end: number, out: CertificateFields): boolean {
  if (end - at < 6) return false
  const length = (b[at + 3]! << 16) | (b[at + 4]! << 8) | b[at + 5]!
  if (length === 0) return true
  if (length > end - at - 6) return false
  readCertificate(b, at + 6, at + 6 + length, out)
  return true
}

/** Where the client named nobody, the certificate's own names say whose server it is: its common name, else its first alternative name. */
export function nameByCertificate(cert: CertificateFields, ctx: Context): void {
  const subject = commonName(cert.subject)
  const name = looksLikeHost(subject) ? subject : cert.names?.find(looksLikeHost)
  if (name !== undefined) ctx.serverName(hostName(name.startsWith('*.') ? name.slice(2) : name))
  if (cert.subject !== undefined) ctx.info(cert.subject)
}

/** Programs whose servers show certificates of their own making, by common name. */
const BY_COMMON_NAME: Readonly<Record<string, string>> = {
  'AnyNet Relay': 'AnyDesk',
  'AnyDesk Client': 'AnyDesk',
  hangouts: 'GoogleCall',
  'NVIDIA GameStream': 'GeForceNow',
}
/** A relay of Tor makes up both names afresh (tor-spec, channel handshake): 'CN=www.' and 8 to 20 characters of base 32. */
const TOR_NAME = /^CN=www\.[a-z2-7]{8,20}\.(com|net)$/
/** The application inside, as told by the certificate alone. */
export function insideByCertificate(cert: CertificateFields, ctx: Context): void {
  const app = BY_COMMON_NAME[commonName(cert.subject)]
  if (app !== undefined) ctx.inside(app)
  else if (cert.subject !== cert.issuer && TOR_NAME.test(cert.subject ?? '') && TOR_NAME.test(cert.issuer ?? '')) ctx.inside('Tor')
}
const looksLikeHost = (name: string) => /^(\*\.)?([a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{1,62}$/i.test(name)

/** The application inside, as told by ALPN (IANA's registry) alone. */
export function insideByAlpn(alpn: readonly string[] | undefined, ctx: Context): void {
  const first = alpn?.[0]
  if (first === undefined) return
  if (first === 'dot' || first.startsWith('doq')) ctx.inside('DoH_DoT')
  else if (first.startsWith('anydesk/')) ctx.inside('AnyDesk')
}
