import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore } from './dissector.ts'

/**
 * Its packets have a header of twenty bytes: four by which the client is known, ten of check; a kind; two counters that grow from packet to packet.
 * The server leaves the first fourteen zero.
 */
const HEADER_LEN = 20
const KIND_AT = 14
const KINDS = [0x4000, 0x4010]
const MAX_STEP = 0x400
/** Packets in a row that must agree, of one side. */
const ENOUGH = 3

// `memo`: side (1 bit), packets (2), the first two bytes (16), the counters (16 and 16).
const PACKETS = 2
const CLIENT = 8
const FIRST = CLIENT * 65_536
const SECOND = FIRST * 65_536

export default dissector({
  name: 'Heroes_of_the_Storm',
  category: 'Game',
  about: 'Heroes of the Storm: packets in a row with its header, whose two counters grow',
  over: 'udp',
  trialPorts: [1119, 3724],
  minLen: HEADER_LEN,

  signature(c, ctx) {
    if (!KINDS.includes(c.peek16(KIND_AT)) || (c.peek32() !== 0) === isZero(c)) return Exclude
    const { memo } = ctx
    const side = ctx.fromClient ? 1 : 0
    if (memo !== 0 && (memo & 1) !== side) return NeedMore
    const client = c.peek16()
    const first = c.peek16(16)
    const second = c.peek16(18)
    const follows =
      memo !== 0 && Math.floor(memo / CLIENT) % 65_536 === client && isStep(memo, FIRST, first) && isStep(memo, SECOND, second)
    const packets = follows ? ((memo / PACKETS) & 3) + 1 : 1
    if (packets >= ENOUGH) return Match
    ctx.memo = side + PACKETS * packets + CLIENT * client + FIRST * first + SECOND * second
    return NeedMore
  },
})

/** All of the fourteen bytes, or not even the first four. */
const isZero = (c: Cursor) => c.peek32() === 0 && c.peek32(4) === 0 && c.peek32(8) === 0 && c.peek16(12) === 0
const isStep = (memo: number, place: number, value: number) => ((value - Math.floor(memo / place)) & 0xffff) < MAX_STEP
