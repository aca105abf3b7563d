import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match } from './dissector.ts'

// Not published; as it is seen: a probe (0x0902) or its answer (0x0903) with a time in milliseconds, eight bytes of little endian; from relays a nought before.
const PROBE = 0x0902
const ANSWER = 0x0903
const PROBE_LEN = 10

/** A call is over before its time needs more than half of its bytes: four of noughts. */
const isProbe = (c: Cursor, at: number) =>
  (c.peek16(at) === PROBE || c.peek16(at) === ANSWER) && c.peek32(at + 6) === 0 && c.peek32(at + 2) !== 0

export default dissector({
  name: 'IMO',
  category: 'VoIP',
  about: 'Calls of imo: probes and answers of a fixed shape with a time in them',
  over: 'udp',
  firstBytes: [0x00, 0x09],
  secondBytes: [0x02, 0x03, 0x09],
  minLen: PROBE_LEN,

  signature(c) {
    if (c.left > PROBE_LEN + 1) return Exclude
    const at = c.left - PROBE_LEN
    return (at === 0 || c.peek() === 0) && isProbe(c, at) ? Match : Exclude
  },
})
