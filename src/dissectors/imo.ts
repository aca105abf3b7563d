import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

// Not published; as it is known in the field: before a call both sides probe with datagrams of two shapes.
const isProbe = (c: Cursor) => c.left === 10 && c.peek16() === 0x0902
const isAnswer = (c: Cursor) => c.left === 11 && c.peek() === 0x00 && c.peek16(1) === 0x0903

const PROBE = 1
const ANSWER = 2

export default dissector({
  name: 'IMO',
  category: 'VoIP',
  about: 'Calls of imo: probes and answers of fixed shapes, both of them, or one of them from both sides',
  over: 'udp',
  firstBytes: [0x00, 0x09],
  minLen: 10,

  signature(c, ctx) {
    const shape = isProbe(c) ? PROBE : isAnswer(c) ? ANSWER : 0
    if (shape === 0) return Exclude
    const seen = shape * (ctx.fromClient ? 1 : 4)
    if (ctx.memo !== 0 && (ctx.memo & seen) === 0) return Match
    ctx.memo = seen
    return NeedMore
  },
})
