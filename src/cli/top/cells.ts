/** Values of the glossary as the terminal writes them: short in tables, whole in the detail pane. */
import type { Field, FieldKind } from '../../lib/fields.ts'
import { formatBits, formatBytes, formatCount, formatDuration, formatExact, formatTime, relative, scaled } from '../../lib/format.ts'
import { safe } from './width.ts'

/** Narrow spaces are not in every terminal's font. */
export const spaced = (text: string): string => text.replaceAll('\u202f', ' ')
const tight = (text: string) => text.replaceAll('\u202f', '')

/** Three digits and the SI prefix: 12.3k. */
const short = (value: number): string => scaled(value).join('')

const TREND_ARROWS: Readonly<Record<string, string>> = { up: '↗', down: '↘', steady: '→' }
export const trendArrow = (trend: unknown): string => TREND_ARROWS[String(trend)] ?? ''

function ago(ms: number, nowMs: number): string {
  const { when, ...rest } = relative(ms, nowMs)
  return when === 'now' || !('duration' in rest) ? 'now' : tight(rest.duration)
}

type Write = (value: number, nowMs: number) => string
const SHORT: Partial<Record<FieldKind, Write>> = {
  bitsPerSecond: short,
  bytes: short,
  packets: short,
  packetsPerSecond: short,
  count: (value) => tight(formatCount(value)),
  durationMs: (value) => tight(formatDuration(value)),
  timeMs: ago,
  port: String,
}
const exactly = (shown: string, value: number, unit: string) =>
  value < 1000 ? spaced(shown) : `${spaced(shown)} (${formatExact(value)}${unit})`
const WHOLE: Partial<Record<FieldKind, Write>> = {
  bitsPerSecond: (value) => spaced(formatBits(value)),
  bytes: (value) => exactly(formatBytes(value), value, ''),
  packets: formatExact,
  packetsPerSecond: (value) => `${spaced(formatCount(value))} /s`,
  count: formatExact,
  durationMs: (value) => spaced(formatDuration(value)),
  timeMs: (value, nowMs) => `${formatTime(value)} (${ago(value, nowMs) === 'now' ? 'now' : `${ago(value, nowMs)} ago`})`,
  port: String,
}

function written(writers: Partial<Record<FieldKind, Write>>, { kind }: Field, value: unknown, nowMs: number): string {
  if (value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return (writers[kind] ?? String)(value, nowMs)
  return safe(String(value))
}

export const shortCell = (field: Field, value: unknown, nowMs: number): string => written(SHORT, field, value, nowMs)
export const wholeCell = (field: Field, value: unknown, nowMs: number): string => written(WHOLE, field, value, nowMs)

/** An address with a port as URLs write them (RFC 3986 §3.2.2). */
export function endText(address: unknown, port: unknown): string {
  const text = safe(String(address ?? ''))
  if (port === undefined || port === 0) return text
  return text.includes(':') ? `[${text}]:${port}` : `${text}:${port}`
}
/** `1 flow`, `2 flows`. */
export const plural = (n: number, one: string): string => `${formatExact(n)} ${one}${n === 1 ? '' : 's'}`

/** As the filter language writes a host in a VLAN. */
export const hostText = (address: unknown, vlan: unknown): string => `${address ?? ''}${vlan === undefined || vlan === 0 ? '' : `@${vlan}`}`
