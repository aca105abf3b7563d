import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, text } from './dissector.ts'

// Not published. A session opens with a message that names the server, as TLS and Google's QUIC do: with its length before it, or as the value of a tag. The
// server is one of Agora's.
const DOMAINS = ['.agora.io', '.agoraio.cn', '.sd-rtn.com']
const NAME_BY = 256
const MAX_NAME = 128
const TAG = 'SNI\0'
const TAG_BY = 128
const OPENING_BY = 3

export default dissector({
  name: 'SD-RTN',
  category: 'Media',
  about:
    'Agora’s network for calls and live streams: an opening message that names one of its servers, behind the length of the name or a tag',
  over: 'udp',
  minLen: 24,
  fields: { serverName: text('Server name') },

  signature: (c, ctx) => (ctx.packet <= OPENING_BY && nameLength(c) > 0 ? Match : Exclude),

  extract(c, out, ctx) {
    const length = nameLength(c)
    if (length === 0) return Done
    out.serverName = c.skip(nameAt).text(length).toLowerCase()
    ctx.serverName(out.serverName)
    return Done
  },
})

/** Where the name that was found last begins. */
let nameAt = 0
function nameLength(c: Cursor): number {
  for (const domain of DOMAINS) {
    const at = c.find(domain, NAME_BY)
    if (at < 0) continue
    nameAt = at
    while (at - nameAt < MAX_NAME && isNameByte(c.peek(nameAt - 1))) nameAt--
    const length = at + domain.length - nameAt
    const hasLength = c.peek(nameAt - 1) === length
    return nameAt < at && (hasLength || c.find(TAG, TAG_BY) >= 0) ? length : 0
  }
  return 0
}
/** Letters, digits, '-' and '.'. */
const isNameByte = (byte: number) =>
  (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2e || (byte >= 0x41 && byte <= 0x5a)
