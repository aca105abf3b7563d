import { dissector, Exclude, Match, NeedMore, oneOf } from './dissector.ts'

// Alcatel-Lucent's UA over UDP: operation; connect has parameters, data two sequence numbers and messages with their length, little-endian.
const PORTS = [32_512, 32_640]
const OPERATIONS = [
  'connect',
  'connect acknowledgement',
  'release',
  'release acknowledgement',
  'keep-alive',
  'keep-alive acknowledgement',
  'refusal',
  'data',
] as const
const CONNECT = 0
const KEEP_ALIVE = 4
const KEEP_ALIVE_ACK = 5
const DATA = 7
const DATA_HEADER_LEN = 5
/** Parameters of type, length and value. */
const LAST_PARAMETER = 16

export default dissector({
  name: 'NOE',
  category: 'VoIP',
  about:
    'Alcatel-Lucent telephones and their exchange: data whose messages fill the packet, a connect whose parameters do, or keep-alive and answer, on its ports',
  over: 'udp',
  trialPorts: PORTS,
  onlyOnPorts: true,
  firstBytes: (byte) => byte < OPERATIONS.length,
  fields: { operation: oneOf('Operation', OPERATIONS) },

  signature(c, ctx) {
    const operation = c.peek()
    if (operation === KEEP_ALIVE || operation === KEEP_ALIVE_ACK) {
      if (c.left !== 1) return Exclude
      const seen = 1 << (operation - KEEP_ALIVE)
      ctx.memo |= seen
      return ctx.memo === 3 ? Match : NeedMore
    }
    let at = operation === CONNECT ? 1 : DATA_HEADER_LEN
    if (operation === CONNECT) while (at < c.left && c.peek(at) <= LAST_PARAMETER) at += 2 + Math.max(0, c.peek(at + 1))
    else if (operation === DATA) {
      // An acknowledgement carries none.
      if (c.left === DATA_HEADER_LEN) return NeedMore
      while (at + 2 < c.left) at += 2 + (c.peek(at) | (c.peek(at + 1) << 8))
    } else return NeedMore
    return at === c.left && at > DATA_HEADER_LEN ? Match : Exclude
  },

  extract(c, out) {
    out.operation = OPERATIONS[c.peek()]
  },
})
