import { risk } from './risk.ts'

export default risk({
  id: 55,
  name: 'Probing Attempt',
  severity: 'Medium',
  blame: 'both',
  about: 'One of many connections of this client within a minute that came to nothing: a scan, or a program that looks for others.',
  of: 'raised',
})
