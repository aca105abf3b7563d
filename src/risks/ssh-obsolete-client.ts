import { risk } from './risk.ts'
import { weakness } from './ssh-weakness.ts'

export default risk({
  id: 18,
  name: 'SSH Obsolete Cli Vers/Cipher',
  severity: 'High',
  blame: 'client',
  about: 'The SSH client is old or offers ciphers that are broken: bring it up to date.',
  of: ['SSH'],
  fields: ['client', 'clientCiphers'],
  check: (flow) => weakness(flow.text('client'), flow.texts('clientCiphers')),
})
