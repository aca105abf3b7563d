import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, text } from './dissector.ts'

// OMRON W421 §7-4: over TCP "FINS", length of what follows, command, error.
const MAGIC = 'FINS'
const TCP_HEADER_LEN = 16
const MAX_LENGTH = 2048 + 24
const FRAME = 2
const LAST_TCP_COMMAND = 6
// W342 §3: a frame is gateway control, reserved, gateway count, two addresses of three bytes, service id, then the command.
const FRAME_LEN = 12
const USES_GATEWAY = 0x80
const IS_RESPONSE = 0x40
const NO_RESPONSE_WANTED = 0x01
const MAX_GATEWAYS = 7
const LAST_NETWORK = 0x7f

const COMMANDS: Readonly<Record<number, string>> = {
  257: 'memory area read',
  258: 'memory area write',
  259: 'memory area fill',
  260: 'multiple memory area read',
  261: 'memory area transfer',
  513: 'parameter area read',
  514: 'parameter area write',
  515: 'parameter area clear',
  774: 'program area read',
  775: 'program area write',
  776: 'program area clear',
  1025: 'run',
  1026: 'stop',
  1281: 'controller data read',
  1282: 'connection data read',
  1537: 'controller status read',
  1568: 'cycle time read',
  1793: 'clock read',
  1794: 'clock write',
  2336: 'message read or clear',
  3073: 'access right acquire',
  3074: 'access right forced acquire',
  3075: 'access right release',
  8449: 'error clear',
  8450: 'error log read',
  8451: 'error log clear',
  8705: 'file name read',
  8706: 'single file read',
  8707: 'single file write',
  8961: 'forced set or reset',
  8962: 'forced set or reset cancel',
}

export default dissector({
  name: 'FINS',
  category: 'IoT-Scada',
  about:
    'Omron controllers: over TCP the letters FINS with length and command, over UDP the header of a frame and a known command, on its port',
  over: ['udp', 'tcp'],
  ports: [9600],
  onlyOnPorts: 'udp',
  firstBytes: (byte, over) => (over === 'tcp' ? byte === 0x46 : isControl(byte)),
  secondBytes: (byte, over) => byte === (over === 'tcp' ? 0x49 : 0),
  minLen: FRAME_LEN,
  fields: { command: text('Command') },

  signature(c, ctx) {
    if (ctx.proto === 17) return isFrame(c) ? Match : Exclude
    const length = c.peek32(4)
    if (!c.startsWith(MAGIC) || length < 8 || length > MAX_LENGTH || c.peek32(8) > LAST_TCP_COMMAND) return Exclude
    return c.left < Math.min(8 + length, TCP_HEADER_LEN + FRAME_LEN) ? NeedMore : Match
  },

  extract(c, out, ctx) {
    if (ctx.proto === 6) {
      if (c.peek32(8) !== FRAME || c.left < TCP_HEADER_LEN + FRAME_LEN) return
      c.skip(TCP_HEADER_LEN)
    }
    const command = COMMANDS[c.peek16(10)]
    if (command === undefined) return
    ctx.info((out.command = command))
  },
})

const isControl = (byte: number) => (byte & ~(IS_RESPONSE | NO_RESPONSE_WANTED)) === USES_GATEWAY
const isFrame = (c: Cursor) =>
  isControl(c.peek()) &&
  c.peek(1) === 0 &&
  c.peek(2) <= MAX_GATEWAYS &&
  c.peek(3) <= LAST_NETWORK &&
  c.peek(6) <= LAST_NETWORK &&
  COMMANDS[c.peek16(10)] !== undefined
