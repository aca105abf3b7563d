import { risk } from './risk.ts'

/** Each installation makes a certificate of its own, by which its users let it in. */
const PINNED = ['AnyDesk', 'Syncthing']

export default risk({
  id: 6,
  name: 'Self-signed Cert',
  severity: 'High',
  blame: 'client',
  about: 'Nobody but the server itself vouches for its certificate: anyone in between could be it.',
  // Calls by WebRTC (DTLS) make a certificate for each: the ends vouch for it by other means (RFC 8827).
  of: ['TLS'],
  fields: ['subject'],
  check(flow) {
    if (PINNED.includes(flow.app)) return undefined
    const subject = flow.text('subject')
    return subject !== '' && subject === flow.text('issuer') ? subject : undefined
  },
})
