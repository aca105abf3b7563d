import { risk } from './risk.ts'

export default risk({
  id: 4,
  name: 'Binary App Transfer',
  severity: 'Severe',
  blame: 'both',
  about: 'A program was transferred in clear: make sure that somebody wanted it, and that it is what it should be.',
  of: 'raised',
})
