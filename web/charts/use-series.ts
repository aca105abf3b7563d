import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Series, SeriesQuery } from '../../src/lib/live.ts'
import { api } from '../lib/api.ts'
import { every } from '../lib/current.ts'
import { entryIn, useLive } from '../lib/live-store.ts'
import { sinceFirst, spanFor } from './stack.ts'

interface Wanted {
  readonly of: SeriesQuery['of']
  /** How far back at most. */
  readonly seconds?: number
  readonly points?: number
  readonly top?: number
}
const HOUR_S = 3600
const POINTS = 600
const EVERY_MS = 2000

/** A series of an interface, from its first packet on. */
export function useSeries(id: number, { of, seconds = HOUR_S, points = POINTS, top }: Wanted) {
  const first = useLive((state) => entryIn(state, id)?.totals?.firstSeenMs)
  // The span grows in few steps, so that a live interface asks the same again.
  const span = useLive((state) => {
    const totals = entryIn(state, id)?.totals
    return totals === undefined ? seconds : Math.min(seconds, spanFor(totals.firstSeenMs, totals.nowMs))
  })
  const query: SeriesQuery = { of, seconds: span, points, ...(top !== undefined && { top }) }
  return useQuery({
    queryKey: ['series', id, query, first],
    queryFn: async ({ signal }): Promise<Series> => sinceFirst(await api.series(id, query, signal), first ?? 0),
    refetchInterval: every(EVERY_MS, id),
    placeholderData: keepPreviousData,
    enabled: first !== undefined,
  })
}
