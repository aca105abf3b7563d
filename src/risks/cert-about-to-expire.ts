import { risk } from './risk.ts'

const DAY_MS = 86_400_000
/** Renewing takes place 30 days before the end with ACME's usual clients. */
const SOON_DAYS = 30

export default risk({
  id: 41,
  name: 'TLS Cert About To Expire',
  severity: 'Medium',
  blame: 'server',
  about: 'The certificate ends within 30 days: renew it before its clients stay away.',
  of: ['TLS', 'DTLS'],
  fields: ['notAfter'],
  check(flow) {
    const to = flow.number('notAfter')
    if (to === undefined || to < flow.firstSeenMs) return undefined
    const days = Math.floor((to - flow.firstSeenMs) / DAY_MS)
    return days < SOON_DAYS ? `in ${days} days` : undefined
  },
})
