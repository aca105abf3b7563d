import type { Cursor } from '../wire/cursor.ts'
import type { Context, Extracted } from './dissector.ts'
import { Done, dissector, Exclude, flag, Match, More, NeedMore, oneOf, text } from './dissector.ts'
import { isDtls, readDtls } from './dtls-records.ts'
import { isRtp } from './rtp-header.ts'
import {
  announcePeer,
  isApplicationKnown,
  isZoomAttribute,
  nameByAnotherFlow,
  nameByAttribute,
  nameByCheck,
  nameByRealm,
  nameBySoftware,
} from './stun-applications.ts'
import { certificateFields, helloFields, hostName } from './tls-hello.ts'

// RFC 8489 §5
const HEADER_LEN = 20
const COOKIE = 0x2112a442
const COOKIE_AT = 4
const MAX_ATTRIBUTES = 40

/** Class: bits 4 and 8 of the type. */
const KINDS = ['request', 'indication', 'success', 'error'] as const
const METHODS: Readonly<Record<number, string>> = {
  1: 'Binding',
  2: 'Shared Secret',
  3: 'Allocate',
  4: 'Refresh',
  6: 'Send',
  7: 'Data',
  8: 'CreatePermission',
  9: 'ChannelBind',
  10: 'Connect',
  11: 'ConnectionBind',
  12: 'ConnectionAttempt',
}
const methodOf = (type: number) => (type & 0x0f) | ((type & 0xe0) >> 1) | ((type & 0x3e00) >> 2)

const MAPPED_ADDRESS = 0x0001
const USERNAME = 0x0006
const REALM = 0x0014
const XOR_MAPPED_ADDRESS = 0x0020
const SOFTWARE = 0x8022

const XOR_PEER_ADDRESS = 0x0012

// `memo`: bit 0 once the flow has gone on with DTLS (whose reader owns the other bits); else whose STUN it is; below zero a channel that was seen once.
const DTLS = 1
const MAX_PACKETS = 24
/** What media follow so soon say that the flow was opened for them. Later the name stands: a relay that is probed for long stays one. */
const MEDIA_WITHIN = 7

export default dissector({
  name: 'STUN',
  category: 'Network',
  about:
    'STUN and TURN (RFC 8489, RFC 8656): the magic cookie, or well-formed attributes of RFC 3489; whose it is, and what follows in the flow',
  over: ['udp', 'tcp'],
  udpPorts: [3478],
  trialPorts: [3478, 3479, 5349, 19_302, 19_305],
  firstBytes: (byte) => byte < 0x50,
  minLen: 12,
  alsoNames: { DTLS: 'Web', SRTP: 'Media' },
  fields: {
    kind: oneOf('Kind', KINDS),
    method: text('Method'),
    mappedAddress: text('Mapped address'),
    user: text('User'),
    realm: text('Realm'),
    software: text('Software'),
    call: flag('Keys agreed on for a call'),
    ...helloFields,
    ...certificateFields,
  },
  maxMore: MAX_PACKETS,

  signature(c, ctx) {
    if (ctx.proto === 6) return streamVerdict(c)
    if (c.peek() < 0x40) return isMessage(c, 0, c.left) ? Match : Exclude
    return channelVerdict(c, ctx)
  },

  extract(c, out, ctx) {
    if (ctx.memo < 0) ctx.memo = 0
    if (ctx.proto === 6) return readStream(c, out, ctx)
    if ((ctx.memo & DTLS) !== 0) return isDtls(c, ctx) ? readDtls(c, out, ctx) : More
    if (!isApplicationKnown(ctx)) nameByAnotherFlow(ctx)
    const first = c.peek()
    if (first >= 0x80) return readMedia(c, ctx)
    if (first >= 20 && first <= 26 && isDtls(c, ctx)) {
      ctx.becomes('DTLS')
      ctx.memo = DTLS
      out.call = true
      return readDtls(c, out, ctx)
    }
    if (first < 0x40 && c.left >= HEADER_LEN) readMessage(c, out, ctx)
    return More
  },
})

/** Media of a known application are encrypted, by keys that it sends elsewhere. */
function readMedia(c: Cursor, ctx: Context): Extracted {
  if (!isRtp(c)) return More
  if (!isApplicationKnown(ctx)) ctx.inside('RTP')
  else if (ctx.packet <= MEDIA_WITHIN) ctx.becomes('SRTP')
  return Done
}

/** A message of exactly `size` bytes at `ahead`. */
function isMessage(c: Cursor, ahead: number, size: number): boolean {
  if (size < HEADER_LEN) return false
  const type = c.peek16(ahead)
  const length = c.peek16(ahead + 2)
  if (type >= 0x4000 || length + HEADER_LEN !== size) return false
  // WhatsApp's lengths are no multiples of four, as they ought to be.
  if (c.peek32(ahead + COOKIE_AT) === COOKIE) return true
  if ((length & 3) !== 0) return false
  if (hasCookieAttribute(c, ahead + HEADER_LEN)) return true
  // Before the cookie (RFC 3489 §11) only binding and shared secret, with known attributes that fill the message.
  return (
    (type & 0xfeec) === 0 && methodOf(type) >= 1 && methodOf(type) <= 2 && length > 0 && attributesFit(c, ahead + HEADER_LEN, ahead + size)
  )
}
/** [MS-TURN] §2.2.2.1: the cookie of the drafts is the first attribute, as it also was with Google's first relays. */
const hasCookieAttribute = (c: Cursor, at: number) => c.peek32(at) === 0x000f0004 && c.peek32(at + 4) === 0x72c64bc6

function attributesFit(c: Cursor, at: number, end: number): boolean {
  for (let n = 0; n < MAX_ATTRIBUTES && at < end; n++) {
    const type = c.peek16(at)
    if (!((type >= 1 && type <= 0x0b) || type === 0x20 || isZoomAttribute(type) || (type >= 0x8000 && type <= 0x80ff))) return false
    at += 4 + ((c.peek16(at + 2) + 3) & ~3)
  }
  return at === end
}

/** TURN channel data (RFC 8656 §12.4): too little to go by alone, so a second one must follow. */
function channelVerdict(c: Cursor, ctx: Context) {
  const length = c.peek16(2)
  if (length === 0 || c.left < length + 4 || c.left > length + 7) return Exclude
  const channel = c.peek16()
  const byPort = ctx.srcPort === 3478 || ctx.dstPort === 3478
  if (ctx.memo === -channel || byPort) return Match
  ctx.memo = -channel
  return NeedMore
}

/** Over TCP a message stands by itself, or behind its length (RFC 4571, as ICE-TCP has it). */
function streamVerdict(c: Cursor) {
  const bare = c.peek32(COOKIE_AT) === COOKIE
  const ahead = bare ? 0 : 2
  if (c.left < HEADER_LEN + ahead) return bare || c.left < 2 + COOKIE_AT + 4 || c.peek32(2 + COOKIE_AT) === COOKIE ? NeedMore : Exclude
  if (c.peek32(ahead + COOKIE_AT) !== COOKIE || c.peek(ahead) >= 0x40) return Exclude
  return isMessage(c, ahead, HEADER_LEN + c.peek16(ahead + 2)) ? Match : Exclude
}

interface Out {
  kind?: (typeof KINDS)[number] | undefined
  method?: string | undefined
  mappedAddress?: string | undefined
  user?: string | undefined
  realm?: string | undefined
  software?: string | undefined
}

function readStream(c: Cursor, out: Out, ctx: Context): Extracted {
  const framed = c.peek32(2 + COOKIE_AT) === COOKIE ? 2 : 0
  if (c.peek32(framed + COOKIE_AT) !== COOKIE) return Done
  const size = HEADER_LEN + c.peek16(framed + 2)
  if (c.left < framed + size) return More
  const outer = c.skip(framed).enter(size)
  readMessage(c, out, ctx)
  c.leave(outer)
  return More
}

function readMessage(c: Cursor, out: Out, ctx: Context): void {
  const type = c.u16()
  const length = c.u16()
  const idAt = c.offset
  c.skip(16)
  out.kind = KINDS[((type >> 4) & 1) | ((type >> 7) & 2)]
  out.method = METHODS[methodOf(type)]
  const outer = c.enter(Math.min(length, c.left))
  for (let n = 0; n < MAX_ATTRIBUTES && c.left >= 4; n++) {
    const attribute = c.u16()
    const size = c.u16()
    if (size > c.left) return
    const inner = c.enter(size)
    nameByAttribute(attribute, ctx)
    readAttribute(c, attribute, idAt, out, ctx)
    c.leave(inner)
    c.skip(Math.min((4 - (size & 3)) & 3, c.left))
  }
  c.leave(outer)
}

function readAttribute(c: Cursor, type: number, idAt: number, out: Out, ctx: Context): void {
  if (type === SOFTWARE) {
    out.software = c.text(c.left)
    nameBySoftware(out.software, ctx)
  } else if (type === REALM) readRealm(c, out, ctx)
  else if (type === USERNAME) {
    out.user = c.text(c.left)
    nameByCheck(ctx)
  } else if (type === XOR_MAPPED_ADDRESS) out.mappedAddress = address(c, idAt) ?? out.mappedAddress
  else if (type === MAPPED_ADDRESS) out.mappedAddress ??= address(c, -1)
  else if (type === XOR_PEER_ADDRESS) readPeer(c, idAt, ctx)
}

/** The realm of a TURN server is commonly the name that leads to it. */
function readRealm(c: Cursor, out: Out, ctx: Context): void {
  out.realm = c.text(c.left)
  const realm = hostName(out.realm)
  if (realm.includes('.')) ctx.serverName(realm)
  nameByRealm(realm, ctx)
}

const place = new Uint8Array(16)
let placePort = 0
/** Family, port and address into `place`; XORed with the cookie and the transaction (§14.2) when these lie at `idAt`. Its length, or 0. */
function readPlace(c: Cursor, idAt: number): 0 | 4 | 16 {
  const family = c.skip(1).u8()
  const length = family === 1 ? 4 : family === 2 ? 16 : 0
  if (length === 0 || c.left < 2 + length) return 0
  const mask = (i: number) => (idAt < 0 ? 0 : c.bytes[idAt + i]!)
  placePort = c.u16() ^ ((mask(0) << 8) | mask(1))
  for (let i = 0; i < length; i++) place[i] = c.u8() ^ mask(i)
  return length
}

/** 'address:port' */
function address(c: Cursor, idAt: number): string | undefined {
  const length = readPlace(c, idAt)
  if (length === 4) return `${place[0]}.${place[1]}.${place[2]}.${place[3]}:${placePort}`
  if (length === 0) return undefined
  let s = ''
  for (let i = 0; i < 16; i += 2) s += `${i > 0 ? ':' : ''}${((place[i]! << 8) | place[i + 1]!).toString(16)}`
  return `[${s}]:${placePort}`
}

function readPeer(c: Cursor, idAt: number, ctx: Context): void {
  const length = readPlace(c, idAt)
  if (length !== 0) announcePeer(place, length, placePort, ctx)
}
