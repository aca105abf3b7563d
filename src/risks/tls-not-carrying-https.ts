import { risk } from './risk.ts'
import { isForCall, isModernHello } from './tls-versions.ts'

export default risk({
  id: 15,
  name: 'TLS (probably) Not Carrying HTTPS',
  severity: 'Low',
  blame: 'both',
  about: 'The client offers no protocol (ALPN), which browsers always do: a program of another kind, or a tunnel.',
  of: ['TLS', 'DTLS'],
  fields: ['versions'],
  check(flow) {
    return isModernHello(flow) && !isForCall(flow) && flow.texts('alpn').length === 0 ? 'no ALPN' : undefined
  },
})
