import { dissector, Exclude, Match, num, text } from './dissector.ts'
import { ipv4Text } from './dns-message.ts'

// GE Fanuc GFK-2224: type 13 and version 1, request, producer, exchange, time in seconds and nanoseconds, status, signature, reserved; little-endian.
const TYPE_AND_VERSION = 0x0d01
const HEADER_LEN = 32
const MAX_DATA = 1400
const NANOSECONDS = 1_000_000_000
/** Signature: two bytes of version, of which 0 says that none is given; then reserved. */
const RESERVED_AT = 28

export default dissector({
  name: 'EthernetGlobalData',
  category: 'IoT-Scada',
  about: 'Data that controllers by GE publish: type and version, a time that can be, and reserved bytes that are zero',
  over: 'udp',
  trialPorts: [18_246],
  firstBytes: [TYPE_AND_VERSION >> 8],
  secondBytes: [TYPE_AND_VERSION & 0xff],
  minLen: HEADER_LEN,
  fields: { producer: text('Producer'), exchange: num('Exchange') },

  signature(c) {
    if (c.peek16() !== TYPE_AND_VERSION || c.left > HEADER_LEN + MAX_DATA || c.peek32(RESERVED_AT) !== 0) return Exclude
    return c.skip(16).u32le() < NANOSECONDS && c.skip(2).u16le() === 0 ? Match : Exclude
  },

  extract(c, out) {
    out.producer = ipv4Text(c.skip(4))
    out.exchange = c.u32le()
  },
})
