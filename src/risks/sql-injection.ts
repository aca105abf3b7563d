import { risk } from './risk.ts'

export default risk({
  id: 2,
  name: 'SQL Injection',
  severity: 'Severe',
  blame: 'client',
  about: 'A request carries SQL where a value should be: see what the server answered, and keep the client out.',
  of: 'raised',
})
