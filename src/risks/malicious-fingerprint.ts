import { risk } from './risk.ts'

export default risk({
  id: 28,
  // As it stands in the published list.
  name: 'Malicious Fingerpint',
  severity: 'Medium',
  blame: 'both',
  about: 'The TLS client says hello as known malware does. Harmless programs on the same library may too: see which program it is.',
  of: ['TLS', 'QUIC', 'DTLS'],
  fields: ['ja3', 'ja4'],
  check(flow) {
    const ja3 = flow.text('ja3')
    if (ja3 !== '' && flow.lists.hasFingerprint(ja3)) return `JA3 ${ja3}`
    const ja4 = flow.text('ja4')
    return ja4 !== '' && flow.lists.hasFingerprint(ja4) ? `JA4 ${ja4}` : undefined
  },
})
