import { dissector } from './dissector.ts'

export default dissector({
  name: 'GRE',
  category: 'Network',
  about: 'Generic routing encapsulation (RFC 2784) that was not opened: IP protocol 47',
  ipProtocols: [47],
})
