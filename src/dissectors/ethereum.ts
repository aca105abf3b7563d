import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, oneOf } from './dissector.ts'
import { isCurvePoint } from './secp256k1.ts'

// ethereum/devp2p, discv4.md: hash, signature, recovery id, type, then one RLP list.
const HASH_LEN = 32
const RECOVERY_AT = HASH_LEN + 64
const TYPE_AT = RECOVERY_AT + 1
const LIST_AT = TYPE_AT + 1
const TYPES = ['ping', 'pong', 'find node', 'neighbors', 'ENR request', 'ENR response'] as const
const [PING, PONG, FIND_NODE, NEIGHBORS, ENR_REQUEST] = [1, 2, 3, 4, 5] as const
const MAX_PACKET = 1280
const SHORT_LIST = 0xc0
const LONG_LIST = 0xf7
/** A time of 32 bits, a text of 32 bytes, one of 64. */
const TIME = 0x84
const TEXT_32 = 0xa0
const TEXT_64 = 0xb840
// rlpx.md: the initiator's message is ECIES: a public key (4, x, y), a nonce, and what is encrypted. EIP-8 puts its length before.
const POINT = 4
const AUTH_LEN = 307
const ACK_LEN = 210
const MIN_EIP_8 = 160
const MAX_EIP_8 = 1024
const MESSAGES = [...TYPES, 'RLPx handshake'] as const

export default dissector({
  name: 'ETHEREUM',
  category: 'Crypto_Currency',
  about: 'Nodes of Ethereum: discovery (v4) by type and the list that fills the packet, RLPx by a public key that lies on the curve',
  over: ['tcp', 'udp'],
  tcpPorts: [30_303],
  udpPorts: [30_303],
  trialPorts: [30_301, 30_304],
  firstBytes: (byte, over) => over === 'udp' || byte <= POINT,
  minLen: LIST_AT + 1,
  fields: { message: oneOf('First message', MESSAGES) },

  signature(c, ctx) {
    if (ctx.proto !== 6) return isDiscovery(c) ? Match : Exclude
    return handshake(c)
  },

  extract(c, out, ctx) {
    out.message = ctx.proto === 6 ? 'RLPx handshake' : TYPES[c.peek(TYPE_AT) - 1]
    return Done
  },
})

function handshake(c: Cursor) {
  const old = c.peek() === POINT
  const length = old ? 0 : c.peek16()
  if (!old && (length < MIN_EIP_8 || length > MAX_EIP_8 || c.peek(2) !== POINT)) return Exclude
  // All of it comes before the other end says anything.
  const whole = old ? (c.left === AUTH_LEN || c.left === ACK_LEN ? c.left : AUTH_LEN) : 2 + length
  if (c.left < whole) return NeedMore
  return isCurvePoint(c.bytes, c.offset + (old ? 1 : 3)) ? Match : Exclude
}

function isDiscovery(c: Cursor): boolean {
  const type = c.peek(TYPE_AT)
  if (c.peek(RECOVERY_AT) > 1 || type < PING || type > TYPES.length || c.left > MAX_PACKET) return false
  const first = listAt(c, LIST_AT)
  if (first === 0 || first + listLength(c, LIST_AT) !== c.left) return false
  const byte = c.peek(first)
  // Version 4; the end it is for; a key; nodes; a time; the hash of a packet.
  if (type === PING) return byte === 4 && isListByte(c.peek(first + 1))
  if (type === PONG || type === NEIGHBORS)
    return isListByte(byte) && listAt(c, first) > 0 && listAt(c, first) + listLength(c, first) <= c.left
  if (type === FIND_NODE) return c.peek16(first) === TEXT_64 && c.peek(first + 66) === TIME
  return type === ENR_REQUEST ? byte === TIME : byte === TEXT_32 && isListByte(c.peek(first + 33))
}

const isListByte = (b: number) => b >= SHORT_LIST
/** Where the items of the list at `at` begin; 0 when it is none that a packet can hold. */
function listAt(c: Cursor, at: number): number {
  const b = c.peek(at)
  if (b < SHORT_LIST) return 0
  return b <= LONG_LIST ? at + 1 : b <= LONG_LIST + 2 ? at + 1 + b - LONG_LIST : 0
}
function listLength(c: Cursor, at: number): number {
  const b = c.peek(at)
  return b <= LONG_LIST ? b - SHORT_LIST : b === LONG_LIST + 1 ? c.peek(at + 1) : c.peek16(at + 1)
}
