import { dissector, Exclude, Match, NeedMore, text } from './dissector.ts'

// IVI-6.1 §2: "HS", message type, control code, parameter, length of the payload in eight bytes.
const HEADER_LEN = 16
const INITIALIZE = 0
const FATAL_ERROR = 2
const LAST_TYPE = 27
const FIRST_OF_VENDORS = 128
const MAX_SUB_ADDRESS = 256

const MESSAGES: Readonly<Record<number, string>> = {
  0: 'Initialize',
  1: 'InitializeResponse',
  2: 'FatalError',
  3: 'Error',
  6: 'Data',
  7: 'DataEND',
  8: 'DeviceClearComplete',
  12: 'Trigger',
  15: 'AsyncMaximumMessageSize',
  17: 'AsyncInitialize',
  18: 'AsyncInitializeResponse',
  21: 'AsyncStatusQuery',
}

export default dissector({
  name: 'HiSLIP',
  category: 'IoT-Scada',
  about: 'Test and measurement instruments (IVI-6.1): the letters HS, a known message, a length that can be',
  over: 'tcp',
  tcpPorts: [4880],
  firstBytes: [0x48],
  secondBytes: [0x53],
  minLen: HEADER_LEN,
  fields: { message: text('Message'), subAddress: text('Sub-address') },

  signature(c) {
    const type = c.peek(2)
    if (!c.startsWith('HS') || (type > LAST_TYPE && type < FIRST_OF_VENDORS) || c.peek32(8) !== 0) return Exclude
    // Control codes are few but in errors, and an initialization has none.
    if (type === INITIALIZE ? c.peek(3) !== 0 || c.peek32(12) > MAX_SUB_ADDRESS : type > FATAL_ERROR + 1 && c.peek(3) > 1 && type !== 21)
      return Exclude
    return type === INITIALIZE && c.left < HEADER_LEN + c.peek32(12) ? NeedMore : Match
  },

  extract(c, out) {
    const type = c.peek(2)
    if (MESSAGES[type] !== undefined) out.message = MESSAGES[type]
    const length = c.peek32(12)
    if (type === INITIALIZE && length > 0 && length <= c.left - HEADER_LEN) out.subAddress = c.skip(HEADER_LEN).text(length)
  },
})
