import type { Cursor } from '../wire/cursor.ts'
import { wireText } from '../wire/text.ts'
import type { Context, Extracted, Out, Verdict } from './dissector.ts'
import { Done, dissector, Exclude, Match, More, NeedMore, oneOf, text, Within } from './dissector.ts'

const NAME_PORT = 137
const DATAGRAM_PORT = 138
const HEADER_LEN = 12
/** A half-ASCII name: a length of 32, 32 letters, and an empty scope (RFC 1001 §14.1). */
const ENCODED_LEN = 32
const NAME_CHARS = 15
/** The sixteenth byte: what is registered under the name. */
const WORKSTATION = 0x00
const FILE_SERVER = 0x20

// RFC 1002 §4.2.1.1, with the codes that Windows added.
const OPCODES: Readonly<Record<number, (typeof OPERATIONS)[number]>> = {
  0: 'query',
  5: 'registration',
  6: 'release',
  7: 'wait-for-acknowledgement',
  8: 'refresh',
  9: 'refresh',
  15: 'multi-homed-registration',
}
const OPERATIONS = ['query', 'registration', 'release', 'wait-for-acknowledgement', 'refresh', 'multi-homed-registration'] as const
const TYPE_NB = 0x0020
const TYPE_NBSTAT = 0x0021
const GROUP_FLAG = 0x8000
const RESPONSE = 0x8000

// RFC 1002 §4.4.1: datagrams of type 0x10 to 0x12 carry both names.
const DIRECT_UNIQUE = 0x10
const BROADCAST = 0x12
const LAST_DATAGRAM_TYPE = 0x16
const DATAGRAM_HEADER_LEN = 14

// RFC 1002 §4.3.1.
const SESSION_REQUEST = 0x81
const POSITIVE_RESPONSE = 0x82
const NEGATIVE_RESPONSE = 0x83
const RETARGET_RESPONSE = 0x84
const SESSION_HEADER_LEN = 4

const fields = {
  operation: oneOf('Operation', OPERATIONS),
  name: text('Name asked for or sender'),
  destination: text('Destination name'),
}
type Fields = Out<typeof fields>

export default dissector({
  name: 'NetBIOS',
  category: 'System',
  about: 'NetBIOS names, datagrams and sessions over IP (RFC 1002): half-ASCII names under a sound header',
  over: ['udp', 'tcp'],
  tcpPorts: [139],
  udpPorts: [NAME_PORT, DATAGRAM_PORT, 139],
  // Names begin with an id.
  firstBytes: (byte, over) => over === 'udp' || (byte >= SESSION_REQUEST && byte <= RETARGET_RESPONSE),
  minLen: SESSION_HEADER_LEN,
  every: false,
  maxMore: 64,
  fields,

  signature(c, ctx) {
    if (ctx.proto === 6) return sessionSignature(c)
    const first = c.peek()
    if (first >= DIRECT_UNIQUE && first <= LAST_DATAGRAM_TYPE && soundDatagram(c, ctx)) return Match
    return soundNameMessage(c.seek(0), ctx) ? Match : Exclude
  },

  extract(c, out, ctx) {
    if (ctx.proto === 6) return readSession(c, out, ctx)
    if (ctx.srcPort === DATAGRAM_PORT || ctx.dstPort === DATAGRAM_PORT) readDatagram(c, out, ctx)
    else readNameMessage(c, out, ctx)
    return More
  },
})

/** Whether a half-ASCII name lies `ahead`: 32 letters from A to P. */
function encodedName(c: Cursor, ahead: number): boolean {
  if (c.peek(ahead) !== ENCODED_LEN) return false
  for (let i = 1; i <= ENCODED_LEN; i++) {
    const letter = c.peek(ahead + i)
    if (letter < 0x41 || letter > 0x50) return false
  }
  return true
}

const scratch = new Uint8Array(NAME_CHARS)
let suffix = 0

/** The name at the cursor, lower-cased and without its padding; sets `suffix`. A scope that follows is passed over. */
function readName(c: Cursor): string {
  if (!encodedName(c, 0)) {
    c.bad = true
    return ''
  }
  c.skip(1)
  for (let i = 0; i <= NAME_CHARS; i++) {
    const byte = ((c.u8() - 0x41) << 4) | (c.u8() - 0x41)
    if (i === NAME_CHARS) suffix = byte
    else scratch[i] = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
  }
  for (let labels = 0; labels < 16; labels++) {
    const n = c.u8()
    if (n === 0 || c.bad) break
    if (n > 63) c.bad = true
    else c.skip(n)
  }
  return trimmed(scratch, 0, NAME_CHARS)
}

function trimmed(b: Uint8Array, at: number, stop: number): string {
  while (stop > at && (b[stop - 1] === 0x20 || b[stop - 1] === 0)) stop--
  return wireText(b, at, stop)
}

function soundNameMessage(c: Cursor, ctx: Context): boolean {
  if (c.left < HEADER_LEN + 1 + ENCODED_LEN + 1) return false
  const flags = c.skip(2).u16()
  const questions = c.u16()
  const records = c.u16() + c.u16() + c.u16()
  if (OPCODES[(flags >> 11) & 15] === undefined || (flags & 0x0060) !== 0 || questions > 1 || records > 4 || questions + records === 0)
    return false
  if (ctx.srcPort !== NAME_PORT && ctx.dstPort !== NAME_PORT && questions !== 1) return false
  if (!encodedName(c, 0)) return false
  readName(c)
  const type = c.u16()
  return !c.bad && (type === TYPE_NB || type === TYPE_NBSTAT || type === 0x000a) && c.u16() === 1
}

function soundDatagram(c: Cursor, ctx: Context): boolean {
  if (ctx.srcPort !== DATAGRAM_PORT && ctx.dstPort !== DATAGRAM_PORT) return false
  const type = c.peek()
  if (type > BROADCAST) return c.left >= 10
  const length = c.peek16(10)
  return encodedName(c, DATAGRAM_HEADER_LEN) && length <= Math.max(ctx.wireLeft, c.left)
}

/** The session service begins with a request that names both ends, or an answer to one. SMB without a request is SMB's own affair. */
function sessionSignature(c: Cursor): Verdict {
  const type = c.peek()
  if (type === SESSION_REQUEST) {
    // Two names without scopes are 68 bytes; scopes make it longer.
    const length = c.peek16(2)
    if (c.peek(1) !== 0 || length < 68 || length > 512) return Exclude
    if (c.left < SESSION_HEADER_LEN + 1 + ENCODED_LEN) return NeedMore
    return encodedName(c, SESSION_HEADER_LEN) ? Match : Exclude
  }
  // An answer alone is four or five bytes: too little to go by, unless it is all there is.
  if (type === POSITIVE_RESPONSE) return c.peek32() === 0x82000000 ? (c.left === 4 ? NeedMore : Exclude) : Exclude
  if (type === NEGATIVE_RESPONSE)
    return c.peek32() === 0x83000001 && c.left === 5 && c.peek(4) >= 0x80 && c.peek(4) <= 0x8f ? NeedMore : Exclude
  return Exclude
}

function readNameMessage(c: Cursor, out: Fields, ctx: Context): void {
  const flags = c.skip(2).u16()
  const questions = c.u16()
  const answers = c.u16()
  const others = c.u16() + c.u16()
  const operation = OPCODES[(flags >> 11) & 15]
  if (operation !== undefined) out.operation = operation
  const name = readName(c)
  const nameSuffix = suffix
  if (c.bad || name === '') return
  out.name = name
  ctx.info(name)
  if (ctx.packet === 1) ctx.serverName(name)
  const type = c.u16()
  c.skip(2)
  if (questions === 1 && others > 0 && (flags & RESPONSE) === 0 && operation !== 'query') {
    // A registration: the record points back at the question's name (RFC 1002 §4.2.2).
    if (c.peek16() >= 0xc000) c.skip(2)
    else readName(c)
    if (c.u16() === TYPE_NB) readAddresses(c.skip(2), name, nameSuffix, operation === 'release', ctx)
  } else if ((flags & RESPONSE) !== 0 && answers > 0 && questions === 0 && (flags & 15) === 0) {
    if (type === TYPE_NB) readAddresses(c, name, nameSuffix, operation === 'release', ctx)
    else if (type === TYPE_NBSTAT) readStatus(c, ctx)
  }
}

/** TTL, length, then flags and an address each. */
function readAddresses(c: Cursor, name: string, nameSuffix: number, released: boolean, ctx: Context): void {
  const length = c.skip(4).u16()
  for (let n = 0; n + 6 <= length && n < 48 && c.left >= 6; n += 6) {
    const isGroup = (c.u16() & GROUP_FLAG) !== 0
    if (!isGroup && !released && isHostName(nameSuffix)) ctx.nameAddress(c.bytes, c.offset, 4, name, 'netbios')
    c.skip(4)
  }
}

const isHostName = (nameSuffix: number) => nameSuffix === WORKSTATION || nameSuffix === FILE_SERVER

/** A node status: all names of the sender (RFC 1002 §4.2.18). */
function readStatus(c: Cursor, ctx: Context): void {
  const count = c.skip(6).u8()
  for (let i = 0; i < count && c.left >= 18; i++) {
    const at = c.offset
    const name = trimmed(c.bytes, at, at + NAME_CHARS)
    const kind = c.skip(NAME_CHARS).u8()
    const isGroup = (c.u16() & GROUP_FLAG) !== 0
    if (isGroup || !isHostName(kind) || name === '') continue
    ctx.nameHost('sender', name.toLowerCase(), 'netbios')
    return
  }
}

function readDatagram(c: Cursor, out: Fields, ctx: Context): void {
  const type = c.u8()
  c.skip(3)
  const sourceAt = c.offset
  const sourceIpv4 = c.u32()
  c.skip(2)
  if (type > BROADCAST) return
  c.skip(4)
  const source = readName(c)
  if (c.bad || source === '') return
  const isHost = isHostName(suffix)
  out.name = source
  ctx.info(source)
  if (ctx.packet === 1) ctx.serverName(source)
  // Behind a proxy the packet's source is another host than the datagram's.
  if (isHost && sourceIpv4 !== 0) ctx.nameAddress(c.bytes, sourceAt, 4, source, 'netbios')
  else if (isHost) ctx.nameHost('sender', source, 'netbios')
  const destination = readName(c)
  if (c.bad) return
  out.destination = destination
  // Mailslot messages are SMB transactions (MS-MAIL §2.2.1).
  if (c.startsWith('\xffSMB')) ctx.inside('SMBv1')
}

function readSession(c: Cursor, out: Fields, ctx: Context): Extracted {
  const type = c.peek()
  if (type === SESSION_REQUEST) {
    const length = c.peek16(2)
    if (c.left < SESSION_HEADER_LEN + length) return More
    const outer = c.skip(SESSION_HEADER_LEN).enter(length)
    const called = readName(c)
    const calling = readName(c)
    const callingSuffix = suffix
    if (!c.bad) {
      out.name = calling
      out.destination = called
      ctx.info(called)
      if (isHostName(callingSuffix) && calling !== '') ctx.nameHost('sender', calling, 'netbios')
    }
    c.bad = false
    c.leave(outer)
    return More
  }
  if (type === POSITIVE_RESPONSE && c.left >= SESSION_HEADER_LEN) {
    c.skip(SESSION_HEADER_LEN)
    return Within
  }
  if (type === NEGATIVE_RESPONSE || type === RETARGET_RESPONSE) return Done
  // The answer was not seen: what comes now is what the session carries.
  return type === 0 ? Within : More
}
