import { risk } from './risk.ts'
import { isForCall, isModernHello, namesNobody } from './tls-versions.ts'

export default risk({
  id: 24,
  name: 'Missing SNI TLS Extn',
  severity: 'Medium',
  blame: 'both',
  about: 'The client does not say which server it wants, as all browsers do: an old or odd program, or one that hides where it goes.',
  of: ['TLS', 'DTLS', 'QUIC'],
  fields: ['versions', 'quicVersion'],
  counts: true,
  check(flow) {
    // Google's first QUIC has hellos of another kind, which come whole in one packet.
    const isOld = /^Q0/.test(flow.text('quicVersion')) && flow.isSettled && flow.serverName === ''
    return isOld || (isModernHello(flow) && !isForCall(flow) && namesNobody(flow)) ? 'no server name' : undefined
  },
})
