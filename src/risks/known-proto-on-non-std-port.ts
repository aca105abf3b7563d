import { risk } from './risk.ts'

export default risk({
  id: 5,
  name: 'Known Proto on Non Std Port',
  severity: 'Medium',
  blame: 'both',
  about: 'A protocol is spoken where nobody expects it, which may be to pass a firewall: make sure that the service is meant to be there.',
  of: 'any',
  check(flow) {
    if (!flow.isRecognised || !flow.hasUsualPorts || (flow.proto !== 6 && flow.proto !== 17)) return undefined
    if (flow.isUsualPort(flow.serverPort) || flow.isUsualPort(flow.clientPort)) return undefined
    return `${flow.master} on port ${flow.serverPort}`
  },
})
