/** The head of the table and the rows that are seen. */
import { bodyLines, type PlacedColumn, placeColumns, type Size } from './layout.ts'
import { type Line, line, type Role, span, spread } from './line.ts'
import { currentInterface, type Data, offsetOf, type Rows, rowsOf, type State, selectedIndex, sortOf } from './state.ts'
import { type Row, VIEWS } from './views.ts'
import { cutEnd, cutMiddle, padEnd, padStart, textWidth } from './width.ts'

export function tableLines(state: State, data: Data, size: Size): Line[] {
  const rows = rowsOf(state, data)
  const columns = placeColumns(VIEWS[state.view], rows.items, rows.nowMs, size.width)
  const offset = offsetOf(state, rows, size)
  const selected = selectedIndex(state, rows)
  const isStale = data.lostSinceMs !== undefined
  const shown = rows.items
    .slice(offset, offset + bodyLines(size))
    .map((row, i) => rowLine(columns, row, rows.nowMs, size.width, offset + i === selected ? 'selected' : isStale ? 'dim' : 'plain'))
  if (shown.length === 0) shown.push(line(emptyText(state, data, rows), 'dim'))
  return [tableHead(columns, state, data, size.width), ...shown]
}

const emptyText = (state: State, data: Data, rows: Rows): string =>
  currentInterface(state, data) === undefined && state.view !== 'interfaces'
    ? '  nothing to look at'
    : rows.total === 0
      ? '  nothing seen yet'
      : '  no row fits the filter: Escape takes it back'

export function tableHead(columns: readonly PlacedColumn[], state: State, data: Data, width: number): Line {
  const sort = sortOf(state, data)
  const spans = columns.flatMap(({ column, width: columnWidth }, i) => {
    const isSorted = column.field === sort.field
    const mark = isSorted ? (sort.descending ? '▼' : '▲') : ''
    // The mark takes the gap before a right column's head and the one behind a left one's.
    const text =
      mark === '' || textWidth(column.head) < columnWidth
        ? placed(column.align === 'right' ? mark + column.head : column.head + mark, column, columnWidth)
        : placed(column.head, column, columnWidth)
    return [...(i === 0 ? [] : [span(' ', 'head')]), span(text, isSorted ? 'sorted' : 'head')]
  })
  return spread(spans, [], width, 'head')
}

const placed = (text: string, { align }: PlacedColumn['column'], width: number) =>
  align === 'right' ? padStart(cutEnd(text, width), width) : padEnd(cutMiddle(text, width), width)

/** In the roles of its columns, or all of it in another. */
export function rowLine(columns: readonly PlacedColumn[], row: Row, nowMs: number, width: number, role: Role): Line {
  const fill = role === 'selected' ? role : 'plain'
  const spans = columns.flatMap(({ column, width: columnWidth }, i) => {
    const text = column.text(row, nowMs)
    const own = role !== 'plain' ? role : text === '0' ? 'dim' : column.role
    return [...(i === 0 ? [] : [span(' ', fill)]), span(placed(text, column, columnWidth), own)]
  })
  return spread(spans, [], width, fill)
}
