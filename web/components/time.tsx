import { formatTime, relative } from '../lib/format.ts'
import { t } from '../lib/messages.ts'

/** What is asked between two ticks is fresher than the tick that "now" comes from. */
const FRESHER_MS = 3000

export function ago(ms: number, nowMs: number): string {
  const { when, ...rest } = relative(ms > nowMs && ms - nowMs < FRESHER_MS ? nowMs : ms, nowMs)
  return when === 'now' ? t('now') : t(when === 'past' ? 'ago' : 'ahead', { duration: (rest as { duration: string }).duration })
}

/** A time relative to the interface's now, absolute on hover. */
export function When({ ms, nowMs }: { readonly ms: number; readonly nowMs: number | undefined }) {
  if (!(ms > 0)) return <span className="faint">–</span>
  return (
    <time dateTime={new Date(ms).toISOString()} title={formatTime(ms)}>
      {nowMs === undefined ? formatTime(ms) : ago(ms, nowMs)}
    </time>
  )
}
