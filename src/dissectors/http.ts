import type { Cursor } from '../wire/cursor.ts'
import { wireText } from '../wire/text.ts'
import type { Context, Extracted } from './dissector.ts'
import { dissector, Exclude, Match, More, NeedMore, num, text, u16, Within } from './dissector.ts'
import { fileMark } from './file-marks.ts'
import { asksForHidden, raiseAttacks } from './http-attacks.ts'
import { type HttpOut, hostOf, isRequestLine, MAX_LINE, METHODS, requestLineEnd } from './http-head.ts'
import {
  insideByBody,
  insideByContent,
  insideByHeader,
  insideByServer,
  insideByTarget,
  insideByUserAgent,
  isHeader,
} from './http-inside.ts'

const MAX_HEADERS = 100
/** Heads read in one segment: pipelining. */
const MAX_HEADS = 16
/** Numbers stay exact. */
const MAX_LENGTH_DIGITS = 15
const HTTP_1 = 'HTTP/1.'
// 'HTTP/1.1 200' and what may follow: a space, or the end of the line.
const STATUS_LINE_LEN = 12

// What `memo` holds.
const CLIENT_HEAD_OPEN = 1
const SERVER_HEAD_OPEN = 2
const NAMED = 4
const CONNECT = 8
const UPGRADED = 16
const OPENED = 32
/** A form, or the beginning of what the server sends, comes next. */
const FORM_NEXT = 64
const BODY_NEXT = 128
/** Of the server's latest head. */
const TEXT_SAID = 256
const ENCODED = 512

const MAX_FORM = 2048
/** The first body of a side has been looked at for what is inside. */
const CLIENT_BODY_SEEN = 1024
const SERVER_BODY_SEEN = 2048

export default dissector({
  name: 'HTTP',
  category: 'Web',
  about: 'HTTP/1 (RFC 9112): a request line or a status line; every later head is read too',
  over: 'tcp',
  tcpPorts: [80],
  trialPorts: [3128, 8000, 8008, 8080, 8081, 8888],
  firstBytes: (byte) => byte >= 0x41 && byte <= 0x5a,
  alsoNames: { HTTP_Connect: 'Web', HTTP_Proxy: 'Web' },
  fields: {
    method: text('Method'),
    url: text('URL'),
    host: text('Host'),
    status: u16('Status'),
    userAgent: text('User agent'),
    requestContentType: text('Request content type'),
    requestLength: num('Request content length'),
    contentType: text('Content type'),
    responseLength: num('Response content length'),
    server: text('Server'),
    upgrade: text('Upgrade'),
    forwardedFor: text('Forwarded for'),
  },
  counters: {
    requestsGet: 'GET requests',
    requestsPost: 'POST requests',
    requestsHead: 'HEAD requests',
    requestsPut: 'PUT requests',
    requestsOther: 'Other requests',
    responses1xx: '1xx responses',
    responses2xx: '2xx responses',
    responses3xx: '3xx responses',
    responses4xx: '4xx responses',
    responses5xx: '5xx responses',
  },
  follow: 'segments',
  every: true,

  signature(c, ctx) {
    if (c.startsWith(HTTP_1)) return c.left < STATUS_LINE_LEN ? NeedMore : isStatusLine(c) ? whenHeadIsWhole(c, ctx) : Exclude
    const end = requestLineEnd(c)
    if (end < 0) return end === -1 ? NeedMore : Exclude
    return isRequestLine(c, end) ? whenHeadIsWhole(c, ctx) : Exclude
  },

  extract(c, out, ctx) {
    const open = ctx.fromClient ? CLIENT_HEAD_OPEN : SERVER_HEAD_OPEN
    if ((ctx.memo & open) !== 0) return readOpenHead(c, out, ctx, open)
    // Most segments are of bodies, and most of those begin with no letter that a head begins with.
    for (let n = 0; n < MAX_HEADS && canBeginHead(c.peek()); n++) {
      if (c.startsWith(HTTP_1)) {
        if (!isStatusLine(c)) break
        if (readResponse(c, out, ctx) === Within) return Within
      } else if ((ctx.memo & UPGRADED) !== 0) return More
      else {
        const end = requestLineEnd(c)
        if (end < 0 || !isRequestLine(c, end)) break
        readRequest(c, end, out, ctx)
      }
    }
    lookAtBody(c, ctx)
    c.skip(c.left)
    return More
  },
})

/** Methods are of capital letters, with '-' and '_' in some; 'HTTP' is too. */
const canBeginHead = (byte: number) => (byte >= 0x41 && byte <= 0x5a) || byte === 0x2d || byte === 0x5f

/** The first head is waited for once, so that a field cut by a segment's end is read whole. */
function whenHeadIsWhole(c: Cursor, ctx: Context) {
  return ctx.packet > 1 || ctx.midStream || c.left >= MAX_LINE || c.find('\r\n\r\n') >= 0 || c.find('\n\n') >= 0 ? Match : NeedMore
}

function isStatusLine(c: Cursor): boolean {
  const digit = (ahead: number) => c.peek(ahead) >= 0x30 && c.peek(ahead) <= 0x39
  return c.startsWith(HTTP_1) && digit(7) && c.peek(8) === 0x20 && c.peek(9) >= 0x31 && c.peek(9) <= 0x35 && digit(10) && digit(11)
}

function readRequest(c: Cursor, lineEnd: number, out: HttpOut, ctx: Context): void {
  const methodLen = c.indexOf(0x20, 24)
  const method = c.text(methodLen)
  c.skip(1)
  // A request of HTTP/0.9 has no version behind its target.
  const versioned = c.startsWith(' HTTP/', lineEnd - methodLen - 1 - 9)
  const targetLen = lineEnd - methodLen - 1 - (versioned ? 9 : 0)
  const target = c.text(Math.max(0, targetLen))
  c.skipLine()
  out.method = method
  ctx.tally(METHODS.get(method) ?? 'requestsOther')
  readHeaders(c, out, ctx, CLIENT_HEAD_OPEN)
  raiseAttacks(target, ctx)
  if (asksForHidden(target)) ctx.raise('Possible Exploit Attempt', target)
  describeRequest(method, target, out, ctx)
}

function describeRequest(method: string, target: string, out: HttpOut, ctx: Context): void {
  const absolute = target.startsWith('http://')
  if (absolute || method === 'CONNECT') out.host = hostOf(absolute ? target.slice(7) : target) || out.host
  const url = target.startsWith('/') ? (out.authority ?? '') + target : target
  out.url = url.slice(0, 255)
  out.authority = undefined
  if ((ctx.memo & OPENED) === 0) {
    ctx.memo |= OPENED
    if (method === 'CONNECT') ctx.becomes('HTTP_Connect')
    else if (absolute) ctx.becomes('HTTP_Proxy')
    ctx.info(out.url)
    // The server's name first: what the request is for says more.
    nameServer(out, ctx)
    insideByTarget(method, absolute ? pathOf(target) : target, ctx)
    if (out.userAgent !== undefined) insideByUserAgent(out.userAgent, ctx)
  }
  if (method === 'CONNECT') ctx.memo |= CONNECT
  nameServer(out, ctx)
}
/** Of 'http://host/path'. */
function pathOf(target: string): string {
  const slash = target.indexOf('/', 7)
  return slash < 0 ? '/' : target.slice(slash)
}
function nameServer(out: HttpOut, ctx: Context): void {
  if ((ctx.memo & NAMED) !== 0 || out.host === undefined || out.host === '') return
  ctx.memo |= NAMED
  ctx.serverName(out.host)
}

function readResponse(c: Cursor, out: HttpOut, ctx: Context): Extracted {
  c.skip(9)
  const status = (c.u8() - 0x30) * 100 + (c.u8() - 0x30) * 10 + (c.u8() - 0x30)
  out.status = status
  ctx.memo &= ~(TEXT_SAID | ENCODED)
  c.skipLine()
  ctx.tally(RESPONSES[Math.floor(status / 100)]!)
  readHeaders(c, out, ctx, SERVER_HEAD_OPEN)
  out.authority = undefined
  if ((ctx.memo & SERVER_HEAD_OPEN) === 0 && status >= 200) ctx.memo |= BODY_NEXT
  if (status === 101) ctx.memo |= UPGRADED
  const connected = (ctx.memo & CONNECT) !== 0 && status >= 200 && status < 300
  return connected && (ctx.memo & SERVER_HEAD_OPEN) === 0 ? Within : More
}
const RESPONSES = ['', 'responses1xx', 'responses2xx', 'responses3xx', 'responses4xx', 'responses5xx'] as const

const PROGRAM_TYPES =
  /^application\/(?:x-msdownload|x-msdos-program|x-dosexec|x-executable|x-elf|x-mach-binary|vnd\.microsoft\.portable-executable|vnd\.android\.package-archive|x-msi)\b/i
function lookAtType(contentType: string, ctx: Context): void {
  if (ctx.fromClient) {
    if (contentType.startsWith('application/x-www-form-urlencoded')) ctx.memo |= FORM_NEXT
  } else if (contentType.startsWith('text/')) ctx.memo |= TEXT_SAID
  else if (PROGRAM_TYPES.test(contentType)) ctx.raise('Binary App Transfer', contentType)
  else if (contentType.startsWith('application/octet-stream')) ctx.raise('Binary File/Data Transfer (Attempt)', contentType)
}

/** The rest of the segment is a body: its beginning is looked at once a message. */
function lookAtBody(c: Cursor, ctx: Context): void {
  if (c.left === 0) return
  const seen = ctx.fromClient ? CLIENT_BODY_SEEN : SERVER_BODY_SEEN
  if ((ctx.memo & seen) === 0) {
    ctx.memo |= seen
    const at = c.pos
    insideByBody(c, ctx)
    c.seek(at)
  }
  const awaited = ctx.fromClient ? FORM_NEXT : BODY_NEXT
  if ((ctx.memo & awaited) === 0) return
  ctx.memo &= ~awaited
  if (ctx.fromClient) {
    raiseAttacks(latin(c.bytes, c.offset, Math.min(c.endOffset, c.offset + MAX_FORM)), ctx)
    return
  }
  const mark = fileMark(c.bytes, c.offset, c.endOffset)
  if (mark !== undefined) ctx.raise('Binary App Transfer', mark)
  else if ((ctx.memo & (TEXT_SAID | ENCODED)) === TEXT_SAID && isBinary(c)) ctx.raise('HTTP Susp Content', 'said to be text, and is none')
}

/** Bytes that stand in no text of any encoding in use: mostly controls and halves of characters. */
function isBinary(c: Cursor): boolean {
  const n = Math.min(c.left, 64)
  if (n < 16 || (c.peek() === 0x1f && c.peek(1) === 0x8b)) return false
  let controls = 0
  for (let i = 0; i < n; i++) {
    const byte = c.peek(i)
    if (byte < 0x09 || (byte > 0x0d && byte < 0x20) || byte === 0x7f) controls++
  }
  return controls >= 4
}
function latin(b: Uint8Array, at: number, end: number): string {
  let text = ''
  for (; at < end; at++) text += String.fromCharCode(b[at]!)
  return text
}

/** The rest of a head that began in an earlier segment; the line that was cut is lost. */
function readOpenHead(c: Cursor, out: HttpOut, ctx: Context, open: number): Extracted {
  readHeaders(c, out, ctx, open)
  out.authority = undefined
  nameServer(out, ctx)
  if ((ctx.memo & open) === 0) lookAtBody(c, ctx)
  return More
}

/** Reads header lines up to the empty one; notes in `memo` whether it has come. */
function readHeaders(c: Cursor, out: HttpOut, ctx: Context, open: number): void {
  const b = c.bytes
  const end = c.endOffset
  let at = c.offset
  let isOpen = true
  for (let n = 0; n < MAX_HEADERS && at < end && isOpen; n++) {
    const stop = Math.min(end, at + MAX_LINE)
    let lf = at
    while (lf < stop && b[lf] !== 0x0a) lf++
    // A last line cut by the segment is read as far as it goes.
    const next = lf < stop ? lf + 1 : end
    const lineEnd = lf < stop ? (lf > at && b[lf - 1] === 0x0d ? lf - 1 : lf) : end
    if (lineEnd === at) isOpen = false
    else readHeader(b, at, lineEnd, out, ctx)
    at = next
  }
  c.skip(at - c.offset)
  ctx.memo = isOpen && at === end ? ctx.memo | open : ctx.memo & ~open
}

/** The few headers that are kept are told by their first letter and the place of the colon; of the others the name alone may tell. */
function readHeader(b: Uint8Array, at: number, end: number, out: HttpOut, ctx: Context): void {
  switch (b[at]! | 0x20) {
    case 0x61: // a
      if (isHeader('authorization', b, at, end)) lookAtCredentials(headerText(b, at + 14, end), ctx)
      return
    case 0x70: // p
      if (isHeader('proxy-authorization', b, at, end)) lookAtCredentials(headerText(b, at + 20, end), ctx)
      return
    case 0x68: // h
      if (!isHeader('host', b, at, end)) break
      out.authority = headerText(b, at + 5, end)
      out.host = hostOf(out.authority)
      if (!isHostText(out.authority)) lookAtHost(out.authority, ctx)
      return
    case 0x75: // u
      if (isHeader('user-agent', b, at, end)) {
        out.userAgent = headerText(b, at + 11, end)
        if (out.userAgent.includes('${')) raiseAttacks(out.userAgent, ctx)
      } else if (isHeader('upgrade', b, at, end)) out.upgrade = headerText(b, at + 8, end)
      return
    case 0x66: // f
      if (ctx.fromClient && isHeader('forwarded', b, at, end)) out.forwardedFor = headerText(b, at + 10, end)
      break
    case 0x78: // x
      if (ctx.fromClient && isHeader('x-forwarded-for', b, at, end)) out.forwardedFor = headerText(b, at + 16, end)
      break
    case 0x73: // s
      if (!isHeader('server', b, at, end)) break
      out.server = headerText(b, at + 7, end)
      insideByServer(out.server, ctx)
      return
    case 0x63: // c
      if (isHeader('content-length', b, at, end)) readLength(b, at + 15, end, out, ctx)
      else if (isHeader('content-type', b, at, end)) readContentType(headerText(b, at + 13, end), out, ctx)
      else if (isHeader('content-encoding', b, at, end)) ctx.memo |= ENCODED
      else if (!ctx.fromClient && isHeader('content-disposition', b, at, end)) lookAtFileName(headerText(b, at + 20, end), ctx)
      return
  }
  insideByHeader(b, at, end, ctx)
}

/** RFC 7617: a name and a password, for everyone to read. */
function lookAtCredentials(value: string, ctx: Context): void {
  if (/^basic /i.test(value)) ctx.raise('Clear-Text Credentials', 'basic authentication')
}

const FILES = /\.(?:exe|dll|scr|msi|bat|cmd|ps1|vbs|js|hta|jar|apk|elf|so|bin|sh|zip|rar|7z|iso|img|gz|tgz|xz|cab|dmg|deb|rpm)"?\s*$/i
function lookAtFileName(disposition: string, ctx: Context): void {
  if (FILES.test(disposition)) ctx.raise('Binary File/Data Transfer (Attempt)', disposition)
}

function lookAtHost(authority: string, ctx: Context): void {
  ctx.raise('Non-Printable/Invalid Chars Detected', `host ${authority}`)
  // What printf makes something of.
  if (/%[snx]/.test(authority)) ctx.raise('Possible Exploit Attempt', `host ${authority}`)
}
const isHostText = (authority: string) => /^[\w.:[\]~-]*$/.test(authority)

function readContentType(contentType: string, out: HttpOut, ctx: Context): void {
  if (ctx.fromClient) out.requestContentType = contentType
  else out.contentType = contentType
  insideByContent(contentType, ctx)
  lookAtType(contentType, ctx)
}
/** Digits alone are a length (RFC 9112 §6.3). */
function readLength(b: Uint8Array, at: number, end: number, out: HttpOut, ctx: Context): void {
  while (at < end && isBlank(b[at]!)) at++
  while (end > at && isBlank(b[end - 1]!)) end--
  if (at === end || end - at > MAX_LENGTH_DIGITS) return
  let length = 0
  for (; at < end; at++) {
    const digit = b[at]! - 0x30
    if (digit < 0 || digit > 9) return
    length = length * 10 + digit
  }
  if (ctx.fromClient) out.requestLength = length
  else out.responseLength = length
}

function headerText(b: Uint8Array, at: number, end: number): string {
  while (at < end && isBlank(b[at]!)) at++
  while (end > at && isBlank(b[end - 1]!)) end--
  return wireText(b, at, end)
}
const isBlank = (byte: number) => byte === 0x20 || byte === 0x09
