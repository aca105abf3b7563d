import type { Cursor } from '../wire/cursor.ts'
import type { Context } from './dissector.ts'
import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// Not published; as captures show: a message begins with one of two marks and a command, over UDP behind eleven bytes of counters.
const MARK_1 = 0x1724
const MARK_2 = 0x1130
const UDP_MARK_AT = 11
const PORT = 5938
const MAX_COMMAND = 0x80
/** The marks have 16 bits: away from the usual port both ends must show one. */
const CLIENT = 1
const SERVER = 2
const UDP_ENOUGH = 3

export default dissector({
  name: 'TeamViewer',
  category: 'RemoteAccess',
  about: 'Remote control: the marks that its messages begin with, at its port or from both ends',
  over: ['tcp', 'udp'],
  ports: [PORT],
  firstBytes: (byte, over) => (over === 'tcp' ? byte === MARK_1 >> 8 || byte === MARK_2 >> 8 : byte === 0),
  minLen: 4,

  signature(c, ctx) {
    return ctx.proto === 6 ? tcpVerdict(c, ctx) : udpVerdict(c, ctx)
  },
})

const isMark = (c: Cursor, at: number) => c.peek16(at) === MARK_1 || c.peek16(at) === MARK_2

function tcpVerdict(c: Cursor, ctx: Context) {
  if (!isMark(c, 0) || c.peek(2) >= MAX_COMMAND) return Exclude
  if (ctx.dstPort === PORT || ctx.srcPort === PORT) return Match
  ctx.memo |= ctx.fromClient ? CLIENT : SERVER
  return ctx.memo === (CLIENT | SERVER) ? Match : NeedMore
}

function udpVerdict(c: Cursor, ctx: Context) {
  if (c.peek() !== 0 || !isMark(c, UDP_MARK_AT)) return Exclude
  if (ctx.dstPort === PORT || ctx.srcPort === PORT) return Match
  return ++ctx.memo >= UDP_ENOUGH ? Match : NeedMore
}
