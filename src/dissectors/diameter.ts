import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, More, NeedMore, num, type Out, text, type Verdict } from './dissector.ts'

// RFC 6733 §3, §4.1.
const HEADER_LEN = 20
const AVP_HEADER_LEN = 8
const MAX_MESSAGE = 1 << 20
const VERSION = 1
const RESERVED_FLAGS = 0x0f
const REQUEST = 0x80
const VENDOR = 0x80
const MAX_AVPS = 64
const RESULT_CODE = 268
const ORIGIN_HOST = 264
const ORIGIN_REALM = 296
const USER_NAME = 1

// RFC 6733 §3.1, RFC 8506, 3GPP TS 29.229 and 29.272.
const COMMANDS: Readonly<Record<number, string>> = {
  257: 'capabilities-exchange',
  258: 're-auth',
  265: 'aa',
  268: 'eap',
  271: 'accounting',
  272: 'credit-control',
  274: 'abort-session',
  275: 'session-termination',
  280: 'device-watchdog',
  282: 'disconnect-peer',
  300: 'user-authorisation',
  301: 'server-assignment',
  302: 'location-info',
  303: 'multimedia-auth',
  304: 'registration-termination',
  305: 'push-profile',
  306: 'user-data',
  307: 'profile-update',
  316: 'update-location',
  317: 'cancel-location',
  318: 'authentication-information',
  319: 'insert-subscriber-data',
  320: 'delete-subscriber-data',
  321: 'purge',
  322: 'reset',
  323: 'notify',
  324: 'identity-check',
}

const fields = {
  command: text('Command'),
  originHost: text('Origin host'),
  originRealm: text('Origin realm'),
  user: text('User'),
  resultCode: num('Result code'),
}
type Fields = Out<typeof fields>

export default dissector({
  name: 'Diameter',
  category: 'Network',
  about: 'Authentication and charging between carriers (RFC 6733): version 1, a known command, and a first attribute of sound length',
  over: 'tcp',
  ports: [3868],
  firstBytes: [VERSION],
  minLen: HEADER_LEN,
  maxMore: 8,
  fields,

  signature: (c) => message(c),

  extract(c, out, ctx) {
    if (message(c) !== Match) return
    c.seek(0)
    const length = c.peek32() & 0xffffff
    if (c.left < length) return More
    const outer = c.enter(length)
    const isRequest = (c.peek(4) & REQUEST) !== 0
    const name = COMMANDS[c.peek32(4) & 0xffffff]!
    out.command = `${name} ${isRequest ? 'request' : 'answer'}`
    c.skip(HEADER_LEN)
    for (let i = 0; i < MAX_AVPS && c.left >= AVP_HEADER_LEN; i++) if (!readAvp(c, out)) break
    c.bad = false
    c.leave(outer)
    ctx.info(out.originHost === undefined ? out.command : `${out.command} ${out.originHost}`)
    return More
  },
})

function message(c: Cursor): Verdict {
  const first = c.u32()
  const second = c.u32()
  const length = first & 0xffffff
  if (first >>> 24 !== VERSION || length < HEADER_LEN || length > MAX_MESSAGE || (length & 3) !== 0) return Exclude
  const flags = second >>> 24
  if ((flags & RESERVED_FLAGS) !== 0 || COMMANDS[second & 0xffffff] === undefined) return Exclude
  c.skip(12)
  if (length === HEADER_LEN) return Match
  if (c.left < AVP_HEADER_LEN) return NeedMore
  const avp = c.skip(4).u32()
  const avpLength = avp & 0xffffff
  return ((avp >>> 24) & 0x1f) === 0 && avpLength >= AVP_HEADER_LEN && avpLength <= length - HEADER_LEN ? Match : Exclude
}

function readAvp(c: Cursor, out: Fields): boolean {
  const code = c.u32()
  const second = c.u32()
  const isVendors = ((second >>> 24) & VENDOR) !== 0
  const length = (second & 0xffffff) - AVP_HEADER_LEN
  if (length < 0 || length > c.left) return false
  const next = Math.min(c.left, (length + 3) & ~3)
  const outer = c.enter(next)
  if (!isVendors) {
    if (code === ORIGIN_HOST) out.originHost = c.text(length)
    else if (code === ORIGIN_REALM) out.originRealm = c.text(length)
    else if (code === USER_NAME) out.user = c.text(length)
    else if (code === RESULT_CODE && length === 4) out.resultCode = c.u32()
  }
  c.leave(outer)
  return true
}
