import type { Cursor } from '../wire/cursor.ts'
import type { Context } from './dissector.ts'
import { dissector, Exclude, Match, More, oneOf, text } from './dissector.ts'

const COAP_PORT = 5683
const HEADER_LEN = 4
const METHODS = ['empty', 'GET', 'POST', 'PUT', 'DELETE', 'FETCH', 'PATCH', 'iPATCH'] as const
const PAYLOAD_MARKER = 0xff
const MAX_OPTIONS = 32
// RFC 7252 §5.10, RFC 7959, RFC 7641; larger numbers are rare.
const OPTION_URI_HOST = 3
const OPTION_URI_PATH = 11
const OPTION_URI_QUERY = 15
const LAST_OPTION = 292
/** IANA "CoAP Option Numbers": odd ones, without which a message may not be understood (RFC 7252 §5.4.1), so that nobody sends others. */
const CRITICAL = [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 27, 31, 35, 39]
const CONFIRMABLE = 0

const fields = { method: oneOf('Method', METHODS), url: text('URL'), response: text('Response code') }

export default dissector({
  name: 'COAP',
  category: 'RPC',
  about: 'Requests among small devices (RFC 7252): version 1, a known code, and options that lead to the payload or the end',
  over: 'udp',
  ports: [COAP_PORT, 5684],
  firstBytes: (byte) => byte >> 6 === 1 && (byte & 15) <= 8,
  minLen: HEADER_LEN,
  fields,

  signature(c, ctx) {
    const first = c.u8()
    const code = c.u8()
    const tokenLength = first & 15
    c.skip(2 + tokenLength)
    if (c.bad || !knownCode(code)) return Exclude
    if (code === 0) return isUsual(ctx) && tokenLength === 0 && c.left === 0 ? Match : Exclude
    const text = walkOptions(c, undefined)
    if (text < 0 && ctx.wireLeft <= c.pos + c.left) return Exclude
    // Off its port a confirmable or not request must say where it goes.
    return isUsual(ctx) || (code <= 7 && ((first >> 4) & 3) <= CONFIRMABLE + 1 && text > 0) ? Match : Exclude
  },

  extract(c, out, ctx) {
    const tokenLength = c.u8() & 15
    const code = c.u8()
    c.skip(2 + tokenLength)
    if (code <= 7) out.method = METHODS[code]
    else out.response = `${code >> 5}.${String(code & 31).padStart(2, '0')}`
    if (code >= 1 && code <= 7) {
      const said: Uri = { host: '', path: '', query: '' }
      walkOptions(c, said)
      out.url = `${said.host}${said.path === '' ? '/' : said.path}${said.query}`.slice(0, 255)
      if (said.host !== '') ctx.serverName(said.host.toLowerCase())
      ctx.info(`${out.method} ${out.url}`)
    }
    return ctx.packet < 4 ? More : undefined
  },
})

interface Uri {
  host: string
  path: string
  query: string
}

const isUsual = (ctx: Context) => ctx.srcPort === COAP_PORT || ctx.dstPort === COAP_PORT || ctx.srcPort === 5684 || ctx.dstPort === 5684

function knownCode(code: number): boolean {
  const detail = code & 31
  switch (code >> 5) {
    case 0:
      return detail < METHODS.length
    case 2:
      return (detail >= 1 && detail <= 5) || detail === 31
    case 4:
      return (
        detail <= 6 || detail === 8 || detail === 9 || detail === 12 || detail === 13 || detail === 15 || detail === 22 || detail === 29
      )
    case 5:
      return detail <= 8
    default:
      return false
  }
}

/** How many URI options there are, -1 when the options are not sound; fills `uri` when given. RFC 7252 §3.1. */
function walkOptions(c: Cursor, uri: Uri | undefined): number {
  let number = 0
  let found = 0
  for (let i = 0; i < MAX_OPTIONS && c.left > 0; i++) {
    const first = c.u8()
    if (first === PAYLOAD_MARKER) return c.left > 0 ? found : -1
    number += extended(c, first >> 4)
    const length = extended(c, first & 15)
    if (c.bad || number > LAST_OPTION || length > c.left || ((number & 1) === 1 && !CRITICAL.includes(number))) return -1
    if (number === OPTION_URI_HOST || number === OPTION_URI_PATH || number === OPTION_URI_QUERY) {
      if (!isText(c, length)) return -1
      found++
      if (uri !== undefined) addTo(uri, number, c, length)
      else c.skip(length)
    } else c.skip(length)
  }
  return c.left === 0 && !c.bad ? found : -1
}

function extended(c: Cursor, nibble: number): number {
  if (nibble < 13) return nibble
  if (nibble === 13) return c.u8() + 13
  if (nibble === 14) return c.u16() + 269
  c.bad = true
  return 0
}

/** UTF-8 without control characters (RFC 7252 §3.2). */
function isText(c: Cursor, length: number): boolean {
  let follow = 0
  for (let i = 0; i < length; i++) {
    const byte = c.peek(i)
    if (byte >> 6 === 2 ? --follow < 0 : follow > 0 || byte < 0x20 || byte === 0x7f || byte > 0xf4) return false
    if (byte >= 0xc2) follow = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
  }
  return follow === 0
}

function addTo(uri: Uri, number: number, c: Cursor, length: number): void {
  const part = c.text(length)
  if (number === OPTION_URI_HOST) uri.host = part
  else if (number === OPTION_URI_PATH) uri.path += `/${part}`
  else uri.query += uri.query === '' ? `?${part}` : `&${part}`
}
