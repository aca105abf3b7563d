import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, text } from './dissector.ts'

// SteamKit's wiki: packets to Steam's servers carry 'VS01', over TCP 'VT01' behind their length.
const UDP_MAGIC = 'VS01'
const UDP_HEADER_LEN = 36
const LAST_UDP_KIND = 7
const TCP_MAGIC = 'VT01'
const TCP_HEADER_LEN = 8
const MAX_MESSAGE = 1 << 20
// Remote play: who is there, told by broadcast. Four bytes of ones, a magic number, then header and body behind their lengths, both protocol buffers.
const BEACON_HIGH = 0xffff_ffff
const BEACON_LOW = 0x214c_5fa0
const HOST_NAME = 0x22
const CONNECTION_PORTS = Array.from({ length: 36 }, (_, i) => 27_015 + i)

export default dissector({
  name: 'Steam',
  category: 'Game',
  about: 'Steam: the magic number of its client’s connections (UDP, TCP) with a length that fits, and the beacons of remote play',
  over: ['udp', 'tcp'],
  trialPorts: CONNECTION_PORTS,
  onlyOnPorts: 'tcp',
  firstBytes: (byte, over) => over === 'tcp' || byte === 0x56 || byte === 0xff,
  minLen: TCP_HEADER_LEN,
  fields: { hostName: text('Host name') },

  signature(c, ctx) {
    if (ctx.proto === 6) {
      if (!c.startsWith(TCP_MAGIC, 4)) return Exclude
      const length = c.u32le()
      return length > 0 && length < MAX_MESSAGE ? Match : Exclude
    }
    if (c.startsWith(UDP_MAGIC)) {
      const length = (c.peek(5) << 8) | c.peek(4)
      return c.left === UDP_HEADER_LEN + length && c.peek(6) <= LAST_UDP_KIND ? Match : Exclude
    }
    return isBeacon(c) ? Match : Exclude
  },

  extract(c, out, ctx) {
    if (ctx.proto === 6 || !isBeacon(c)) return Done
    c.seek(8)
    c.skip(c.u32le())
    out.hostName = hostName(c.skip(4))
    if (out.hostName !== undefined) ctx.info(out.hostName)
    return Done
  },
})

function isBeacon(c: Cursor): boolean {
  if (c.peek32() !== BEACON_HIGH || c.peek32(4) !== BEACON_LOW) return false
  const header = lengthAt(c, 8)
  return header > 0 && 16 + header + lengthAt(c, 12 + header) === c.left
}
/** Lengths are of one byte or two: all of it has room in a packet. */
const lengthAt = (c: Cursor, ahead: number) =>
  c.peek(ahead + 2) === 0 && c.peek(ahead + 3) === 0 ? c.peek(ahead) | (c.peek(ahead + 1) << 8) : -1

/** Field 4 of the body, which numbers alone precede. */
function hostName(c: Cursor): string | undefined {
  for (let n = 0; n < 8 && c.left > 0; n++) {
    const key = c.u8()
    if (key === HOST_NAME) return c.text(c.u8())
    if ((key & 7) !== 0) return undefined
    while (c.left > 0 && c.u8() >= 0x80);
  }
  return undefined
}
