import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match } from './dissector.ts'

// CryEngine: a connection is set up with '<', six numbers of version, the profile twice and a key; keys are then exchanged in two kinds of packet
// whose first numbers are still zero.
const SET_UP = 0x3c
const SET_UP_LEN = 70
const KEY_OF_SERVER = 0x87
const KEY_OF_CLIENT = 0xb7
const KEY_MIN_LEN = 128
const ZEROS = 31

export default dissector({
  name: 'CryNetwork',
  category: 'Game',
  about: 'Games of CryEngine: the set-up of a connection with its versions, the exchange of keys',
  over: 'udp',
  firstBytes: [SET_UP, KEY_OF_SERVER, KEY_OF_CLIENT],
  secondBytes: [0],
  minLen: SET_UP_LEN,

  signature: (c) => ((c.peek() === SET_UP ? isSetUp(c) : isKey(c)) ? Match : Exclude),
})

/** Mark, version (32 bits each of build, two zeros, three small numbers), kind, profile, zero, profile. */
function isSetUp(c: Cursor): boolean {
  return (
    c.peek16(1) === 0 &&
    c.peek32(5) === 0 &&
    c.peek32(9) === 0 &&
    isSmall(c, 13) &&
    isSmall(c, 17) &&
    isSmall(c, 21) &&
    c.peek32(30) === 0 &&
    c.peek32(26) === c.peek32(34)
  )
}
const isSmall = (c: Cursor, ahead: number) => c.peek32(ahead) > 0 && c.peek32(ahead) < 256

function isKey(c: Cursor): boolean {
  if (c.left < KEY_MIN_LEN) return false
  for (let i = 1; i <= ZEROS; i++) if (c.peek(i) !== 0) return false
  return c.peek(ZEROS + 1) === (c.peek() === KEY_OF_SERVER ? 2 : 0)
}
