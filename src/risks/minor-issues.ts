import { risk } from './risk.ts'

export default risk({
  id: 49,
  name: 'Minor Issues',
  severity: 'Low',
  blame: 'server',
  about: 'Something small is not as it should be, such as a name that may not be remembered (time to live zero): mostly harmless.',
  of: 'raised',
})
