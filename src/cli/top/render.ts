/** State and data as a screen: lines of text in roles, and where the cursor stands. */

import { formatCount } from '../../lib/format.ts'
import { detailLines } from './detail.ts'
import { headLines } from './head.ts'
import { helpLines } from './help-pane.ts'
import { paneLines, type Size } from './layout.ts'
import { asManyAsFit, fit, type Line, line, span } from './line.ts'
import type { Cursor } from './painter.ts'
import { promptLines } from './prompt-lines.ts'
import { type Data, MAX_ROWS, openKey, rowsOf, type State, selectedIndex } from './state.ts'
import { tableLines } from './table.ts'
import { safe } from './width.ts'

export interface Screen {
  /** As many as the screen is high, none wider than it. */
  readonly lines: readonly Line[]
  /** Absent: not to be seen. */
  readonly cursor?: Cursor
}

export function render(state: State, data: Data, size: Size): Screen {
  const { lines, cursor } = screenOf(state, data, size)
  // In a terminal that is too narrow for a line the rest of it is not seen.
  return { lines: lines.map((one) => fit(one, size.width)), ...(cursor && { cursor }) }
}

function screenOf(state: State, data: Data, size: Size): Screen {
  const middle = state.open === undefined ? tableLines(state, data, size) : paneOf(state, data, size)
  const lines = [...headLines(state, data, size), ...middle].slice(0, Math.max(0, size.height - 1))
  while (lines.length < size.height - 1) lines.push([])
  if (state.prompt === undefined) return { lines: [...lines, footLine(state, data, size.width)].slice(0, size.height) }
  const { below, column } = promptLines(state.prompt, size.width)
  const covered = Math.min(lines.length, below.length - 1)
  const all = [...lines.slice(0, lines.length - covered), ...below].slice(-size.height)
  const y = all.length - 1 - (state.prompt.error === undefined ? 0 : 1)
  return { lines: all, cursor: { x: Math.min(column, size.width - 1), y: Math.max(0, y) } }
}

function paneOf(state: State, data: Data, size: Size): Line[] {
  const { open } = state
  if (open === undefined) return []
  const { detail } = data
  const isKnown = detail !== undefined && detail.key === openKey(open)
  const all = open.kind === 'help' ? helpLines(size.width) : isKnown ? detailLines(detail, size.width) : [line('  asking …', 'dim')]
  const lines = paneLines(size)
  const scroll = Math.max(0, Math.min(state.scroll, all.length - lines))
  const shown = all.slice(scroll, scroll + lines)
  const below = all.length - scroll - shown.length
  return below > 0 ? [...shown.slice(0, -1), line(`  … ${below + 1} lines more: ↓`, 'dim')] : shown
}

const key = (name: string, what: string): Line => [span(name, 'key'), span(` ${what}`)]
const LIST_KEYS: readonly Line[] = [
  key('q', 'quit'),
  key('?', 'help'),
  key('/', 'filter'),
  key('←→', 'sort'),
  key('r', 'reverse'),
  key('Enter', 'open'),
  key('f', 'flows'),
  key('c', 'copy'),
  key('Space', 'pause'),
  key('i', 'interface'),
  key('+ -', 'interval'),
]
const HELP_KEYS: readonly Line[] = [key('Esc', 'back'), key('q', 'quit'), key('↑↓', 'scroll')]
const PANE_KEYS: readonly Line[] = [...HELP_KEYS, key('f', 'flows of the host'), key('c', 'copy the address')]
const keysOf = ({ open }: State) => (open === undefined ? LIST_KEYS : open.kind === 'help' ? HELP_KEYS : PANE_KEYS)

function footLine(state: State, data: Data, width: number): Line {
  if (state.notice !== undefined) return fit(line(safe(state.notice), 'warn'), width)
  if (data.fault !== undefined && data.lostSinceMs === undefined) return fit(line(safe(data.fault), 'error'), width)
  const rows = rowsOf(state, data)
  const keys = asManyAsFit(keysOf(state), width, '  ')
  if (state.open === undefined && rows.matching > MAX_ROWS && selectedIndex(state, rows) === MAX_ROWS - 1)
    return fit(line(`these are the first ${formatCount(MAX_ROWS)} rows: r shows the other end, / finds the rest`, 'warn'), width)
  return keys
}
