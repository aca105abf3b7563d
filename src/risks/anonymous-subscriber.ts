import { risk } from './risk.ts'

export default risk({
  id: 45,
  name: 'Anonymous Subscriber',
  severity: 'Medium',
  blame: 'both',
  about: 'The traffic goes by a relay that hides who speaks to whom: what the client does there cannot be seen from here.',
  of: 'any',
  names: ['iCloudPrivateRelay'],
  check: (flow) => (flow.app === 'iCloudPrivateRelay' ? flow.app : undefined),
})
