import { risk } from './risk.ts'

/** No secret of its own for each connection, no secret at all, or a broken cipher or hash (RFC 7457, RFC 9325 §4.1). */
const WEAK = /^TLS_RSA_|_NULL_|_anon_|_EXPORT_|_RC4_|_RC2_|_DES_|_3DES_|_IDEA_|_MD5$/

export default risk({
  id: 8,
  name: 'Weak TLS Cipher',
  severity: 'High',
  blame: 'client',
  about: 'The ends agreed on a cipher that keeps no secrets for long: allow only ones with (EC)DHE on the server.',
  of: ['TLS', 'DTLS'],
  fields: ['cipher'],
  check(flow) {
    const cipher = flow.text('cipher')
    return WEAK.test(cipher) ? cipher : undefined
  },
})
