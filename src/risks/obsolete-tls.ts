import { risk } from './risk.ts'

/** RFC 8996; SSL by RFC 6176 and RFC 7568. */
const OBSOLETE = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.0', 'TLSv1.1', 'DTLSv1.0']

export default risk({
  id: 7,
  name: 'Obsolete TLS (v1.1 or older)',
  severity: 'High',
  blame: 'client',
  about: 'This version has known weaknesses (RFC 8996): bring the older end up to date.',
  of: ['TLS', 'DTLS'],
  check(flow) {
    // Until the server has chosen: the newest that the client can.
    const version = flow.text('version') || flow.texts('versions')[0]
    return version !== undefined && OBSOLETE.includes(version) ? version : undefined
  },
})
