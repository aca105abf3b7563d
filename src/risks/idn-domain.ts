import { risk } from './risk.ts'

export default risk({
  id: 42,
  name: 'IDN Domain Name',
  severity: 'Low',
  blame: 'server',
  about: 'The name has letters beyond ASCII, some of which look like others: make sure that it is not a false one of a known site.',
  of: 'any',
  given: 'serverName',
  check: (flow) => (/(?:^|\.)xn--/.test(flow.serverName) ? flow.serverName : undefined),
})
