/**
 * The hellos of TLS (RFC 8446 §4.1, RFC 5246 §7.4.1), which TLS, DTLS and QUIC carry alike: server name, ALPN, versions, cipher; their fingerprints are
 * made in tls-fingerprints.ts.
 */
import { parseAddress } from '../wire/address.ts'
import type { Cursor } from '../wire/cursor.ts'
import { wireText } from '../wire/text.ts'
import type { Context } from './dissector.ts'
import { flag, text, texts, timeMs } from './dissector.ts'
import * as lists from './tls-fingerprints.ts'
import { alertName, cipherName, groupName, isPostQuantum, TLS_1_3, versionName } from './tls-names.ts'

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
  esni: flag('Encrypted server name'),
  keyShares: texts('Key shares offered'),
  postQuantumOffered: flag('Post-quantum key offered'),
  group: text('Group of the key exchange'),
  postQuantum: flag('Post-quantum key exchange'),
  alert: text('Alert'),
} as const
export const certificateFields = {
  subject: text('Certificate subject'),
  issuer: text('Certificate issuer'),
  names: texts('Certificate names'),
  notBefore: timeMs('Certificate valid from'),
  notAfter: timeMs('Certificate valid to'),
  serialNumber: text('Certificate serial number'),
  certificateSha1: text('Certificate SHA-1'),
  selfSigned: flag('Self-signed certificate'),
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
  esni?: boolean | undefined
  keyShares?: readonly string[] | undefined
  postQuantumOffered?: boolean | undefined
  group?: string | undefined
  postQuantum?: boolean | undefined
  alert?: string | undefined
}

export const CLIENT_HELLO = 1
export const SERVER_HELLO = 2
export const CERTIFICATE = 11

const GROUPS = 10
const POINT_FORMATS = 11
const SIGNATURE_ALGORITHMS = 13
const SUPPORTED_VERSIONS = 43
const KEY_SHARE = 51
const TRANSPORT_PARAMETERS = 0x39
const TRANSPORT_PARAMETERS_DRAFT = 0xffa5
const ENCRYPTED_CLIENT_HELLO = 0xfe0d
const ENCRYPTED_SERVER_NAME = 0xffce

const VERSION_AND_RANDOM_LEN = 2 + 32

/** Where the last client hello read has QUIC's transport parameters; of the reader, until it reads the next. */
export const lastHello = { parametersAt: -1, parametersEnd: -1 }

const u16 = (b: Uint8Array, at: number) => (b[at]! << 8) | b[at + 1]!

/**
 * Reads the body of a client hello (behind the handshake header). False when it is not well formed, or not `whole`: then what was read before the
 * end has been set (the server name, above all), and no fingerprint.
 */
export function readClientHello(c: Cursor, whole: boolean, over: 't' | 'd' | 'q', out: HelloOut, ctx: Context): boolean {
  const b = c.bytes
  const end = c.endOffset
  lists.beginLists()
  lastHello.parametersAt = -1
  const versionAt = c.offset
  const suitesAt = behindSession(b, versionAt, end, over === 'd')
  if (end - suitesAt < 2) return false
  const suitesEnd = suitesAt + 2 + u16(b, suitesAt)
  const compressionEnd = suitesEnd < end ? suitesEnd + 1 + b[suitesEnd]! : end + 1
  if (compressionEnd > end) return false
  lists.suites.read(b, suitesAt + 2, suitesEnd)
  if ((end - compressionEnd >= 2 && !readExtensions(b, compressionEnd, end, out, ctx)) || !whole) {
    out.versions = lists.versionsOffered() ?? out.versions
    out.alpn = lists.alpnOffered() ?? out.alpn
    return false
  }
  const print = lists.clientPrint(u16(b, versionAt), over)
  out.versions = print.versions
  if (print.alpn !== undefined) out.alpn = print.alpn
  out.ja3 = print.ja3
  out.ja4 = print.ja4
  const keys = lists.keySharesOffered()
  if (keys !== undefined) {
    out.keyShares = keys.groups
    if (keys.postQuantum) out.postQuantumOffered = true
  }
  return true
}

/** Where what follows the session id (and DTLS' cookie) begins, which may be beyond the end. */
function behindSession(b: Uint8Array, at: number, end: number, hasCookie: boolean): number {
  at += VERSION_AND_RANDOM_LEN
  if (at >= end) return end
  at += 1 + b[at]!
  if (!hasCookie) return at
  return at >= end ? end : at + 1 + b[at]!
}

function readExtensions(b: Uint8Array, at: number, end: number, out: HelloOut, ctx: Context): boolean {
  const stop = at + 2 + u16(b, at)
  // A hello in pieces still tells its name, so the list is entered as far as it has come.
  const isWhole = stop <= end
  if (isWhole) end = stop
  at += 2
  for (let i = 0; i < lists.MAX_LIST && end - at >= 4; i++) {
    const type = u16(b, at)
    const size = u16(b, at + 2)
    at += 4
    if (size > end - at) return false
    lists.extensions.add(type)
    if (!isKnownExtension(type)) ctx.raise('TLS Susp Extn', `extension ${type}, which is not assigned`)
    if (!readExtension(b, at, at + size, type, out, ctx)) return false
    at += size
  }
  return isWhole
}

/** IANA's "TLS ExtensionType Values": those below are all assigned or reserved; so are a few above. */
const FIRST_UNASSIGNED = 64
/** Trust anchors, outer extensions and renegotiation; what browsers send before it is assigned (NPN, ALPS, channel id, padding); drafts named above. */
const OTHER_EXTENSIONS = [
  0xca34,
  0xfd00,
  0xff01,
  0x3374,
  0x4469,
  0x44cd,
  0x754f,
  0x7550,
  0x8b47,
  ENCRYPTED_CLIENT_HELLO,
  ENCRYPTED_SERVER_NAME,
  TRANSPORT_PARAMETERS_DRAFT,
  0xfe08,
  0xfe09,
  0xfe0a,
]
const isKnownExtension = (type: number) => type < FIRST_UNASSIGNED || lists.isGrease(type) || OTHER_EXTENSIONS.includes(type)

/** False when the extension is shorter than it must be. */
function readExtension(b: Uint8Array, at: number, end: number, type: number, out: HelloOut, ctx: Context): boolean {
  const size = end - at
  switch (type) {
    case lists.SERVER_NAME:
      readServerName(b, at, end, out, ctx)
      return true
    case GROUPS:
      if (size >= 2) lists.groups.read(b, at + 2, Math.min(end, at + 2 + u16(b, at)))
      return size >= 2
    case SIGNATURE_ALGORITHMS:
      if (size >= 2) lists.signatures.read(b, at + 2, Math.min(end, at + 2 + u16(b, at)))
      return size >= 2
    case POINT_FORMATS:
      for (let n = Math.min(size < 1 ? 0 : b[at]!, size - 1); n > 0; n--) lists.pointFormats.add(b[++at]!)
      return size >= 1
    case lists.ALPN:
      if (size >= 2) readAlpn(b, at + 2, end)
      return size >= 2
    case SUPPORTED_VERSIONS:
      lists.has.versions = true
      lists.versions.read(b, at + 1, end)
      return size >= 1
    case KEY_SHARE:
      if (size >= 2) readKeyShares(b, at + 2, Math.min(end, at + 2 + u16(b, at)))
      return size >= 2
    case ENCRYPTED_CLIENT_HELLO:
      out.ech = true
      return true
    case ENCRYPTED_SERVER_NAME:
      out.esni = true
      return true
    case TRANSPORT_PARAMETERS:
    case TRANSPORT_PARAMETERS_DRAFT:
      lastHello.parametersAt = at
      lastHello.parametersEnd = end
  }
  return true
}

/** RFC 8446 §4.2.8: group and key, each key behind its length. */
function readKeyShares(b: Uint8Array, at: number, end: number): void {
  for (; end - at >= 4; at += 4 + u16(b, at + 2)) lists.keyShares.add(u16(b, at))
}

/** RFC 6066 §3: length of the list, type, length, name. */
function readServerName(b: Uint8Array, at: number, end: number, out: HelloOut, ctx: Context): void {
  // Some clients send the extension empty.
  if (end - at < 5) return
  const length = u16(b, at + 3)
  if (b[at + 2] !== 0 || length === 0 || length > end - at - 5) return
  const name = hostName(wireText(b, at + 5, at + 5 + length))
  if (name === '') return
  lists.has.addressAsName = isAddress(name)
  out.serverName = name
  ctx.serverName(name)
  if (!isPrintable(b, at + 5, at + 5 + length)) ctx.raise('TLS Susp Extn', 'server name of unprintable bytes')
}

function isPrintable(b: Uint8Array, at: number, end: number): boolean {
  for (; at < end; at++) if (b[at]! <= 0x20 || b[at]! >= 0x7f) return false
  return true
}
/** RFC 6066 forbids it, and yet clients do. */
function isAddress(name: string): boolean {
  const last = name.charCodeAt(name.length - 1)
  return ((last >= 0x30 && last <= 0x39) || name.includes(':')) && parseAddress(name) !== undefined
}

/** RFC 7301 §3.1, behind the length of the list. A name that goes on behind the end ends the list before it. */
function readAlpn(b: Uint8Array, at: number, end: number): void {
  lists.has.alpn = true
  lists.alpnBytes.count = 0
  while (at < end && at + 1 + b[at]! <= end) for (let stop = at + 1 + b[at]!; at < stop; at++) lists.alpnBytes.add(b[at]!)
}

/** As names are compared: lower case, no dot at the end. */
export function hostName(name: string): string {
  const lower = name.toLowerCase()
  return lower.endsWith('.') ? lower.slice(0, -1) : lower
}

/** Reads the body of a server hello; the version chosen, or 0 when it is not whole. */
export function readServerHello(c: Cursor, out: HelloOut): number {
  const b = c.bytes
  let end = c.endOffset
  const legacyAt = c.offset
  let at = behindSession(b, legacyAt, end, false)
  // Suite and compression.
  if (end - at < 3) return 0
  const legacy = u16(b, legacyAt)
  const suite = u16(b, at)
  at += 3
  lists.extensions.count = 0
  let version = legacy
  if (end - at >= 2) {
    end = Math.min(end, at + 2 + u16(b, at))
    at += 2
  }
  for (let i = 0; i < lists.MAX_LIST && end - at >= 4; i++) {
    const type = u16(b, at)
    const size = u16(b, at + 2)
    at += 4
    if (size > end - at) return 0
    lists.extensions.add(type)
    if (type === SUPPORTED_VERSIONS) {
      if (size < 2) return 0
      version = u16(b, at)
    } else if (type === KEY_SHARE && size >= 2) {
      // The share, or the group alone when the server asks for another hello.
      const group = u16(b, at)
      out.group = groupName(group)
      if (isPostQuantum(group)) out.postQuantum = true
    } else if (type === lists.ALPN) {
      if (size < 3 || b[at + 2]! > size - 3) return 0
      out.alpnChosen = wireText(b, at + 3, at + 3 + b[at + 2]!)
    }
    at += size
  }
  out.version = versionName(version)
  out.cipher = cipherName(suite)
  out.ja3s = lists.ja3s(legacy, suite)
  return version
}

/** Reads the body of an alert record, when it is in clear: encrypted ones are longer. */
export function readAlert(b: Uint8Array, at: number, end: number, out: HelloOut): void {
  if (end - at === 2) out.alert = alertName(b[at]!, b[at + 1]!)
}

/** From here on (RFC 8446, RFC 9147) the certificate is encrypted; drafts of 1.3 as well. */
export const hidesCertificate = (version: number) =>
  version === TLS_1_3 || version === 0xfefc || version >> 8 === 0x7f || version >> 8 === 0xfb

const ALPN = 'the application protocol that is offered (ALPN)'
/** The application inside, as told by ALPN (IANA's registry) alone. */
export function insideByAlpn(alpn: readonly string[] | undefined, ctx: Context): void {
  const first = alpn?.[0]
  if (first === undefined) return
  if (first === 'dot' || first.startsWith('doq')) ctx.inside('DoH_DoT', ALPN)
  else if (first.startsWith('anydesk/')) ctx.inside('AnyDesk', ALPN)
}
