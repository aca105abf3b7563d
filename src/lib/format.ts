/** Numbers, times and text as people read them. Exact values are for titles and exports. */

const SI = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const
const THIN = '\u202f'

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** Three significant digits and the SI prefix: 1234567 → ['1.23', 'M']. */
export function scaled(value: number): [number: string, prefix: string] {
  let n = Math.abs(value)
  let step = 0
  // 999.5 would be written as 1000.
  while (n >= 999.5 && step < SI.length - 1) {
    n /= 1000
    step++
  }
  const digits = step === 0 ? (Number.isInteger(n) || n >= 99.5 ? 0 : 1) : n >= 99.95 ? 0 : n >= 9.995 ? 1 : 2
  return [`${value < 0 ? '−' : ''}${n.toFixed(digits)}`, SI[step]!]
}

const unit = (value: number, name: string): string => {
  const [number, prefix] = scaled(value)
  return `${number}${THIN}${prefix}${name}`
}

export const formatBits = (bps: number): string => unit(bps, 'bit/s')
export const formatBytes = (bytes: number): string => unit(bytes, 'B')
export const formatRate = (perSecond: number, of: string): string => unit(perSecond, `${of}/s`)
export const formatExact = (value: number): string => grouped.format(value)

/** Exact as long as that is short. */
export const formatCount = (value: number): string => {
  if (Math.abs(value) < 100_000) return grouped.format(value)
  const [number, prefix] = scaled(value)
  return `${number}${THIN}${prefix}`
}

export function formatPercent(share: number): string {
  if (!Number.isFinite(share)) return '–'
  const percent = share * 100
  if (percent === 0) return `0${THIN}%`
  if (percent < 0.1) return `<${THIN}0.1${THIN}%`
  return `${percent.toFixed(percent < 9.95 ? 1 : 0)}${THIN}%`
}

/** The two largest units: 3 h 07 m, 2 d 4 h, 14.2 s, 350 ms. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `−${formatDuration(-ms)}`
  if (!(ms >= 0)) return '–'
  if (ms < 1) return ms === 0 ? `0${THIN}ms` : `${(ms * 1000).toFixed(0)}${THIN}µs`
  if (ms < 999.5) return `${ms < 9.95 && !Number.isInteger(ms) ? ms.toFixed(1) : Math.round(ms)}${THIN}ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)}${THIN}s`
  const seconds = Math.round(ms / 1000)
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ]
  const first = parts.findIndex(([n]) => n > 0)
  return parts
    .slice(first, first + 2)
    .filter(([n], i) => i === 0 || n > 0)
    .map(([n, name]) => `${n}${THIN}${name}`)
    .join(' ')
}

export type Relative = { readonly when: 'now' } | { readonly when: 'past' | 'future'; readonly duration: string }
/** How far a time lies from another, in one unit. Under a second is now. */
export function relative(ms: number, nowMs: number): Relative {
  const away = Math.abs(nowMs - ms)
  if (away < 1000) return { when: 'now' }
  return {
    when: ms < nowMs ? 'past' : 'future',
    duration: formatDuration(Math.floor(away / 1000) * 1000)
      .replace('.0', '')
      .split(' ')[0]!,
  }
}

const two = (n: number) => String(n).padStart(2, '0')
export const formatDate = (ms: number): string => {
  const d = new Date(ms)
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`
}
export const formatClock = (ms: number): string => {
  const d = new Date(ms)
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`
}
/** Local time with milliseconds and the zone, for titles. */
export function formatTime(ms: number): string {
  if (!Number.isFinite(ms)) return '–'
  const d = new Date(ms)
  const zone = -d.getTimezoneOffset()
  const sign = zone < 0 ? '−' : '+'
  const offset = `${sign}${two(Math.floor(Math.abs(zone) / 60))}:${two(Math.abs(zone) % 60)}`
  return `${formatDate(ms)} ${formatClock(ms)}.${String(d.getMilliseconds()).padStart(3, '0')} ${offset}`
}
/** From–to without saying the date twice. */
export const formatRange = (fromMs: number, toMs: number): string => {
  const end = formatDate(fromMs) === formatDate(toMs) ? formatClock(toMs) : `${formatDate(toMs)} ${formatClock(toMs)}`
  return `${formatDate(fromMs)} ${formatClock(fromMs)} – ${end}`
}
