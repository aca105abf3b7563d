/** What a head of HTTP/1 is (RFC 9112 §3). */
import type { Cursor } from '../wire/cursor.ts'

export interface HttpOut {
  method?: string | undefined
  url?: string | undefined
  host?: string | undefined
  status?: number | undefined
  userAgent?: string | undefined
  requestContentType?: string | undefined
  requestLength?: number | undefined
  contentType?: string | undefined
  responseLength?: number | undefined
  server?: string | undefined
  upgrade?: string | undefined
  /** For whom a proxy asks, as X-Forwarded-For or Forwarded says it. */
  forwardedFor?: string | undefined
  /** The Host header as sent, while the head is being read; never kept. */
  authority?: string | undefined
}

/** Servers commonly refuse longer lines. */
export const MAX_LINE = 8192
const MAX_METHOD = 20

/** RFC 9110 §9, RFC 4918 (WebDAV), RFC 3253, RFC 3744, RFC 5789, UPnP; and the counter of each. */
export const METHODS: ReadonlyMap<string, string> = new Map([
  ['GET', 'requestsGet'],
  ['POST', 'requestsPost'],
  ['HEAD', 'requestsHead'],
  ['PUT', 'requestsPut'],
])

/** Length of the line at the cursor when it may be a request line: an upper-case word and a space. -1 to wait, -2 never. */
export function requestLineEnd(c: Cursor): number {
  let n = 0
  while (n < MAX_METHOD && isMethodByte(c.peek(n))) n++
  const next = c.peek(n)
  if (next === -1 && n < MAX_METHOD) return -1
  if (next !== 0x20 || n < 3) return -2
  const end = c.lineLength(MAX_LINE)
  if (end >= 0) return end
  // What looks like anything but a target is not waited for.
  return c.left < MAX_LINE && isTargetByte(c.peek(n + 1)) ? -1 : -2
}
const isMethodByte = (b: number) => (b >= 0x41 && b <= 0x5a) || b === 0x5f || b === 0x2d
/** '/', '*', a letter, a digit, '[' (an address) — or nothing yet. */
const isTargetByte = (b: number) =>
  b === -1 || b === 0x2f || b === 0x2a || b === 0x5b || (b >= 0x30 && b <= 0x39) || (b >= 0x41 && b <= 0x7a)

export function isRequestLine(c: Cursor, end: number): boolean {
  if (end >= 12 && c.startsWith(' HTTP/', end - 9)) return c.peek(end - 2) === 0x2e && c.peek(end - 3) === 0x31
  // HTTP/0.9
  return c.startsWith('GET /') && isVisible(c, 4, end)
}
function isVisible(c: Cursor, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (c.peek(i) <= 0x20 || c.peek(i) >= 0x7f) return false
  return true
}

/** The name in 'name:port' or '[address]:port', in lower case. */
export function hostOf(authority: string): string {
  if (isPlainHost(authority)) return authority
  const end = authority.search(/[/?#]/)
  const whole = (end < 0 ? authority : authority.slice(0, end)).toLowerCase()
  if (whole.startsWith('[')) return whole.slice(1, whole.indexOf(']') < 0 ? undefined : whole.indexOf(']'))
  const colon = whole.indexOf(':')
  const name = colon < 0 ? whole : whole.slice(0, colon)
  return name.endsWith('.') ? name.slice(0, -1) : name
}

/** Lower case, and nothing to take off: most are. */
function isPlainHost(authority: string): boolean {
  const n = authority.length
  for (let i = 0; i < n; i++) {
    const c = authority.charCodeAt(i)
    if (!((c >= 0x61 && c <= 0x7a) || c === 0x2e || c === 0x2d || (c >= 0x30 && c <= 0x39))) return false
  }
  return n > 0 && authority.charCodeAt(n - 1) !== 0x2e
}
