import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, text, type Verdict } from './dissector.ts'

const GREETING = 'AMQP'
const GREETING_LEN = 8
// AMQP 0-9-1 §4.2.3: type, channel, size, payload, and an octet that ends it.
const FRAME_HEADER_LEN = 7
const FRAME_END = 0xce
const METHOD = 1
const HEADER = 2
const HEARTBEAT = 8
const MAX_FRAME = 1 << 20
/** connection, channel, access, exchange, queue, basic, confirm, tx. */
const CLASSES = [10, 20, 30, 40, 50, 60, 85, 90]

export default dissector({
  name: 'AMQP',
  category: 'RPC',
  about: 'Message queues: the greeting with its version, or of a running session a frame with a known class that ends as it must',
  over: 'tcp',
  trialPorts: [5672, 5671],
  firstBytes: [0x41, METHOD, HEADER, HEARTBEAT],
  minLen: GREETING_LEN,
  fields: { version: text('Version') },

  signature(c) {
    return c.startsWith(GREETING) ? greeting(c) : frame(c)
  },

  extract(c, out) {
    if (!c.startsWith(GREETING)) return
    // 0-9-1 says 0 0 9 1; 1.0 says protocol 0, 1 0 0 (2 and 3 for TLS and SASL).
    const isOne = c.peek(5) === 1
    out.version = isOne ? `1.${c.peek(6)}` : `${c.peek(5)}-${c.peek(6)}-${c.peek(7)}`
  },
})

function greeting(c: Cursor): Verdict {
  const id = c.peek(4)
  const major = c.peek(5)
  return (id <= 3 && (major === 0 || major === 1) && c.peek(6) <= 10) || (id === 1 && major === 1) ? Match : Exclude
}

function frame(c: Cursor): Verdict {
  const type = c.u8()
  const channel = c.u16()
  const size = c.u32()
  if (type === HEARTBEAT) return channel === 0 && size === 0 && c.peek() === FRAME_END && c.left === 1 ? Match : Exclude
  if (size < 4 || size > MAX_FRAME) return Exclude
  const frameClass = c.peek16()
  const method = c.peek16(2)
  if (method < 0) return NeedMore
  if (!CLASSES.includes(frameClass) || (type === METHOD ? method < 10 || method > 120 : method !== 0 || frameClass !== 60)) return Exclude
  if (c.left <= size) return c.left < FRAME_HEADER_LEN + 8_192 ? NeedMore : Exclude
  return c.peek(size) === FRAME_END ? Match : Exclude
}
