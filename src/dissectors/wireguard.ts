import type { Cursor } from '../wire/cursor.ts'
import type { Context } from './dissector.ts'
import { Done, dissector, Exclude, Match, NeedMore, oneOf, u32 } from './dissector.ts'

// wireguard.com/papers/wireguard.pdf §5.4: type, three zero bytes, and lengths of their own.
const INITIATION = 1
const RESPONSE = 2
const COOKIE = 3
const DATA = 4
const LENGTHS = [0, 148, 92, 64] as const
const TYPES = ['initiation', 'response', 'cookie', 'data'] as const
const DATA_HEADER_LEN = 16
const MIN_DATA = 32

export default dissector({
  name: 'WireGuard',
  category: 'VPN',
  about: 'WireGuard: handshakes by their exact lengths, data by counters that follow each other',
  over: 'udp',
  udpPorts: [51_820],
  firstBytes: [INITIATION, RESPONSE, COOKIE, DATA],
  minLen: MIN_DATA,
  fields: { message: oneOf('Message', TYPES), sender: u32('Sender index'), receiver: u32('Receiver index') },

  signature(c, ctx) {
    if ((c.peek32() & 0x00ffffff) !== 0) return Exclude
    const type = c.peek()
    if (type === DATA) return dataVerdict(c, ctx)
    if (c.left !== LENGTHS[type]) return Exclude
    if (type === COOKIE) return c.peek32(4) !== 0 ? Match : Exclude
    // Without a cookie the second of the two codes at the end is zero; the first never is.
    return c.peek32(4) !== 0 && c.peek32(c.left - 32) !== 0 ? Match : Exclude
  },

  extract(c, out) {
    const type = c.u8()
    out.message = TYPES[type - 1]
    c.skip(3)
    if (type === INITIATION) out.sender = c.u32le()
    else if (type === RESPONSE) {
      out.sender = c.u32le()
      out.receiver = c.u32le()
    } else out.receiver = c.u32le()
    return Done
  },
})

/** Two of one way with the same receiver, whose counters follow; text is padded to 16 bytes. `memo`: receiver, low bits of the counter, way. */
function dataVerdict(c: Cursor, ctx: Context) {
  if ((c.left - DATA_HEADER_LEN) % 16 !== 0) return Exclude
  const receiver = c.peek32(4)
  // The counter is little-endian; nobody reaches its upper half.
  if (c.peek32(12) !== 0 || receiver === 0) return Exclude
  const counter = (c.peek(8) | (c.peek(9) << 8)) & 0xffff
  const way = ctx.fromClient ? 1 : 0
  const { memo } = ctx
  const step = (counter - Math.floor(memo / 2)) & 0xffff
  if (memo !== 0 && (memo & 1) === way && Math.floor(memo / 131_072) === receiver && step >= 1 && step <= 32) return Match
  if (memo === 0 || (memo & 1) === way) ctx.memo = receiver * 131_072 + counter * 2 + way
  return NeedMore
}
