import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, type Verdict } from './dissector.ts'

// Not published; as seen on the wire, to its own ports. UDP, for calls: a session, the type, zero, and by type a fixed length.
const DATAGRAM_LENGTHS: Readonly<Record<number, number>> = { 9: 20, 11: 34, 12: 76, 25: 34, 26: 20 }
const LOGIN = 0x01
const LOGIN_MIN_LEN = 64
const LOGIN_VERSION = 5

// TCP: the length of the message least byte first, then a counter and zeroes, or who it is for and a mark.
const HEADER_LEN = 8
const MIN_LEN = 16
const MAX_LEN = 0x2000
const MARK = 0x80
const LAST_MARKED = 5

export default dissector({
  name: 'Viber',
  category: 'VoIP',
  about: 'Viber, at its own ports: messages of a stream with exact lengths, datagrams with the length of their type',
  over: ['tcp', 'udp'],
  tcpPorts: [4244, 5242, 5243, 7985],
  udpPorts: [4244, 5242, 5243, 7985, 7987],
  onlyOnPorts: true,
  minLen: HEADER_LEN,

  signature: (c, ctx) => (ctx.proto === 6 ? message(c) : datagram(c)),
})

function datagram(c: Cursor): Verdict {
  const type = c.peek(2)
  if (c.peek(3) === 0 && c.left === DATAGRAM_LENGTHS[type]) return Match
  return type === LOGIN && c.peek(3) === 0 && c.peek(4) === LOGIN_VERSION && c.peek(5) === 0 && c.left >= LOGIN_MIN_LEN ? Match : Exclude
}

function message(c: Cursor): Verdict {
  const length = c.peek() | (c.peek(1) << 8)
  if (length < MIN_LEN || length > MAX_LEN) return Exclude
  const isCounted = c.peek(3) === 0 && c.peek32(4) >>> 16 === 0
  const isMarked = isMark(c, 4) || isMark(c, 8)
  if (!isCounted && !isMarked) return c.left < 10 ? NeedMore : Exclude
  return c.left < length ? NeedMore : Match
}
const isMark = (c: Cursor, at: number) => c.peek(at + 1) === MARK && c.peek(at) > 0 && c.peek(at) <= LAST_MARKED
