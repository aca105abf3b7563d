import { risk } from './risk.ts'

export default risk({
  id: 13,
  name: 'HTTP Susp URL',
  severity: 'High',
  blame: 'client',
  about: 'The URL leaves the paths of the site, or asks for what no page links to: somebody looks for holes.',
  of: ['HTTP'],
  check(flow) {
    const url = flow.text('url')
    return SUSPICIOUS.test(url) ? url : undefined
  },
})

/** Ways up the tree, plain and encoded; files of the system; zero bytes. */
const SUSPICIOUS = /(?:\.\.|%2e%2e|%252e%252e)(?:[/\\]|%2f|%5c|%252f)|\/etc\/(?:passwd|shadow)|\bcmd\.exe\b|\bwin\.ini\b|%00/i
