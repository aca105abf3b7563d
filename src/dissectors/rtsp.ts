import type { Cursor } from '../wire/cursor.ts'
import type { Context, Out, Verdict } from './dissector.ts'
import { dissector, Exclude, Match, More, NeedMore, num, text } from './dissector.ts'
import { beginsWith } from './words.ts'

// RFC 2326 §10.
const METHODS = [
  'OPTIONS ',
  'DESCRIBE ',
  'ANNOUNCE ',
  'SETUP ',
  'PLAY ',
  'PAUSE ',
  'TEARDOWN ',
  'GET_PARAMETER ',
  'SET_PARAMETER ',
  'REDIRECT ',
  'RECORD ',
]
const VERSION = 'RTSP/1.0'
const NEXT_VERSION = 'RTSP/2.0'
const MAX_LINE = 2048
const MAX_HEADERS = 64
/** Interleaved media: a dollar sign, a channel, a length (§10.12). */
const INTERLEAVED = 0x24
/** Seconds in which the media announced may begin. */
const MEDIA_SECONDS = 120

const fields = {
  method: text('Method'),
  url: text('URL'),
  status: num('Status'),
  userAgent: text('User agent'),
  server: text('Server software'),
}
type Fields = Out<typeof fields>

export default dissector({
  name: 'RTSP',
  category: 'Media',
  about: 'Control of media streams (RFC 2326): a request line with its version or an rtsp URL, or a status line',
  over: ['tcp', 'udp'],
  ports: [554],
  trialPorts: [8554],
  firstBytes: [INTERLEAVED, ...[...METHODS, VERSION].map((word) => word.charCodeAt(0))],
  minLen: 8,
  fields,

  signature(c) {
    if (c.startsWith(VERSION) || c.startsWith(NEXT_VERSION)) return c.peek(8) === 0x20 ? Match : c.left === 8 ? NeedMore : Exclude
    const method = beginsWith(c, METHODS)
    return method < 0 ? Exclude : requestLine(c, METHODS[method]!.length)
  },

  extract(c, out, ctx) {
    for (let i = 0; i < 16 && c.left > 0; i++) {
      if (c.peek() === INTERLEAVED) {
        const length = c.peek16(2)
        if (length < 0 || c.left < 4 + length) return
        c.skip(4 + length)
        continue
      }
      const end = c.find('\r\n\r\n', 8192)
      if (end < 0) return c.left < 8192 ? More : undefined
      const outer = c.enter(end + 2)
      readMessage(c, out, ctx)
      c.leave(outer)
      c.skip(2)
      skipBody(c)
    }
    return More
  },
})

function requestLine(c: Cursor, at: number): Verdict {
  if (c.startsWithFold('rtsp://', at) || c.startsWithFold('rtspu://', at)) return Match
  const end = c.lineLength(MAX_LINE)
  if (end < 0) return c.left < MAX_LINE ? NeedMore : Exclude
  return c.startsWith(VERSION, end - VERSION.length) || c.startsWith(NEXT_VERSION, end - VERSION.length) ? Match : Exclude
}

function readMessage(c: Cursor, out: Fields, ctx: Context): void {
  const [first, second] = c.text(Math.max(0, c.lineLength(MAX_LINE))).split(' ', 2)
  c.skipLine()
  if (first === undefined || second === undefined) return
  if (first.startsWith('RTSP/')) out.status = Number.parseInt(second, 10) || 0
  else {
    out.method = first
    out.url = second
    ctx.info(`${first} ${second}`)
    const host = /^rtspu?:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/?#]+)/i.exec(second)?.[1]
    if (host !== undefined) ctx.serverName(host.toLowerCase())
  }
  for (let i = 0; i < MAX_HEADERS && c.left > 0; i++) {
    readHeader(c, out, ctx)
    c.skipLine()
  }
}

function readHeader(c: Cursor, out: Fields, ctx: Context): void {
  const length = Math.max(0, c.lineLength(MAX_LINE))
  const start = c.pos
  if (c.startsWithFold('user-agent:'))
    out.userAgent = c
      .skip(11)
      .text(length - 11)
      .trim()
  else if (c.startsWithFold('server:'))
    out.server = c
      .skip(7)
      .text(length - 7)
      .trim()
  else if (c.startsWithFold('transport:')) expectMedia(c.skip(10).text(length - 10), ctx)
  c.seek(start)
}

/** §12.39: the ports at which each end takes RTP, and RTCP beside it. */
function expectMedia(transport: string, ctx: Context): void {
  for (const [end, pattern] of [
    ['client', /client_port=(\d{1,5})/],
    ['server', /server_port=(\d{1,5})/],
  ] as const) {
    const port = Number(pattern.exec(transport)?.[1] ?? 0)
    if (port > 0 && port < 65_535) ctx.expectAt('udp', end, port, 'RTP', MEDIA_SECONDS)
  }
}

/** What a session description or parameter takes is skipped only as far as it lies here; a next message begins with a letter anyway. */
function skipBody(c: Cursor): void {
  while (c.left > 0 && c.peek() !== INTERLEAVED && !c.startsWith('RTSP/') && !METHODS.some((m) => c.startsWith(m))) c.skipLine()
}
