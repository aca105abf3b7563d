import { dissector } from './dissector.ts'

export default dissector({
  name: 'EGP',
  category: 'Network',
  about: 'Exterior Gateway Protocol (RFC 904): IP protocol 8',
  ipProtocols: [8],
})
