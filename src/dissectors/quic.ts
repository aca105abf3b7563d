import { Cursor } from '../wire/cursor.ts'
import type { Context, Extracted } from './dissector.ts'
import { Done, dissector, Exclude, Match, More, text } from './dissector.ts'
import { FragmentPool, Fragments } from './fragments.ts'
import { type GquicOut, isGquic, readGquic, readGquicHello } from './gquic.ts'
import { deriveClientKeys, type InitialKeys, initialKeys, openInitial, plain, type QuicVersion, quicVersion } from './quic-initial.ts'
import { CLIENT_HELLO, helloFields, insideByAlpn, lastHello, readClientHello } from './tls-hello.ts'

const MAX_CID = 20
const FIRST_VERSION_AT = 1
const LONG_HEADER = 0x80
/** Initials looked at until the client's hello is whole, and packets that could not be opened. */
const MAX_PACKETS = 16
const MAX_COALESCED = 4
const MAX_FRAMES = 1024
const MIN_CLIENT_DATAGRAM = 1200 // RFC 9000 §14.1

const PADDING = 0x00
const PING = 0x01
const ACK = 0x02
const ACK_ECN = 0x03
const CRYPTO = 0x06
const GOOGLE_CRYPTO = 0x08 // Q050, T050 and T051 kept this number from before the IETF gave one
const CONNECTION_CLOSE = 0x1c

/** A flow whose hello has not come whole yet: its pieces, and the keys of its first Initial, which stay when the connection id changes. */
class Handshake extends Fragments {
  readonly keys: InitialKeys = initialKeys()
}
const handshakes = new FragmentPool(() => new Handshake())

type Out = GquicOut

export default dissector({
  name: 'QUIC',
  category: 'Web',
  about:
    "QUIC versions 1 and 2, drafts 22–34, Google's and Facebook's own: long headers of known versions; the client's Initials are opened",
  over: 'udp',
  udpPorts: [443],
  // Long headers; Google's own with a flag set that says what to look for (gquic.ts).
  firstBytes: (byte) => byte >= LONG_HEADER || (byte < 0x40 && (byte & 0x0f) !== 0),
  minLen: 13,
  fields: { ...helloFields, quicVersion: text('QUIC version'), userAgent: text('User agent') },
  maxMore: MAX_PACKETS,

  signature(c, ctx) {
    if ((c.peek() & LONG_HEADER) === 0) return isGquic(c, ctx) ? Match : Exclude
    return isLongHeader(c, ctx) ? Match : Exclude
  },

  extract(c, out, ctx) {
    if ((c.peek() & LONG_HEADER) === 0) return readGquic(c, out, ctx)
    return readDatagram(c, out, ctx)
  },
})

const isGreaseVersion = (version: number) => (version & 0x0f0f0f0f) === 0x0a0a0a0a
const isGoogleVersion = (version: number) => version >>> 16 === 0x5130 && ((version >> 8) & 255) >= 0x32 && ((version >> 8) & 255) <= 0x35

function isLongHeader(c: Cursor, ctx: Context): boolean {
  const version = c.peek32(FIRST_VERSION_AT)
  if (version === 0) return isVersionNegotiation(c)
  if (isGoogleVersion(version) && version !== 0x51303530) return (c.peek() & 0x40) !== 0
  if (!cidsFit(c)) return false
  if (quicVersion(version) !== undefined) return true
  // A version that nobody has: clients send it to keep the negotiation alive.
  return isGreaseVersion(version) && (c.peek() & 0x40) !== 0 && ctx.wireLeft >= MIN_CLIENT_DATAGRAM && c.peek(5) >= 8
}
function cidsFit(c: Cursor): boolean {
  const dcid = c.peek(5)
  const scid = c.peek(6 + dcid)
  return dcid <= MAX_CID && scid >= 0 && scid <= MAX_CID && 7 + dcid + scid < c.left
}
/** RFC 9000 §17.2.1: connection ids, then versions to the end; one of them at least must be known. */
function isVersionNegotiation(c: Cursor): boolean {
  if (!cidsFit(c)) return false
  const dcid = c.peek(5)
  let ahead = 7 + dcid + c.peek(6 + dcid)
  if ((c.left - ahead) % 4 !== 0) return false
  for (let n = 0; n < 32 && ahead < c.left; n++, ahead += 4) {
    const version = c.peek32(ahead)
    if (quicVersion(version) !== undefined || isGoogleVersion(version)) return true
  }
  return false
}

// `memo` is the handle of the flow's handshake, or minus the number of packets that told nothing.
const finish = (ctx: Context): Extracted => {
  handshakes.close(ctx.memo)
  ctx.memo = 0
  return Done
}
function nothingTold(ctx: Context): Extracted {
  if (ctx.memo <= 0) ctx.memo--
  return ctx.memo < -4 ? Done : More
}

/** Walks over the packets of one datagram (RFC 9000 §12.2). */
function readDatagram(c: Cursor, out: Out, ctx: Context): Extracted {
  const b = c.bytes
  let told = false
  for (let n = 0; n < MAX_COALESCED && (c.peek() & LONG_HEADER) !== 0 && c.left > 7; n++) {
    const firstAt = c.offset
    const first = c.u8()
    const number = c.u32()
    if (isGoogleVersion(number) && number !== 0x51303530) return readGquic(c.seek(0), out, ctx)
    const version = quicVersion(number)
    if (version === undefined) {
      if (number === 0 || isGreaseVersion(number)) out.quicVersion = 'negotiation'
      break
    }
    const dcidLen = c.u8()
    const dcidAt = c.offset
    c.skip(dcidLen).skip(c.u8())
    const type = (first >> 4) & 3
    out.quicVersion = version.name
    // Retry ends the datagram, without a length.
    if (type === (version.v2 ? 0 : 3)) break
    const isInitial = type === (version.v2 ? 1 : 0)
    if (isInitial) c.skip(varint(c))
    const length = varint(c)
    if (c.bad || dcidLen > MAX_CID) break
    const pnAt = c.offset
    const end = Math.min(pnAt + length, c.endOffset)
    if (isInitial && tryInitial(b, firstAt, dcidAt, dcidLen, pnAt, end, version, ctx)) {
      told = true
      if (readHello(out, ctx)) return finish(ctx)
    }
    c.skip(end - pnAt)
  }
  return told ? More : nothingTold(ctx)
}

/** A variable-length integer (RFC 9000 §16). */
function varint(c: Cursor): number {
  const first = c.u8()
  const value = first & 63
  const size = first >> 6
  if (size === 0) return value
  if (size === 1) return (value << 8) | c.u8()
  if (size === 2) return (value << 24) | c.u24()
  return (((value << 24) | c.u24()) >>> 0) * 4_294_967_296 + c.u32()
}

/** Opens an Initial with the flow's keys, else with keys from its own connection id, and adds its pieces; false when no frames came out. */
function tryInitial(
  b: Uint8Array,
  firstAt: number,
  dcidAt: number,
  dcidLen: number,
  pnAt: number,
  end: number,
  version: QuicVersion,
  ctx: Context,
): boolean {
  let slot = handshakes.get(ctx.memo)
  if (slot !== undefined && openInitial(b, firstAt, pnAt, end, slot.keys) && readFrames(slot)) return true
  const known = ctx.memo
  const handle = slot === undefined ? handshakes.open() : known
  slot = handshakes.get(handle)
  if (slot === undefined) return false
  // After a Retry (RFC 9001 §5.2) the client's keys follow from the id that the server chose.
  const keys = known === handle ? spare : slot.keys
  deriveClientKeys(version, b, dcidAt, dcidLen, keys)
  const opened = openInitial(b, firstAt, pnAt, end, keys) && readFrames(slot)
  if (opened) {
    ctx.memo = handle
    if (keys === spare) copyKeys(spare, slot.keys)
  } else if (known !== handle) handshakes.close(handle)
  return opened
}
const spare = initialKeys()
function copyKeys(from: InitialKeys, to: InitialKeys): void {
  to.text.set(from.text)
  to.header.set(from.header)
  to.iv.set(from.iv)
}

let frameAt = 0
function plainU8(): number {
  return plain.upTo(frameAt + 1) ? plain.bytes[frameAt++]! : -1
}
/** -1 past the end. */
function plainVarint(): number {
  const first = plainU8()
  if (first < 0) return -1
  let value = first & 63
  for (let n = (1 << (first >> 6)) - 1; n > 0; n--) {
    const next = plainU8()
    if (next < 0) return -1
    value = value * 256 + next
  }
  return value
}

/**
 * Reads the frames of `plain`; puts CRYPTO pieces in the slot. False when they are not what an Initial may hold (RFC 9000 §12.4), which is how wrong keys
 * show.
 */
function readFrames(slot: Handshake): boolean {
  frameAt = 0
  let pieces = 0
  for (let n = 0; n < MAX_FRAMES && frameAt < plain.length; n++) {
    const type = plainU8()
    if (type === PADDING) skipPadding()
    else if (type === CRYPTO || type === GOOGLE_CRYPTO) {
      if (!readCrypto(slot)) return false
      pieces++
      if (isWhole(slot)) return true
    } else if (type === ACK || type === ACK_ECN) {
      if (!skipAck(type)) return false
    } else if (type === CONNECTION_CLOSE) return true
    else if (type !== PING) return false
  }
  return pieces > 0 || frameAt === plain.length
}
function skipPadding(): void {
  const { bytes } = plain
  while (plain.upTo(frameAt + 1)) {
    const { ready } = plain
    while (frameAt < ready && bytes[frameAt] === PADDING) frameAt++
    if (frameAt < ready) return
  }
}
function readCrypto(slot: Handshake): boolean {
  const offset = plainVarint()
  const length = plainVarint()
  if (offset < 0 || length < 0 || offset > 0x1_0000 || !plain.upTo(frameAt + length)) return false
  slot.add(offset, plain.bytes, frameAt, frameAt + length)
  frameAt += length
  return true
}
function skipAck(type: number): boolean {
  plainVarint()
  plainVarint()
  const ranges = plainVarint()
  if (ranges < 0 || ranges > 256) return false
  for (let n = 1 + 2 * ranges + (type === ACK_ECN ? 3 : 0); n > 0; n--) if (plainVarint() < 0) return false
  return true
}

const HANDSHAKE_HEADER_LEN = 4
const GQUIC_TAG_C = 0x43
function isWhole(slot: Handshake): boolean {
  const b = slot.bytes
  const whole = slot.whole
  return whole >= HANDSHAKE_HEADER_LEN && b[0] === CLIENT_HELLO && whole >= HANDSHAKE_HEADER_LEN + ((b[1]! << 16) | (b[2]! << 8) | b[3]!)
}

const hello = new Cursor()
/** True when the hello has been read whole, or there will be none. */
function readHello(out: Out, ctx: Context): boolean {
  const slot = handshakes.get(ctx.memo)
  if (slot === undefined) return true
  const whole = slot.whole
  if (whole < HANDSHAKE_HEADER_LEN) return false
  const b = slot.bytes
  // Q050 carries Google's own hello.
  if (b[0] === GQUIC_TAG_C) return readGquicHello(hello.reset(b, 0, whole), out, ctx)
  if (b[0] !== CLIENT_HELLO) return true
  const end = HANDSHAKE_HEADER_LEN + ((b[1]! << 16) | (b[2]! << 8) | b[3]!)
  if (!readClientHello(hello.reset(b, HANDSHAKE_HEADER_LEN, Math.min(end, whole)), whole >= end, 'q', out, ctx)) return whole >= end
  insideByAlpn(out.alpn, ctx)
  // Facebook's apps try out their own version of QUIC with the videos of reels and stories.
  if (out.quicVersion === 'mvfst-exp' && out.serverName?.startsWith('video.') && out.serverName.endsWith('.fbcdn.net'))
    ctx.inside('FbookReelStory')
  readUserAgent(b, out)
  return true
}

/** Google's transport parameter 0x3129 (RFC 9000 §18 gives the form; before draft 27 numbers and lengths were 16 bits, behind the length of all). */
const USER_AGENT = 0x3129
const MAX_PARAMETERS = 64
const parameters = new Cursor()
function readUserAgent(b: Uint8Array, out: Out): void {
  if (lastHello.parametersAt < 0) return
  const c = parameters.reset(b, lastHello.parametersAt, lastHello.parametersEnd)
  const isOldForm = c.peek16() === c.left - 2
  if (isOldForm) c.skip(2)
  for (let n = 0; n < MAX_PARAMETERS && c.left > 0; n++) {
    const id = isOldForm ? c.u16() : varint(c)
    const length = isOldForm ? c.u16() : varint(c)
    if (id === USER_AGENT) {
      const agent = c.text(length)
      if (agent !== '') out.userAgent = agent
      return
    }
    c.skip(length)
  }
}
