import { dissector, u16 } from './dissector.ts'

const COMMON_HEADER_LEN = 12

export default dissector({
  name: 'SCTP',
  category: 'Network',
  about: 'Stream Control Transmission Protocol (RFC 9260): IP protocol 132',
  ipProtocols: [132],
  fields: { sourcePort: u16('Source port'), destinationPort: u16('Destination port') },

  extract(c, out) {
    if (c.left < COMMON_HEADER_LEN) return
    out.sourcePort = c.u16()
    out.destinationPort = c.u16()
  },
})
