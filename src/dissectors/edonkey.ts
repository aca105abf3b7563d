import type { Cursor } from '../wire/cursor.ts'
import { type Context, Done, dissector, Exclude, Match, NeedMore, text, type Verdict } from './dissector.ts'

// "The eMule Protocol Specification" (Kulbak, Bickson): protocol, length of what follows (little-endian), kind.
const EDONKEY = 0xe3
const KAD = 0xe4
const HEADER_LEN = 5
const HELLO = 0x01
const HELLO_ANSWER = 0x4c
const SERVER_MESSAGE = 0x38
const HASH_LEN = 16
/** Id, port and count of tags after the hash. */
const ENDS_LEN = 10
const MAX_HELLO = 2048
const MAX_TAGS = 32
const MAX_TEXT = 4096
const NAME_TAG = 0x01
// UDP to servers: how are you, with half of a challenge fixed.
const STATUS = 0x96
const STATUS_ANSWER = 0x97
const CHALLENGE = 0xaa55
// Kademlia 2: who knows a place, and those who do.
const SEARCH = 0x21
const SEARCH_LEN = 35
const SEARCH_KINDS = [0x02, 0x04, 0x0b]
const FOUND = 0x29
const FOUND_HEAD_LEN = 19
const CONTACT_LEN = 25
// And greetings: id, port, version, tags.
const GREETING = 0x11
const GREETING_ANSWER = 0x19
const LAST_KAD_VERSION = 10
const MAX_KAD_TAGS = 4

export default dissector({
  name: 'eDonkey',
  category: 'Download',
  about: 'eDonkey and eMule: hellos with their tags and messages of servers, whose lengths fit; pairs of question and answer over UDP',
  over: ['tcp', 'udp'],
  trialPorts: [4661, 4662, 4665, 4672],
  firstBytes: (byte, over) => byte === EDONKEY || (over === 'udp' && byte === KAD),
  minLen: 2,
  fields: { user: text('User') },

  signature: (c, ctx) => (ctx.proto === 6 ? streamVerdict(c) : ctx.proto === 17 ? packetVerdict(c, ctx) : Exclude),

  extract(c, out, ctx) {
    if (ctx.proto !== 6 || c.peek(HEADER_LEN) === SERVER_MESSAGE) return Done
    out.user = nameOf(c.skip(tagsAt(c)))
    if (out.user !== undefined) ctx.info(out.user)
    return Done
  },
})

function streamVerdict(c: Cursor): Verdict {
  if (c.left <= HEADER_LEN) return NeedMore
  const length = lengthOf(c)
  const kind = c.peek(HEADER_LEN)
  if (kind === SERVER_MESSAGE) {
    if (c.left < HEADER_LEN + 3) return NeedMore
    return length > 3 && length < MAX_TEXT && (c.peek(6) | (c.peek(7) << 8)) === length - 3 ? Match : Exclude
  }
  if ((kind !== HELLO && kind !== HELLO_ANSWER) || length < HASH_LEN + ENDS_LEN || length > MAX_HELLO) return Exclude
  const at = tagsAt(c)
  // The count of tags, and the first one: kind, and a name of one letter behind its length.
  if (c.left < at + 4) return NeedMore
  const tags = c.peek(at - 4)
  if (tags === 0 || tags > MAX_TAGS || c.peek16(at - 3) !== 0 || c.peek(at - 1) !== 0) return Exclude
  const kindOfTag = c.peek(at) & 0x7f
  const isNamed = (c.peek(at) & 0x80) !== 0 || (c.peek(at + 1) === 1 && c.peek(at + 2) === 0)
  return kindOfTag >= 2 && kindOfTag <= 0x20 && isNamed ? Match : Exclude
}

const lengthOf = (c: Cursor) => c.peek(1) | (c.peek(2) << 8) | (c.peek(3) << 16) | (c.peek(4) << 24)
/** Between clients a hello says the length of its hash. */
const tagsAt = (c: Cursor) =>
  HEADER_LEN + 1 + (c.peek(HEADER_LEN) === HELLO && c.peek(HEADER_LEN + 1) === HASH_LEN ? 1 : 0) + HASH_LEN + ENDS_LEN

/** The user's name is the first tag, as text with its length. */
function nameOf(c: Cursor): string | undefined {
  if (c.u8() !== 2 || c.u16le() !== 1 || c.u8() !== NAME_TAG) return undefined
  const name = c.text(c.u16le())
  return c.bad || name === '' ? undefined : name
}

function packetVerdict(c: Cursor, ctx: Context): Verdict {
  const kind = c.peek(1)
  if (c.peek() === EDONKEY) {
    const challenge = c.peek16(2)
    if (kind === STATUS) return c.left === 6 && c.peek16(4) === CHALLENGE ? remember(ctx, kind, challenge) : Exclude
    return kind === STATUS_ANSWER && ctx.memo === memoOf(STATUS, challenge) ? Match : Exclude
  }
  if (kind === SEARCH) {
    if (c.left !== SEARCH_LEN || !SEARCH_KINDS.includes(c.peek(2))) return Exclude
    return remember(ctx, kind, c.peek32(3))
  }
  if (kind === FOUND) {
    const fits = c.left === FOUND_HEAD_LEN + CONTACT_LEN * c.peek(FOUND_HEAD_LEN - 1)
    return fits && ctx.memo === memoOf(SEARCH, c.peek32(2)) ? Match : Exclude
  }
  if ((kind !== GREETING && kind !== GREETING_ANSWER) || c.peek(20) > LAST_KAD_VERSION || c.peek(20) < 2 || c.peek(21) > MAX_KAD_TAGS)
    return Exclude
  if (kind === GREETING) return remember(ctx, kind, 0)
  return ctx.memo === memoOf(GREETING, 0) ? Match : Exclude
}

/** A question's kind and what its answer repeats of it. */
const memoOf = (kind: number, repeated: number) => (kind + 1) * 0x1_0000_0000 + repeated
function remember(ctx: Context, kind: number, repeated: number): Verdict {
  ctx.memo = memoOf(kind, repeated)
  return NeedMore
}
