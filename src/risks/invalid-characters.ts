import { risk } from './risk.ts'

export default risk({
  id: 39,
  name: 'Non-Printable/Invalid Chars Detected',
  severity: 'High',
  blame: 'client',
  about: 'A name holds bytes that no name has: a faulty program, data hidden in names, or an attack on what shows them.',
  of: 'raised',
})
