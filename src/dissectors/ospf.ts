import { dissector, oneOf, text, u8 } from './dissector.ts'
import { ipv4Text } from './dns-message.ts'

// RFC 2328 §A.3.1, RFC 5340 §A.3.1: the same beginning in both versions.
const PACKETS = [
  'unknown',
  'hello',
  'database-description',
  'link-state-request',
  'link-state-update',
  'link-state-acknowledgement',
] as const
const HEADER_LEN = 16

export default dissector({
  name: 'OSPF',
  category: 'Network',
  about: 'Routing within a network (RFC 2328, RFC 5340): IP protocol 89',
  ipProtocols: [89],
  // The port at which routing daemons serve their OSPF console.
  tcpPorts: [2604],
  fields: { version: u8('Version'), packet: oneOf('Packet', PACKETS), router: text('Router ID'), area: text('Area ID') },

  extract(c, out) {
    if (c.left < HEADER_LEN) return
    out.version = c.u8()
    out.packet = PACKETS[c.u8()] ?? 'unknown'
    c.skip(2)
    out.router = ipv4Text(c)
    out.area = ipv4Text(c)
  },
})
