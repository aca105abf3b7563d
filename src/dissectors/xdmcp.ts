import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, oneOf } from './dissector.ts'

// X Display Manager Control Protocol §9: version 1, operation, length of what follows.
const VERSION = 1
const HEADER_LEN = 6
const OPERATIONS = [
  '',
  'broadcast query',
  'query',
  'indirect query',
  'forward query',
  'willing',
  'unwilling',
  'request',
  'accept',
  'decline',
  'manage',
  'refuse',
  'failed',
  'keep-alive',
  'alive',
] as const
// X11 protocol §8: order of bytes, unused, version 11.0, lengths of name and data of the authorization, unused.
const SETUP_LEN = 12
const BIG = 0x42
const LITTLE = 0x6c
const MAX_NAME = 64
const COOKIE = 'MIT-MAGIC-COOKIE-1'

export default dissector({
  name: 'XDMCP',
  category: 'RemoteAccess',
  about: 'X displays: the display manager’s version, operation and exact length; over TCP the opening of X itself',
  over: ['udp', 'tcp'],
  ports: [177],
  trialPorts: [6000, 6001, 6002],
  firstBytes: (byte, over) => (over === 'udp' ? byte === 0 : byte === BIG || byte === LITTLE),
  secondBytes: (byte, over) => byte === (over === 'udp' ? VERSION : 0),
  minLen: HEADER_LEN,
  fields: { operation: oneOf('Operation', OPERATIONS.slice(1)) },

  signature(c, ctx) {
    if (ctx.proto === 6) return isSetup(c) ? Match : Exclude
    const operation = c.peek16(2)
    return c.peek16() === VERSION && operation >= 1 && operation < OPERATIONS.length && c.peek16(4) === c.left - HEADER_LEN
      ? Match
      : Exclude
  },

  extract(c, out, ctx) {
    if (ctx.proto === 17) out.operation = OPERATIONS[c.peek16(2)]
  },
})

function isSetup(c: Cursor): boolean {
  const isLittle = c.peek() === LITTLE
  const word = (at: number) => (isLittle ? c.peek(at) | (c.peek(at + 1) << 8) : c.peek16(at))
  return (
    c.peek(1) === 0 &&
    word(2) === 11 &&
    word(4) === 0 &&
    (c.left < SETUP_LEN || (word(6) <= MAX_NAME && word(10) === 0 && isNamed(c, word(6))))
  )
}
const isNamed = (c: Cursor, length: number) => length !== COOKIE.length || c.left < SETUP_LEN + length || c.startsWith(COOKIE, SETUP_LEN)
