import { dissector, u8 } from './dissector.ts'

const ADVERTISEMENT = 1
const HEADER_LEN = 8

export default dissector({
  name: 'VRRP',
  category: 'Network',
  about: 'Virtual router redundancy (RFC 5798), CARP too: IP protocol 112',
  ipProtocols: [112],
  fields: { version: u8('Version'), virtualRouter: u8('Virtual router'), priority: u8('Priority') },

  extract(c, out) {
    if (c.left < HEADER_LEN) return
    const first = c.u8()
    if ((first & 15) !== ADVERTISEMENT) return
    out.version = first >> 4
    out.virtualRouter = c.u8()
    out.priority = c.u8()
  },
})
