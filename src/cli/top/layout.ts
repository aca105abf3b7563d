/** Where everything stands: shared by what draws the screen and by what finds out where the mouse was. */
import type { Column, Row, View } from './views.ts'
import { VIEW_NAMES, VIEWS, type ViewName } from './views.ts'
import { textWidth } from './width.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

export const TABS_Y = 3
export const HEAD_Y = 4
export const BODY_Y = 5
const FOOT_LINES = 1

/** Lines of the table below its head. */
export const bodyLines = ({ height }: Size): number => Math.max(0, height - BODY_Y - FOOT_LINES)
/** The detail pane takes the place of the table and its head. */
export const paneLines = (size: Size): number => bodyLines(size) + 1

export interface PlacedColumn {
  readonly column: Column
  readonly x: number
  readonly width: number
}

const GAP = 1
const SORTED_PRIORITY = 1.5

/**
 * Columns by priority as long as there is room, those of one priority all or none; the one that the table is sorted by comes second. What is left
 * over widens those that can use it.
 */
export function placeColumns(view: View, sortField: string, rows: readonly Row[], nowMs: number, width: number): PlacedColumn[] {
  const needed = new Map<Column, number>()
  const need = (column: Column) => rows.reduce((most, row) => Math.max(most, textWidth(column.text(row, nowMs))), column.min)
  let left = width + GAP
  const groups = Map.groupBy(view.columns, ({ priority, field }) => (field === sortField ? Math.min(priority, SORTED_PRIORITY) : priority))
  for (const [, group] of [...groups].sort(([a], [b]) => a - b)) {
    const least = group.map((column) => (column.whole ? need(column) : column.min))
    const sum = least.reduce((total, one) => total + one + GAP, 0)
    if (sum > left && needed.size > 0) continue
    for (const [i, column] of group.entries()) needed.set(column, least[i]!)
    left -= sum
  }
  for (const [column, least] of needed) {
    if (column.max === column.min || left <= 0) continue
    const more = Math.min(left, Math.min(column.max, need(column)) - least)
    needed.set(column, least + more)
    left -= more
  }
  let x = 0
  return view.columns
    .filter((column) => needed.has(column))
    .map((column) => {
      const placed = { column, x, width: needed.get(column)! }
      x += placed.width + GAP
      return placed
    })
}

export interface Tab {
  readonly name: ViewName
  readonly text: string
  readonly x: number
}
export const TABS: readonly Tab[] = tabs()
function tabs(): Tab[] {
  let x = 0
  return VIEW_NAMES.map((name, i) => {
    const tab = { name, text: ` ${i + 1} ${VIEWS[name].title} `, x }
    x += tab.text.length
    return tab
  })
}

export const tabAt = (x: number): ViewName | undefined => TABS.find((tab) => x >= tab.x && x < tab.x + tab.text.length)?.name
/** The gap belongs to the column before it. */
export const columnAt = (placed: readonly PlacedColumn[], x: number): Column | undefined => placed.findLast((one) => one.x <= x)?.column
