/** The head of the table and the rows that are seen. */
import { bodyLines, type PlacedColumn, placeColumns, type Size } from './layout.ts'
import { type Line, line, type Role, span, spread } from './line.ts'
import { currentInterface, type Data, offsetOf, type Rows, rowsOf, type State, selectedIndex, sortOf } from './state.ts'
import { type Row, VIEWS } from './views.ts'
import { cutEnd, cutMiddle, padEnd, padStart, textWidth } from './width.ts'

export function tableLines(state: State, data: Data, size: Size): Line[] {
  const rows = rowsOf(state, data)
  const columns = placeColumns(VIEWS[state.view], sortOf(state, data).field, rows.items, rows.nowMs, size.width)
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
  const { field, descending } = sortOf(state, data)
  const mark = descending ? '▼' : '▲'
  // A head that fills its column leaves no room for the mark: it stands in the gap beside it.
  const hasNoRoom = ({ column, width }: PlacedColumn) => column.field === field && textWidth(column.head) >= width
  const gapMark = (i: number) =>
    (columns[i]!.column.align === 'right' && hasNoRoom(columns[i]!)) ||
    (columns[i - 1]!.column.align === 'left' && hasNoRoom(columns[i - 1]!))
  const spans = columns.flatMap((one, i) => {
    const { column, width: columnWidth } = one
    const isSorted = column.field === field
    const head = !isSorted || hasNoRoom(one) ? column.head : column.align === 'right' ? mark + column.head : column.head + mark
    const gap = i === 0 ? [] : [gapMark(i) ? span(mark, 'sorted') : span(' ', 'head')]
    return [...gap, span(placed(head, column, columnWidth), isSorted ? 'sorted' : 'head')]
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
