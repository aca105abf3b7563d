/** What rendering makes and the painter draws: lines of text in roles. What a role looks like is the theme's. */
import { cutEnd, textWidth } from './width.ts'

export type Role =
  | 'plain'
  | 'dim'
  | 'strong'
  | 'title'
  | 'tab'
  | 'key'
  | 'sent'
  | 'rcvd'
  | 'spark'
  | 'head'
  | 'sorted'
  | 'selected'
  | 'warn'
  | 'error'

export interface Span {
  readonly text: string
  readonly role: Role
}
export type Line = readonly Span[]

export const span = (text: string, role: Role = 'plain'): Span => ({ text, role })
export const line = (text: string, role: Role = 'plain'): Line => [span(text, role)]

export const lineWidth = (spans: Line): number => spans.reduce((sum, { text }) => sum + textWidth(text), 0)
export const plainText = (spans: Line): string => spans.map(({ text }) => text).join('')

/** No wider than `width`. */
export function fit(spans: Line, width: number): Line {
  const fitted: Span[] = []
  let left = width
  for (const { text, role } of spans) {
    const cut = cutEnd(text, left)
    if (cut !== '') fitted.push({ text: cut, role })
    left -= textWidth(cut)
    if (cut !== text) break
  }
  return fitted
}

/** Exactly `width` columns: two parts apart, of which the right one gives way. */
export function spread(left: Line, right: Line, width: number, fill: Role = 'plain'): Line {
  const fitted = fit(left, width)
  const room = width - lineWidth(fitted)
  const shown = lineWidth(right) + 1 <= room ? right : []
  return [...fitted, span(' '.repeat(Math.max(0, room - lineWidth(shown))), fill), ...shown]
}

/** As many of the parts as fit whole, most important first in `parts`, in their order. */
export function asManyAsFit(parts: readonly Line[], width: number, gap: string): Line {
  const shown: Span[] = []
  let left = width
  for (const part of parts) {
    const need = lineWidth(part) + (shown.length === 0 ? 0 : gap.length)
    if (need > left) break
    if (shown.length > 0) shown.push(span(gap))
    shown.push(...part)
    left -= need
  }
  return shown
}
