import { dissector } from './dissector.ts'

export default dissector({
  name: 'IP_in_IP',
  category: 'Network',
  about: 'IPv4 within IP (RFC 2003) that was not opened: IP protocol 4',
  ipProtocols: [4],
})
