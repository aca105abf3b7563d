import { risk } from './risk.ts'

export default risk({
  id: 27,
  name: 'Risky Domain Name',
  severity: 'Medium',
  blame: 'both',
  about: 'The name is below one that is known for attacks, or in your lists: see which program asked for it.',
  of: 'any',
  given: 'serverName',
  check: (flow) => (flow.serverName === '' ? undefined : flow.lists.listedDomain(flow.serverName)),
})
