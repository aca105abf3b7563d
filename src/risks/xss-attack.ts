import { risk } from './risk.ts'

export default risk({
  id: 1,
  name: 'XSS Attack',
  severity: 'Severe',
  blame: 'client',
  about: 'A request carries script for other visitors of the site: see whether the server echoes it, and who the client is.',
  of: 'raised',
})
