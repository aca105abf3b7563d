import { risk } from './risk.ts'

export default risk({
  id: 25,
  name: 'HTTP Susp Content',
  severity: 'High',
  blame: 'client',
  about: 'What is said to be text is none: data that pass under a wrong name, as malware sends and fetches them.',
  of: 'raised',
})
