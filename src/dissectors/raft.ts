import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, num, text } from './dissector.ts'

// C-Raft's transport: words of eight bytes, little-endian. A connection opens with protocol version, id of who calls, length of its address and the address,
// filled with zeros to whole words; messages have type and length of their header, for every type the same or a multiple of entries.
const WORD = 8
const VERSION = 1
const HANDSHAKE_LEN = 3 * WORD
const MAX_ADDRESS = 256
const COLON = 0x3a

export default dissector({
  name: 'Raft',
  category: 'Network',
  about: 'Agreement among the servers of a cluster (C-Raft, dqlite): the opening of a connection with version, server and its address',
  over: 'tcp',
  firstBytes: [VERSION],
  secondBytes: [0],
  minLen: HANDSHAKE_LEN,
  fields: { server: num('Server ID'), address: text('Address') },

  signature(c) {
    const version = c.u64le()
    const server = c.u64le()
    const length = c.u64le()
    if (version !== VERSION || server === 0 || length === 0 || length > MAX_ADDRESS || length % WORD !== 0) return Exclude
    if (c.left < length) return isAddress(c, c.left) ? NeedMore : Exclude
    const colon = c.indexOf(COLON, length)
    return colon > 0 && isAddress(c, length) ? Match : Exclude
  },

  extract(c, out) {
    c.skip(WORD)
    out.server = c.u64le()
    const length = c.u64le()
    const end = c.indexOf(0, length)
    out.address = c.text(end < 0 ? length : end)
  },
})

/** Visible characters, then only zeros. */
function isAddress(c: Cursor, length: number): boolean {
  let ended = false
  for (let i = 0; i < length; i++) {
    const byte = c.peek(i)
    if (byte === 0) ended = true
    else if (ended || byte <= 0x20 || byte > 0x7e) return false
  }
  return length === 0 || c.peek() !== 0
}
