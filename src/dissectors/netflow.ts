import type { Cursor } from '../wire/cursor.ts'
import type { Verdict } from './dissector.ts'
import { Done, dissector, Exclude, Match, u16 } from './dissector.ts'

// Versions 1, 5 and 7 (Cisco), 9 (RFC 3954 §5.1) and IPFIX (RFC 7011 §3.1).
const V9 = 9
const IPFIX = 10
const V9_HEADER_LEN = 20
const IPFIX_HEADER_LEN = 16
const SET_HEADER_LEN = 4
/** Header and record of versions with records of one size, and most records in a packet. */
const FIXED: Readonly<Record<number, readonly [header: number, record: number, most: number]>> = {
  1: [16, 52, 24],
  5: [24, 48, 30],
  7: [24, 52, 28],
}
/** Sets that are looked at. */
const MAX_SETS = 16

export default dissector({
  name: 'NetFlow',
  category: 'Network',
  about: 'Flow records (NetFlow 1, 5, 7, 9 and IPFIX): counts and lengths that fit the packet',
  over: 'udp',
  udpPorts: [2055],
  trialPorts: [4739, 9995, 9996],
  firstBytes: [0],
  secondBytes: [1, 5, 7, V9, IPFIX],
  minLen: IPFIX_HEADER_LEN + SET_HEADER_LEN,
  fields: { version: u16('Version') },

  signature(c) {
    const version = c.peek16()
    const fixed = FIXED[version]
    if (fixed !== undefined) return fixedVerdict(c, fixed)
    if (version === V9) return c.peek16(2) > 0 && c.peek16(2) <= 1000 ? setsVerdict(c, V9_HEADER_LEN, 0, 1) : Exclude
    return version === IPFIX && c.peek16(2) === c.left ? setsVerdict(c, IPFIX_HEADER_LEN, 2, 3) : Exclude
  },

  extract(c, out) {
    out.version = c.peek16()
    return Done
  },
})

function fixedVerdict(c: Cursor, [header, record, most]: readonly [number, number, number]): Verdict {
  const count = c.peek16(2)
  return count > 0 && count <= most && c.left === header + record * count ? Match : Exclude
}

/** Sets of templates (two small ids) or of data (ids from 256 on), one after another to the end. */
function setsVerdict(c: Cursor, from: number, templates: number, options: number): Verdict {
  let at = from
  for (let n = 0; n < MAX_SETS; n++) {
    const id = c.peek16(at)
    const length = c.peek16(at + 2)
    if ((id !== templates && id !== options && id < 256) || length < SET_HEADER_LEN || at + length > c.left) return Exclude
    at += length
    if (at === c.left) return Match
    if (c.left - at < SET_HEADER_LEN) return Exclude
  }
  return Match
}
