import { dissector, Exclude, Match, oneOf } from './dissector.ts'

// ASF 2.0 §3.2.2: version 6, reserved, sequence number, class.
const VERSION = 6
const CLASS_ASF = 6
const CLASS_IPMI = 7
const ACKNOWLEDGEMENT = 0x80
const ASF_ENTERPRISE = 4542
/** IPMI 2.0 §13.6: none, MD2, MD5, (3 reserved), password, OEM, RMCP+. */
const LAST_AUTHENTICATION = 6
const CLASSES = ['acknowledgement', 'asf', 'ipmi'] as const

export default dissector({
  name: 'RMCP',
  category: 'System',
  about: 'Control of servers’ boards (ASF, IPMI): version 6, a class, and the beginning that this class has',
  over: 'udp',
  ports: [623],
  trialPorts: [664],
  firstBytes: [VERSION],
  minLen: 4,
  fields: { class: oneOf('Class', CLASSES) },

  signature(c, ctx) {
    if (c.peek(1) !== 0) return Exclude
    const kind = c.peek(3)
    if (kind === CLASS_ASF) return c.left >= 12 && c.peek32(4) === ASF_ENTERPRISE ? Match : Exclude
    if (kind === CLASS_IPMI)
      return c.left >= 14 && (c.peek(4) & 15) <= LAST_AUTHENTICATION && (c.peek(2) === 0xff || ctx.dstPort === 623 || ctx.srcPort === 623)
        ? Match
        : Exclude
    return (kind & ACKNOWLEDGEMENT) !== 0 && c.left === 4 && (ctx.dstPort === 623 || ctx.srcPort === 623) ? Match : Exclude
  },

  extract(c, out) {
    const kind = c.peek(3)
    out.class = kind === CLASS_ASF ? 'asf' : kind === CLASS_IPMI ? 'ipmi' : 'acknowledgement'
  },
})
