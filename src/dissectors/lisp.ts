import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, oneOf } from './dissector.ts'

// RFC 9300 §5 (data), RFC 9301 §5 (control).
const DATA_PORT = 4341
const CONTROL_PORT = 4342
const DATA_HEADER_LEN = 8
const NONCE_END = 12
/** Address families of end-point identifiers: none, IPv4, IPv6, LCAF, MAC. */
const FAMILIES = [0, 1, 2, 16_387, 16_389]
/** In a record what stands before its family: time to live, count of locators, mask, flags, version. */
const RECORD_FAMILY_AT = 10
const MAX_LOCATORS = 32
const LAST_KEY_ID = 5
const MAX_AUTHENTICATION = 64

const TYPES = {
  1: 'map request',
  2: 'map reply',
  3: 'map register',
  4: 'map notify',
  5: 'map notify acknowledgement',
  6: 'map referral',
  8: 'encapsulated control',
} as const
const REQUEST = 1
const REPLY = 2
const REGISTER = 3
const NOTIFY_ACK = 5
const REFERRAL = 6
const ENCAPSULATED = 8

export default dissector({
  name: 'LISP',
  category: 'Cloud',
  about: 'Locator and identifier separation (RFC 9300, 9301): control messages by their records, data by the packet inside, on its ports',
  over: 'udp',
  udpPorts: [DATA_PORT, CONTROL_PORT],
  onlyOnPorts: true,
  minLen: DATA_HEADER_LEN + 8,
  fields: { message: oneOf('Message', Object.values(TYPES)) },

  signature(c, ctx) {
    const isData = ctx.dstPort === DATA_PORT || ctx.srcPort === DATA_PORT
    return (isData ? isPacket(c, DATA_HEADER_LEN) : isControl(c)) ? Match : Exclude
  },

  extract(c, out, ctx) {
    if (ctx.dstPort !== DATA_PORT && ctx.srcPort !== DATA_PORT) out.message = TYPES[(c.peek() >> 4) as keyof typeof TYPES]
  },
})

/** An IP packet that ends with the datagram. */
function isPacket(c: Cursor, at: number): boolean {
  const version = c.peek(at) >> 4
  if (version === 4) return (c.peek(at) & 15) >= 5 && c.peek16(at + 2) === c.left - at
  return version === 6 && c.peek16(at + 4) === c.left - at - 40
}

function isControl(c: Cursor): boolean {
  const type = c.peek() >> 4
  const records = c.peek(3)
  if (type === ENCAPSULATED) return (c.peek32() & 0xffff) === 0 && (isPacket(c, 4) || (c.peek() & 8) !== 0)
  if (records < 1) return false
  if (type === REQUEST) return FAMILIES.includes(c.peek16(NONCE_END))
  if (type === REPLY || type === REFERRAL) return isRecord(c, NONCE_END)
  if (type < REGISTER || type > NOTIFY_ACK) return false
  const authentication = c.peek16(NONCE_END + 2)
  return c.peek(NONCE_END + 1) <= LAST_KEY_ID && authentication <= MAX_AUTHENTICATION && isRecord(c, NONCE_END + 4 + authentication)
}
const isRecord = (c: Cursor, at: number) => c.peek(at + 4) <= MAX_LOCATORS && FAMILIES.includes(c.peek16(at + RECORD_FAMILY_AT))
