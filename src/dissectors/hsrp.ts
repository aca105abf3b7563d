import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, num, text, u8 } from './dissector.ts'
import { ipv4Text, ipv6Text } from './dns-message.ts'

/** 2029 for IPv6. */
const PORTS = [1985, 2029]
// RFC 2281 §5.1.
const V1_LEN = 20
const LAST_OPCODE = 3
const V1_STATES = [0, 1, 2, 4, 8, 16]
/** Version 2 comes in parts of type and length; the first is the group's state. */
const GROUP_STATE = 1
const GROUP_STATE_LEN = 40
const LAST_V2_STATE = 6

export default dissector({
  name: 'HSRP',
  category: 'Network',
  about: 'Hot standby of routers (RFC 2281, and Cisco’s version 2): opcode and state in range, on its ports',
  over: 'udp',
  ports: [1985],
  trialPorts: [2029],
  firstBytes: [0, GROUP_STATE],
  onlyOnPorts: true,
  minLen: V1_LEN,
  fields: { version: u8('Version'), group: num('Group'), priority: num('Priority'), virtualAddress: text('Virtual address') },

  signature(c, ctx) {
    if (!PORTS.includes(ctx.dstPort) && !PORTS.includes(ctx.srcPort)) return Exclude
    if (c.peek() === GROUP_STATE) return soundV2(c) ? Match : Exclude
    return c.peek(1) <= LAST_OPCODE && V1_STATES.includes(c.peek(2)) && c.peek(7) === 0 ? Match : Exclude
  },

  extract(c, out) {
    if (c.peek() === GROUP_STATE) {
      const ipVersion = c.peek(5)
      out.version = 2
      out.group = c.peek16(6)
      out.priority = c.peek32(14)
      c.skip(26)
      out.virtualAddress = ipVersion === 6 ? ipv6Text(c) : ipv4Text(c)
    } else if (c.peek(1) < LAST_OPCODE) {
      out.version = 1
      out.priority = c.peek(5)
      out.group = c.peek(6)
      out.virtualAddress = ipv4Text(c.skip(16))
    }
  },
})

const soundV2 = (c: Cursor): boolean =>
  c.left >= 2 + GROUP_STATE_LEN &&
  c.peek(1) === GROUP_STATE_LEN &&
  c.peek(2) === 2 &&
  c.peek(3) <= LAST_OPCODE &&
  c.peek(4) <= LAST_V2_STATE &&
  (c.peek(5) === 4 || c.peek(5) === 6)
