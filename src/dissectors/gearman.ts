import { Done, dissector, Exclude, Match, NeedMore, oneOf, text } from './dissector.ts'

// gearman.org/protocol: magic, type, length, then arguments divided by zeros.
const REQUEST = '\0REQ'
const RESPONSE = '\0RES'
const HEADER_LEN = 12
const LAST_TYPE = 42
const MAX_LENGTH = 1 << 28
const MAX_FUNCTION = 64
/** Types whose first argument is the name of a function. */
const FUNCTION_AT_ONCE = [1, 2, 3, 7, 18, 21, 23, 32, 33, 34, 35, 36]
const WAYS = ['request', 'response'] as const

export default dissector({
  name: 'Gearman',
  category: 'RPC',
  about: 'Jobs given to workers: magic, a type that exists, a length',
  over: 'tcp',
  tcpPorts: [4730],
  firstBytes: [0],
  secondBytes: [0x52],
  minLen: 2,
  fields: { packet: oneOf('First packet', WAYS), function: text('Function') },

  signature(c) {
    if (c.left < HEADER_LEN) return c.startsWith('\0RE'.slice(0, Math.min(3, c.left))) ? NeedMore : Exclude
    if (!c.startsWith(REQUEST) && !c.startsWith(RESPONSE)) return Exclude
    const type = c.peek32(4)
    return type >= 1 && type <= LAST_TYPE && c.peek32(8) <= MAX_LENGTH ? Match : Exclude
  },

  extract(c, out, ctx) {
    out.packet = c.startsWith(REQUEST) ? 'request' : 'response'
    const type = c.skip(4).u32()
    const length = c.u32()
    if (!FUNCTION_AT_ONCE.includes(type) || length === 0 || c.left < Math.min(length, MAX_FUNCTION)) return Done
    const end = c.indexOf(0, Math.min(length, MAX_FUNCTION))
    out.function = c.text(end < 0 ? Math.min(length, MAX_FUNCTION) : end)
    ctx.info(out.function)
    return Done
  },
})
