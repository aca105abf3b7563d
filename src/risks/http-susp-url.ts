import { risk } from './risk.ts'

export default risk({
  id: 13,
  name: 'HTTP Susp URL',
  severity: 'High',
  blame: 'client',
  about: 'The URL leaves the paths of the site, or asks for what no page links to: somebody looks for holes.',
  of: ['HTTP'],
  fields: ['url'],
  check(flow) {
    const url = flow.text('url')
    return SUSPICIOUS.test(pathOf(url)) ? url : undefined
  },
})

/** What a query holds is for a program, and an attack on that (dissectors/http-attacks.ts). */
function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

/** Ways up the tree, plain and encoded, once or twice, or in too many bytes (RFC 3629 §10); the shell of Windows; zero bytes. */
const SUSPICIOUS = /(?:\.\.|%2e%2e|%252e%252e)(?:[/\\]|%2f|%5c|%25(?:2f|5c)|%c0%af|%c1%1c|%c1%9c)|\bcmd\.exe\b|%00/i
