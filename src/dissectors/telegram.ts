import { AES_256_KEY_LEN, aesBlock, aesSchedule, setAesKey } from '../lib/crypto/aes-ctr.ts'
import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, oneOf, type Verdict } from './dissector.ts'

// core.telegram.org/mtproto/mtproto-transports
const TRANSPORTS = ['abridged', 'intermediate', 'padded intermediate', 'call reflector'] as const
const ABRIDGED = 0xef
const ABRIDGED_TAG = 0xefefefef
const INTERMEDIATE_TAG = 0xeeeeeeee
const PADDED_TAG = 0xdddddddd
const TAGS = [ABRIDGED_TAG, INTERMEDIATE_TAG, PADDED_TAG]
const MAX_MESSAGE = 1 << 20
const MAX_PADDING = 15
/** A message before there is a key: no key id, message id, length, data. */
const PLAIN_HEADER_LEN = 20

// "Transport obfuscation": 64 bytes that look random but hold the key and the counter, with which the last ones are enciphered.
const OPENING_LEN = 64
const KEY_AT = 8
const IV_AT = KEY_AT + AES_256_KEY_LEN
const BLOCK_LEN = 16
const LAST_BLOCK_AT = OPENING_LEN - BLOCK_LEN
/** In the last block, the transport. What follows, the number of the data centre, is filled in for proxies alone. */
const TAG_AT = 8
const TLS_HANDSHAKE = 0x1603
const PORTS = [443, 80, 5222]

/** UDP, for calls: the tag of the peer and three times this, then a request to the reflector or the kind of its answer, least byte first (libtgvoip). */
const PEER_TAG_LEN = 16
const TO_REFLECTOR = 0xffffffff
const REFLECTOR_MESSAGES = [0xfeffffff, 0xc77215c0, 0x1c37d927]

export default dissector({
  name: 'Telegram',
  category: 'Chat',
  about:
    'Telegram: the transports of MTProto, also obfuscated: deciphering the opening with the key in it gives the transport; reflectors of calls',
  over: ['tcp', 'udp'],
  trialPorts: PORTS,
  minLen: 10,
  fields: { transport: oneOf('Transport', TRANSPORTS) },

  signature(c, ctx) {
    if (ctx.proto === 17) return isReflector(c) ? Match : Exclude
    if (!ctx.fromClient || ctx.midStream || ctx.packetThisWay > 2) return Exclude
    if (c.peek() === ABRIDGED) return isPlainHandshake(c, 2, 4 * c.peek(1), 0) ? Match : Exclude
    const tag = c.peek32()
    if (tag === INTERMEDIATE_TAG || tag === PADDED_TAG) return intermediate(c, tag)
    // Openings avoid what others begin with; TLS is the one that there is much of.
    if (c.peek16() === TLS_HANDSHAKE) return Exclude
    if (c.left >= OPENING_LEN) return TAGS.includes(decipheredTag(c)) ? Match : Exclude
    return PORTS.includes(ctx.dstPort) ? NeedMore : Exclude
  },

  extract(c, out, ctx) {
    if (ctx.proto === 17) out.transport = 'call reflector'
    else if (c.peek() === ABRIDGED) out.transport = 'abridged'
    else if (c.peek32() === INTERMEDIATE_TAG) out.transport = 'intermediate'
    else if (c.peek32() === PADDED_TAG) out.transport = 'padded intermediate'
    else {
      const tag = decipheredTag(c)
      out.transport = tag === ABRIDGED_TAG ? 'abridged' : tag === INTERMEDIATE_TAG ? 'intermediate' : 'padded intermediate'
    }
    return Done
  },
})

function isReflector(c: Cursor): boolean {
  const at = PEER_TAG_LEN
  const isMarked = c.peek32(at) === TO_REFLECTOR && c.peek32(at + 4) === TO_REFLECTOR && c.peek32(at + 8) === TO_REFLECTOR
  return isMarked && REFLECTOR_MESSAGES.includes(c.peek32(at + 12))
}

const u32le = (c: Cursor, ahead: number) =>
  (c.peek(ahead) | (c.peek(ahead + 1) << 8) | (c.peek(ahead + 2) << 16) | (c.peek(ahead + 3) << 24)) >>> 0

/** A message of `length` bytes at `ahead` that has no key id and says as many bytes of itself, but for padding. */
function isPlainHandshake(c: Cursor, ahead: number, length: number, padding: number): boolean {
  if (c.left < ahead + PLAIN_HEADER_LEN || c.peek32(ahead) !== 0 || c.peek32(ahead + 4) !== 0) return false
  const rest = length - PLAIN_HEADER_LEN - u32le(c, ahead + 16)
  return rest >= 0 && rest <= padding
}

/** The tag and a length; what has a key id is enciphered, in blocks but for key id, message key and padding. */
function intermediate(c: Cursor, tag: number): Verdict {
  const padding = tag === PADDED_TAG ? MAX_PADDING : 0
  const length = u32le(c, 4)
  if (length < PLAIN_HEADER_LEN || length > MAX_MESSAGE) return Exclude
  if (isPlainHandshake(c, 8, length, padding)) return Match
  return padding > 0 || (length - 24) % BLOCK_LEN === 0 ? Match : Exclude
}

const schedule = aesSchedule(AES_256_KEY_LEN)
const counter = new Uint8Array(BLOCK_LEN)
const last = new Uint8Array(BLOCK_LEN)
/** Deciphers the last block of the opening; the three before it need not be. */
function decipheredTag(c: Cursor): number {
  const b = c.bytes
  const at = c.offset
  setAesKey(schedule, b, at + KEY_AT)
  let carry = LAST_BLOCK_AT / BLOCK_LEN
  for (let i = BLOCK_LEN - 1; i >= 0; i--) {
    carry += b[at + IV_AT + i]!
    counter[i] = carry
    carry >>= 8
  }
  aesBlock(schedule, counter, 0, last)
  let tag = 0
  for (let i = 0; i < 4; i++) tag = (tag << 8) | (last[TAG_AT + i]! ^ b[at + LAST_BLOCK_AT + TAG_AT + i]!)
  return tag >>> 0
}
