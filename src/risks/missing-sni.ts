import { risk } from './risk.ts'

export default risk({
  id: 24,
  name: 'Missing SNI TLS Extn',
  severity: 'Medium',
  blame: 'both',
  about: 'The client does not say which server it wants, as all browsers do: an old or odd program, or one that hides where it goes.',
  of: ['TLS', 'DTLS', 'QUIC'],
  check(flow) {
    if (flow.text('ja3') === '' || flow.text('serverName') !== '' || flow.flag('esni') || flow.flag('ech')) return undefined
    return 'no server name'
  },
})
