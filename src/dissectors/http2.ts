import type { Cursor } from '../wire/cursor.ts'
import type { Context } from './dissector.ts'
import { Done, dissector, Exclude, Match, More, NeedMore, text, u16 } from './dissector.ts'
import { readHeaderBlock } from './hpack.ts'
import { type HttpOut, hostOf } from './http-head.ts'
import { insideByContent } from './http-inside.ts'

// RFC 9113 §3.4
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
const FRAME_HEADER_LEN = 9
const HEADERS = 1
const SETTINGS = 4
const PADDED = 0x08
const PRIORITY = 0x20
const MAX_FRAMES = 32
const MAX_FRAME = 16_384
const MAX_SETTINGS = 32

const REQUEST_READ = 1
const RESPONSE_READ = 2

export default dissector({
  name: 'HTTP2',
  category: 'Web',
  about: "HTTP/2 in clear (RFC 9113): the client's preface, or the server's settings; the first request and answer are read",
  over: 'tcp',
  trialPorts: [80, 8080, 50_051],
  firstBytes: (byte) => byte === 0x50 || byte === 0,
  minLen: FRAME_HEADER_LEN,
  fields: {
    method: text('Method'),
    url: text('URL'),
    host: text('Host'),
    status: u16('Status'),
    userAgent: text('User agent'),
    contentType: text('Content type'),
    server: text('Server'),
  },
  maxMore: 16,

  signature(c) {
    if (c.peek() === 0x50) return !beginsPreface(c) ? Exclude : c.left < PREFACE.length ? NeedMore : Match
    return isFirstSettings(c) ? Match : Exclude
  },

  extract(c, out, ctx) {
    if (c.startsWith(PREFACE)) c.skip(PREFACE.length)
    for (let n = 0; n < MAX_FRAMES && c.left >= FRAME_HEADER_LEN; n++) {
      const length = (c.peek() << 16) | c.peek16(1)
      if (length > MAX_FRAME) return Done
      if (c.left < FRAME_HEADER_LEN + length) return More
      c.skip(3)
      const type = c.u8()
      const flags = c.u8()
      c.skip(4)
      const outer = c.enter(length)
      if (type === HEADERS) readHeaders(c, flags, out, ctx)
      c.leave(outer)
    }
    return (ctx.memo & (REQUEST_READ | RESPONSE_READ)) === (REQUEST_READ | RESPONSE_READ) ? Done : More
  },
})

/** Whether the bytes that came are the preface, or its beginning. */
function beginsPreface(c: Cursor): boolean {
  for (let i = 0; i < PREFACE.length && i < c.left; i++) if (c.peek(i) !== PREFACE.charCodeAt(i)) return false
  return true
}

/** A server begins with SETTINGS on stream 0 (§6.5): whole settings, whose numbers are known or reserved (RFC 8701 style). */
function isFirstSettings(c: Cursor): boolean {
  const length = (c.peek() << 16) | c.peek16(1)
  if (c.peek(3) !== SETTINGS || c.peek(4) !== 0 || c.peek32(5) !== 0 || length === 0 || length % 6 !== 0 || length > 6 * MAX_SETTINGS)
    return false
  for (let at = FRAME_HEADER_LEN; at + 6 <= Math.min(c.left, FRAME_HEADER_LEN + length); at += 6) {
    const id = c.peek16(at)
    if (id === 0 || (id > 16 && (id & 0x0f0f) !== 0x0a0a && id < 0xf000)) return false
  }
  return c.left >= FRAME_HEADER_LEN + 6
}

function readHeaders(c: Cursor, flags: number, out: HttpOut, ctx: Context): void {
  const mine = ctx.fromClient ? REQUEST_READ : RESPONSE_READ
  if ((ctx.memo & mine) !== 0) return
  ctx.memo |= mine
  const padding = (flags & PADDED) !== 0 ? c.u8() : 0
  if ((flags & PRIORITY) !== 0) c.skip(5)
  const outer = c.enter(c.left - padding)
  let path = ''
  readHeaderBlock(c, (name, value) => {
    if (name === ':path') path = value
    else readField(name, value, out, ctx)
  })
  c.leave(outer)
  if (out.host !== undefined && out.host !== '') ctx.serverName(out.host)
  if (path === '') return
  out.url = `${out.authority ?? ''}${path}`.slice(0, 255)
  out.authority = undefined
  ctx.info(out.url)
}

function readField(name: string, value: string, out: HttpOut, ctx: Context): void {
  if (name === ':method') out.method = value
  else if (name === ':authority' || name === 'host') {
    out.authority = value
    out.host = hostOf(value)
  } else if (name === ':status') out.status = Number.parseInt(value, 10) || undefined
  else if (name === 'user-agent') out.userAgent = value
  else if (name === 'server') out.server = value
  else if (name === 'content-type') {
    out.contentType = value
    insideByContent(value, ctx)
  }
}
