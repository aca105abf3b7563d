import { dissector, Exclude, Match, NeedMore, text } from './dissector.ts'

// HL7 appendix C (MLLP): a vertical tab before the message. It begins with the header of a message, batch or file: MSH, separator, the others.
const START = 0x0b
const HEADERS = ['MSH', 'BHS', 'FHS']
const SEPARATOR_AT = 4
const MAX_HEADER = 1024
const CR = 0x0d
/** Fields of the header, counted behind the encoding characters. */
const FIELDS = ['application', 'facility', 'receiver'] as const
const MESSAGE_TYPE = 6

export default dissector({
  name: 'HL7',
  category: 'RPC',
  about: 'Messages of hospitals: MLLP’s start byte and the header with its separators',
  over: 'tcp',
  tcpPorts: [2575],
  firstBytes: [START],
  secondBytes: [...new Set(HEADERS.map((header) => header.charCodeAt(0)))],
  minLen: SEPARATOR_AT + 5,
  fields: {
    application: text('Sending application'),
    facility: text('Sending facility'),
    receiver: text('Receiving application'),
    messageType: text('Message type'),
  },

  signature(c) {
    const separator = c.peek(SEPARATOR_AT)
    if (c.peek() !== START || !HEADERS.some((header) => c.startsWith(header, 1)) || !isPunctuation(separator)) return Exclude
    for (let i = 1; i < 4; i++) if (!isPunctuation(c.peek(SEPARATOR_AT + i)) || c.peek(SEPARATOR_AT + i) === separator) return Exclude
    return c.indexOf(CR, MAX_HEADER) < 0 && c.left < MAX_HEADER ? NeedMore : Match
  },

  extract(c, out, ctx) {
    const separator = c.peek(SEPARATOR_AT)
    const end = c.indexOf(CR, MAX_HEADER)
    if (end < 0) return
    c.enter(end)
    c.skip(SEPARATOR_AT + 1).skip(c.indexOf(separator) + 1)
    for (let i = 0; i <= MESSAGE_TYPE && c.left > 0; i++) {
      const at = c.indexOf(separator)
      const value = c.text(at < 0 ? c.left : at)
      const name = FIELDS[i]
      if (value !== '' && name !== undefined) out[name] = value
      if (value !== '' && i === MESSAGE_TYPE) ctx.info((out.messageType = value))
      if (at >= 0) c.skip(1)
    }
  },
})

/** Visible, and neither letter nor digit. */
function isPunctuation(byte: number): boolean {
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
  return byte > 0x20 && byte < 0x7f && !isLetter && !(byte >= 0x30 && byte <= 0x39)
}
