import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out, Verdict } from './dissector.ts'
import { dissector, Exclude, Match, More, NeedMore, oneOf, text, Within } from './dissector.ts'

const RDP_PORT = 3389
const TPKT_VERSION = 3
const TPKT_HEADER_LEN = 4
/** X.224 connection request and confirm (ITU-T X.224 §13.3, §13.4), with class 0. */
const REQUEST = 0xe0
const CONFIRM = 0xd0
const X224_HEADER_LEN = 7
const MAX_REQUEST = 512
const COOKIE = 'Cookie: mstshash='
const ROUTING_TOKEN = 'Cookie: msts='
/** MS-RDPBCGR §2.2.1.1.1, §2.2.1.2.1: type, flags, length 8, protocols. */
const NEGOTIATION_REQUEST = 1
const NEGOTIATION_RESPONSE = 2
const NEGOTIATION_FAILURE = 3
const NEGOTIATION_LEN = 8
const SECURITY = { 0: 'RDP', 1: 'TLS', 2: 'CredSSP', 4: 'RDSTLS', 8: 'CredSSP-EX', 16: 'Azure AD' } as const

/** MS-RDPEUDP §2.2.2: the first packet acknowledges nothing and is as long as the MTU it offers. */
const UDP_NOTHING = 0xffffffff
const UDP_SYN = 1
const UDP_MTU_MIN = 1132
const UDP_MTU_MAX = 1232

const fields = { user: text('User cookie'), security: oneOf('Security', Object.values(SECURITY)) }
type Fields = Out<typeof fields>

export default dissector({
  name: 'RDP',
  category: 'RemoteAccess',
  about: 'Remote desktop: an X.224 connection request in a TPKT with the cookie or negotiation of RDP; over UDP its SYN',
  over: ['tcp', 'udp'],
  ports: [RDP_PORT],
  firstBytes: [TPKT_VERSION, 0xff],
  minLen: TPKT_HEADER_LEN + X224_HEADER_LEN,
  // Once secured the carrier comes first: TLS.RDP.
  alsoNames: { TLS: 'Web' },
  fields,

  signature(c, ctx) {
    if (ctx.proto === 17) return soundSyn(c) ? Match : Exclude
    return c.peek() === TPKT_VERSION ? soundConnection(c, ctx) : Exclude
  },

  extract(c, out, ctx) {
    if (ctx.proto === 17) return
    const length = c.peek16(2)
    if (c.left < length) return More
    const outer = c.enter(length)
    const isRequest = (c.peek(5) & 0xf0) === REQUEST
    c.skip(TPKT_HEADER_LEN + X224_HEADER_LEN)
    const secured = isRequest ? readRequest(c, out, ctx) : readConfirm(c, out)
    c.leave(outer)
    if (isRequest) return More
    if (!secured) return
    ctx.becomes('TLS')
    ctx.inside('RDP')
    return Within
  },
})

function soundConnection(c: Cursor, ctx: Context): Verdict {
  const length = c.peek16(2)
  if (c.peek(1) !== 0 || length < TPKT_HEADER_LEN + X224_HEADER_LEN || length > MAX_REQUEST) return Exclude
  const indicator = c.peek(4)
  const code = c.peek(5)
  if (indicator !== length - TPKT_HEADER_LEN - 1 || (code !== REQUEST && code !== CONFIRM) || c.peek(10) !== 0) return Exclude
  if (c.left < length) return NeedMore
  c.skip(TPKT_HEADER_LEN + X224_HEADER_LEN)
  if (c.startsWith(ROUTING_TOKEN) || c.startsWith(COOKIE)) return Match
  const left = length - TPKT_HEADER_LEN - X224_HEADER_LEN
  // Others speak X.224 too (H.323, S7, MMS): without a cookie or negotiation only the port tells.
  if (left === 0) return ctx.dstPort === RDP_PORT || ctx.srcPort === RDP_PORT ? Match : Exclude
  return isNegotiation(c, code === REQUEST) ? Match : Exclude
}

function isNegotiation(c: Cursor, isRequest: boolean): boolean {
  const type = c.peek()
  const known = isRequest ? type === NEGOTIATION_REQUEST : type === NEGOTIATION_RESPONSE || type === NEGOTIATION_FAILURE
  return known && c.peek(2) === NEGOTIATION_LEN && c.peek(3) === 0 && c.peek(6) === 0 && c.peek(7) === 0
}

function soundSyn(c: Cursor): boolean {
  if (c.u32() !== UDP_NOTHING) return false
  c.skip(2)
  const flags = c.u16()
  const upstream = c.skip(4).u16()
  const downstream = c.u16()
  const fits = (mtu: number) => mtu >= UDP_MTU_MIN && mtu <= UDP_MTU_MAX
  return (flags & UDP_SYN) !== 0 && (flags & 0xc000) === 0 && fits(upstream) && fits(downstream) && !c.bad
}

function readRequest(c: Cursor, out: Fields, ctx: Context): boolean {
  if (!c.startsWith(COOKIE)) return false
  const end = c.lineLength(c.left)
  if (end > COOKIE.length) ctx.info((out.user = c.skip(COOKIE.length).text(end - COOKIE.length)))
  return false
}

/** True when TLS or CredSSP, which begins with TLS, was chosen. */
function readConfirm(c: Cursor, out: Fields): boolean {
  if (c.peek() !== NEGOTIATION_RESPONSE) {
    out.security = 'RDP'
    return false
  }
  const chosen = c.skip(4).u32le() as keyof typeof SECURITY
  if (SECURITY[chosen] !== undefined) out.security = SECURITY[chosen]
  return chosen === 1 || chosen === 2 || chosen === 8
}
