import { parseAddress } from '../wire/address.ts'
import { risk } from './risk.ts'

export default risk({
  id: 12,
  name: 'HTTP/TLS/QUIC Numeric Hostname/SNI',
  severity: 'Low',
  blame: 'both',
  about: 'The client names the server by its address: usual for devices and tests, but also for malware that has no domain.',
  of: ['HTTP', 'TLS', 'QUIC', 'DTLS', 'HTTP2'],
  given: 'serverName',
  check(flow) {
    const name = flow.serverName
    // A known application that goes without a domain is no news.
    if (flow.master === 'TLS' && flow.app !== '') return undefined
    const last = name.charCodeAt(name.length - 1)
    const isNumeric = ((last >= 0x30 && last <= 0x39) || name.includes(':')) && parseAddress(name) !== undefined
    return isNumeric ? name : undefined
  },
})
