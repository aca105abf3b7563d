import type { Cursor } from '../wire/cursor.ts'
import { Done, dissector, Exclude, Match, More, NeedMore, oneOf, text, type Verdict } from './dissector.ts'
import { beginsWithFold } from './words.ts'

const SYSLOG_PORTS = [514, 601, 6514]
/** RFC 5424 §6.2.1: facility 23, severity 7. */
const MAX_PRIORITY = 191
const FACILITIES = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp'],
  ...['ntp', 'audit', 'alert', 'clock', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
] as const
const SEVERITIES = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'informational', 'debug'] as const
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
/** A time stamp ends, or shows that it is none, within these bytes. */
const ENOUGH_TO_TELL = 16
/** Of a message over TCP so much is waited for. */
const MAX_SHOWN = 255
const LESS_THAN = 0x3c
const GREATER_THAN = 0x3e

export default dissector({
  name: 'Syslog',
  category: 'System',
  about: 'Log messages: a priority in angle brackets, and off its ports a version or time stamp behind it (RFC 5424, RFC 3164)',
  over: ['udp', 'tcp'],
  tcpPorts: SYSLOG_PORTS,
  udpPorts: [514],
  // RFC 6587 §3.4.1: over TCP the length may stand in front.
  firstBytes: (byte) => byte === LESS_THAN || (byte > 0x30 && byte <= 0x39),
  minLen: 8,
  fields: { facility: text('Facility'), severity: oneOf('Severity', SEVERITIES), hostName: text('Log host'), program: text('Program') },

  signature(c, ctx) {
    if (c.peek() !== LESS_THAN) {
      if (ctx.proto !== 6) return Exclude
      const counted = skipCount(c)
      if (counted !== Match) return counted
    }
    const usual = ctx.dstPort === 514 || (ctx.proto === 6 && SYSLOG_PORTS.includes(ctx.dstPort))
    const priority = readPriority(c)
    if (priority < 0 || (c.left > 0 && c.peek() < 0x20)) return c.bad && ctx.proto === 6 ? NeedMore : Exclude
    if (ctx.proto === 6 && !usual && c.left < ENOUGH_TO_TELL) return NeedMore
    return usual || isVersion(c) || isDated(c) ? Match : Exclude
  },

  extract(c, out, ctx) {
    if (ctx.proto === 6 && c.left < MAX_SHOWN && c.indexOf(0x0a) < 0 && !isCounted(c)) return More
    if (c.peek() !== LESS_THAN) skipCount(c)
    const priority = readPriority(c)
    if (priority < 0) return Done
    out.facility = FACILITIES[priority >> 3]
    out.severity = SEVERITIES[priority & 7]
    const rest = c.pos
    ctx.info(c.text(Math.max(0, lineEnd(c))))
    c.seek(rest)
    // RFC 5424: version, time, host, program; RFC 3164: time in three words, host, tag.
    const words = isVersion(c) ? 2 : isDated(c) ? 3 : 0
    if (words === 0) return Done
    for (let i = 0; i < words; i++) word(c)
    const host = word(c)
    const program = word(c).replace(/[[:].*$/, '')
    if (host !== '' && host !== '-') out.hostName = host
    if (program !== '' && program !== '-') out.program = program
    return Done
  },
})

/** MSG-LEN: up to five digits and a space. */
function skipCount(c: Cursor): Verdict {
  let digits = 0
  while (digits < 6 && isDigit(c.peek(digits))) digits++
  if (digits === 0 || digits === 6) return Exclude
  const next = c.peek(digits)
  if (next < 0) return NeedMore
  if (next !== 0x20 || c.peek(digits + 1) !== LESS_THAN) return c.peek(digits + 1) < 0 && next === 0x20 ? NeedMore : Exclude
  c.skip(digits + 1)
  return Match
}

/** A message with its length in front lies here whole. */
function isCounted(c: Cursor): boolean {
  let length = 0
  let digits = 0
  for (; digits < 6 && isDigit(c.peek(digits)); digits++) length = length * 10 + c.peek(digits) - 0x30
  return digits > 0 && c.left >= digits + 1 + length
}

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39

/** Behind `<` one to three digits without a leading zero, and `>`; -1 when it is not. */
function readPriority(c: Cursor): number {
  c.skip(1)
  let value = 0
  let digits = 0
  while (isDigit(c.peek()) && digits < 4) {
    if (digits === 1 && value === 0) return -1
    value = value * 10 + c.u8() - 0x30
    digits++
  }
  return digits > 0 && value <= MAX_PRIORITY && c.u8() === GREATER_THAN ? value : -1
}

/** RFC 5424 §6.2.2: the version, and a time that begins with a year or is nil. */
const isVersion = (c: Cursor): boolean => c.startsWith('1 2') || c.startsWith('1 - ')

/** `Mmm dd hh:mm:ss`, after a space at most; devices also put a sequence number or a year first, which only their port excuses. */
function isDated(c: Cursor): boolean {
  const at = c.peek() === 0x20 ? 1 : 0
  if (beginsWithFold(c, MONTHS, at) < 0) return false
  return c.peek(at + 3) === 0x20 && isDigit(c.peek(at + 5)) && c.peek(at + 9) === 0x3a && isDigit(c.peek(at + 10))
}

/** The message's first line, without what NULs or CRs end it. */
function lineEnd(c: Cursor): number {
  let n = 0
  while (n < 255 && c.peek(n) >= 0 && c.peek(n) !== 0x0a && c.peek(n) !== 0x0d && c.peek(n) !== 0) n++
  return n
}

function word(c: Cursor): string {
  c.skipSpaces()
  let n = 0
  while (n < 128 && c.peek(n) > 0x20) n++
  return c.text(n)
}
