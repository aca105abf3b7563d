import type { Cursor } from '../wire/cursor.ts'
import * as ber from './ber.ts'
import type { Out } from './dissector.ts'
import { dissector, Exclude, Match, More, num, oneOf, text } from './dissector.ts'

const VERSIONS = ['v1', 'v2c', 'v2u', 'v3'] as const
const V3 = 3
// RFC 3416 §3; 0xa4 is the trap of RFC 1157.
const FIRST_PDU = 0xa0
const PDU_TYPES = ['get', 'get-next', 'response', 'set', 'trap-v1', 'get-bulk', 'inform', 'trap', 'report'] as const
const TRAP_V1 = FIRST_PDU + 4
const MAX_COMMUNITY = 255
const ENCRYPTED = 0x02
const USM = 3

const fields = {
  version: oneOf('Version', VERSIONS),
  community: text('Community'),
  user: text('User'),
  pduType: oneOf('PDU', [...PDU_TYPES, 'encrypted'] as const),
  errorStatus: num('Error status'),
}

export default dissector({
  name: 'SNMP',
  category: 'Network',
  about: 'Network management: BER whose lengths fill the packet, a version, and a PDU or security header of that version',
  over: 'udp',
  ports: [161, 162],
  firstBytes: [ber.SEQUENCE],
  minLen: 20,
  fields,

  signature(c, ctx) {
    const length = ber.berOpen(c, ber.SEQUENCE)
    if (length < 0 || length !== Math.max(c.left, ctx.wireLeft - c.pos)) return Exclude
    const version = ber.berInteger(c)
    if (version === V3) return soundV3(c) ? Match : Exclude
    return (version === 0 || version === 1) && soundV1(c) ? Match : Exclude
  },

  extract(c, out, ctx) {
    ber.berOpen(c, ber.SEQUENCE)
    const version = ber.berInteger(c)
    out.version = VERSIONS[version]
    if (version === V3) readV3(c, out)
    else readV1(c, out)
    ctx.info(`SNMP${out.version} ${out.pduType ?? ''}`)
    return ctx.packet < 4 ? More : undefined
  },
})

/** Community, then a PDU that begins with a request id, or the enterprise of an old trap. */
function soundV1(c: Cursor): boolean {
  const community = ber.berWhole(c, ber.OCTET_STRING)
  if (community < 0 || community > MAX_COMMUNITY) return false
  const pdu = c.skip(community).peek()
  if (pdu < FIRST_PDU || pdu >= FIRST_PDU + PDU_TYPES.length) return false
  ber.berOpen(c, pdu)
  return c.peek() === (pdu === TRAP_V1 ? ber.OID : ber.INTEGER)
}

/** RFC 3412 §6: id, largest size, one byte of flags, security model; the model's parameters as octets. */
function soundV3(c: Cursor): boolean {
  ber.berWhole(c, ber.SEQUENCE)
  ber.berInteger(c)
  const maxSize = ber.berInteger(c)
  const flags = ber.berWhole(c, ber.OCTET_STRING)
  c.skip(1)
  ber.berInteger(c)
  return !c.bad && maxSize >= 484 && flags === 1 && c.peek() === ber.OCTET_STRING
}

function readV1(c: Cursor, out: Out<typeof fields>): void {
  out.community = ber.berText(c)
  readPdu(c, out)
}

function readPdu(c: Cursor, out: Out<typeof fields>): void {
  const pdu = c.peek()
  if (pdu < FIRST_PDU || pdu >= FIRST_PDU + PDU_TYPES.length) return
  out.pduType = PDU_TYPES[pdu - FIRST_PDU]
  if (pdu !== FIRST_PDU + 2) return
  ber.berOpen(c, pdu)
  ber.berInteger(c)
  const status = ber.berInteger(c)
  if (!c.bad) out.errorStatus = status
}

function readV3(c: Cursor, out: Out<typeof fields>): void {
  ber.berWhole(c, ber.SEQUENCE)
  ber.berInteger(c)
  ber.berInteger(c)
  ber.berOpen(c, ber.OCTET_STRING)
  const flags = c.u8()
  const model = ber.berInteger(c)
  const outer = c.enter(ber.berWhole(c, ber.OCTET_STRING))
  if (model === USM) readUser(c, out)
  c.leave(outer)
  if ((flags & ENCRYPTED) !== 0) {
    out.pduType = 'encrypted'
    return
  }
  // ScopedPDU: context engine and name, then the PDU.
  ber.berOpen(c, ber.SEQUENCE)
  ber.berSkip(c)
  ber.berSkip(c)
  readPdu(c, out)
}

/** RFC 3414 §2.4: engine id, boots, time, user name. */
function readUser(c: Cursor, out: Out<typeof fields>): void {
  ber.berOpen(c, ber.SEQUENCE)
  ber.berSkip(c)
  ber.berInteger(c)
  ber.berInteger(c)
  const user = ber.berText(c)
  if (!c.bad && user !== '') out.user = user
}
