import type { NetworkEvent } from '../../lib/events.ts'
import { readEve } from './eve.ts'
import { flattened, type Read, scalarsOf, textOf } from './event-values.ts'
import { readCefEvent, readFirewall } from './firewall-log.ts'
import { readCef, readKeyValues } from './key-values.ts'
import { readSyslog, type SyslogLine } from './syslog-line.ts'

/** Longer ones are cut, and counted by who reads them. */
export const MAX_LINE = 64 * 1024
const MAX_NESTED = 64
/** Of syslog: 0 emergency … 7 debug, as 0 to 10. */
const SEVERITIES = [10, 9, 8, 6, 4, 2, 1, 0]

/** What a line says, in whichever form; a cause where it says nothing that could be read. */
export function readEventLine(line: string, nowMs: number, sender: string): Read | string {
  const syslog = readSyslog(line, nowMs)
  const { message } = syslog
  const begin = message.trimStart()
  if (begin === '') return 'empty line'
  if (begin.startsWith('{') || begin.startsWith('@cee:')) return readJson(begin.replace(/^@cee:\s?/, ''), syslog, nowMs, sender)
  const atMs = syslog.atMs ?? nowMs
  const cef = readCef(message)
  if (cef !== undefined) return readCefEvent(cef, atMs, sender)
  const values = readKeyValues(message)
  if (values !== undefined && Object.keys(values).length >= 3)
    return withSyslog(readFirewall(values, titleOf(values, message), atMs, sender, syslog.program), syslog)
  return { event: { ...logOf(syslog, atMs, sender), title: message.slice(0, 512), fields: scalarsOf(Object.entries(syslog.data)) } }
}

/** Of a firewall that names what it does. */
const titleOf = (values: Readonly<Record<string, string>>, message: string): string =>
  values['attack'] ?? values['virus'] ?? values['msg'] ?? values['logdesc'] ?? message.slice(0, 120)

function readJson(text: string, syslog: SyslogLine, nowMs: number, sender: string): Read | string {
  if (nesting(text) > MAX_NESTED) return 'JSON nested too deeply'
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'JSON that is none'
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'JSON that is no object'
  const scalars = flattened(value)
  if (scalars['event_type'] !== undefined) return readEve(scalars, nowMs, sender)
  const values = Object.fromEntries(Object.entries(scalars).map(([name, one]) => [name, String(one)]))
  const title = textOf(scalars['message'] ?? scalars['msg'] ?? scalars['title']) ?? text.slice(0, 120)
  return withSyslog(readFirewall(values, title, syslog.atMs ?? nowMs, sender, syslog.program), syslog)
}

/** How deep brackets go, strings left out: the parser would go as deep. */
function nesting(text: string): number {
  let depth = 0
  let most = 0
  let isString = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (isString) {
      if (c === 92) i++
      else if (c === 34) isString = false
    } else if (c === 34) isString = true
    else if (c === 123 || c === 91) most = Math.max(most, ++depth)
    else if (c === 125 || c === 93) depth--
  }
  return most
}

const logOf = ({ severity, program }: SyslogLine, atMs: number, sender: string): Omit<NetworkEvent, 'title' | 'fields'> => ({
  atMs,
  sender,
  kind: 'log',
  ...(severity !== undefined && { severity: SEVERITIES[severity]! }),
  ...(program !== undefined && { program: program.slice(0, 64) }),
})
const withSyslog = (read: Read, { severity }: SyslogLine): Read =>
  severity === undefined || read.event.severity !== undefined
    ? read
    : { ...read, event: { ...read.event, severity: SEVERITIES[severity]! } }
