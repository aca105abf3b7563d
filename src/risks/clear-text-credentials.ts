import { risk } from './risk.ts'

export default risk({
  id: 36,
  name: 'Clear-Text Credentials',
  severity: 'High',
  blame: 'client',
  about: 'A user name or password passed in clear, for everyone on the way to read: use the encrypted form, and change the password.',
  of: 'raised',
})
