/** A range of time as the URL has it: one that moves with now, or one that was chosen. */
import { timeFromUrl, timeToUrl, type View } from './url-state.ts'

export interface TimeRange<S extends string = string> {
  /** A range that moves with now; undefined: `fromMs` and `toMs` were chosen. */
  readonly span: S | undefined
  readonly fromMs: number
  readonly toMs: number
}

/** What is wrong in the URL is as if it were not there. A range that moves ends at `nowMs`. */
export function rangeOf<S extends string>(view: View, nowMs: number, spans: Readonly<Record<S, number>>, usual: S): TimeRange<S> {
  const from = timeFromUrl(view.from)
  const to = timeFromUrl(view.to)
  const isFixed = from !== undefined && to !== undefined && from < to
  const span = view.range !== undefined && Object.hasOwn(spans, view.range) ? (view.range as S) : usual
  return isFixed ? { span: undefined, fromMs: from, toMs: to } : { span, fromMs: nowMs - spans[span], toMs: nowMs }
}

/** The URL of a range that was dragged or typed. */
export const fixedRange = (fromMs: number, toMs: number): View => ({
  range: '',
  from: timeToUrl(fromMs),
  to: timeToUrl(Math.max(fromMs + 1000, toMs)),
})
/** Of one that moves with now. */
export const movingRange = (span: string, usual: string): View => ({ range: span === usual ? '' : span, from: '', to: '' })
