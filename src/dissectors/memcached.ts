import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, text, type Verdict } from './dissector.ts'
import { beginsWith, isPartOf } from './words.ts'

const MEMCACHED_PORT = 11211
const MAX_KEY = 250
// protocol.txt: commands by the shape of what follows.
const WITH_KEYS = ['get ', 'gets ', 'delete ', 'touch ', 'incr ', 'decr ', 'mg ', 'ms ', 'md ', 'ma ']
/** Key, flags, expiry and length follow, and a data block. */
const STORING = ['set ', 'add ', 'replace ', 'append ', 'prepend ', 'cas ']
const ALONE = [
  'version\r\n',
  'stats\r\n',
  'stats items\r\n',
  'stats slabs\r\n',
  'stats settings\r\n',
  'flush_all\r\n',
  'verbosity ',
  'mn\r\n',
]
const REPLIES = [
  'VALUE ',
  'STAT ',
  'STORED\r\n',
  'NOT_STORED\r\n',
  'NOT_FOUND\r\n',
  'DELETED\r\n',
  'TOUCHED\r\n',
  'EXISTS\r\n',
  'VERSION ',
  'SERVER_ERROR ',
  'CLIENT_ERROR ',
  'END\r\n',
]
const LETTERS = new Set([WITH_KEYS, STORING, ALONE, REPLIES].flat().map((word) => word.charCodeAt(0)))
// Binary protocol.
const BINARY_REQUEST = 0x80
const BINARY_REPLY = 0x81
const BINARY_HEADER_LEN = 24
const LAST_OPCODE = 0x48
const MAX_BODY = 1 << 27
/** UDP: request id, sequence number, count of datagrams, reserved. */
const UDP_HEADER_LEN = 8

export default dissector({
  name: 'Memcached',
  category: 'Network',
  about:
    'A cache of keys and values: its text commands with their arguments, or the binary header with lengths that agree; over UDP behind a frame header',
  over: ['tcp', 'udp'],
  ports: [MEMCACHED_PORT],
  onlyOnPorts: 'udp',
  minLen: 4,
  // Over UDP a request id, which counts up.
  firstBytes: (byte) => byte === BINARY_REQUEST || byte === BINARY_REPLY || LETTERS.has(byte) || byte < 0x10,
  fields: { command: text('Command'), key: text('Key') },

  signature(c, ctx) {
    const usual = ctx.srcPort === MEMCACHED_PORT || ctx.dstPort === MEMCACHED_PORT
    if (ctx.proto === 17) {
      // Off its port an eight-byte header that is mostly zero would claim too much.
      if (!usual || c.left < UDP_HEADER_LEN + 4 || c.peek16(6) !== 0 || c.peek16(4) === 0 || c.peek16(2) >= c.peek16(4)) return Exclude
      c.skip(UDP_HEADER_LEN)
    }
    const first = c.peek()
    if (first === BINARY_REQUEST || first === BINARY_REPLY) return binary(c, usual)
    if (usual && beginsWith(c, REPLIES) >= 0) return Match
    const said = line(c)
    return said === NeedMore && ctx.proto === 17 ? Exclude : said
  },

  extract(c, out, ctx) {
    if (ctx.proto === 17) c.skip(UDP_HEADER_LEN)
    if (c.peek() >= BINARY_REQUEST) return
    const length = c.lineLength(512)
    if (length <= 0 || beginsWith(c, REPLIES) >= 0) return
    const [command, key] = c.text(length).split(' ', 2)
    out.command = command
    if (key !== undefined && key !== '') out.key = key
    ctx.info(key === undefined ? `${command}` : `${command} ${key}`)
  },
})

/** Magic, opcode, key length, extras length, data type 0, then the length of all that follows. */
function binary(c: Cursor, usual: boolean): Verdict {
  if (c.left < BINARY_HEADER_LEN) return usual ? NeedMore : Exclude
  const isRequest = c.u8() === BINARY_REQUEST
  const opcode = c.u8()
  const keyLength = c.u16()
  const extrasLength = c.u8()
  const dataType = c.u8()
  const status = c.u16()
  const bodyLength = c.u32()
  if (opcode > LAST_OPCODE || keyLength > MAX_KEY || extrasLength > 20 || dataType !== 0 || bodyLength > MAX_BODY) return Exclude
  if (keyLength + extrasLength > bodyLength || (!isRequest && status > 0x0086)) return Exclude
  return usual || (c.skip(12).left === bodyLength && keyLength > 0) ? Match : Exclude
}

function line(c: Cursor): Verdict {
  if (beginsWith(c, ALONE) >= 0) return Match
  const storing = STORING[beginsWith(c, STORING)]
  const keyed = storing ?? WITH_KEYS[beginsWith(c, WITH_KEYS)]
  if (keyed === undefined) return isPartOf(c, STORING) || isPartOf(c, WITH_KEYS) || isPartOf(c, ALONE) ? NeedMore : Exclude
  const end = c.lineLength(MAX_KEY + 128)
  if (end < 0) return c.left < MAX_KEY + 128 && printable(c, c.peek(c.left - 1) === 0x0d ? c.left - 1 : c.left) ? NeedMore : Exclude
  // Lines end in CR LF, keys hold neither spaces nor control characters.
  if (c.peek(end) !== 0x0d || !printable(c, end)) return Exclude
  return storing === undefined ? (end > keyed.length ? Match : Exclude) : hasNumbers(c, keyed.length, end) ? Match : Exclude
}

function printable(c: Cursor, end: number): boolean {
  for (let i = 0; i < end; i++) if (c.peek(i) < 0x20 || c.peek(i) > 0x7e) return false
  return true
}

/** After the key three numbers at least. */
function hasNumbers(c: Cursor, at: number, end: number): boolean {
  while (at < end && c.peek(at) !== 0x20) at++
  let numbers = 0
  let digits = 0
  for (let i = at + 1; i <= end; i++) {
    const byte = i === end ? 0x20 : c.peek(i)
    if (byte >= 0x30 && byte <= 0x39) digits++
    else if (byte === 0x20 && digits > 0) {
      numbers++
      digits = 0
    } else if (byte !== 0x2d || digits > 0) return numbers >= 3
  }
  return numbers >= 3
}
