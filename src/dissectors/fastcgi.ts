import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out } from './dissector.ts'
import { Done, dissector, Exclude, Match, text } from './dissector.ts'

// FastCGI specification 1.0 §3.3 and §5.1: version, type, request, length, padding; a request begins with its role.
const VERSION = 1
const HEADER_LEN = 8
const BEGIN_REQUEST = 1
const BEGIN_LEN = 8
const PARAMS = 4
const LAST_ROLE = 3
const MAX_PAIRS = 64

const fields = { method: text('Method'), url: text('URL') }
type FastCgiOut = Out<typeof fields>

export default dissector({
  name: 'FastCGI',
  category: 'Network',
  about: 'FastCGI: the record that begins a request; method, host and URL from its parameters',
  over: 'tcp',
  trialPorts: [9000],
  firstBytes: [VERSION],
  minLen: HEADER_LEN + BEGIN_LEN,
  fields,

  signature(c) {
    const begins = c.peek16(0) === ((VERSION << 8) | BEGIN_REQUEST) && c.peek16(4) === BEGIN_LEN
    const role = c.peek16(HEADER_LEN)
    return begins && role >= 1 && role <= LAST_ROLE && c.peek(10) <= 1 && c.peek32(11) === 0 && c.peek(15) === 0 ? Match : Exclude
  },

  extract(c, out, ctx) {
    c.skip(HEADER_LEN + BEGIN_LEN)
    if (c.peek(1) !== PARAMS || c.left < HEADER_LEN) return Done
    const length = Math.min(c.peek16(4), c.left - HEADER_LEN)
    const outer = c.skip(HEADER_LEN).enter(length)
    for (let n = 0; n < MAX_PAIRS && c.left > 2; n++) readPair(c, out, ctx)
    c.leave(outer)
    return Done
  },
})

/** §3.4: a length below 128 takes one byte, others four. */
const pairLength = (c: Cursor): number => (c.peek() < 0x80 ? c.u8() : c.u32() & 0x7fffffff)

function readPair(c: Cursor, out: FastCgiOut, ctx: Context): void {
  const nameLength = pairLength(c)
  const valueLength = pairLength(c)
  const is = (name: string) => nameLength === name.length && c.startsWith(name)
  const host = is('HTTP_HOST') || is('SERVER_NAME')
  const url = is('REQUEST_URI')
  const method = is('REQUEST_METHOD')
  c.skip(nameLength)
  if (valueLength > c.left) return void c.skip(valueLength)
  if (host) ctx.serverName(c.text(valueLength).toLowerCase().replace(/:\d+$/, ''))
  else if (url) {
    out.url = c.text(valueLength)
    ctx.info(out.url)
  } else if (method) out.method = c.text(valueLength)
  else c.skip(valueLength)
}
