import { dissector, oneOf, u8 } from './dissector.ts'

// IANA "ICMP Type Numbers"; the ones in use.
const TYPES: Readonly<Record<number, (typeof MESSAGES)[number]>> = {
  0: 'echo-reply',
  3: 'unreachable',
  4: 'source-quench',
  5: 'redirect',
  8: 'echo-request',
  9: 'router-advertisement',
  10: 'router-solicitation',
  11: 'time-exceeded',
  12: 'parameter-problem',
  13: 'timestamp-request',
  14: 'timestamp-reply',
  17: 'mask-request',
  18: 'mask-reply',
  42: 'extended-echo-request',
  43: 'extended-echo-reply',
}
const MESSAGES = [
  'echo-reply',
  'unreachable',
  'source-quench',
  'redirect',
  'echo-request',
  'router-advertisement',
  'router-solicitation',
  'time-exceeded',
  'parameter-problem',
  'timestamp-request',
  'timestamp-reply',
  'mask-request',
  'mask-reply',
  'extended-echo-request',
  'extended-echo-reply',
  'other',
] as const

export default dissector({
  name: 'ICMP',
  category: 'Network',
  about: 'Control messages of IPv4 (RFC 792): IP protocol 1',
  ipProtocols: [1],
  fields: { message: oneOf('Message', MESSAGES), type: u8('Type'), code: u8('Code') },

  extract(c, out) {
    if (c.left < 2) return
    const type = c.u8()
    out.message = TYPES[type] ?? 'other'
    out.type = type
    out.code = c.u8()
  },
})
