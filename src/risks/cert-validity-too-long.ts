import { risk } from './risk.ts'

const DAY_MS = 86_400_000
/** CA/Browser Forum, ballot SC31: of certificates issued from September 2020 on. */
const MAX_DAYS = 398
const SINCE_MS = Date.UTC(2020, 8, 1)

export default risk({
  id: 32,
  name: 'TLS Cert Validity Too Long',
  severity: 'Medium',
  blame: 'both',
  about:
    'The certificate is valid for longer than 398 days, which no public authority gives: the server made it itself, or nobody renews it.',
  of: ['TLS', 'DTLS'],
  fields: ['notAfter'],
  check(flow) {
    const from = flow.number('notBefore')
    const to = flow.number('notAfter')
    if (from === undefined || to === undefined || from < SINCE_MS) return undefined
    const days = Math.round((to - from) / DAY_MS)
    return days > MAX_DAYS ? `${days} days` : undefined
  },
})
