import { risk } from './risk.ts'

export default risk({
  id: 48,
  name: 'Periodic Flow',
  severity: 'Low',
  blame: 'server',
  about: 'The client opens this again and again after the same time: updates and monitoring do, and so does malware that asks for orders.',
  of: 'raised',
})
