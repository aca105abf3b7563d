import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { SeriesKind } from '../../../src/lib/series-points.ts'
import { api } from '../../lib/api.ts'
import type { TimeRange } from '../../lib/time-range.ts'

/** What is looked at: one series, or those with most of a kind. */
export interface KeptOf {
  readonly kind: SeriesKind
  readonly name?: string
  readonly prefix?: string
  readonly expected?: boolean
}

/** Words for ranges that end now, in milliseconds. */
const DAY_MS = 86_400_000
export const KEPT_SPANS = {
  '1h': DAY_MS / 24,
  '6h': DAY_MS / 4,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '90d': 90 * DAY_MS,
  '1y': 365 * DAY_MS,
  '2y': 730 * DAY_MS,
} as const
export type KeptSpan = keyof typeof KEPT_SPANS
export const USUAL_SPAN: KeptSpan = '24h'

const POINTS = 600
/** Points come by the minute. */
const EVERY_MS = 30_000

/** `now`: when a range that moves was last looked at. */
export const keptQuery = (id: number | undefined, of: KeptOf, range: TimeRange) => {
  const { span, fromMs, toMs } = range
  return queryOptions({
    queryKey: ['kept', id, of, span ?? [fromMs, toMs]],
    queryFn: ({ signal }) => {
      const now = Date.now()
      const [from, to] = span === undefined ? [fromMs, toMs] : [now - (toMs - fromMs), now]
      return api.keptSeries(
        {
          ...of,
          expected: of.expected === true,
          from: Math.floor(from),
          to: Math.floor(to),
          points: POINTS,
          ...(id !== undefined && { interface: id }),
        },
        signal,
      )
    },
    placeholderData: keepPreviousData,
    ...(span !== undefined && { refetchInterval: EVERY_MS }),
  })
}
