import { Cursor } from '../wire/cursor.ts'
import type { Context, Extracted } from './dissector.ts'
import { Done, dissector, Exclude, Match, More, NeedMore } from './dissector.ts'
import { readFirstCertificate } from './tls-certificate.ts'
import {
  CERTIFICATE,
  CLIENT_HELLO,
  certificateFields,
  type HelloOut,
  helloFields,
  hidesCertificate,
  insideByAlpn,
  readAlert,
  readClientHello,
  readServerHello,
  SERVER_HELLO,
} from './tls-hello.ts'
import { versionName } from './tls-names.ts'
import type { CertificateFields } from './x509.ts'

// RFC 8446 §5.1: type, version, length, then at most 2^14 bytes and what encryption adds (RFC 5246 §6.2.3 allows 2048).
const RECORD_HEADER_LEN = 5
const MAX_RECORD = 16_384 + 2048
const CHANGE_CIPHER_SPEC = 20
const ALERT = 21
const HANDSHAKE = 22
const APPLICATION_DATA = 23
const HEARTBEAT = 24

const HANDSHAKE_HEADER_LEN = 4
const SERVER_HELLO_DONE = 14
const MAX_HANDSHAKE_TYPE = 24
/** Records that one call walks over, and messages. */
const MAX_RECORDS = 64
const DOT_PORT = 853
/** Services that are TLS from the first byte on have names of their own. */
const BY_PORT: Readonly<Record<number, 'IMAPS' | 'POPS' | 'SMTPS' | 'FTPS'>> = { 993: 'IMAPS', 995: 'POPS', 465: 'SMTPS', 990: 'FTPS' }

// What `memo` holds.
const CLIENT_DONE = 1
const SERVER_DONE = 2
const CLIENT_HELLO_SEEN = 4
const SERVER_HELLO_SEEN = 8
const NAMED = 16
const RECORD_SEEN = 32
const PORT_SEEN = 64
/** The server has shown its certificate: the client's next word may be that it does not like it. */
const CLIENT_TO_ANSWER = 128

type Out = HelloOut & CertificateFields

export default dissector({
  name: 'TLS',
  category: 'Web',
  about: 'Transport Layer Security, SSL 2 and 3 included: hellos, or records that follow one another in a stream joined midway',
  over: 'tcp',
  tcpPorts: [443],
  trialPorts: [465, 563, 636, 853, 989, 990, 992, 993, 994, 995, 3389, 5061, 8443, 9443],
  firstBytes: (byte) => (byte >= CHANGE_CIPHER_SPEC && byte <= HEARTBEAT) || byte === 0x80 || byte === 0x81,
  alsoNames: { IMAPS: 'Email', POPS: 'Email', SMTPS: 'Email', FTPS: 'Download' },
  fields: { ...helloFields, ...certificateFields },
  // A chain of 16 KiB in segments of 1,460 bytes, and the client's side of it.
  maxMore: 20,

  signature(c, ctx) {
    const type = c.peek()
    if (type >= 0x80) return isSslV2Hello(c) ? Match : Exclude
    if (c.left < RECORD_HEADER_LEN + 1) return c.left < 2 || isVersion(c, 1) ? NeedMore : Exclude
    if (!isRecordHeader(c, 0)) return Exclude
    return type === HANDSHAKE ? handshakeVerdict(c, ctx) : streamVerdict(c, ctx)
  },

  extract(c, out, ctx) {
    if ((ctx.memo & PORT_SEEN) === 0) nameByPort(ctx)
    if ((ctx.memo & CLIENT_HELLO_SEEN) === 0 && isSslV2Hello(c)) readSslV2Hello(c, out, ctx)
    const mine = ctx.fromClient ? CLIENT_DONE : SERVER_DONE
    if ((ctx.memo & mine) !== 0) {
      if (c.peek() === ALERT && isRecordHeader(c, 0)) alert(c, out)
      c.skip(c.left)
    } else walkRecords(c, out, ctx)
    if (ctx.fromClient) ctx.memo &= ~CLIENT_TO_ANSWER
    return (ctx.memo & (CLIENT_DONE | SERVER_DONE | CLIENT_TO_ANSWER)) === (CLIENT_DONE | SERVER_DONE) ? Done : More
  },
})

function nameByPort(ctx: Context): void {
  ctx.memo |= PORT_SEEN
  const port = ctx.fromClient ? ctx.dstPort : ctx.srcPort
  const name = BY_PORT[port]
  if (name !== undefined) ctx.becomes(name)
  if (port === DOT_PORT) ctx.inside('DoH_DoT', 'the port of DNS over TLS')
}

const isVersion = (c: Cursor, ahead: number) => c.peek(ahead) === 3 && c.peek(ahead + 1) <= 4
function isRecordHeader(c: Cursor, ahead: number): boolean {
  const type = c.peek(ahead)
  const length = c.peek16(ahead + 3)
  return type >= CHANGE_CIPHER_SPEC && type <= HEARTBEAT && isVersion(c, ahead + 1) && length >= 1 && length <= MAX_RECORD
}

/** A hello at the beginning, either way; in a stream joined midway any message that the handshake knows. */
function handshakeVerdict(c: Cursor, ctx: Context) {
  const type = c.peek(RECORD_HEADER_LEN)
  if (type === CLIENT_HELLO || type === SERVER_HELLO) {
    if (c.left < RECORD_HEADER_LEN + HANDSHAKE_HEADER_LEN + 2) return NeedMore
    // Records may cut the message anywhere, and then a record's header stands where its version would be.
    const cut = c.peek16(3) < HANDSHAKE_HEADER_LEN + 2
    return c.peek(6) === 0 && (cut || c.peek(9) === 3 || (c.peek(9) === 0x7f && type === SERVER_HELLO)) ? Match : Exclude
  }
  return streamVerdict(c, ctx)
}

/**
 * Records without a hello: two headers in a row are proof; one that ends with the segment is, when we joined midway, or when a second segment, either
 * way, does the same.
 */
function streamVerdict(c: Cursor, ctx: Context) {
  const type = c.peek()
  const length = c.peek16(3)
  if (type === CHANGE_CIPHER_SPEC && (length !== 1 || c.peek(5) !== 1)) return Exclude
  if (type === ALERT && length < 16 && (length !== 2 || c.peek(5) < 1 || c.peek(5) > 2)) return Exclude
  const next = RECORD_HEADER_LEN + length
  if (c.left < next) return NeedMore
  if (c.left >= next + RECORD_HEADER_LEN) return isRecordHeader(c, next) ? Match : Exclude
  if (ctx.midStream || (ctx.memo & RECORD_SEEN) !== 0) return Match
  ctx.memo |= RECORD_SEEN
  return NeedMore
}

function walkRecords(c: Cursor, out: Out, ctx: Context): void {
  for (let n = 0; n < MAX_RECORDS && c.left >= RECORD_HEADER_LEN; n++) {
    const type = c.peek()
    // Behind these all is encrypted; only in TLS 1.3 may a second client hello follow, which says nothing new.
    if (!isRecordHeader(c, 0) || type === APPLICATION_DATA || type === CHANGE_CIPHER_SPEC) {
      sideDone(c, ctx)
      return
    }
    const length = RECORD_HEADER_LEN + c.peek16(3)
    if (type === HANDSHAKE) {
      if (!readMessages(c, out, ctx)) return
    } else if (length > c.left) return
    else {
      if (type === ALERT) alert(c, out)
      c.skip(length)
    }
    if ((ctx.memo & (ctx.fromClient ? CLIENT_DONE : SERVER_DONE)) !== 0) {
      sideDone(c, ctx)
      return
    }
  }
}
function alert(c: Cursor, out: Out): void {
  const at = c.offset + RECORD_HEADER_LEN
  if (c.left >= RECORD_HEADER_LEN + 2) readAlert(c.bytes, at, at + c.peek16(3), out)
}
function sideDone(c: Cursor, ctx: Context): void {
  ctx.memo |= ctx.fromClient ? CLIENT_DONE : SERVER_DONE
  c.skip(c.left)
}

/** Handshake bytes of several records, put together. */
const joined = new Uint8Array(16_384)
const message = new Cursor()

/** Reads the messages of the handshake record at the cursor and moves behind it; false when it has to wait for more bytes. */
function readMessages(c: Cursor, out: Out, ctx: Context): boolean {
  const length = c.peek16(3)
  const start = c.offset + RECORD_HEADER_LEN
  const end = Math.min(start + length, c.endOffset)
  const stopped = eachMessage(c.bytes, start, end, out, ctx)
  if (stopped === end && end === start + length) {
    c.skip(RECORD_HEADER_LEN + length)
    return true
  }
  if (stopped < 0) {
    sideDone(c, ctx)
    return true
  }
  return end === start + length ? readJoined(c, stopped - start, out, ctx) : false
}

/** The same where a message goes on in the next record: `skip` bytes of the first have been read. */
function readJoined(c: Cursor, skip: number, out: Out, ctx: Context): boolean {
  let ahead = 0
  let n = 0
  for (let i = 0; i < MAX_RECORDS && c.peek(ahead) === HANDSHAKE && isRecordHeader(c, ahead); i++) {
    const from = c.offset + ahead + RECORD_HEADER_LEN + (i === 0 ? skip : 0)
    const whole = ahead + RECORD_HEADER_LEN + c.peek16(ahead + 3)
    const to = Math.min(c.offset + whole, c.endOffset)
    if (n + to - from > joined.length) break
    for (let at = from; at < to; at++) joined[n++] = c.bytes[at]!
    if (whole > c.left) break
    ahead = whole
  }
  const stopped = eachMessage(joined, 0, n, out, ctx)
  if (stopped < 0) sideDone(c, ctx)
  else if (stopped === n && ahead > 0) c.skip(ahead)
  else return false
  return true
}

/** Reads messages in [at, end); where the first one that is not whole begins, or -1 when these are none (encrypted). */
function eachMessage(b: Uint8Array, at: number, end: number, out: Out, ctx: Context): number {
  for (let i = 0; i < MAX_RECORDS && end - at >= HANDSHAKE_HEADER_LEN; i++) {
    const type = b[at]!
    const length = (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!
    if (type > MAX_HANDSHAKE_TYPE || length > 0x1_0000) return -1
    const body = at + HANDSHAKE_HEADER_LEN
    const whole = length <= end - body
    readMessage(type, b, body, whole ? body + length : end, whole, out, ctx)
    if (!whole) return at
    at = body + length
  }
  return at
}

function readMessage(type: number, b: Uint8Array, at: number, end: number, whole: boolean, out: Out, ctx: Context): void {
  if (type === CLIENT_HELLO) clientHello(b, at, end, whole, out, ctx)
  else if (type === SERVER_HELLO) {
    if (whole) serverHello(b, at, end, out, ctx)
  } else if (type === CERTIFICATE) {
    // The client may have one too, which comes after all that we wait for.
    if (ctx.fromClient) ctx.memo |= CLIENT_DONE
    else if (readFirstCertificate(b, at, end, (ctx.memo & NAMED) !== 0, out, ctx)) ctx.memo |= SERVER_DONE | CLIENT_TO_ANSWER
  } else if (type === SERVER_HELLO_DONE) ctx.memo |= SERVER_DONE
}

function clientHello(b: Uint8Array, at: number, end: number, whole: boolean, out: Out, ctx: Context): void {
  if ((ctx.memo & CLIENT_HELLO_SEEN) !== 0) return
  readClientHello(message.reset(b, at, end), whole, 't', out, ctx)
  if (out.serverName !== undefined) ctx.memo |= NAMED
  if (!whole) return
  ctx.memo |= CLIENT_HELLO_SEEN | CLIENT_DONE
  insideByAlpn(out.alpn, ctx)
}

function serverHello(b: Uint8Array, at: number, end: number, out: Out, ctx: Context): void {
  if ((ctx.memo & SERVER_HELLO_SEEN) !== 0) return
  ctx.memo |= SERVER_HELLO_SEEN
  if (hidesCertificate(readServerHello(message.reset(b, at, end), out))) ctx.memo |= SERVER_DONE
}

// RFC 5246 appendix E.2: two bytes of length with the high bit, type 1, version, then the lengths of suites (three bytes each), session and challenge.
const SSL_V2_HEADER_LEN = 11
function isSslV2Hello(c: Cursor): boolean {
  if (c.left < SSL_V2_HEADER_LEN || c.peek() < 0x80) return false
  const length = c.peek16() & 0x7fff
  const version = c.peek16(3)
  const suites = c.peek16(5)
  return (
    c.peek(2) === CLIENT_HELLO &&
    (version === 2 || (version >= 0x0300 && version <= 0x0303)) &&
    suites > 0 &&
    suites % 3 === 0 &&
    length === 9 + suites + c.peek16(7) + c.peek16(9) &&
    c.peek16(9) >= 16
  )
}
function readSslV2Hello(c: Cursor, out: Out, ctx: Context): Extracted {
  const length = c.peek16() & 0x7fff
  out.versions = [versionName(c.peek16(3))]
  ctx.memo |= CLIENT_HELLO_SEEN | CLIENT_DONE
  c.skip(Math.min(2 + length, c.left))
  return More
}
