import { dissector, Exclude, Match, num } from './dissector.ts'

/** Saia's Ether-S-I/O: its letters, type of telegram, version, length of all, then telegram and transfer numbers. */
const MAGIC = 'ESIO'
const HEADER_LEN = 12
const LAST_TYPE = 4

export default dissector({
  name: 'EtherSIO',
  category: 'IoT-Scada',
  about: 'Remote inputs and outputs of Saia controllers: the letters ESIO and the exact length',
  over: 'udp',
  udpPorts: [6060],
  firstBytes: [0x45],
  secondBytes: [0x53],
  minLen: HEADER_LEN,
  fields: { telegram: num('Telegram type') },

  signature: (c, ctx) =>
    c.startsWith(MAGIC) && c.peek16(4) <= LAST_TYPE && c.peek16(8) === Math.max(c.left, ctx.wireLeft) ? Match : Exclude,

  extract(c, out) {
    out.telegram = c.peek16(4)
  },
})
