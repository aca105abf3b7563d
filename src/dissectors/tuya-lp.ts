import { dissector, Exclude, Match, NeedMore, num } from './dissector.ts'

// Tuya's local protocol: prefix, sequence number, command, length of what follows, …, suffix. From version 3.5 on another prefix and two bytes more.
const PREFIX = 0x55aa
const SUFFIX = 0xaa55
const HEADER_LEN = 16
const PREFIX_35 = 0x6699
const SUFFIX_35 = 0x9966
const HEADER_LEN_35 = 18
const SUFFIX_LEN = 4
const LAST_COMMAND = 0xff
const MAX_LENGTH = 8192

export default dissector({
  name: 'TuyaLP',
  category: 'IoT-Scada',
  about: 'Smart-home devices by Tuya: prefix, a length that is the message’s, and suffix',
  over: ['udp', 'tcp'],
  udpPorts: [6667],
  trialPorts: [6666, 6668, 7000],
  firstBytes: [0],
  secondBytes: [0],
  minLen: HEADER_LEN_35 + SUFFIX_LEN,
  fields: { command: num('Command') },

  signature(c, ctx) {
    const prefix = c.peek32()
    if (prefix !== PREFIX && prefix !== PREFIX_35) return Exclude
    const old = prefix === PREFIX
    const command = c.peek32(old ? 8 : 10)
    const length = c.peek32(old ? 12 : 14)
    const whole = old ? HEADER_LEN + length : HEADER_LEN_35 + length + SUFFIX_LEN
    if (command > LAST_COMMAND || length < 4 || length > MAX_LENGTH) return Exclude
    if (ctx.proto === 17 ? c.left !== whole : c.left < whole) return ctx.proto === 17 ? Exclude : NeedMore
    return c.peek32(whole - SUFFIX_LEN) === (old ? SUFFIX : SUFFIX_35) ? Match : Exclude
  },

  extract(c, out) {
    out.command = c.peek32(c.peek32() === PREFIX ? 8 : 10)
  },
})
