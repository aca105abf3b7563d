import type { Cursor } from '../wire/cursor.ts'
import type { Context } from './dissector.ts'
import { Done, dissector, Exclude, Match, NeedMore, oneOf, text } from './dissector.ts'

const PARTS = ['peer', 'DHT', 'uTP', 'tracker', 'local discovery'] as const

// BEP 3
const HANDSHAKE = '\x13BitTorrent protocol'
const HANDSHAKE_LEN = 68
const INFO_HASH_AT = 28
const HASH_LEN = 20
// BEP 14
const SEARCH = 'BT-SEARCH * HTTP/1.1\r\n'
// BEP 15: what every connection to a tracker begins with.
const TRACKER_MAGIC_HIGH = 0x417
const TRACKER_MAGIC_LOW = 0x2710_1980
const TRACKER_CONNECT_LEN = 16
// BEP 29
const UTP_HEADER_LEN = 20
const UTP_SYN = 0x41
const UTP_STATE = 0x21
const UTP_FIN = 0x11
const UTP_RESET = 0x31
const UTP_DATA = 0x01
const MAX_UTP_EXTENSION = 2
const FIRST_OF_DATAGRAM = [0x64, 0x42, 0x00, UTP_DATA, UTP_FIN, UTP_STATE, UTP_RESET, UTP_SYN]
/** Marks a memo that is set; beyond id and sequence number. */
const UTP_ASKED = 0x1_0000_0000

export default dissector({
  name: 'BitTorrent',
  category: 'Download',
  about: 'BitTorrent: the handshake of peers, over uTP too; DHT messages (BEP 5), UDP trackers (BEP 15) and local discovery (BEP 14)',
  over: ['tcp', 'udp'],
  tcpPorts: [51_413, 53_646],
  udpPorts: [6771, 51_413],
  trialPorts: [6881, 6882, 6883, 6889, 6969],
  firstBytes: (byte, over) => byte === 0x13 || (over === 'udp' && FIRST_OF_DATAGRAM.includes(byte)),
  minLen: 16,
  fields: { part: oneOf('Part', PARTS), infoHash: text('Info hash'), client: text('Client') },
  maxMore: 4,

  signature(c, ctx) {
    if (c.peek() === 0x13) return c.left < HANDSHAKE.length ? NeedMore : c.startsWith(HANDSHAKE) ? Match : Exclude
    if (ctx.proto === 6) return Exclude
    const first = c.peek()
    if (first === 0x64) return isDht(c) ? Match : Exclude
    if (first === 0x42) return c.startsWith(SEARCH) ? Match : Exclude
    return first === 0 ? (isTracker(c) ? Match : Exclude) : utpVerdict(c, ctx)
  },

  extract(c, out, ctx) {
    if (c.startsWith(HANDSHAKE)) readHandshake(c, out)
    else if (ctx.proto === 6) return Done
    else if (c.peek() === 0x64) readDht(c, out)
    else if (c.startsWith(SEARCH)) readSearch(c, out)
    else if (isTracker(c)) out.part = 'tracker'
    else out.part = 'uTP'
    if (out.infoHash !== undefined) ctx.info(out.infoHash)
    return Done
  },
})

interface Out {
  part?: (typeof PARTS)[number] | undefined
  infoHash?: string | undefined
  client?: string | undefined
}

function readHandshake(c: Cursor, out: Out): void {
  out.part = 'peer'
  if (c.left < INFO_HASH_AT + HASH_LEN) return
  out.infoHash = c.skip(INFO_HASH_AT).hex(HASH_LEN)
  // BEP 20: '-TR2940-' is Transmission 2.94.
  if (c.left >= HANDSHAKE_LEN - INFO_HASH_AT - HASH_LEN && c.peek() === 0x2d && c.peek(7) === 0x2d) out.client = c.skip(1).text(6)
}

/** BEP 5: a bencoded dictionary with a query, an answer or an error, and its kind at the end. */
function isDht(c: Cursor): boolean {
  if (c.startsWith('d1:ad2:id20:') || c.startsWith('d1:rd2:id20:') || c.startsWith('d1:eli20')) return true
  if (c.startsWith('d2:ip') && c.find('1:rd2:id20:', 48) > 0) return true
  return c.startsWith('d1:') && (c.find('1:y1:q', 512) > 0 || c.find('1:y1:r', 512) > 0) && c.find('2:id20:', 64) > 0
}
function readDht(c: Cursor, out: Out): void {
  out.part = 'DHT'
  const hash = c.find('9:info_hash20:', 256)
  if (hash >= 0) out.infoHash = c.skip(hash + 14).hex(HASH_LEN)
  const version = c.find('1:v4:', 2048)
  if (version >= 0 && c.peek(version + 5) >= 0x41 && c.peek(version + 6) >= 0x41) out.client = c.skip(version + 5).text(2)
}

function readSearch(c: Cursor, out: Out): void {
  out.part = 'local discovery'
  const hash = c.find('Infohash: ', 512)
  if (hash >= 0) out.infoHash = c.skip(hash + 10).text(Math.min(40, Math.max(0, c.lineLength(64))))
}

const isTracker = (c: Cursor) =>
  c.left >= TRACKER_CONNECT_LEN && c.peek32() === TRACKER_MAGIC_HIGH && c.peek32(4) === TRACKER_MAGIC_LOW && c.peek32(8) === 0

/**
 * uTP begins with a SYN of exactly its header that acknowledges nothing. Its answer carries the same connection id and acknowledges the SYN's sequence
 * number; a retry repeats both. `memo` holds them.
 */
function utpVerdict(c: Cursor, ctx: Context) {
  const type = c.peek()
  if (c.left < UTP_HEADER_LEN || c.peek(1) > MAX_UTP_EXTENSION || (type & 0x0f) !== 1 || type > UTP_SYN) return Exclude
  const id = c.peek16(2)
  if (type === UTP_SYN) {
    if (c.left > UTP_HEADER_LEN + 10 || c.peek16(18) !== 0 || c.peek32(8) !== 0) return Exclude
    const asked = UTP_ASKED + id * 0x1_0000 + c.peek16(16)
    if (ctx.memo === asked) return Match
    ctx.memo = asked
    return NeedMore
  }
  return ctx.memo === UTP_ASKED + id * 0x1_0000 + c.peek16(18) ? Match : Exclude
}
