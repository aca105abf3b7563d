import { dissector, oneOf } from './dissector.ts'

const MESSAGES = ['query', 'report-v1', 'report-v2', 'leave', 'report-v3', 'other'] as const
// RFC 1112, RFC 2236 §2.1, RFC 3376 §4.
const TYPES: Readonly<Record<number, (typeof MESSAGES)[number]>> = {
  17: 'query',
  18: 'report-v1',
  22: 'report-v2',
  23: 'leave',
  34: 'report-v3',
}

export default dissector({
  name: 'IGMP',
  category: 'Network',
  about: 'Who listens to which IPv4 multicast group (RFC 3376): IP protocol 2',
  ipProtocols: [2],
  fields: { message: oneOf('Message', MESSAGES) },

  extract(c, out) {
    if (c.left > 0) out.message = TYPES[c.u8()] ?? 'other'
  },
})
