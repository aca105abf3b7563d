import { risk } from './risk.ts'

export default risk({
  id: 11,
  name: 'HTTP Susp User-Agent',
  severity: 'High',
  blame: 'client',
  about: 'Browsers and honest programs say who they are; this one says nothing, or something that no program is called.',
  of: ['HTTP'],
  check(flow) {
    if (flow.text('method') === '' || flow.text('method') === 'CONNECT') return undefined
    const agent = flow.text('userAgent')
    if (agent === '') return 'no user agent'
    return isAttack(agent) || isRandom(agent) ? agent : undefined
  },
})

const isAttack = (agent: string) => /\$\{jndi:|\(\)\s*\{|<script|\bunion\b.+\bselect\b/i.test(agent)

/** One word of letters in changing case, without version or vowels as words have them. */
function isRandom(agent: string): boolean {
  if (!/^[A-Za-z0-9]{12,}$/.test(agent)) return false
  let turns = 0
  for (let i = 1; i < agent.length; i++) if (/[a-z]/.test(agent[i - 1]!) && /[A-Z0-9]/.test(agent[i]!)) turns++
  const vowels = agent.replace(/[^aeiou]/gi, '').length
  return turns >= agent.length / 5 && vowels < agent.length / 4
}
