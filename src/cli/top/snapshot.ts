/** One look as plain text, for pipes and files. */
import { headText } from './head.ts'
import { placeColumns } from './layout.ts'
import { plainText } from './line.ts'
import { type Data, rowsOf, type State, sortOf } from './state.ts'
import { rowLine, tableHead } from './table.ts'
import { VIEWS } from './views.ts'

export function snapshotText(state: State, data: Data, width: number, maxRows: number): string {
  const rows = rowsOf(state, data)
  const shown = rows.items.slice(0, maxRows)
  const columns = placeColumns(VIEWS[state.view], sortOf(state, data).field, shown, rows.nowMs, width)
  const lines = [tableHead(columns, state, data, width), ...shown.map((row) => rowLine(columns, row, rows.nowMs, width, 'plain'))]
  return `${[...headText(state, data, rows, shown.length), '', ...lines.map((line) => plainText(line).trimEnd())].join('\n')}\n`
}
