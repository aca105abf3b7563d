/** Figures for a terminal. */
export const formatCount = (n: number): string => n.toLocaleString('en-US', { maximumFractionDigits: 0 })

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
export function formatBytes(bytes: number): string {
  let unit = 0
  let n = bytes
  while (n >= 1000 && unit < BYTE_UNITS.length - 1) {
    n /= 1000
    unit++
  }
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${BYTE_UNITS[unit]}`
}

export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const s = ms / 1000
  if (s < 60) return `${s.toFixed(1)} s`
  if (s < 3600) return `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${Math.round((s % 3600) / 60)} min`
  return `${Math.floor(s / 86_400)} d ${Math.round((s % 86_400) / 3600)} h`
}

export const formatPercent = (share: number): string => `${Math.floor(100 * Math.min(1, share))} %`

/** `3 files`, `1 file`. */
export const counted = (n: number, what: string, many = `${what}s`): string => `${formatCount(n)} ${n === 1 ? what : many}`
