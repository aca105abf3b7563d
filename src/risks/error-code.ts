import { risk } from './risk.ts'

export default risk({
  id: 43,
  name: 'Error Code',
  severity: 'Low',
  blame: 'server',
  about: 'The server answered that it could not or would not: one is nothing, many from one client are somebody trying.',
  of: ['HTTP', 'SNMP', 'HTTP2', 'DNS'],
  fields: ['status', 'errorStatus', 'responseCode'],
  check(flow) {
    const status = flow.number('status') ?? 0
    if (status >= 400) return `HTTP ${status}`
    const error = flow.number('errorStatus') ?? 0
    if (error > 0) return `SNMP error ${error}`
    const code = flow.text('responseCode')
    return code !== '' && code !== 'NOERROR' ? `DNS ${code}` : undefined
  },
})
