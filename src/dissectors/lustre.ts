import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, oneOf } from './dissector.ts'

// LNet over TCP: the acceptor's request, the hello of a connection, then messages. All in the byte order of the sender.
const ACCEPTOR_MAGIC = 0xacce_7100
const HELLO_MAGIC = 0x4572_6963
const OLD_HELLO_MAGIC = 0xeebc_0ded
const MAGICS = [ACCEPTOR_MAGIC, HELLO_MAGIC, OLD_HELLO_MAGIC]
const MAX_VERSION = 4
/** Of the old hello, in either order: major 1, minor 0, each of two bytes. */
const OLD_VERSIONS = [0x0001_0000, 0x0100_0000]
const NOOP = 0xc0
const LNET = 0xc1
// Type, checksum, two cookies; then addresses, process ids, kind and length of the payload.
const MESSAGE_HEADER_LEN = 24
const LNET_KIND = MESSAGE_HEADER_LEN + 24
const LAST_KIND = 4
const MESSAGES = ['connect', 'hello', 'message'] as const

export default dissector({
  name: 'Lustre',
  category: 'DataTransfer',
  about: "The cluster file system Lustre: LNet's magic numbers and versions, or a message of a kind that exists in a stream joined midway",
  over: 'tcp',
  tcpPorts: [988],
  firstBytes: [0x00, 0xac, 0x63, 0x45, 0xed, 0xee, NOOP, LNET],
  minLen: 8,
  fields: { message: oneOf('First message', MESSAGES) },

  signature(c, ctx) {
    return messageOf(c, ctx.midStream || ctx.srcPort === 988 || ctx.dstPort === 988) === undefined ? Exclude : Match
  },

  extract(c, out) {
    out.message = messageOf(c, true)
    return Done
  },
})

const swapped = (n: number) => ((n << 24) | ((n & 0xff00) << 8) | ((n >>> 8) & 0xff00) | (n >>> 24)) >>> 0

function messageOf(c: Cursor, anywhere: boolean): (typeof MESSAGES)[number] | undefined {
  const swap = !MAGICS.includes(c.peek32())
  const first = swap ? swapped(c.peek32()) : c.peek32()
  const version = swap ? swapped(c.peek32(4)) : c.peek32(4)
  const isKnown = version >= 1 && version <= MAX_VERSION
  if (first === ACCEPTOR_MAGIC) return isKnown ? 'connect' : undefined
  if (first === HELLO_MAGIC) return isKnown ? 'hello' : undefined
  if (first === OLD_HELLO_MAGIC) return OLD_VERSIONS.includes(c.peek32(4)) ? 'hello' : undefined
  if (!anywhere) return undefined
  if (first === NOOP) return c.left === MESSAGE_HEADER_LEN ? 'message' : undefined
  return first === LNET && c.left >= LNET_KIND + 8 && swapped(c.peek32(LNET_KIND)) <= LAST_KIND ? 'message' : undefined
}
