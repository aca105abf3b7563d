import { dissector, Exclude, Match, More, oneOf, text, u16 } from './dissector.ts'
import { ipv4Text } from './dns-message.ts'

const PORT = 5351
// RFC 6886 §3.2, §3.3: version 0; answers have the highest bit of the opcode.
const OPERATIONS = ['external-address', 'map-udp', 'map-tcp'] as const
const ANSWER = 0x80
const REQUEST_LENGTHS = [2, 12, 12]
const ANSWER_LENGTHS = [12, 16, 16]
const LAST_RESULT = 5

export default dissector({
  name: 'NAT-PMP',
  category: 'Network',
  about: 'Asking a router for a port (RFC 6886): version 0, an opcode and the length that it has, on its port',
  over: 'udp',
  ports: [PORT],
  firstBytes: [0],
  onlyOnPorts: true,
  minLen: 2,
  fields: {
    operation: oneOf('Operation', OPERATIONS),
    externalAddress: text('External address'),
    internalPort: u16('Internal port'),
    externalPort: u16('External port'),
  },

  signature(c, ctx) {
    const code = c.peek(1)
    const lengths = code >= ANSWER ? ANSWER_LENGTHS : REQUEST_LENGTHS
    if (c.left !== lengths[code & ~ANSWER]) return Exclude
    if (code >= ANSWER) return ctx.srcPort === PORT && c.peek16(2) <= LAST_RESULT ? Match : Exclude
    return ctx.dstPort === PORT && (code === 0 || c.peek16(2) === 0) ? Match : Exclude
  },

  extract(c, out, ctx) {
    const code = c.skip(1).u8()
    out.operation = OPERATIONS[code & ~ANSWER]
    if (code === ANSWER) out.externalAddress = ipv4Text(c.skip(6))
    else if (code !== 0) {
      c.skip(code > ANSWER ? 6 : 2)
      out.internalPort = c.u16()
      out.externalPort = c.u16()
    }
    return ctx.packet < 4 ? More : undefined
  },
})
