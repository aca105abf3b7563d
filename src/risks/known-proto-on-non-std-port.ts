import { risk } from './risk.ts'

/** Protocols that begin in clear and turn to TLS on the way (RFC 3207, RFC 2595, RFC 4217) stay on the port where they began. */
const BEGUN_IN_CLEAR: Readonly<Record<string, readonly number[]>> = { SMTPS: [25, 587, 2525], IMAPS: [143], POPS: [110], FTPS: [21] }

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
    if (BEGUN_IN_CLEAR[flow.master]?.includes(flow.serverPort)) return undefined
    return `${flow.master} on port ${flow.serverPort}`
  },
})
