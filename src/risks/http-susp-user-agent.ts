import { strangeness } from './made-names.ts'
import { risk } from './risk.ts'

export default risk({
  id: 11,
  name: 'HTTP Susp User-Agent',
  severity: 'High',
  blame: 'client',
  about: 'Browsers and honest programs say who they are; this one says nothing, or something that no program is called.',
  of: ['HTTP'],
  fields: ['method'],
  check(flow) {
    if (flow.text('method') === '' || flow.text('method') === 'CONNECT') return undefined
    const agent = flow.text('userAgent')
    if (agent === '') return 'no user agent'
    return isAttack(agent) || agent.length < 5 || isRandom(agent) ? agent : undefined
  },
})

const isAttack = (agent: string) => /\$\{jndi:|\(\)\s*\{|<script|\bunion\b.+\bselect\b/i.test(agent)

/** One word of letters that follow each other as in no word, and in changing case. */
const isRandom = (agent: string) =>
  /^[A-Za-z0-9]{12,}$/.test(agent) && /[a-z][A-Z].*[a-z][A-Z]/.test(agent) && strangeness(agent.toLowerCase()) > 6
