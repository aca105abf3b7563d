import { dissector, Exclude, Match, NeedMore, oneOf, text } from './dissector.ts'

/** Letters of Canon's protocol and of its kin for multi-function devices. */
const MAGICS = ['BJNP', 'BJNB', 'MFNP', 'MFNB']
/** Letters, device, command, reserved, sequence number, session, length of what follows. */
const HEADER_LEN = 16
const IS_ANSWER = 0x80
const DEVICES = { 1: 'printer', 2: 'scanner' } as const
const IDENTITY = 0x30
const MODEL = ';MDL:'
const SEMICOLON = 0x3b
const MAX_LENGTH = 1 << 20

export default dissector({
  name: 'BJNP',
  category: 'System',
  about: 'Canon printers and scanners: the letters BJNP or MFNP, device and length',
  over: ['udp', 'tcp'],
  udpPorts: [8612],
  trialPorts: [8610, 8611, 8613, 8614],
  firstBytes: [0x42, 0x4d],
  secondBytes: [0x4a, 0x46],
  minLen: HEADER_LEN,
  fields: { device: oneOf('Device', Object.values(DEVICES)), model: text('Model') },

  signature(c, ctx) {
    const length = c.peek32(12)
    if (!MAGICS.some((magic) => c.startsWith(magic)) || !((c.peek(4) & ~IS_ANSWER) in DEVICES) || length > MAX_LENGTH) return Exclude
    if (ctx.proto === 17) return length === Math.max(c.left, ctx.wireLeft) - HEADER_LEN ? Match : Exclude
    return c.peek(5) === IDENTITY && c.left < HEADER_LEN + length && length < 1024 ? NeedMore : Match
  },

  extract(c, out, ctx) {
    out.device = DEVICES[(c.peek(4) & ~IS_ANSWER) as keyof typeof DEVICES]
    const at = c.find(MODEL, 1024)
    if (at < 0) return
    const length = c.skip(at + MODEL.length).indexOf(SEMICOLON, 128)
    if (length > 0) ctx.info((out.model = c.text(length)))
  },
})
