import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, More, type Out, oneOf, text } from './dissector.ts'
import { ipv4Text } from './dns-message.ts'

const PORTS = [1812, 1813]
/** As it was before RFC 2865, and dynamic authorisation (RFC 5176). */
const OTHER_PORTS = [1645, 1646, 3799]
const HEADER_LEN = 20
const MAX_LENGTH = 4096
const MAX_ATTRIBUTES = 128

// RFC 2865 §3, RFC 2866, RFC 5176.
const CODES = {
  1: 'access-request',
  2: 'access-accept',
  3: 'access-reject',
  4: 'accounting-request',
  5: 'accounting-response',
  11: 'access-challenge',
  12: 'status-server',
  13: 'status-client',
  40: 'disconnect-request',
  41: 'disconnect-ack',
  42: 'disconnect-nak',
  43: 'coa-request',
  44: 'coa-ack',
  45: 'coa-nak',
} as const
const USER_NAME = 1
const NAS_ADDRESS = 4
const FRAMED_ADDRESS = 8
const CALLED_STATION = 30
const CALLING_STATION = 31
const NAS_IDENTIFIER = 32

const fields = {
  message: oneOf('Message', Object.values(CODES)),
  user: text('User'),
  nas: text('Access server'),
  framedAddress: text('Address given'),
  calledStation: text('Called station'),
  callingStation: text('Calling station'),
}

export default dissector({
  name: 'Radius',
  category: 'Network',
  about:
    'Authentication and accounting of access (RFC 2865): a known code, the length of the packet, attributes that fill it exactly; on its ports',
  over: 'udp',
  ports: PORTS,
  trialPorts: OTHER_PORTS,
  // The catalogue gives its ports for TCP (RFC 6613) as well.
  tcpPorts: PORTS,
  firstBytes: (byte) => byte in CODES,
  minLen: HEADER_LEN,
  fields,

  signature(c, ctx) {
    const usual = isUsual(ctx.dstPort) || isUsual(ctx.srcPort)
    const length = c.peek16(2)
    // RFC 2865 §3: what lies beyond the length is padding.
    if (!usual || length < HEADER_LEN || length > MAX_LENGTH || length > Math.max(c.left, ctx.wireLeft)) return Exclude
    const cut = length > c.left
    c.enter(Math.min(length, c.left))
    c.skip(HEADER_LEN)
    for (let i = 0; i < MAX_ATTRIBUTES && c.left > 0; i++) {
      const type = c.u8()
      const size = c.u8()
      if (type === 0 || size < 2) return Exclude
      c.skip(size - 2)
    }
    return c.bad && !cut ? Exclude : Match
  },

  extract(c, out, ctx) {
    out.message = CODES[c.peek() as keyof typeof CODES]
    c.enter(Math.min(c.peek16(2), c.left))
    c.skip(HEADER_LEN)
    for (let i = 0; i < MAX_ATTRIBUTES && c.left >= 2; i++) {
      const type = c.u8()
      const size = c.u8() - 2
      if (size < 0 || size > c.left) return
      const outer = c.enter(size)
      readAttribute(c, type, size, out)
      c.leave(outer)
    }
    ctx.info(out.user === undefined ? `${out.message}` : `${out.message} ${out.user}`)
    return ctx.packet < 4 ? More : undefined
  },
})

const isUsual = (port: number) => PORTS.includes(port) || OTHER_PORTS.includes(port)

function readAttribute(c: Cursor, type: number, size: number, out: Out<typeof fields>): void {
  if (type === USER_NAME && size > 0) out.user = c.text(size)
  else if (type === NAS_ADDRESS && size === 4) out.nas ??= ipv4Text(c)
  else if (type === NAS_IDENTIFIER && size > 0) out.nas = c.text(size)
  else if (type === FRAMED_ADDRESS && size === 4) out.framedAddress = ipv4Text(c)
  else if (type === CALLED_STATION && size > 0) out.calledStation = c.text(size)
  else if (type === CALLING_STATION && size > 0) out.callingStation = c.text(size)
}
