import { risk } from './risk.ts'

export default risk({
  id: 34,
  name: 'TLS Fatal Alert',
  severity: 'Low',
  blame: 'both',
  about: 'One end broke the connection off: often a certificate that it does not trust, or no version or cipher in common.',
  of: ['TLS', 'DTLS'],
  fields: ['alert'],
  check(flow) {
    const alert = flow.text('alert')
    return alert.includes('fatal') ? alert : undefined
  },
})
