import { Done, dissector, Exclude, Match, oneOf, text, u16 } from './dissector.ts'

// "RX protocol specification" (E. Zeldovich) and OpenAFS: epoch, connection, call, sequence and serial number, then type, flags, …
const HEADER_LEN = 28
const TYPES = ['', 'data', 'busy', 'abort', 'ack', 'ackall', 'challenge', 'response', 'debug', '', '', '', '', 'version'] as const
const TYPE_NAMES = ['data', 'busy', 'abort', 'ack', 'ackall', 'challenge', 'response', 'debug', 'version'] as const
const DATA = 1
const ABORT = 3
const ACK = 4
const VERSION = 13
const LAST_FLAG = 0x3f
const LAST_SECURITY = 5
// Counts, delays and numbers before the reason and the number of acknowledgements.
const ACK_REASON = HEADER_LEN + 16
const LAST_REASON = 9
/** A transfer's numbers begin with 1; who asks sees its beginning. */
const MAX_NUMBER = 1 << 24
const SERVICES: Readonly<Record<number, string>> = {
  1: 'file server or call-back',
  4: 'volume server',
  52: 'volume location',
  73: 'protection',
  731: 'authentication',
}

export default dissector({
  name: 'RX',
  category: 'RPC',
  about: 'Calls of AFS: the RX header on its ports, with numbers, type, flags and security class that may be',
  over: 'udp',
  udpPorts: [7000, 7001, 7002, 7003, 7004, 7005, 7007, 7008, 7009, 7021, 7101],
  onlyOnPorts: true,
  minLen: HEADER_LEN,
  fields: { packet: oneOf('Packet', TYPE_NAMES), service: u16('Service'), serviceName: text('Service name') },

  signature(c) {
    const type = c.peek(20)
    const call = c.peek32(8)
    const sequence = c.peek32(12)
    const serial = c.peek32(16)
    if ((TYPES[type] ?? '') === '' || c.peek(21) > LAST_FLAG || c.peek(23) > LAST_SECURITY) return Exclude
    if (sequence > MAX_NUMBER || serial > MAX_NUMBER || c.peek32(0) === 0) return Exclude
    if (type === DATA && (call === 0 || sequence === 0 || serial === 0)) return Exclude
    if (type === ABORT && c.left !== HEADER_LEN + 4) return Exclude
    if (type === ACK && (c.left < ACK_REASON + 2 || c.peek(ACK_REASON) === 0 || c.peek(ACK_REASON) > LAST_REASON)) return Exclude
    return type !== VERSION || call === 0 ? Match : Exclude
  },

  extract(c, out) {
    const type = TYPES[c.peek(20)]
    out.packet = TYPE_NAMES.find((t) => t === type)
    const service = c.peek16(26)
    out.service = service
    const name = SERVICES[service]
    if (name !== undefined) out.serviceName = name
    return Done
  },
})
