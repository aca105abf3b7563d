import { risk } from './risk.ts'

/** Series that get no repairs any longer: Apache's 2.2 ended in 2017, nginx' 1.18 in 2021, IIS 7.5 with its Windows in 2020. */
const OLDEST: readonly (readonly [name: RegExp, major: number, minor: number])[] = [
  [/\bApache(?: httpd)?\/(\d+)\.(\d+)/i, 2, 4],
  [/\bnginx\/(\d+)\.(\d+)/i, 1, 18],
  [/\bMicrosoft-IIS\/(\d+)\.(\d+)/i, 8, 0],
  [/\blighttpd\/(\d+)\.(\d+)/i, 1, 4],
]

export default risk({
  id: 47,
  name: 'HTTP Obsolete Server',
  severity: 'Medium',
  blame: 'server',
  about: 'The server runs software that gets no repairs any longer: bring it up to date.',
  of: ['HTTP'],
  fields: ['server'],
  check(flow) {
    const server = flow.text('server')
    for (const [name, major, minor] of OLDEST) {
      const found = name.exec(server)
      if (found === null) continue
      const [a, b] = [Number(found[1]), Number(found[2])]
      if (a < major || (a === major && b < minor)) return server
    }
    return undefined
  },
})
