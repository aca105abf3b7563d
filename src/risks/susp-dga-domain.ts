import { looksMade } from './made-names.ts'
import { risk } from './risk.ts'

export default risk({
  id: 16,
  name: 'Susp DGA Domain name',
  severity: 'High',
  blame: 'client',
  about: 'The name looks made by an algorithm, as malware makes them to find its master: see what else the client asks for.',
  of: 'any',
  given: 'serverName',
  check(flow) {
    return flow.serverName !== '' && looksMade(flow.serverName) ? flow.serverName : undefined
  },
})
