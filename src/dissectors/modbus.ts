import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, More, NeedMore, text, u8, type Verdict } from './dissector.ts'

const MODBUS_PORT = 502
// Modbus Messaging on TCP/IP §3.1.3: transaction, protocol 0, length, unit; then the function.
const HEADER_LEN = 7
const MAX_LENGTH = 254
const EXCEPTION = 0x80
/** Schneider's UMAS travels in function 90. */
const UMAS = 90

// Modbus Application Protocol §6.
const FUNCTIONS: Readonly<Record<number, string>> = {
  1: 'read coils',
  2: 'read discrete inputs',
  3: 'read holding registers',
  4: 'read input registers',
  5: 'write single coil',
  6: 'write single register',
  7: 'read exception status',
  8: 'diagnostics',
  11: 'get event counter',
  12: 'get event log',
  15: 'write coils',
  16: 'write registers',
  17: 'report server id',
  20: 'read file',
  21: 'write file',
  22: 'mask write register',
  23: 'read and write registers',
  24: 'read FIFO',
  43: 'encapsulated interface',
  90: 'UMAS',
}

export default dissector({
  name: 'Modbus',
  category: 'IoT-Scada',
  about: 'Registers of field devices over TCP: protocol 0, a length that is the segment’s, and a known function, on its port',
  over: 'tcp',
  ports: [MODBUS_PORT],
  onlyOnPorts: true,
  minLen: HEADER_LEN + 1,
  maxMore: 8,
  fields: { function: text('Function'), unit: u8('Unit'), exception: u8('Exception') },

  signature(c, ctx) {
    // Of the header four bytes are free: without the port that is too little.
    return ctx.srcPort === MODBUS_PORT || ctx.dstPort === MODBUS_PORT ? message(c) : Exclude
  },

  extract(c, out, ctx) {
    const length = c.peek16(4)
    if (length < 2 || length > MAX_LENGTH) return
    if (c.left < 6 + length) return More
    const outer = c.enter(6 + length)
    out.unit = c.skip(6).u8()
    const code = c.u8()
    const name = FUNCTIONS[code & ~EXCEPTION] ?? `function ${code & ~EXCEPTION}`
    out.function = name
    if (code >= EXCEPTION) out.exception = c.u8()
    c.leave(outer)
    ctx.info(name)
    if (code === UMAS) ctx.inside('UMAS')
    return More
  },
})

function message(c: Cursor): Verdict {
  const protocol = c.peek16(2)
  const length = c.peek16(4)
  if (protocol !== 0 || length < 2 || length > MAX_LENGTH) return Exclude
  const code = c.peek(HEADER_LEN)
  if (FUNCTIONS[code & ~EXCEPTION] === undefined) return Exclude
  if (c.left < 6 + length) return NeedMore
  return code < EXCEPTION || length === 3 ? Match : Exclude
}
