import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, text, u32 } from './dissector.ts'

// discord.com/developers/docs/topics/voice-connections, "IP discovery": type, length of the rest, source, address as text filled up with zeroes, port.
const REQUEST = 1
const RESPONSE = 2
const LENGTH = 70
const DISCOVERY_LEN = 4 + LENGTH
const SOURCE_AT = 4
const ADDRESS_AT = SOURCE_AT + 4
const ADDRESS_LEN = 64
/** Not in the documents: what the programs keep the flow alive with, and its echo; then a counter, least byte first, whose upper half is never used. */
const PING = 0x1337cafe
const PONG = 0x1337f00d
const PING_LEN = 8

export default dissector({
  name: 'Discord',
  category: 'Collaborative',
  about:
    'Voice of Discord: the discovery of the own address before a call, in a message of fixed length filled with zeroes; or its keep-alive',
  over: 'udp',
  firstBytes: [0x00, 0x13],
  minLen: PING_LEN,
  fields: { source: u32('Synchronisation source'), ownAddress: text('Own address') },

  signature(c) {
    if (c.left === PING_LEN) return (c.peek32() === PING || c.peek32() === PONG) && c.peek(7) === 0 ? Match : Exclude
    if (c.left !== DISCOVERY_LEN || c.peek16(2) !== LENGTH) return Exclude
    const type = c.peek16()
    if (type === REQUEST) return addressLength(c) === 0 ? Match : Exclude
    return type === RESPONSE && addressLength(c) >= 2 ? Match : Exclude
  },

  extract(c, out) {
    if (c.left !== DISCOVERY_LEN) return Done
    out.source = c.peek32(SOURCE_AT)
    const length = addressLength(c)
    if (length > 0) out.ownAddress = c.skip(ADDRESS_AT).text(length)
    return Done
  },
})

/** Characters of the address, or -1 when it holds others or what follows it is not zero. */
function addressLength(c: Cursor): number {
  let length = 0
  while (length < ADDRESS_LEN && isAddress(c.peek(ADDRESS_AT + length))) length++
  for (let i = length; i < ADDRESS_LEN; i++) if (c.peek(ADDRESS_AT + i) !== 0) return -1
  return length
}
const isAddress = (byte: number) =>
  (byte >= 0x30 && byte <= 0x3a) || byte === 0x2e || (byte >= 0x61 && byte <= 0x66) || (byte >= 0x41 && byte <= 0x46)
