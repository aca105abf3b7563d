import { risk } from './risk.ts'

export default risk({
  id: 26,
  name: 'Risky ASN',
  severity: 'Medium',
  blame: 'both',
  about: 'The server is in a network of your lists, such as those of providers that only criminals use: see what the client wants there.',
  of: 'any',
  given: 'listedNetworks',
  check: (flow) => (flow.serverListed?.includes('/') ? flow.serverListed : undefined),
})
