import { risk } from './risk.ts'

export default risk({
  id: 29,
  name: 'Malicious SSL Cert/SHA1 Fingerp.',
  severity: 'Medium',
  blame: 'both',
  about: 'The certificate of the server is one of your lists: the server commands malware. Take the client off the network.',
  of: ['TLS', 'DTLS'],
  fields: ['certificateSha1'],
  check(flow) {
    const sha1 = flow.text('certificateSha1')
    return sha1 !== '' && flow.lists.hasCertificate(sha1) ? sha1 : undefined
  },
})
