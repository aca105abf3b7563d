import { fit, type Line, type Role, span, spread } from './line.ts'
import type { Prompt } from './prompt.ts'
import { cutMiddle, padEnd, safe, textWidth } from './width.ts'

const MAX_OPTIONS = 8
const OPTION_WIDTH = 18

/** What could be typed, the line itself, and below it what is wrong with it. */
export function promptLines({ kind, text, cursor, completion, chosen, error }: Prompt, width: number): { below: Line[]; column: number } {
  const lead = kind === 'filter' ? '/ ' : 'Refresh every (seconds): '
  const room = Math.max(8, width - lead.length - 1)
  const before = textWidth(safe(text.slice(0, cursor)))
  // A line longer than the screen is seen around the cursor.
  const skipped = Math.max(0, before - room)
  const column = lead.length + before - skipped
  const typed: Line = [span(lead, 'key'), span(skipColumns(safe(text), skipped))]
  if (error !== undefined) {
    const caret = lead.length + Math.max(0, textWidth(safe(text.slice(0, error.offset))) - skipped)
    const at = Math.min(caret, Math.max(0, width - 24))
    return { below: [fit(typed, width), fit([span(' '.repeat(at)), span(`^ ${safe(error.message)}`, 'error')], width)], column }
  }
  return { below: [...optionLines(completion?.options ?? [], chosen, width), fit(typed, width)], column }
}

function skipColumns(text: string, columns: number): string {
  let rest = text
  while (columns > 0 && textWidth(text) - textWidth(rest) < columns && rest !== '') rest = [...rest].slice(1).join('')
  return rest
}

function optionLines(options: NonNullable<Prompt['completion']>['options'], chosen: number, width: number): Line[] {
  if (options.length === 0) return []
  const from = Math.max(0, Math.min(chosen - MAX_OPTIONS + 1, options.length - MAX_OPTIONS))
  const shown = options.slice(from, from + MAX_OPTIONS)
  const label = Math.max(OPTION_WIDTH, ...shown.map(({ text }) => Math.min(40, textWidth(safe(text)))))
  const more = options.length - from - shown.length
  return [
    spread(
      [span('Tab takes, ↑↓ choose, Enter filters, Escape leaves', 'head')],
      more > 0 ? [span(`${more} more`, 'head')] : [],
      width,
      'head',
    ),
    ...shown.map(({ text, detail }, i) => {
      const role: Role = from + i === chosen ? 'selected' : 'plain'
      const spans = [span(`  ${padEnd(cutMiddle(safe(text), label), label)}  `, role), span(safe(detail), role === 'plain' ? 'dim' : role)]
      return spread(fit(spans, width), [], width, role)
    }),
  ]
}
