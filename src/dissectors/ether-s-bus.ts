import { crcCcitt } from './crc16.ts'
import { dissector, Exclude, Match, oneOf, u8 } from './dissector.ts'

// Saia S-Bus over UDP: length of all, version, type, sequence number, attribute; a request's station and command, an answer's data; check sum.
const LEAST = 11
const MAX_VERSION = 1
const ATTRIBUTES = ['request', 'response', 'acknowledgement'] as const
const ATTRIBUTE_AT = 8

export default dissector({
  name: 'Ether-S-Bus',
  category: 'IoT-Scada',
  about: 'Saia S-Bus over UDP: the length of the telegram and its check sum',
  over: 'udp',
  udpPorts: [5050],
  firstBytes: [0],
  secondBytes: [0],
  minLen: LEAST,
  fields: { attribute: oneOf('Telegram', ATTRIBUTES), station: u8('Station'), command: u8('Command') },

  signature(c) {
    if (c.peek32() !== c.left || c.peek(4) > MAX_VERSION || c.peek(5) > 1 || c.peek(ATTRIBUTE_AT) >= ATTRIBUTES.length) return Exclude
    return crcCcitt(c, 0, c.left - 2, 0) === c.peek16(c.left - 2) ? Match : Exclude
  },

  extract(c, out) {
    out.attribute = ATTRIBUTES[c.peek(ATTRIBUTE_AT)]
    if (c.peek(ATTRIBUTE_AT) !== 0 || c.left < LEAST + 2) return
    out.station = c.peek(ATTRIBUTE_AT + 1)
    out.command = c.peek(ATTRIBUTE_AT + 2)
  },
})
