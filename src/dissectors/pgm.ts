import { dissector } from './dissector.ts'

export default dissector({
  name: 'PGM',
  category: 'Network',
  about: 'Pragmatic General Multicast (RFC 3208): IP protocol 113',
  ipProtocols: [113],
})
