import { risk } from './risk.ts'

export default risk({
  id: 54,
  name: 'Binary File/Data Transfer (Attempt)',
  severity: 'Medium',
  blame: 'both',
  about: 'A file that is no page was fetched or sent in clear: make sure that somebody wanted it.',
  of: 'raised',
})
