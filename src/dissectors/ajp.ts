import { dissector, Exclude, Match, NeedMore, oneOf } from './dissector.ts'

// Apache Tomcat "AJPv13": two magic bytes, a length, a code.
const FROM_SERVER_A = 0x41
const FROM_SERVER_B = 0x42
const HEADER_LEN = 4
const MAX_PACKET = 65_536
const REQUESTS = { 2: 'forward-request', 7: 'shutdown', 8: 'ping', 10: 'cping' } as const
const REPLIES = { 3: 'body-chunk', 4: 'headers', 5: 'end', 6: 'get-body-chunk', 9: 'cpong' } as const

export default dissector({
  name: 'AJP',
  category: 'Web',
  about: 'From web server to servlet container: the magic bytes of its direction, a length and a code of that direction',
  over: 'tcp',
  ports: [8009, 8010],
  firstBytes: [0x12, FROM_SERVER_A],
  minLen: HEADER_LEN + 1,
  fields: { message: oneOf('Message', [...Object.values(REQUESTS), ...Object.values(REPLIES)]) },

  signature(c) {
    const fromServer = c.peek() === FROM_SERVER_A
    if (c.peek(1) !== (fromServer ? FROM_SERVER_B : 0x34)) return Exclude
    const length = c.peek16(2)
    const code = c.peek(HEADER_LEN)
    if (length < 1 || length > MAX_PACKET || !(code in (fromServer ? REPLIES : REQUESTS))) return Exclude
    // Codes of one byte alone are exactly that long.
    if (code >= 7) return length === 1 ? Match : Exclude
    if (code !== 2) return Match
    // A method and the protocol's length, before "HTTP/".
    if (c.left < HEADER_LEN + 9) return NeedMore
    return c.peek(5) >= 1 && c.peek(5) <= 27 && c.startsWith('HTTP/', 8) ? Match : Exclude
  },

  extract(c, out) {
    const code = c.peek(HEADER_LEN)
    out.message = c.peek() === FROM_SERVER_A ? REPLIES[code as keyof typeof REPLIES] : REQUESTS[code as keyof typeof REQUESTS]
  },
})
