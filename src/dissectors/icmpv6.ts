import { dissector, oneOf, u8 } from './dissector.ts'

// IANA "ICMPv6 Parameters"; the ones in use.
const TYPES: Readonly<Record<number, (typeof MESSAGES)[number]>> = {
  1: 'unreachable',
  2: 'packet-too-big',
  3: 'time-exceeded',
  4: 'parameter-problem',
  128: 'echo-request',
  129: 'echo-reply',
  130: 'listener-query',
  131: 'listener-report',
  132: 'listener-done',
  133: 'router-solicitation',
  134: 'router-advertisement',
  135: 'neighbour-solicitation',
  136: 'neighbour-advertisement',
  137: 'redirect',
  143: 'listener-report-v2',
}
const MESSAGES = [
  'unreachable',
  'packet-too-big',
  'time-exceeded',
  'parameter-problem',
  'echo-request',
  'echo-reply',
  'listener-query',
  'listener-report',
  'listener-done',
  'router-solicitation',
  'router-advertisement',
  'neighbour-solicitation',
  'neighbour-advertisement',
  'redirect',
  'listener-report-v2',
  'other',
] as const

export default dissector({
  name: 'ICMPV6',
  category: 'Network',
  about: 'Control messages of IPv6 (RFC 4443), neighbours and listeners among them: IP protocol 58',
  ipProtocols: [58],
  fields: { message: oneOf('Message', MESSAGES), type: u8('Type'), code: u8('Code') },

  extract(c, out) {
    if (c.left < 2) return
    const type = c.u8()
    out.message = TYPES[type] ?? 'other'
    out.type = type
    out.code = c.u8()
  },
})
