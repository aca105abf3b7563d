import { risk } from './risk.ts'

export default risk({
  id: 21,
  name: 'TLS Susp ESNI Usage',
  severity: 'Medium',
  blame: 'both',
  about: 'Encrypted server names were a draft that ECH has replaced; few but tools that hide where they go still send them.',
  of: ['TLS', 'QUIC'],
  check: (flow) => (flow.flag('esni') ? 'encrypted server name' : undefined),
})
