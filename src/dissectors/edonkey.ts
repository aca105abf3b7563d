import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, oneOf, text } from './dissector.ts'

// "The eMule protocol specification" (Kulbak, Bickson) and eMule's sources: a byte for the dialect, over TCP a length, then an operation.
const EDONKEY = 0xe3
const EMULE = 0xc5
const PACKED = 0xd4
const KAD = 0xe4
const HEADER_LEN = 5
const MAX_MESSAGE = 1 << 21
const HASH_LEN = 16

const HELLO = 0x01
const HELLO_ANSWER = 0x4c
const EMULE_INFO = 0x01
const EMULE_INFO_ANSWER = 0x02
const LOGIN_OF_SERVER = [0x05, 0x34, 0x38, 0x40, 0x41]
/** Least length of a greeting: hash, id, port, count of tags. */
const MIN_HELLO = 1 + HASH_LEN + 4 + 2 + 4
const MAX_TAGS = 32
const NETWORKS = ['eDonkey', 'eMule', 'Kad'] as const

// Kad over UDP: operations by the length they have, or the length of an entry behind those before.
const KAD_HELLO = [0x11, 0x19]
const KAD_REQUEST = 0x21
const KAD_RESPONSE = 0x29
const KAD_BOOTSTRAP_RESPONSE = 0x09
const KAD_CONTACT = 25
const KAD_REQUEST_KINDS = [0x02, 0x04, 0x0b]
const LAST_KAD_VERSION = 0x0a

export default dissector({
  name: 'eDonkey',
  category: 'Download',
  about:
    'eDonkey and eMule: greetings with hash and tags, or messages whose lengths agree; over UDP the operations of Kad with the lengths they have',
  over: ['tcp', 'udp'],
  trialPorts: [4661, 4662, 4665, 4672],
  firstBytes: (byte, over) => byte === EDONKEY || byte === EMULE || byte === (over === 'tcp' ? PACKED : KAD),
  minLen: 2,
  fields: { network: oneOf('Network', NETWORKS), nickname: text('Nickname') },

  signature(c, ctx) {
    if (ctx.proto !== 6) return c.peek() === KAD && isKad(c) ? Match : Exclude
    if (c.left <= HEADER_LEN) return NeedMore
    const length = lengthAt(c, 0)
    if (length < 1 || length > MAX_MESSAGE) return Exclude
    return isGreeting(c, length) ? (c.left < HEADER_LEN + length ? NeedMore : Match) : Exclude
  },

  extract(c, out, ctx) {
    const dialect = c.peek()
    out.network = dialect === KAD ? 'Kad' : dialect === EDONKEY ? 'eDonkey' : 'eMule'
    if (ctx.proto !== 6 || dialect !== EDONKEY || (c.peek(HEADER_LEN) !== HELLO && c.peek(HEADER_LEN) !== HELLO_ANSWER)) return Done
    const sized = c.peek(HEADER_LEN) === HELLO && c.peek(HEADER_LEN + 1) === HASH_LEN ? 1 : 0
    c.skip(HEADER_LEN + sized + MIN_HELLO)
    // The first tag is mostly the name: a text, whose own name is one byte.
    if (c.peek() !== 2 || c.peek16(1) !== 0x0100 || c.peek(3) !== 1) return Done
    c.skip(4)
    out.nickname = c.text(c.u16le())
    if (!c.bad) ctx.info(out.nickname)
    return Done
  },
})

const lengthAt = (c: Cursor, at: number) => c.peek(at + 1) | (c.peek(at + 2) << 8) | (c.peek(at + 3) << 16) | (c.peek(at + 4) << 24)

/** What either end begins with: a greeting between clients, a login, the words of a server. */
function isGreeting(c: Cursor, length: number): boolean {
  const operation = c.peek(HEADER_LEN)
  const fits = c.left === HEADER_LEN + length
  if (c.peek() === EMULE) return (operation === EMULE_INFO || operation === EMULE_INFO_ANSWER) && isEmuleInfo(c, length)
  if (c.peek() !== EDONKEY) return false
  if (operation === HELLO_ANSWER || operation === HELLO) {
    const sized = operation === HELLO && c.peek(HEADER_LEN + 1) === HASH_LEN ? 1 : 0
    if (length < MIN_HELLO + sized || length > 1024) return false
    const tags = HEADER_LEN + sized + MIN_HELLO - 4
    return c.left < tags + 4 || (c.peek(tags) >= 1 && c.peek(tags) <= MAX_TAGS && c.peek16(tags + 1) === 0 && c.peek(tags + 3) === 0)
  }
  // A server speaks first about itself: a text, its lists, an identity.
  return (
    LOGIN_OF_SERVER.includes(operation) && (fits || (c.left > HEADER_LEN + length + HEADER_LEN && c.peek(HEADER_LEN + length) === EDONKEY))
  )
}
/** Version, 1, a count of tags. */
const isEmuleInfo = (c: Cursor, length: number): boolean =>
  length >= 7 &&
  length <= 1024 &&
  (c.left < HEADER_LEN + 5 || (c.peek(HEADER_LEN + 2) === 1 && c.peek(HEADER_LEN + 3) <= MAX_TAGS && c.peek(HEADER_LEN + 4) === 0))

function isKad(c: Cursor): boolean {
  const operation = c.peek(1)
  // Whose contacts are asked for, about which key, from whom.
  if (operation === KAD_REQUEST) return c.left === 3 + 2 * HASH_LEN && KAD_REQUEST_KINDS.includes(c.peek(2))
  if (operation === KAD_RESPONSE) return c.left > 19 && c.left === 3 + HASH_LEN + KAD_CONTACT * c.peek(2 + HASH_LEN)
  if (operation === KAD_BOOTSTRAP_RESPONSE)
    return c.left > 23 && c.left === 23 + KAD_CONTACT * (c.peek(21) | (c.peek(22) << 8)) && c.peek(20) <= LAST_KAD_VERSION
  if (!KAD_HELLO.includes(operation)) return false
  // Key, port, version, tags: each a kind, the length 1, 0, and a name.
  const tags = c.peek(5 + HASH_LEN)
  if (c.peek(4 + HASH_LEN) === 0 || c.peek(4 + HASH_LEN) > LAST_KAD_VERSION || tags > 4) return false
  return tags === 0 ? c.left === 6 + HASH_LEN : c.left >= 11 + HASH_LEN && c.peek16(7 + HASH_LEN) === 0x0100
}
