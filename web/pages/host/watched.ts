/** The host's throughput while someone looks at it: the server keeps no series of single hosts. */
import { useRef } from 'react'
import type { HostItem } from '../../../src/lib/fields.ts'
import type { Series } from '../../../src/lib/live.ts'
import { t } from '../../lib/messages.ts'

const MAX_POINTS = 900
type Point = readonly [ms: number, sent: number, rcvd: number]

/** With one point more when the clock has moved on; from the beginning when it went back. */
export function watched(points: readonly Point[], [ms, sent, rcvd]: Point): readonly Point[] {
  const last = points.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY
  if (ms === last) return points
  return [...(ms < last ? [] : points), [ms, sent, rcvd] as const].slice(-MAX_POINTS)
}

export const seriesOf = (points: readonly Point[]): Series => ({
  times: points.map(([ms]) => ms),
  columns: [
    { name: 'sent', label: t('sent'), values: points.map(([, sent]) => sent) },
    { name: 'rcvd', label: t('received'), values: points.map(([, , rcvd]) => rcvd) },
  ],
})

export function useWatched(host: HostItem | undefined, nowMs: number | undefined): Series {
  const points = useRef<readonly Point[]>([])
  const series = useRef<Series>(seriesOf([]))
  if (host && nowMs !== undefined) {
    const next = watched(points.current, [Math.floor(nowMs / 1000) * 1000, host.bpsSent, host.bpsRcvd])
    if (next !== points.current) {
      points.current = next
      series.current = seriesOf(next)
    }
  }
  return series.current
}
