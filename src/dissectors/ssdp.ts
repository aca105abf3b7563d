import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, More, text } from './dissector.ts'

// UPnP Device Architecture 2.0 §1: HTTP's form over UDP.
const SEARCH = 'M-SEARCH * HTTP/1.'
const NOTIFY = 'NOTIFY * HTTP/1.'
const ANSWER = 'HTTP/1.1 200 OK'
const PORT = 1900
const MAX_LINE = 512
const MAX_HEADERS = 32

export default dissector({
  name: 'SSDP',
  category: 'System',
  about: 'Simple Service Discovery Protocol (UPnP): M-SEARCH, NOTIFY, or an answer that names a service',
  over: 'udp',
  trialPorts: [PORT],
  firstBytes: [0x4d, 0x4e, 0x48],
  minLen: 20,
  fields: {
    method: text('Method'),
    host: text('Host'),
    searchTarget: text('Search target'),
    location: text('Location'),
    server: text('Server'),
    uniqueName: text('Unique service name'),
    userAgent: text('User agent'),
  },
  maxMore: 8,

  signature(c) {
    if (c.startsWith(SEARCH) || c.startsWith(NOTIFY)) return Match
    // Answers come from any port of the device; the header of the service's name is SSDP's own.
    return c.startsWith(ANSWER) && (c.find('\r\nUSN:', 1024) > 0 || c.find('\r\nusn:', 1024) > 0 || c.find('\r\nUsn:', 1024) > 0)
      ? Match
      : Exclude
  },

  extract(c, out, ctx) {
    if (c.startsWith(SEARCH)) out.method = 'M-SEARCH'
    else if (c.startsWith(NOTIFY)) out.method = 'NOTIFY'
    else if (!c.startsWith(ANSWER)) return Done
    c.skipLine(MAX_LINE)
    for (let n = 0; n < MAX_HEADERS && c.left > 0; n++) {
      const length = c.lineLength(MAX_LINE)
      const line = length < 0 ? c.left : length
      if (line === 0) break
      readHeader(c, line, out)
      c.skipLine(MAX_LINE)
    }
    if (out.host !== undefined) ctx.serverName(out.host)
    if (out.searchTarget !== undefined) ctx.info(out.searchTarget)
    return More
  },
})

interface Out {
  host?: string | undefined
  searchTarget?: string | undefined
  location?: string | undefined
  server?: string | undefined
  uniqueName?: string | undefined
  userAgent?: string | undefined
}
const HEADERS: readonly (readonly [lower: string, field: keyof Out])[] = [
  ['host:', 'host'],
  ['st:', 'searchTarget'],
  ['nt:', 'searchTarget'],
  ['location:', 'location'],
  ['server:', 'server'],
  ['usn:', 'uniqueName'],
  ['user-agent:', 'userAgent'],
]
function readHeader(c: Cursor, length: number, out: Out): void {
  for (const [lower, field] of HEADERS) {
    if (length <= lower.length || !c.startsWithFold(lower)) continue
    const back = c.pos
    c.skip(lower.length).skipSpaces()
    out[field] = c.text(Math.max(0, length - (c.pos - back)))
    c.seek(back)
    return
  }
}
