import { dissector, Exclude, Match, text, u8 } from './dissector.ts'

const PORT = 8805
// 3GPP TS 29.244 §7.2.2: version 1 in the high bits; S says that a session id follows.
const VERSION = 1
const HAS_SESSION = 0x01
const MESSAGES: Readonly<Record<number, string>> = {
  1: 'heartbeat request',
  2: 'heartbeat response',
  3: 'PFD management request',
  4: 'PFD management response',
  5: 'association setup request',
  6: 'association setup response',
  7: 'association update request',
  8: 'association update response',
  9: 'association release request',
  10: 'association release response',
  11: 'version not supported',
  12: 'node report request',
  13: 'node report response',
  14: 'session set deletion request',
  15: 'session set deletion response',
  50: 'session establishment request',
  51: 'session establishment response',
  52: 'session modification request',
  53: 'session modification response',
  54: 'session deletion request',
  55: 'session deletion response',
  56: 'session report request',
  57: 'session report response',
}
const FIRST_SESSION_MESSAGE = 50

export default dissector({
  name: 'PFCP',
  category: 'Network',
  about:
    'Control of user planes in mobile cores (TS 29.244): version 1, a known message, a session id when it has one, and its length, on its port',
  over: 'udp',
  ports: [PORT],
  firstBytes: (byte) => byte >> 5 === VERSION && (byte & 0x18) === 0,
  minLen: 8,
  fields: { message: text('Message'), version: u8('Version') },

  signature(c, ctx) {
    if (ctx.dstPort !== PORT && ctx.srcPort !== PORT) return Exclude
    const type = c.peek(1)
    const hasSession = (c.peek() & HAS_SESSION) !== 0
    if (MESSAGES[type] === undefined || hasSession !== type >= FIRST_SESSION_MESSAGE) return Exclude
    return c.peek16(2) + 4 <= Math.max(c.left, ctx.wireLeft) && c.peek16(2) >= (hasSession ? 12 : 4) ? Match : Exclude
  },

  extract(c, out, ctx) {
    out.version = c.u8() >> 5
    out.message = MESSAGES[c.u8()]
    if (out.message !== undefined) ctx.info(out.message)
  },
})
