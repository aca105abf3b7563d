import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, num, oneOf, text } from './dissector.ts'

// IEC 61375-2-3 annex A: sequence counter, version 1.x, two letters of kind, ComId, two topology counters, length of the data; in a multiple of four.
/** Up to the kind. */
const LEAST_TO_TELL = 8
const PROCESS_HEADER_LEN = 40
const MESSAGE_HEADER_LEN = 116
const SOURCE_AT = 48
const URI_LEN = 32
const MAX_PROCESS_DATA = 1432
const MAX_MESSAGE_DATA = 65_388

const KINDS = {
  20580: 'process data',
  20592: 'process data reply',
  20594: 'process data request',
  20581: 'process data error',
  19822: 'notification',
  19826: 'request',
  19824: 'reply',
  19825: 'reply with query',
  19811: 'confirmation',
  19813: 'error',
} as const
type Kind = keyof typeof KINDS

export default dissector({
  name: 'TRDP',
  category: 'IoT-Scada',
  about: 'Train real-time data (IEC 61375-2-3): version, letters of the kind of message and the length of its data',
  over: ['udp', 'tcp'],
  udpPorts: [17_224, 17_225],
  tcpPorts: [17_225],
  minLen: LEAST_TO_TELL,
  fields: { kind: oneOf('Kind', Object.values(KINDS)), comId: num('ComId'), source: text('Source URI') },

  signature(c, ctx) {
    if (c.peek(4) !== 1 || !(c.peek16(6) in KINDS)) return Exclude
    if (c.left < PROCESS_HEADER_LEN) return ctx.proto === 6 ? NeedMore : Exclude
    const header = headerLen(c)
    const length = c.peek32(20)
    if (length > (header === PROCESS_HEADER_LEN ? MAX_PROCESS_DATA : MAX_MESSAGE_DATA)) return Exclude
    if (ctx.proto === 6) return header !== MESSAGE_HEADER_LEN ? Exclude : c.left < header ? NeedMore : Match
    return header + ((length + 3) & ~3) === Math.max(c.left, ctx.wireLeft) ? Match : Exclude
  },

  extract(c, out) {
    out.kind = KINDS[c.peek16(6) as Kind]
    out.comId = c.peek32(8)
    if (headerLen(c) === PROCESS_HEADER_LEN || c.left < SOURCE_AT + URI_LEN) return
    c.skip(SOURCE_AT)
    const length = c.indexOf(0, URI_LEN)
    if (length > 0) out.source = c.text(length)
  },
})

const headerLen = (c: Cursor) => (c.peek(6) === 0x50 ? PROCESS_HEADER_LEN : MESSAGE_HEADER_LEN)
