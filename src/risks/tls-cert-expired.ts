import { risk } from './risk.ts'

export default risk({
  id: 9,
  name: 'TLS Cert Expired',
  severity: 'High',
  blame: 'server',
  about: 'The certificate is out of its time: renew it. Clients that do not mind will not notice an impostor either.',
  of: ['TLS', 'DTLS'],
  fields: ['notBefore', 'notAfter'],
  counts: true,
  check(flow) {
    const from = flow.number('notBefore')
    const to = flow.number('notAfter')
    if (to !== undefined && to < flow.firstSeenMs) return `until ${day(to)}`
    return from !== undefined && from > flow.lastSeenMs ? `not before ${day(from)}` : undefined
  },
})

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
