import { Cursor } from '../wire/cursor.ts'
import { type Context, Done, dissector, Exclude, Match, type Out, text } from './dissector.ts'
import { hostName } from './tls-hello.ts'

// Agora's transport has the messages of Google's QUIC (chromium.org, "QUIC Crypto") in frames of its own: a hello is tag, number of pairs, padding; then tags
// with the end of their values; then the values. One of them is the server.
const HELLO = 'CHLO'
const HELLO_BY = 64
const HELLO_LEN = 8
const PAIR_LEN = 8
const MAX_PAIRS = 64
const SERVER_NAME = 'SNI\0'
const OWN = ['agora.io', 'agoraio.cn', 'sd-rtn.com']

const fields = { serverName: text('Server name') }

export default dissector({
  name: 'SD-RTN',
  category: 'Media',
  about: 'Agora’s network for calls and live streams: a hello in the form of Google’s QUIC, whose server is one of its own',
  over: 'udp',
  minLen: 64,
  fields,

  signature(c) {
    const at = c.find(HELLO, HELLO_BY)
    return at >= 0 && ownServer(c.skip(at)) !== '' ? Match : Exclude
  },

  extract(c, out, ctx) {
    readHello(c, out, ctx)
    return Done
  },
})

function readHello(c: Cursor, out: Out<typeof fields>, ctx: Context): void {
  const at = c.find(HELLO, HELLO_BY)
  if (at < 0) return
  out.serverName = ownServer(c.skip(at))
  ctx.serverName(out.serverName)
}

const value = new Cursor()
/** The server that the hello at the cursor names, when it is one of Agora's; else ''. */
function ownServer(c: Cursor): string {
  const pairs = c.skip(HELLO.length).u16le()
  const values = c.offset + 2 + PAIR_LEN * pairs
  c.skip(HELLO_LEN - HELLO.length - 2)
  if (pairs === 0 || pairs > MAX_PAIRS) return ''
  let start = 0
  for (let n = 0; n < pairs && c.left >= PAIR_LEN; n++) {
    const isServer = c.startsWith(SERVER_NAME)
    const end = c.skip(4).u32le()
    if (end < start || values + end > c.endOffset) return ''
    if (isServer) {
      const name = hostName(value.reset(c.bytes, values + start, values + end).text(end - start))
      return OWN.some((domain) => name === domain || name.endsWith(`.${domain}`)) ? name : ''
    }
    start = end
  }
  return ''
}
