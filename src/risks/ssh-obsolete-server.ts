import { risk } from './risk.ts'
import { weakness } from './ssh-weakness.ts'

export default risk({
  id: 19,
  name: 'SSH Obsolete Ser Vers/Cipher',
  severity: 'Medium',
  blame: 'server',
  about: 'The SSH server is old or accepts ciphers that are broken: bring it up to date.',
  of: ['SSH'],
  fields: ['server', 'serverCiphers'],
  check: (flow) => weakness(flow.text('server'), flow.texts('serverCiphers')),
})
