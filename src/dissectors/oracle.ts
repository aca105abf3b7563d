import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out } from './dissector.ts'
import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'
import { isHostName, textAt } from './lines.ts'

// Transparent Network Substrate: length, checksum, type, flags, checksum of the header; a connect packet goes on with versions and the place of its text.
const HEADER_LEN = 8
const CONNECT = 1
const ACCEPT = 2
const REFUSE = 4
const REDIRECT = 5
const RESEND = 11
const LOWEST_VERSION = 300
const HIGHEST_VERSION = 330
const MAX_CONNECT = 4096

const fields = { service: text('Service'), user: text('User'), program: text('Program') }
type OracleOut = Out<typeof fields>

export default dissector({
  name: 'Oracle',
  category: 'Database',
  about: 'Oracle Net: a connect packet with its description, or the answer to one',
  over: 'tcp',
  tcpPorts: [1521],
  trialPorts: [1522, 1526, 2483],
  firstBytes: (b) => b < 0x10,
  minLen: HEADER_LEN,
  fields,

  signature(c, ctx) {
    const length = c.peek16(0)
    const type = c.peek(4)
    if (c.peek16(2) !== 0 || c.peek16(6) !== 0 || length < HEADER_LEN || length > MAX_CONNECT) return Exclude
    if (type === CONNECT) return connectVerdict(c, length, ctx)
    // An answer is ours only to a connect packet that has been seen.
    if (ctx.memo === 0 || length > c.left) return Exclude
    return type === ACCEPT || type === REFUSE || type === REDIRECT || type === RESEND ? Match : Exclude
  },

  extract(c, out, ctx) {
    if (ctx.fromClient) readDescription(c, out, ctx)
    return Done
  },
})

function connectVerdict(c: Cursor, length: number, ctx: Context) {
  if (c.left < HEADER_LEN + 4) return NeedMore
  const version = c.peek16(8)
  const oldest = c.peek16(10)
  if (version < LOWEST_VERSION || version > HIGHEST_VERSION || oldest < LOWEST_VERSION || oldest > version) return Exclude
  if (c.find('(DESCRIPTION', MAX_CONNECT) >= 0 || c.find('(CONNECT_DATA', MAX_CONNECT) >= 0) return Match
  // A long description follows in a data packet of its own.
  ctx.memo = 1
  return c.left < length || c.left < MAX_CONNECT ? NeedMore : Exclude
}

function readDescription(c: Cursor, out: OracleOut, ctx: Context): void {
  const service = value(c, 'SERVICE_NAME=') || value(c, 'SID=')
  if (service !== '') {
    out.service = service
    ctx.info(service)
  }
  const user = value(c, '(USER=')
  if (user !== '') out.user = user
  const program = value(c, '(PROGRAM=')
  if (program !== '') out.program = program
  const host = value(c, '(ADDRESS=(PROTOCOL=TCP)(HOST=') || value(c, '(ADDRESS=(PROTOCOL=tcp)(HOST=')
  if (isHostName(host) && /[a-z]/i.test(host)) ctx.serverName(host.toLowerCase())
}

function value(c: Cursor, name: string): string {
  const at = c.find(name, MAX_CONNECT)
  if (at < 0) return ''
  const from = at + name.length
  for (let i = from; i < from + 255; i++) if (c.peek(i) === 0x29 || c.peek(i) < 0) return c.peek(i) < 0 ? '' : textAt(c, from, i - from)
  return ''
}
