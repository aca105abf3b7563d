/** The front of a line of syslog (RFC 3164 §4.1, RFC 5424 §6), and the message behind it. */
export interface SyslogLine {
  /** 0 emergency to 7 debug; undefined without a priority. */
  readonly severity: number | undefined
  readonly atMs: number | undefined
  readonly host: string | undefined
  readonly program: string | undefined
  readonly data: Readonly<Record<string, string>>
  readonly message: string
}

const MAX_PRIORITY = 191
const MAX_DATA = 64
const MAX_VALUE = 1024
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A line without a priority is a message by itself. */
export function readSyslog(line: string, nowMs: number): SyslogLine {
  const close = line.startsWith('<') ? line.indexOf('>') : -1
  const priority = close > 1 && close <= 4 ? Number(line.slice(1, close)) : Number.NaN
  if (!(priority >= 0 && priority <= MAX_PRIORITY))
    return { severity: undefined, atMs: undefined, host: undefined, program: undefined, data: {}, message: line }
  const severity = priority & 7
  const rest = line.slice(close + 1)
  return rest.startsWith('1 ') ? readNew(rest.slice(2), severity) : readOld(rest, severity, nowMs)
}

const known = (text: string | undefined): string | undefined => (text === undefined || text === '-' || text === '' ? undefined : text)

function readNew(text: string, severity: number): SyslogLine {
  const [time, host, program, , , rest = ''] = words(text, 5)
  const { data, message } = structured(rest)
  const atMs = Date.parse(time ?? '')
  return {
    severity,
    atMs: Number.isNaN(atMs) ? undefined : atMs,
    host: known(host),
    program: known(program),
    data,
    message: message.replace(/^\uFEFF/, ''),
  }
}

/** So many words, and what is left behind them. */
function words(text: string, count: number): string[] {
  const found: string[] = []
  let at = 0
  while (found.length < count) {
    const end = text.indexOf(' ', at)
    if (end < 0) break
    found.push(text.slice(at, end))
    at = end + 1
  }
  found.push(text.slice(at))
  return found
}

/** `[id name="value" …]…` or `-`; in values `\"`, `\\` and `\]` stand for themselves. */
function structured(text: string): { data: Record<string, string>; message: string } {
  const data: Record<string, string> = {}
  let count = 0
  let at = 0
  while (text[at] === '[') {
    at++
    while (at < text.length && text[at] !== ' ' && text[at] !== ']') at++
    while (text[at] === ' ') {
      const equals = text.indexOf('="', at)
      if (equals < 0) return { data, message: text.slice(at) }
      const name = text.slice(at + 1, equals)
      let value = ''
      let end = equals + 2
      for (; end < text.length && text[end] !== '"'; end++) {
        if (text[end] === '\\' && end + 1 < text.length) end++
        if (value.length < MAX_VALUE) value += text[end]
      }
      if (count++ < MAX_DATA && name !== '__proto__') data[name] = value
      at = end + 1
    }
    if (text[at] !== ']') break
    at++
  }
  if (at === 0 && text.startsWith('-')) at = 1
  return { data, message: text.slice(text[at] === ' ' ? at + 1 : at) }
}

/** `Nov 26 20:15:00 host program[pid]: message`; much of it may be missing. */
function readOld(text: string, severity: number, nowMs: number): SyslogLine {
  const time = oldTime(text, nowMs)
  const behind = time === undefined ? text : text.slice(16)
  const [host, ...more] = time === undefined ? [undefined, behind] : words(behind, 1)
  const rest = more.join(' ')
  const colon = rest.indexOf(': ')
  const tag = colon > 0 && colon <= 64 ? rest.slice(0, colon) : undefined
  const isTag = tag !== undefined && !tag.includes(' ') && !tag.includes('=') && !tag.startsWith('@')
  const bracket = tag?.indexOf('[') ?? -1
  return {
    severity,
    atMs: time,
    host: known(host),
    program: isTag ? known(bracket > 0 ? tag.slice(0, bracket) : tag) : undefined,
    data: {},
    message: isTag ? rest.slice(colon + 2) : rest,
  }
}

/** Its year is the one in which it lies nearest to now; its zone is ours. */
function oldTime(text: string, nowMs: number): number | undefined {
  const month = MONTHS.indexOf(text.slice(0, 3))
  const day = Number(text.slice(4, 6))
  const [h, m, s] = text.slice(7, 15).split(':').map(Number)
  const isSound =
    month >= 0 &&
    day >= 1 &&
    day <= 31 &&
    text[15] === ' ' &&
    h !== undefined &&
    m !== undefined &&
    s !== undefined &&
    h < 24 &&
    m < 60 &&
    s < 61
  if (!isSound) return undefined
  const year = new Date(nowMs).getFullYear()
  const times = [year - 1, year, year + 1].map((y) => new Date(y, month, day, h, m, s).getTime())
  return times.reduce((best, at) => (Math.abs(at - nowMs) < Math.abs(best - nowMs) ? at : best))
}
