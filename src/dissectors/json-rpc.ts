import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, NeedMore, text } from './dissector.ts'
import { isJsonRpc } from './json-rpc-message.ts'
import { textAt } from './lines.ts'

const MAX_MESSAGE = 1024
const METHOD = '"method"'
const MAX_METHOD = 128
// Stratum (mining of currencies) is JSON-RPC too, with a name of its own.
const STRATUM = ['"mining.', '"eth_', '"login"', '"keepalived"'] as const
const QUOTE = 0x22
const COLON = 0x3a
const SPACE = 0x20

export default dissector({
  name: 'JSON-RPC',
  category: 'RPC',
  about: 'JSON-RPC 2.0 over bare TCP: objects that name its version; inside HTTP it is told by its bodies',
  over: 'tcp',
  firstBytes: [0x7b, 0x5b],
  minLen: 2,
  fields: { method: text('Method') },

  signature(c) {
    if (isJsonRpc(c)) return STRATUM.some((m) => c.find(m, MAX_MESSAGE) >= 0) ? Exclude : Match
    const second = c.peek(1)
    // A member's name, an object, or nothing but white space so far.
    return c.left < MAX_MESSAGE && (second === QUOTE || second === 0x7b || second <= SPACE) ? NeedMore : Exclude
  },

  extract(c, out, ctx) {
    const method = methodOf(c)
    if (method === '') return Done
    out.method = method
    ctx.info(method)
    return Done
  },
})

function methodOf(c: Cursor): string {
  const at = c.find(METHOD, MAX_MESSAGE)
  if (at < 0) return ''
  let from = at + METHOD.length
  while (c.peek(from) === COLON || c.peek(from) === SPACE) from++
  if (c.peek(from) !== QUOTE) return ''
  for (let i = from + 1; i < from + MAX_METHOD; i++) if (c.peek(i) === QUOTE) return textAt(c, from + 1, i - from - 1)
  return ''
}
