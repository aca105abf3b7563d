import { risk } from './risk.ts'
import { namesNobody } from './tls-versions.ts'

export default risk({
  id: 52,
  name: 'ALPN/SNI Mismatch',
  severity: 'Medium',
  blame: 'both',
  about: 'The client offers HTTP/2 or 3 as a browser does, but names no server as no browser does: something that poses as one.',
  of: ['TLS', 'QUIC'],
  fields: ['alpn'],
  check(flow) {
    if (!namesNobody(flow)) return undefined
    return flow.texts('alpn').find((name) => name === 'h2' || name.startsWith('h3'))
  },
})
