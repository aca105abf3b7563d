/**
 * The certificate that a server shows (RFC 5246 §7.4.2): its fields, and whose server it says this is. A server shows the same one in every handshake, so what
 * was read lately is remembered by the certificate's bytes.
 */
import type { Context } from './dissector.ts'
import { hostName } from './tls-hello.ts'
import { type CertificateFields, commonName, lastReadTo, readCertificate } from './x509.ts'

/** What one certificate tells. */
interface Told {
  /** How long it is, and its bytes as far as they were read: no other certificate can be taken for it. */
  readonly length: number
  readonly bytes: Uint8Array
  readonly fields: CertificateFields
  readonly host: string | undefined
  readonly app: string | undefined
}
const SLOTS = 1024
const MAX_REMEMBERED = 4096
const recent = new Array<Told | undefined>(SLOTS).fill(undefined)

/** The serial number lies here: 32 bytes that differ from certificate to certificate. */
const HASH_FROM = 8
const HASH_TO = 40

/** The first of the two places that a certificate may have. */
function slotOf(b: Uint8Array, start: number, end: number): number {
  let hash = end - start
  for (let i = start + HASH_FROM; i < start + HASH_TO && i < end; i++) hash = Math.imul(hash ^ b[i]!, 0x9e3779b1) ^ (hash >>> 15)
  return (hash ^ (hash >>> 16)) & (SLOTS - 2)
}
function isSame(told: Told, b: Uint8Array, start: number, end: number): boolean {
  const { bytes, length } = told
  if (length !== end - start) return false
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== b[start + i]) return false
  return true
}

/** What the certificate in [start, end) tells. */
function told(b: Uint8Array, start: number, end: number): Told {
  const slot = slotOf(b, start, end)
  const known = recent[slot]
  if (known !== undefined && isSame(known, b, start, end)) return known
  const other = recent[slot + 1]
  if (other !== undefined && isSame(other, b, start, end)) return other
  const fields: CertificateFields = {}
  readCertificate(b, start, end, fields)
  const bytes = b.slice(start, lastReadTo())
  const fresh: Told = { length: end - start, bytes, fields, host: hostBy(fields), app: appBy(fields) }
  if (bytes.length > MAX_REMEMBERED) return fresh
  // Two places for each; the one that was filled first is given up.
  recent[slot + 1] = known
  recent[slot] = fresh
  return fresh
}

/**
 * Reads the first certificate of a certificate message's body as far as [at, end) has come: true when there is nothing more to wait for. Names the server by it
 * unless it is `named`, and the application inside.
 */
export function readFirstCertificate(
  b: Uint8Array,
  at: number,
  end: number,
  named: boolean,
  out: CertificateFields,
  ctx: Context,
): boolean {
  if (end - at < 6) return false
  const length = (b[at + 3]! << 16) | (b[at + 4]! << 8) | b[at + 5]!
  if (length === 0) return true
  if (length > end - at - 6) return false
  const { fields, host, app } = told(b, at + 6, at + 6 + length)
  Object.assign(out, fields)
  if (!named) {
    if (host !== undefined) ctx.serverName(host)
    if (fields.subject !== undefined) ctx.info(fields.subject)
  }
  if (app !== undefined) ctx.inside(app, 'the certificate')
  return true
}

/** Common name of all certificates that a content network makes for its customers' sites; the alternative names are theirs. */
const SHARED_NAME = /^sni[0-9]*\.cloudflaressl\.com$/
/**
 * Where the client named nobody, the certificate's own names say whose server it is: its common name, else its first alternative name, else the organisation
 * that calls itself as its site is called.
 */
function hostBy(cert: CertificateFields): string | undefined {
  const subject = commonName(cert.subject)
  const own = (candidate: string) => looksLikeHost(candidate) && !SHARED_NAME.test(candidate)
  const name = [subject, ...(cert.names ?? []), subject === '' ? partOf(cert.subject, 'O') : ''].find(own)
  return name === undefined ? undefined : hostName(name.startsWith('*.') ? name.slice(2) : name)
}

/** Programs whose servers show certificates of their own making, by common name. */
const BY_COMMON_NAME: ReadonlyMap<string, string> = new Map([
  ['AnyNet Relay', 'AnyDesk'],
  ['AnyDesk Client', 'AnyDesk'],
  ['hangouts', 'GoogleCall'],
  ['NVIDIA GameStream', 'GeForceNow'],
])
/** Makers of devices and programs that sign certificates of their own, by organisation and unit. */
const BY_UNIT: ReadonlyMap<string, string> = new Map([
  ['Fortinet/FortiGate', 'FortiClient'],
  ['Fortinet Ltd./FortiClient', 'FortiClient'],
  ['Sonos, Inc/Sonos Devices', 'Sonos'],
  ['Sonos, Inc./Sonos Devices', 'Sonos'],
])
/** A relay of Tor makes up both names afresh (tor-spec, channel handshake): 'CN=www.' and 8 to 20 characters of base 32. */
const TOR_NAME = /^CN=www\.[a-z2-7]{8,20}\.(com|net)$/
/** The application inside, as told by the certificate alone. */
function appBy(cert: CertificateFields): string | undefined {
  const app = BY_COMMON_NAME.get(commonName(cert.subject)) ?? BY_UNIT.get(`${partOf(cert.subject, 'O')}/${partOf(cert.subject, 'OU')}`)
  if (app !== undefined) return app
  return cert.subject !== cert.issuer && TOR_NAME.test(cert.subject ?? '') && TOR_NAME.test(cert.issuer ?? '') ? 'Tor' : undefined
}
/** The value of one attribute of a name (`O=Sonos, Inc, L=Santa Barbara`), which may hold commas; '' when it has none. */
function partOf(name: string | undefined, attribute: string): string {
  const before = `, ${name ?? ''}`
  const at = before.indexOf(`, ${attribute}=`)
  if (at < 0) return ''
  const value = before.slice(at + attribute.length + 3)
  const next = /, [A-Za-z]{1,20}=/.exec(value)
  return next === null ? value : value.slice(0, next.index)
}
const looksLikeHost = (name: string) => /^(\*\.)?([a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{1,62}$/i.test(name)
