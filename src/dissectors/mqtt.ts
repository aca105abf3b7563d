import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out, Verdict } from './dissector.ts'
import { dissector, Exclude, Match, More, NeedMore, num, oneOf, text } from './dissector.ts'

const MQTT_PORT = 1883
// MQTT 3.1.1 §2.2.1, MQTT 5 §2.1.2: types in the high half of the first byte.
const CONNECT = 1
const CONNACK = 2
const PUBLISH = 3
const SUBSCRIBE = 8
const MAX_REMAINING = 268_435_455
const LEVELS = { 3: '3.1', 4: '3.1.1', 5: '5' } as const
/** In the connect flags. */
const HAS_WILL = 0x04
const HAS_PASSWORD = 0x40
const HAS_USER = 0x80
const MAX_PACKETS = 32
/** Longer packets of a running session must show their topic at once. */
const MAX_AWAITED = 4096
/** First byte and remaining length of the packets of fixed size: PUBACK, PUBREC, PUBREL, PUBCOMP, PINGREQ, PINGRESP. */
const SMALL_PACKETS: Readonly<Record<number, number>> = { 64: 2, 80: 2, 98: 2, 112: 2, 192: 0, 208: 0 }

const fields = {
  version: oneOf('Version', Object.values(LEVELS)),
  clientId: text('Client ID'),
  user: text('User'),
  topic: text('Topic'),
  returnCode: num('Return code'),
}
type Fields = Out<typeof fields>

export default dissector({
  name: 'MQTT',
  category: 'RPC',
  about: 'Messages by topic: CONNECT with its protocol name; of a session already running, PUBLISH or SUBSCRIBE that fill their segment',
  over: 'tcp',
  ports: [MQTT_PORT, 8883],
  firstBytes: (byte) => byte === 0x10 || byte === 0x20 || beginsPacket(byte),
  minLen: 2,
  maxMore: 16,
  fields,

  signature(c, ctx) {
    // Of a session already running acknowledgements and pings come first; they prove nothing by themselves.
    for (let i = 0; i < MAX_PACKETS; i++) {
      const first = c.peek()
      if (first < 0) return NeedMore
      const small = SMALL_PACKETS[first]
      if (small === undefined) return i === 0 || c.left >= 2 ? opening(c, ctx) : NeedMore
      if (c.peek(1) >= 0 && c.peek(1) !== small) return Exclude
      if (c.left < 2 + small) return NeedMore
      c.skip(2 + small)
    }
    return Exclude
  },

  extract(c, out, ctx) {
    for (let i = 0; i < MAX_PACKETS && c.left >= 2; i++) {
      const start = c.pos
      const first = c.u8()
      const remaining = remainingLength(c)
      if (remaining === -1) return
      if (remaining === -2 || c.left < remaining) {
        c.seek(start)
        return remaining > 8192 ? undefined : More
      }
      const outer = c.enter(remaining)
      readPacket(c, first, out, ctx)
      c.bad = false
      c.leave(outer)
    }
    return More
  },
})

function opening(c: Cursor, ctx: Context): Verdict {
  const first = c.u8()
  const remaining = remainingLength(c)
  if (remaining === -2) return NeedMore
  if (remaining < 2) return Exclude
  if (first === 0x10) return connect(c, remaining)
  if (first === 0x20)
    return remaining === 2 && c.peek() <= 1 && c.peek(1) <= 5 && ctx.srcPort === MQTT_PORT && c.left === 2 ? Match : Exclude
  // Quality of service 3 does not exist.
  if (first !== 0x82 && (first >> 4 !== PUBLISH || (first & 6) === 6)) return Exclude
  const said = goesOn(c, first, remaining)
  if (said !== Match) return said
  // The packet must end where the segment or the next packet does.
  return c.left < remaining ? NeedMore : c.left === remaining || beginsPacket(c.peek(remaining)) ? Match : Exclude
}

const beginsPacket = (byte: number) => SMALL_PACKETS[byte] !== undefined || (byte >= 0x30 && byte <= 0x3d) || byte === 0x82

/** One to four bytes of seven bits (§2.2.3); -1 when it is none, -2 when its end has not come. */
function remainingLength(c: Cursor): number {
  let value = 0
  for (let i = 0; i < 4; i++) {
    const byte = c.peek()
    if (byte < 0) return -2
    c.skip(1)
    value += (byte & 0x7f) * 128 ** i
    if (byte < 0x80) return value <= MAX_REMAINING ? value : -1
  }
  return -1
}

function connect(c: Cursor, remaining: number): Verdict {
  if (remaining < 10) return Exclude
  const nameLength = c.peek16()
  if (nameLength < 0) return NeedMore
  const level = nameLength === 4 ? 6 : nameLength === 6 ? 8 : 0
  if (level === 0) return Exclude
  if (c.left < level + 2) return NeedMore
  if (!(nameLength === 4 ? c.startsWith('MQTT', 2) : c.startsWith('MQIsdp', 2))) return Exclude
  // The highest bit of the level marks a bridge; bit 0 of the flags is reserved.
  return (c.peek(level) & 0x7f) in LEVELS && (c.peek(level + 1) & 1) === 0 ? Match : Exclude
}

/** PUBLISH to a topic without wildcards, or SUBSCRIBE to a filter: text that lies within the packet. */
function goesOn(c: Cursor, first: number, remaining: number): Verdict {
  if (first >> 4 === PUBLISH) return topic(c, 0, remaining, false)
  if (c.peek16() === 0) return Exclude
  const said = topic(c, 2, remaining, true)
  if (said !== Match) return said
  const quality = c.peek(4 + c.peek16(2))
  return quality < 0 ? NeedMore : quality <= 2 ? Match : Exclude
}

function topic(c: Cursor, at: number, remaining: number, wild: boolean): Verdict {
  const length = c.peek16(at)
  if (length < 0) return remaining <= MAX_AWAITED ? NeedMore : Exclude
  if (length < 2 || at + 2 + length > remaining) return Exclude
  for (let i = 0; i < length; i++) {
    const byte = c.peek(at + 2 + i)
    if (byte < 0) return remaining <= MAX_AWAITED ? NeedMore : Exclude
    if (byte < 0x20 || byte === 0x7f || (!wild && (byte === 0x23 || byte === 0x2b))) return Exclude
  }
  // A topic is made of words; pure binary seldom is.
  const initial = c.peek(at + 2)
  const isWild = wild && (initial === 0x23 || initial === 0x2b)
  return initial === 0x24 || initial === 0x2f || isWild || isWordByte(initial) ? Match : Exclude
}
const isWordByte = (byte: number) => (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a)

function readPacket(c: Cursor, first: number, out: Fields, ctx: Context): void {
  const type = first >> 4
  if (type === CONNECT) readConnect(c, out, ctx)
  else if (type === CONNACK) out.returnCode = c.skip(1).u8()
  else if (type === PUBLISH || type === SUBSCRIBE) {
    if (type === SUBSCRIBE) c.skip(2)
    const topic = field(c)
    if (c.bad) return
    out.topic = topic
    ctx.info(topic)
  }
}

function readConnect(c: Cursor, out: Fields, ctx: Context): void {
  c.skip(c.u16())
  const level = (c.u8() & 0x7f) as keyof typeof LEVELS
  const flags = c.u8()
  c.skip(2)
  if (LEVELS[level] !== undefined) out.version = LEVELS[level]
  if (level === 5) c.skip(Math.max(0, remainingLength(c)))
  const clientId = field(c)
  if (c.bad) return
  if (clientId !== '') ctx.info((out.clientId = clientId))
  if ((flags & HAS_WILL) !== 0) {
    if (level === 5) c.skip(Math.max(0, remainingLength(c)))
    c.skip(c.u16())
    c.skip(c.u16())
  }
  if ((flags & (HAS_USER | HAS_PASSWORD)) < HAS_USER) return
  const user = field(c)
  if (c.bad) return
  out.user = user
  if ((flags & HAS_PASSWORD) !== 0) ctx.raise('Clear-Text Credentials', `user ${user}`)
}

function field(c: Cursor): string {
  return c.text(c.u16())
}
