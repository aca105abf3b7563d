import type { Cursor } from '../wire/cursor.ts'
import { dissector, Exclude, Match, NeedMore, num, type Verdict } from './dissector.ts'
import { isPartOf } from './words.ts'

/** A gateway's envelope with the standard's name: version, count of frames, then frames of at least id and length. */
const ISO_11898 = 'ISO11898'
const LEAST_ISO_FRAME = 6
/** Cannelloni over TCP greets with this (its documents, protocol version 1). */
const CANNELLONI = 'CANNELLONIv1'
/** socketcand's greeting. */
const SOCKETCAND = '< hi >'
const GREETINGS = [ISO_11898, CANNELLONI, SOCKETCAND]
// Cannelloni over UDP, format version 2: version, operation, sequence number, count; then frames.
const CANNELLONI_VERSION = 2
const CANNELLONI_HEADER_LEN = 5
/** Flags of linux/can.h in the highest bits of an id. */
const EXTENDED = 0x80000000
const REMOTE = 0x40000000
const ID_BITS = 0x1fffffff
const MAX_STANDARD_ID = 0x7ff
const FD = 0x80
/** Lengths that frames with flexible data rate can have beyond 8. */
const FD_LENGTHS = [12, 16, 20, 24, 32, 48, 64]

export default dissector({
  name: 'Controller_Area_Network',
  category: 'System',
  about: 'Frames of a CAN bus tunnelled over IP: envelopes named after ISO 11898, cannelloni’s whose frames fill the packet, socketcand',
  over: ['udp', 'tcp'],
  trialPorts: [20_000, 29_536],
  firstBytes: (byte, over) => byte === 0x49 || (over === 'udp' ? byte === CANNELLONI_VERSION : byte === 0x43 || byte === 0x3c),
  secondBytes: (byte, over) => byte === 0x53 || (over === 'udp' ? byte === 0 : byte === 0x41 || byte === 0x20),
  minLen: SOCKETCAND.length,
  fields: { frames: num('Frames in the first packet') },

  signature(c, ctx) {
    if (c.startsWith(ISO_11898)) return c.left < 10 ? NeedMore : c.left >= 10 + LEAST_ISO_FRAME * c.peek(9) ? Match : Exclude
    if (ctx.proto === 17) return cannelloni(c)
    return c.startsWith(CANNELLONI) || c.startsWith(SOCKETCAND) ? Match : isPartOf(c, GREETINGS) ? NeedMore : Exclude
  },

  extract(c, out, ctx) {
    if (c.startsWith(ISO_11898)) out.frames = c.peek(9)
    else if (ctx.proto === 17) out.frames = c.peek16(3)
  },
})

/** One frame alone proves too little when its id is free: it must be extended or standard as its bits say, and all must end with the packet. */
function cannelloni(c: Cursor): Verdict {
  const count = c.peek16(3)
  if (c.peek() !== CANNELLONI_VERSION || c.peek(1) !== 0) return Exclude
  let at = CANNELLONI_HEADER_LEN
  for (let i = 0; i < count; i++) {
    const id = c.peek32(at)
    if (id < 0 || ((id & EXTENDED) === 0 && (id & ID_BITS) > MAX_STANDARD_ID)) return Exclude
    const length = c.peek(at + 4)
    const isFd = length >= FD
    const size = length & 0x7f
    if (length < 0 || (size > 8 && !(isFd && FD_LENGTHS.includes(size)))) return Exclude
    at += isFd ? 6 : 5
    if ((id & REMOTE) === 0) at += size
  }
  return at === c.left ? Match : Exclude
}
