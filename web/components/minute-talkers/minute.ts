/** A minute of the past, and the flows that were there then. */
import { timeToUrl, type View } from '../../lib/url-state.ts'

export const MINUTE_MS = 60_000
/** A flow that lasts is told of every five minutes: what was there in a minute may be told of so much later. */
export const TOLD_WITHIN_MS = 300_000

export const minuteOf = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS

export interface Minute {
  readonly fromMs: number
  readonly toMs: number
  /** In the filter language. */
  readonly filter: string
}
/** Records of the flows that were there in this time: those told of from then on that had begun before its end. */
export function recordsOf({ fromMs, toMs, filter }: Minute): { readonly from: number; readonly to: number; readonly filter: string } {
  const begun = `firstSeen < ${new Date(toMs).toISOString()}`
  const before = /\bor\b|\|\|/i.test(filter) ? `(${filter})` : filter
  return { from: fromMs, to: toMs + TOLD_WITHIN_MS, filter: filter === '' ? begun : `${before} and ${begun}` }
}
/** The same on the page of the past. */
export function exploreView(minute: Minute, by: string, more = ''): View {
  const { from, to, filter } = recordsOf({ ...minute, filter: [minute.filter, more].filter((part) => part !== '').join(' and ') })
  return { from: timeToUrl(from), to: timeToUrl(to), filter, by }
}
