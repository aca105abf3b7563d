/** DTLS records and the handshake messages in them (RFC 6347 §4; RFC 9147 §4, §5), for DTLS itself and for the flows that STUN opens for it. */
import { Cursor } from '../wire/cursor.ts'
import type { Context, Extracted } from './dissector.ts'
import { Done, More } from './dissector.ts'
import { FragmentPool, Fragments } from './fragments.ts'
import { readFirstCertificate } from './tls-certificate.ts'
import {
  CERTIFICATE,
  CLIENT_HELLO,
  type HelloOut,
  hidesCertificate,
  readAlert,
  readClientHello,
  readServerHello,
  SERVER_HELLO,
} from './tls-hello.ts'
import type { CertificateFields } from './x509.ts'

const RECORD_HEADER_LEN = 13
const EPOCH_AT = 3
const LENGTH_AT = 11
const CHANGE_CIPHER_SPEC = 20
const ALERT = 21
const HANDSHAKE = 22
const LAST_TYPE = 26 // ACK, RFC 9147 §7
const MAX_RECORDS = 32

const HANDSHAKE_HEADER_LEN = 12
const SERVER_HELLO_DONE = 14
const MAX_MESSAGE = 16_384

export type DtlsOut = HelloOut & CertificateFields

// What `memo` holds: flags, and above them the handle of a message that comes in fragments with its type. Bit 0 is the caller's.
const CLIENT_DONE = 2
const SERVER_DONE = 4
const NAMED = 8
/** The server has shown its certificate: the client's next word may be that it does not like it. */
const CLIENT_TO_ANSWER = 16
const HANDLE = 256
const TYPE_SHIFT = 4
const FLAGS = HANDLE - 1

const messages = new FragmentPool(() => new Fragments())

const isVersion = (c: Cursor, ahead: number) => {
  const version = c.peek16(ahead)
  // 1.0, 1.2; and what OpenSSL and Cisco's AnyConnect wrote before RFC 4347.
  return version === 0xfeff || version === 0xfefd || version === 0x0100
}
const isRecordHeader = (c: Cursor, ahead: number) =>
  c.peek(ahead) >= CHANGE_CIPHER_SPEC && c.peek(ahead) <= LAST_TYPE && isVersion(c, ahead + 1) && c.peek16(ahead + LENGTH_AT) >= 1

/** Whether the datagram is records from end to end; the last one may have been cut by the snap length. */
export function isDtls(c: Cursor, ctx: Context): boolean {
  let ahead = 0
  for (let n = 0; n < MAX_RECORDS; n++) {
    if (c.left - ahead < RECORD_HEADER_LEN || !isRecordHeader(c, ahead)) return false
    if (c.peek(ahead) === HANDSHAKE && c.peek16(ahead + EPOCH_AT) === 0 && c.peek(ahead + RECORD_HEADER_LEN) > 24) return false
    ahead += RECORD_HEADER_LEN + c.peek16(ahead + LENGTH_AT)
    if (ahead === c.left) return true
    // Behind encrypted records of DTLS 1.3 comes its short header.
    if (ahead < c.left && n > 0 && (c.peek(ahead) & 0xe0) === 0x20) return true
    if (ahead > c.left) return ctx.wireLeft >= ahead
  }
  return true
}

/** Reads the handshake in one datagram. */
export function readDtls(c: Cursor, out: DtlsOut, ctx: Context): Extracted {
  for (let n = 0; n < MAX_RECORDS && c.left >= RECORD_HEADER_LEN && isRecordHeader(c, 0); n++) {
    const type = c.peek()
    const encrypted = c.peek16(EPOCH_AT) !== 0
    const length = Math.min(c.skip(LENGTH_AT).u16(), c.left)
    const outer = c.enter(length)
    if (type === HANDSHAKE && !encrypted) readMessages(c, out, ctx)
    else if (type === ALERT && !encrypted) readAlert(c.bytes, c.offset, c.endOffset, out)
    else if (encrypted) set(ctx, ctx.fromClient ? CLIENT_DONE : SERVER_DONE)
    c.leave(outer)
  }
  if (ctx.fromClient) clear(ctx, CLIENT_TO_ANSWER)
  const done = CLIENT_DONE | SERVER_DONE
  if ((ctx.memo & (done | CLIENT_TO_ANSWER)) !== done) return More
  messages.close(handle(ctx))
  return Done
}

const handle = (ctx: Context) => Math.floor(ctx.memo / (HANDLE << TYPE_SHIFT))
const handleType = (ctx: Context) => Math.floor(ctx.memo / HANDLE) & 15
const setHandle = (ctx: Context, h: number, type: number) => {
  ctx.memo = (ctx.memo & FLAGS) + HANDLE * (h * (1 << TYPE_SHIFT) + type)
}
const isRead = (type: number, ctx: Context) => type === CLIENT_HELLO || (!ctx.fromClient && (type === SERVER_HELLO || type === CERTIFICATE))

function readMessages(c: Cursor, out: DtlsOut, ctx: Context): void {
  for (let n = 0; n < MAX_RECORDS && c.left >= HANDSHAKE_HEADER_LEN; n++) {
    const type = c.u8()
    const length = c.u24()
    c.skip(2)
    const offset = c.u24()
    const size = c.u24()
    if (length > MAX_MESSAGE || offset + size > length) return
    const at = c.offset
    const have = Math.min(size, c.left)
    c.skip(have)
    if (type === SERVER_HELLO_DONE) set(ctx, SERVER_DONE)
    else if (!isRead(type, ctx)) continue
    else if (offset === 0 && have === length) readMessage(type, c.bytes, at, at + have, true, out, ctx)
    else addFragment(type, length, offset, c.bytes, at, at + have, out, ctx)
  }
}

function addFragment(
  type: number,
  length: number,
  offset: number,
  b: Uint8Array,
  at: number,
  end: number,
  out: DtlsOut,
  ctx: Context,
): void {
  let slot = handleType(ctx) === type ? messages.get(handle(ctx)) : undefined
  if (slot === undefined) {
    messages.close(handle(ctx))
    const opened = messages.open()
    setHandle(ctx, opened, type)
    slot = messages.get(opened)
  }
  if (slot === undefined) return
  slot.add(offset, b, at, end)
  const whole = Math.min(slot.whole, length)
  readMessage(type, slot.bytes, 0, whole, whole === length, out, ctx)
}

const message = new Cursor()
function readMessage(type: number, b: Uint8Array, at: number, end: number, whole: boolean, out: DtlsOut, ctx: Context): void {
  if (type === CLIENT_HELLO) {
    readClientHello(message.reset(b, at, end), whole, 'd', out, ctx)
    if (out.serverName !== undefined) set(ctx, NAMED)
    if (whole) set(ctx, CLIENT_DONE)
  } else if (type === SERVER_HELLO) {
    if (whole && hidesCertificate(readServerHello(message.reset(b, at, end), out))) set(ctx, SERVER_DONE)
  } else if (readFirstCertificate(b, at, end, (ctx.memo & NAMED) !== 0, out, ctx)) {
    set(ctx, SERVER_DONE)
    set(ctx, CLIENT_TO_ANSWER)
  }
}
/** `|=` would cut what stands above 32 bits. */
const set = (ctx: Context, bit: number) => {
  if ((ctx.memo & bit) === 0) ctx.memo += bit
}
const clear = (ctx: Context, bit: number) => {
  if ((ctx.memo & bit) !== 0) ctx.memo -= bit
}
