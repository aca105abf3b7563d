import { risk } from './risk.ts'

export default risk({
  id: 3,
  name: 'RCE Injection',
  severity: 'Severe',
  blame: 'client',
  about: 'A request carries commands for the server to run: see what it answered and what it did next, and keep the client out.',
  of: 'raised',
})
