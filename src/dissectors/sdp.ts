/** Session descriptions (RFC 8866): where media will go, so that their flows are known before they begin. */
import type { Cursor } from '../wire/cursor.ts'
import type { Context } from './dissector.ts'

const MAX_LINES = 200
const MAX_LINE = 1024
/** Ringing may last; so may a call on hold. */
const EXPECT_SECONDS = 180

const address = new Uint8Array(4)

/** Reads c= and m= lines; each audio or video port over RTP is expected at its address, and RTCP one above. */
export function readSdp(c: Cursor, ctx: Context): void {
  let known = false
  for (let n = 0; n < MAX_LINES && c.left > 0; n++) {
    if (c.startsWith('c=IN IP4 ')) known = readAddress(c)
    else if (c.startsWith('m=')) {
      // A media description may have a c= line of its own behind it (§5.7), which stands for the session's.
      const port = readPort(c)
      const own = ownAddress(c)
      if (port > 0 && (own || known)) expectMedia(port, ctx)
    }
    c.skipLine(MAX_LINE)
  }
}

function expectMedia(port: number, ctx: Context): void {
  ctx.expect('udp', address, 0, 4, port, 'RTP', EXPECT_SECONDS)
  ctx.expect('udp', address, 0, 4, port + 1, 'RTCP', EXPECT_SECONDS)
}

function readAddress(c: Cursor): boolean {
  const back = c.pos
  c.skip('c=IN IP4 '.length)
  let any = 0
  for (let i = 0; i < 4; i++) {
    const value = number(c, 3)
    if (value < 0 || value > 255 || (i < 3 && c.u8() !== 0x2e)) any = -1
    if (any >= 0) any |= value
    address[i] = value
  }
  c.seek(back)
  // 0.0.0.0 means on hold.
  return any > 0
}

/** Looks ahead in the lines of this media description. */
function ownAddress(c: Cursor): boolean {
  const back = c.pos
  let found = false
  for (let n = 0; n < 8 && c.left > 0; n++) {
    c.skipLine(MAX_LINE)
    if (c.startsWith('m=')) break
    if (c.startsWith('c=IN IP4 ')) {
      found = readAddress(c)
      break
    }
  }
  c.seek(back)
  return found
}

/** The port of 'm=audio 49170 RTP/AVP 0', or 0 when this is no RTP or the media is refused. */
function readPort(c: Cursor): number {
  const line = Math.max(0, c.lineLength(MAX_LINE))
  const rtp = c.find('RTP/', line)
  const space = c.indexOf(0x20, line)
  if (rtp < 0 || space < 0) return 0
  const back = c.pos
  c.skip(space + 1)
  const port = number(c, 5)
  c.seek(back)
  return port > 0 && port < 65_535 ? port : 0
}

/** Up to `max` digits at the cursor; -1 when there is none. */
function number(c: Cursor, max: number): number {
  let value = -1
  for (let i = 0; i < max && c.peek() >= 0x30 && c.peek() <= 0x39; i++) value = Math.max(0, value) * 10 + c.u8() - 0x30
  return value
}
