import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, oneOf, type Verdict } from './dissector.ts'

// Not published; as measured by Michel, Sengupta, Kim, Netravali, Rexford, "Enabling Passive Measurement of Zoom Performance in Production Networks"
// (IMC 2022) §4: what goes through a server has a header of eight bytes, then, as between peers, a header by kind of media, then RTP or RTCP.
const SERVER_MEDIA = 0x05
const SERVER_HEADER_LEN = 8
const isServerPort = (port: number) => port >= 8801 && port <= 8810
const SERVER_PORTS = Array.from({ length: 10 }, (_, i) => 8801 + i)

const MEDIA = ['audio', 'video', 'screen share', 'control'] as const
/** By first byte: which media, and where RTP or RTCP begins. */
const KINDS: Readonly<Record<number, { readonly media: (typeof MEDIA)[number]; readonly headerLen: number }>> = {
  13: { media: 'screen share', headerLen: 27 },
  15: { media: 'audio', headerLen: 19 },
  16: { media: 'video', headerLen: 24 },
  30: { media: 'screen share', headerLen: 20 },
  33: { media: 'control', headerLen: 16 },
  34: { media: 'control', headerLen: 16 },
}
/** Zoom numbers its payload types from here. */
const FIRST_PAYLOAD_TYPE = 96
const EXTENSION = 0x10
/** RFC 8285 §4.2 */
const ONE_BYTE_EXTENSIONS = 0xbede

/** Peers greet each other: magic, numbers, then the other's address and the meeting's id as texts with their lengths. */
const GREETING = 0x1f
const GREETING_MAGIC = 0x1f020100
const GREETING_HEADER_LEN = 24
const MAX_ADDRESS = 45
const MAX_ID = 64

export default dissector({
  name: 'Zoom',
  category: 'Video',
  about:
    'Media of Zoom, from a server or between peers: the header of a kind of media with RTP or RTCP at its place behind it; greetings of peers',
  over: 'udp',
  udpPorts: SERVER_PORTS,
  firstBytes: [SERVER_MEDIA, GREETING, ...Object.keys(KINDS).map(Number)],
  minLen: 28,
  fields: { media: oneOf('Media', MEDIA) },

  signature(c, ctx) {
    if (c.peek() === GREETING) return greeting(c)
    const byServer = c.peek() === SERVER_MEDIA
    if (byServer && !isServerPort(ctx.srcPort) && !isServerPort(ctx.dstPort)) return Exclude
    if (byServer) c.skip(SERVER_HEADER_LEN)
    const source = sourceOf(c)
    if (source <= 0) return Exclude
    // A profile of extensions or a second packet of the same source completes what a packet lacks.
    if (hasExtensions(c) || source === ctx.memo) return Match
    ctx.memo = source
    return NeedMore
  },

  extract(c, out) {
    if (c.peek() === SERVER_MEDIA) c.skip(SERVER_HEADER_LEN)
    const kind = KINDS[c.peek()]
    if (kind !== undefined) out.media = kind.media
    return Done
  },
})

const isControl = (c: Cursor) => c.peek() === 33 || c.peek() === 34
const headerLen = (c: Cursor) => KINDS[c.peek()]?.headerLen ?? 0

/** The synchronisation source of the RTP or RTCP inside, or 0 when there is none. */
function sourceOf(c: Cursor): number {
  const at = headerLen(c)
  if (at === 0 || (c.peek(at) & 0xc0) !== 0x80) return 0
  if (!isControl(c)) return (c.peek(at + 1) & 127) >= FIRST_PAYLOAD_TYPE ? c.peek32(at + 8) : 0
  const fits = at + 4 * (c.peek16(at + 2) + 1) <= c.left
  return c.peek(at + 1) >= 200 && c.peek(at + 1) <= 207 && fits ? c.peek32(at + 4) : 0
}
function hasExtensions(c: Cursor): boolean {
  const at = headerLen(c)
  const extensionAt = at + 12 + 4 * (c.peek(at) & 15)
  return (c.peek(at) & EXTENSION) !== 0 && c.peek16(extensionAt) === ONE_BYTE_EXTENSIONS
}

function greeting(c: Cursor): Verdict {
  if (c.peek32() !== GREETING_MAGIC) return Exclude
  const address = c.peek32(GREETING_HEADER_LEN)
  const idAt = GREETING_HEADER_LEN + 4 + address
  const id = address > 0 && address <= MAX_ADDRESS ? c.peek32(idAt) : 0
  return id > 0 && id <= MAX_ID && idAt + 4 + id + 4 === c.left ? Match : Exclude
}
