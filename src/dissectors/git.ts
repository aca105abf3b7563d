import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'
import { isHostName, textAt } from './lines.ts'

// gitprotocol-pack(5): a length of four hexadecimal digits, then `git-upload-pack /path\0host=name\0`.
const LENGTH_DIGITS = 4
const MAX_REQUEST = 1024
const SERVICES = ['git-upload-pack ', 'git-receive-pack ', 'git-upload-archive '] as const

export default dissector({
  name: 'Git',
  category: 'Collaborative',
  about: 'The Git protocol: a request for a service in a line that begins with its length',
  over: 'tcp',
  tcpPorts: [9418],
  firstBytes: [0x30],
  minLen: LENGTH_DIGITS + 1,
  fields: { service: text('Service'), path: text('Path') },

  signature(c) {
    const length = hexLength(c)
    if (length < 20 || length > MAX_REQUEST) return Exclude
    const whole = SERVICES.some((s) => c.startsWith(s, LENGTH_DIGITS))
    if (whole) return Match
    const room = c.left - LENGTH_DIGITS
    return SERVICES.some((s) => room < s.length && c.startsWith(s.slice(0, room), LENGTH_DIGITS)) ? NeedMore : Exclude
  },

  extract(c, out, ctx) {
    const service = SERVICES.find((s) => c.startsWith(s, LENGTH_DIGITS))
    if (service === undefined) return Done
    out.service = service.trimEnd()
    c.skip(LENGTH_DIGITS + service.length)
    const end = c.indexOf(0, MAX_REQUEST)
    out.path = textAt(c, 0, end < 0 ? Math.min(c.left, 255) : end)
    ctx.info(`${out.service} ${out.path}`)
    c.skip(end < 0 ? c.left : end + 1)
    const close = c.startsWith('host=') ? c.indexOf(0, 260) : -1
    const host =
      close > 5
        ? textAt(c, 5, close - 5)
            .replace(/:\d+$/, '')
            .toLowerCase()
        : ''
    if (isHostName(host)) ctx.serverName(host)
    return Done
  },
})

function hexLength(c: Cursor): number {
  let n = 0
  for (let i = 0; i < LENGTH_DIGITS; i++) {
    const b = c.peek(i)
    const digit = b >= 0x30 && b <= 0x39 ? b - 0x30 : b >= 0x61 && b <= 0x66 ? b - 0x57 : -1
    if (digit < 0) return -1
    n = n * 16 + digit
  }
  return n
}
