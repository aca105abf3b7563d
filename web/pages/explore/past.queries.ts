import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Dimension } from '../../../src/lib/history.ts'
import { api, type HistoryRange } from '../../lib/api.ts'
import { comparedRange, type PastView, SPANS, stepFor } from './past-view.ts'

/** A range that moves is asked for again as often as its steps are long, within bounds. */
const MIN_REFRESH_MS = 10_000
const MAX_REFRESH_MS = 300_000
const refreshOf = (view: PastView) =>
  view.span === undefined
    ? false
    : Math.min(MAX_REFRESH_MS, Math.max(MIN_REFRESH_MS, stepFor({ fromMs: 0, toMs: SPANS[view.span] }) * 1000))

/** Where the range ends is no part of the key while it moves: it is the time of asking. */
const keyOf = ({ fromMs, toMs, ...view }: PastView) => (view.span === undefined ? { ...view, fromMs, toMs } : view)
const rangeOf = (view: PastView, id: number | undefined): HistoryRange & { by: string } => {
  const { fromMs, toMs } = nowOf(view)
  return { from: fromMs, to: toMs, filter: view.filter, interface: id, by: view.by.join(',') }
}
/** A range that moves ends now. */
export const nowOf = (view: PastView): PastView => {
  if (view.span === undefined) return view
  const now = Date.now()
  return { ...view, fromMs: now - SPANS[view.span], toMs: now }
}

export const groupsQuery = (id: number | undefined, view: PastView) =>
  queryOptions({
    queryKey: ['past', id, 'groups', keyOf(view)],
    queryFn: ({ signal }) =>
      api.historyGroups({ ...rangeOf(view, id), measures: [view.measure, 'bytes', 'packets', 'flows'].join(','), limit: view.top }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: refreshOf(view),
    retry: false,
  })

export const courseQuery = (id: number | undefined, view: PastView) =>
  queryOptions({
    queryKey: ['past', id, 'course', keyOf(view)],
    queryFn: async ({ signal }) => {
      const asked = nowOf(view)
      const step = stepFor(asked)
      return {
        asked,
        step,
        answer: await api.historyGroups({ ...rangeOf(asked, id), measures: view.measure, limit: view.top, step }, signal),
      }
    },
    placeholderData: keepPreviousData,
    refetchInterval: refreshOf(view),
    retry: false,
  })

/** More groups than are listed, so that each field's greatest values are found among them; those of no interest are folded away. */
const BETWEEN_GROUPS = 3000
export const betweenQuery = (id: number | undefined, view: PastView) =>
  queryOptions({
    queryKey: ['past', id, 'between', keyOf(view)],
    queryFn: ({ signal }) => api.historyGroups({ ...rangeOf(view, id), measures: view.measure, limit: BETWEEN_GROUPS }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: refreshOf(view),
    retry: false,
  })

const COMPARED_GROUPS = 10_000
/** The same groups at the time that is compared with: more of them, as their order was another one. */
export const comparedQuery = (id: number | undefined, view: PastView) =>
  queryOptions({
    queryKey: ['past', id, 'compared', keyOf(view)],
    queryFn: ({ signal }) => {
      const range = comparedRange(nowOf(view))!
      return api.historyGroups(
        { ...rangeOf(view, id), from: range.fromMs, to: range.toMs, measures: view.measure, limit: COMPARED_GROUPS },
        signal,
      )
    },
    enabled: view.compared !== 'none',
    placeholderData: keepPreviousData,
    retry: false,
  })

export const recordsQuery = (id: number | undefined, view: PastView, sort: string, order: string, offset: number, limit: number) =>
  queryOptions({
    queryKey: ['past', id, 'records', keyOf(view), sort, order, offset],
    queryFn: ({ signal }) => {
      const { by: _, ...range } = rangeOf(view, id)
      return api.historyFlows({ ...range, sort, order, offset, limit }, signal)
    },
    placeholderData: keepPreviousData,
    retry: false,
  })

/** Values of a field in the time that is shown, by what passed: for the completion of filters. */
const KNOWN_VALUES = 1000
export const valuesQuery = (id: number | undefined, view: PastView, field: Dimension) =>
  queryOptions({
    queryKey: ['past', id, 'values', keyOf({ ...view, filter: '', by: [field] })],
    queryFn: async ({ signal }) => {
      const { rows } = await api.historyGroups(
        { ...rangeOf(view, id), filter: '', by: field, measures: 'bytes', limit: KNOWN_VALUES },
        signal,
      )
      return rows.map(([value]) => String(value))
    },
    staleTime: 60_000,
    retry: false,
  })

/** Where a file of what is shown is had. */
export function exportUrl(
  id: number | undefined,
  view: PastView,
  format: string,
  of: { readonly of: 'groups' } | { readonly of: 'flows'; readonly sort: string; readonly order: string },
): string {
  const { by, ...range } = rangeOf(view, id)
  const groups = {
    by,
    measures: [view.measure, 'bytes', 'packets', 'flows'].filter((one, i, all) => all.indexOf(one) === i).join(','),
    limit: view.top,
  }
  return api.historyExport({ ...range, format, ...of, ...(of.of === 'groups' && groups) })
}

export const savedQuery = queryOptions({ queryKey: ['past', 'saved'], queryFn: ({ signal }) => api.savedQueries(signal) })
