import type { Cursor } from '../wire/cursor.ts'
import type { Context } from './dissector.ts'
import { Done, dissector, Exclude, type Extracted, Match, More, NeedMore, oneOf, text } from './dissector.ts'

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
const ANNOUNCE = 1
const ANNOUNCE_LEN = 98
const ANNOUNCE_HASH_AT = 16
const ANNOUNCE_PORT_AT = 96
const ANNOUNCED_PEERS_AT = 20
// BEP 29
const UTP_HEADER_LEN = 20
const UTP_SYN = 0x41
const UTP_STATE = 0x21
const UTP_FIN = 0x11
const UTP_RESET = 0x31
const UTP_DATA = 0x01
const MAX_UTP_EXTENSION = 2
const FIRST_OF_DATAGRAM = [0x64, 0x42, 0x00, UTP_DATA, UTP_FIN, UTP_STATE, UTP_RESET, UTP_SYN]
/** Peers that others tell of, IPv4 address and port, and how many of one packet are kept. */
const PEER_LEN = 6
const MAX_PEERS = 32
/** Clients come back to peers for about as long as trackers and the DHT keep them. */
const AWAIT_S = 1800

const OF_TRACKER = 1
/** Marks a memo that is set by uTP; beyond id and sequence number. */
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
    else if (c.startsWith(SEARCH)) readSearch(c, out)
    // Questions of the DHT and of trackers are answered with peers.
    else if (ctx.memo === OF_TRACKER) return readAnnounce(c, out, ctx)
    else if (isTracker(c)) {
      ctx.memo = OF_TRACKER
      out.part = 'tracker'
      return More
    } else if (c.peek() === 0x64) return readDht(c, out, ctx)
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
function readDht(c: Cursor, out: Out, ctx: Context): Extracted {
  out.part = 'DHT'
  // The socket serves uTP as well.
  ctx.expectAt('udp', 'sender', ctx.srcPort, 'BitTorrent', AWAIT_S)
  const values = c.find('6:valuesl6:', 1400)
  if (values >= 0) expectPeers(c, values + 11, PEER_LEN + 2, ctx)
  const hash = c.find('9:info_hash20:', 256)
  if (hash >= 0) ctx.info((out.infoHash = c.skip(hash + 14).hex(HASH_LEN)))
  const version = c.find('1:v4:', 2048)
  if (version >= 0 && c.peek(version + 5) >= 0x41 && c.peek(version + 6) >= 0x41) out.client = c.skip(version + 5).text(2)
  return More
}

/** Peers from `ahead` of the cursor on, each `step` bytes after the one before: they are spoken to over TCP and uTP. */
function expectPeers(c: Cursor, ahead: number, step: number, ctx: Context): void {
  for (let i = 0; i < MAX_PEERS && ahead + PEER_LEN <= c.left; i++, ahead += step) {
    const port = c.peek16(ahead + 4)
    ctx.expect('tcp', c.bytes, c.offset + ahead, 4, port, 'BitTorrent', AWAIT_S)
    ctx.expect('udp', c.bytes, c.offset + ahead, 4, port, 'BitTorrent', AWAIT_S)
    // Between the texts of a list stands how long the next one is.
    if (step > PEER_LEN && !c.startsWith('6:', ahead + PEER_LEN)) return
  }
}

/** BEP 15: who asks for peers says where it listens itself. */
function readAnnounce(c: Cursor, out: Out, ctx: Context): Extracted {
  if (ctx.fromClient && c.left >= ANNOUNCE_LEN && c.peek32(8) === ANNOUNCE) {
    ctx.expectAt('tcp', 'sender', c.peek16(ANNOUNCE_PORT_AT), 'BitTorrent', AWAIT_S)
    ctx.expectAt('udp', 'sender', c.peek16(ANNOUNCE_PORT_AT), 'BitTorrent', AWAIT_S)
    ctx.info((out.infoHash = c.skip(ANNOUNCE_HASH_AT).hex(HASH_LEN)))
  } else if (!ctx.fromClient && c.peek32() === ANNOUNCE && (c.left - ANNOUNCED_PEERS_AT) % PEER_LEN === 0)
    expectPeers(c, ANNOUNCED_PEERS_AT, PEER_LEN, ctx)
  return More
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
