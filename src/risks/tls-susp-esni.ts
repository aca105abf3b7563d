import { risk } from './risk.ts'

export default risk({
  id: 21,
  name: 'TLS Susp ESNI Usage',
  severity: 'Medium',
  blame: 'both',
  about: 'The client names one server in clear and hides another: the first may be there to deceive filters. See which program it is.',
  of: ['TLS', 'QUIC'],
  fields: ['esni'],
  check: (flow) => (flow.flag('esni') && flow.text('serverName') !== '' ? `${flow.text('serverName')}, and an encrypted one` : undefined),
})
