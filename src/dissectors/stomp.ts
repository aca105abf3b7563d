import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, type Extracted, Match, More, NeedMore, text } from './dissector.ts'
import { isText, readLines, restOfLine, wordAt } from './lines.ts'
import { beginsWith, isPartOf } from './words.ts'

// stomp.github.io, 1.2: a command, headers `name:value`, an empty line, a body, a zero.
const FIRST = ['CONNECT\n', 'CONNECT\r\n', 'STOMP\n', 'STOMP\r\n', 'CONNECTED\n', 'CONNECTED\r\n']
const LATER = ['SEND', 'SUBSCRIBE', 'UNSUBSCRIBE', 'MESSAGE', 'RECEIPT', 'ERROR', 'ACK', 'NACK', 'BEGIN', 'COMMIT', 'ABORT', 'DISCONNECT']
const LATER_LINES = LATER.flatMap((word) => [`${word}\n`, `${word}\r\n`])
const MAX_HEADER = 512
const COLON = 0x3a

export default dissector({
  name: 'STOMP',
  category: 'RPC',
  about: 'Messages in text frames: a command alone on its line, then a header',
  over: 'tcp',
  tcpPorts: [61_613],
  firstBytes: (byte) => byte >= 0x41 && byte <= 0x55,
  minLen: 4,
  fields: { command: text('Command'), version: text('Version'), server: text('Server'), destination: text('Destination') },
  maxMore: 6,

  signature(c, ctx) {
    const words = ctx.midStream ? LATER_LINES : FIRST
    if (beginsWith(c, words) < 0) return isPartOf(c, words) ? NeedMore : Exclude
    const at = c.indexOf(0x0a) + 1
    // Headers may be absent from CONNECT of version 1.0 alone; then nothing distinguishes it.
    const length = c.skip(at).lineLength(MAX_HEADER)
    const colon = c.indexOf(COLON, Math.max(0, length))
    const isHeader = length > 0 && colon > 0 && isText(c, length)
    const mayGrow = length < 0 && c.left < MAX_HEADER && isText(c, c.left)
    return isHeader ? Match : mayGrow ? NeedMore : Exclude
  },

  extract(c, out, ctx) {
    const command = wordAt(c, 0, Math.max(0, c.lineLength(MAX_HEADER)))
    if (ctx.fromClient && command !== '') out.command ??= command
    return readLines(c, (length) => header(c, length, out))
  },
})

type StompOut = { version?: string | undefined; server?: string | undefined; destination?: string | undefined }

/** An empty line ends the headers, and what is read of this side: bodies are of any bytes. */
function header(c: Cursor, length: number, out: StompOut): Extracted {
  if (length === 0) {
    c.skip(c.left)
    return More
  }
  if (c.startsWith('version:')) out.version = restOfLine(c, 8, length)
  else if (c.startsWith('server:')) out.server = restOfLine(c, 7, length)
  else if (c.startsWith('destination:')) {
    out.destination = restOfLine(c, 12, length)
    return Done
  }
  return More
}
