import { dissector, Exclude, Match, NeedMore, text } from './dissector.ts'

// CIP Networks Library vol. 2 §2-3.1, little-endian: command, length of the data, session, status, sender's context (8), options 0.
const HEADER_LEN = 24
const MAX_DATA = 65_511
const STATUSES = [0, 1, 2, 3, 0x64, 0x65, 0x69, 0x6a]
const REGISTER_SESSION = 0x65
const LIST_IDENTITY = 0x63
/** Item of a reply to ListIdentity, then what stands before the name. */
const IDENTITY_ITEM = 0x0c
const BEFORE_NAME = 32

const COMMANDS: Readonly<Record<number, string>> = {
  0: 'NOP',
  4: 'ListServices',
  [LIST_IDENTITY]: 'ListIdentity',
  100: 'ListInterfaces',
  [REGISTER_SESSION]: 'RegisterSession',
  102: 'UnRegisterSession',
  111: 'SendRRData',
  112: 'SendUnitData',
  114: 'IndicateStatus',
  115: 'Cancel',
}

export default dissector({
  name: 'EthernetIP',
  category: 'Network',
  about: 'EtherNet/IP encapsulation of CIP: a known command, status and options in range, and the length of its data',
  over: ['tcp', 'udp'],
  ports: [44_818],
  firstBytes: (byte) => COMMANDS[byte] !== undefined,
  secondBytes: [0],
  minLen: HEADER_LEN,
  fields: { command: text('Command'), product: text('Product') },

  signature(c, ctx) {
    const command = c.u16le()
    const length = c.u16le()
    const session = c.u32le()
    const status = c.u32le()
    const options = c.skip(8).u32le()
    if (COMMANDS[command] === undefined || length > MAX_DATA || !STATUSES.includes(status) || options !== 0) return Exclude
    if (ctx.proto === 17) return length === c.left && (session === 0 || command >= REGISTER_SESSION) ? Match : Exclude
    // What is mostly zero proves little: data must follow that the command asks for.
    if (command < REGISTER_SESSION) return ctx.dstPort === 44_818 || ctx.srcPort === 44_818 ? Match : Exclude
    if (command === REGISTER_SESSION) return length !== 4 ? Exclude : c.left < 4 ? NeedMore : c.u16le() === 1 ? Match : Exclude
    return session !== 0 ? Match : Exclude
  },

  extract(c, out) {
    const command = c.u16le()
    out.command = COMMANDS[command]
    c.skip(HEADER_LEN - 2)
    if (command !== LIST_IDENTITY || c.left < 6 + BEFORE_NAME + 1) return
    if (c.skip(2).u16le() !== IDENTITY_ITEM) return
    c.skip(2 + BEFORE_NAME)
    const length = c.u8()
    if (length > 0 && length <= c.left) out.product = c.text(length)
  },
})
