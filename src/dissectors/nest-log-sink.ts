import { dissector, Exclude, Match, NeedMore, text } from './dissector.ts'

// Weave over TCP, little-endian: length, header (version, flags of presence, kind of encryption), message id, node ids of source and destination.
const HEADER_LEN = 24
const MAX_LENGTH = 16_384
const PRESENCE_AT = 3
const VERSION_AND_PRESENCE = 0x13
const SOURCE_AT = 8
/** Node ids are EUI-64; this is Nest Labs' part, as it is sent. */
const NEST_OUI = [0x30, 0xb4, 0x18]

export default dissector({
  name: 'NestLogSink',
  category: 'Cloud',
  about: 'Logs that Nest devices send to their cloud over Weave: header and node ids of this maker',
  over: 'tcp',
  tcpPorts: [11_095],
  minLen: PRESENCE_AT + 1,
  fields: { node: text('Source node') },

  signature(c) {
    const length = c.peek() | (c.peek(1) << 8)
    if (length < HEADER_LEN - 2 || length > MAX_LENGTH || c.peek(PRESENCE_AT) !== VERSION_AND_PRESENCE || (c.peek(2) & 0x0f) !== 0)
      return Exclude
    if (c.left < HEADER_LEN) return NeedMore
    return NEST_OUI.every((byte, i) => c.peek(SOURCE_AT + 5 + i) === byte && c.peek(SOURCE_AT + 13 + i) === byte) ? Match : Exclude
  },

  extract(c, out) {
    const low = c.skip(SOURCE_AT).u32le()
    const high = c.u32le()
    out.node = high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
  },
})
