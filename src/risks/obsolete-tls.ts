import { risk } from './risk.ts'
import { isObsolete } from './tls-versions.ts'

export default risk({
  id: 7,
  name: 'Obsolete TLS (v1.1 or older)',
  severity: 'High',
  blame: 'client',
  about: 'This version has known weaknesses (RFC 8996): bring the older end up to date.',
  of: ['TLS', 'DTLS'],
  fields: ['version', 'versions'],
  check(flow) {
    // Until the server has chosen: the newest that the client can.
    const version = flow.text('version') || flow.texts('versions')[0]
    return isObsolete(version) ? version : undefined
  },
})
