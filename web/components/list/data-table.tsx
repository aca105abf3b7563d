// biome-ignore-all lint/a11y/useSemanticElements: rows come and go as they scroll, which an HTML table cannot.
/** Virtual rows under a sticky head: a grid that is walked by keys, whose columns are dragged and resized. */
import {
  type ColumnDef,
  columnOrderingFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react'
import type { Entity } from '../../../src/lib/fields.ts'
import { useKept } from '../../lib/kept.ts'
import { t } from '../../lib/messages.ts'
import { useListScope } from '../../lib/nav.tsx'
import { openValueMenu } from '../value-menu-store.ts'
import { Cell, givenOf } from './cells.tsx'
import { ColumnHead } from './column-head.tsx'
import { columnsOf, fieldOf, isNumeric, MIN_WIDTH, moved, type Row, rowKey, widthOf } from './columns.ts'

const features = tableFeatures({ columnOrderingFeature, columnResizingFeature, columnSizingFeature, columnVisibilityFeature })
type Def = ColumnDef<typeof features, Row>

export const ROW_HEIGHTS = { compact: 28, comfortable: 40 } as const
export type Density = keyof typeof ROW_HEIGHTS
const OVERSCAN = 12
const NEAR_END = 40

interface Props {
  readonly entity: Entity
  readonly rows: readonly Row[]
  readonly gone: ReadonlySet<string>
  readonly columns: readonly string[]
  readonly onColumns: (columns: readonly string[]) => void
  readonly sort: string
  readonly order: 'asc' | 'desc'
  readonly onSort: (name: string) => void
  readonly density: Density
  readonly nowMs: number | undefined
  readonly selected: string | undefined
  readonly onSelect: (row: Row | undefined) => void
  readonly onOpen: (row: Row) => void
  readonly onNearEnd: () => void
  readonly total: number
  readonly label: string
  readonly hold: { onPointerEnter(): void; onPointerLeave(): void }
  readonly footer?: React.ReactNode
}

interface At {
  readonly key: string
  readonly column: number
}

function useColumnTable({ entity, rows, columns }: Pick<Props, 'entity' | 'rows' | 'columns'>) {
  const [kept, keep] = useKept(`widths.${entity}`, '{}')
  const sizing = useMemo(() => parseWidths(kept), [kept])
  const defs = useMemo(
    () =>
      columnsOf(entity).map(
        (name): Def => ({ id: name, accessorFn: (row: Row) => row[name], size: widthOf(entity, name), minSize: MIN_WIDTH }),
      ),
    [entity],
  )
  const shown = new Set(columns)
  return useTable({
    features,
    columns: defs,
    data: rows,
    getRowId: (row: Row) => rowKey(entity, row),
    columnResizeMode: 'onChange',
    state: {
      columnOrder: [...columns],
      columnVisibility: Object.fromEntries(columnsOf(entity).map((name) => [name, shown.has(name)])),
      columnSizing: sizing,
    },
    onColumnSizingChange: (update) => keep(JSON.stringify(typeof update === 'function' ? update(sizing) : update)),
  })
}

function parseWidths(text: string): Record<string, number> {
  try {
    const found = Object.entries(JSON.parse(text) as Record<string, unknown>)
    return Object.fromEntries(found.filter((pair): pair is [string, number] => typeof pair[1] === 'number' && pair[1] >= MIN_WIDTH))
  } catch {
    return {}
  }
}

export function DataTable(props: Props) {
  const { entity, rows, gone, columns, onColumns, density, nowMs, selected, onSelect, onOpen, onNearEnd, total, label, hold, footer } =
    props
  const scroller = useRef<HTMLDivElement>(null)
  const id = useId()
  const scope = useListScope()
  const table = useColumnTable(props)
  const [at, setAt] = useState<At | undefined>(undefined)
  const height = ROW_HEIGHTS[density]
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollPaddingStart: height,
    getItemKey: (i) => rowKey(entity, rows[i]!),
  })
  // measured anew when rows change their height.
  useEffect(() => virtual.measure(), [height])
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - NEAR_END) onNearEnd()
  }, [last, rows.length, onNearEnd])

  const headers = table.getHeaderGroups()[0]?.headers ?? []
  const widths = headers.map((header) => header.getSize())
  // What is left over goes to the widest text columns by share, so that no blank stripe stands at the right.
  const template = widths.map((width) => `minmax(${width}px, ${width}fr)`).join(' ')
  const most = useMemo(() => roundedUp(rows.reduce((max, row) => Math.max(max, Number(row['bytes'] ?? 0)), 0)), [rows])

  const index = at === undefined ? -1 : rows.findIndex((row) => rowKey(entity, row) === at.key)
  const cellId = (key: string, column: number) => `${id}-${key}-${column}`
  const go = useCallback(
    (row: number, column: number) => {
      const to = Math.max(0, Math.min(rows.length - 1, row))
      const target = rows[to]
      if (!target) return
      setAt({ key: rowKey(entity, target), column: Math.max(0, Math.min(columns.length - 1, column)) })
      virtual.scrollToIndex(to)
    },
    [rows, entity, columns.length, virtual],
  )
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 2)
    const column = at?.column ?? 0
    const row = rows[index]
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go(index + 1, column),
      ArrowUp: () => go(Math.max(0, index - 1), column),
      ArrowRight: () => go(Math.max(0, index), column + 1),
      ArrowLeft: () => go(Math.max(0, index), column - 1),
      Home: () => go(0, column),
      End: () => go(rows.length - 1, column),
      PageDown: () => go(index + page, column),
      PageUp: () => go(index - page, column),
      Enter: () => row && onOpen(row),
      ' ': () => row && onSelect(rowKey(entity, row) === selected ? undefined : row),
      Escape: () => onSelect(undefined),
      m: () => openAt(row, column),
      ContextMenu: () => openAt(row, column),
    }
    const move = Object.hasOwn(moves, event.key) ? moves[event.key] : undefined
    if (!move) return
    event.preventDefault()
    move()
  }
  const openAt = (row: Row | undefined, column: number) => {
    const given = row && givenOf(entity, columns[column]!, row)
    const anchor = row && document.getElementById(cellId(rowKey(entity, row), column))
    if (given && anchor) openValueMenu({ given, scope, anchor })
  }

  return (
    <div
      ref={scroller}
      className={`grid grid-${density}`}
      role="grid"
      aria-label={label}
      aria-rowcount={total + 1}
      aria-colcount={columns.length}
      aria-activedescendant={index >= 0 && at ? cellId(at.key, at.column) : undefined}
      tabIndex={0}
      data-scroll-restoration-id={`list-${entity}`}
      onKeyDown={onKeyDown}
    >
      <div className="grid-wide" style={{ '--columns': template } as React.CSSProperties}>
        <div className="grid-head" role="row" aria-rowindex={1} tabIndex={-1}>
          {headers.map((header, i) => (
            <ColumnHead
              key={header.id}
              entity={entity}
              columns={columns}
              sort={props.sort}
              order={props.order}
              onSort={props.onSort}
              name={header.id}
              index={i}
              resize={header.getResizeHandler()}
              resizing={header.column.getIsResizing()}
              onMove={(name, by) => onColumns(moved(columns, name, by))}
              onWiden={(by) => table.setColumnSizing((old) => ({ ...old, [header.id]: Math.max(MIN_WIDTH, header.getSize() + by) }))}
            />
          ))}
        </div>
        <div className="grid-body" role="rowgroup" style={{ height: virtual.getTotalSize() }} {...hold}>
          {items.map(({ index: i, start, key: itemKey }) => {
            const row = rows[i]!
            const key = rowKey(entity, row)
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys for all its rows.
              <div
                key={itemKey}
                role="row"
                aria-rowindex={i + 2}
                aria-selected={key === selected}
                tabIndex={-1}
                title={gone.has(key) ? t('gone') : undefined}
                className={`grid-row ${gone.has(key) ? 'is-gone' : ''} ${at?.key === key ? 'is-at' : ''}`}
                style={{ transform: `translateY(${start}px)`, height }}
                onClick={(event) => {
                  setAt({ key, column: at?.column ?? 0 })
                  if (getSelection()?.isCollapsed === false && event.detail < 2) return
                  openOnSecondClick(event.nativeEvent, () => onOpen(row))
                  if (event.detail < 2) onSelect(key === selected ? undefined : row)
                }}
              >
                {columns.map((name, column) => (
                  // biome-ignore lint/a11y/useFocusableInteractive: the focus is the grid's; aria-activedescendant names the cell.
                  <div
                    key={name}
                    id={cellId(key, column)}
                    role="gridcell"
                    aria-colindex={column + 1}
                    className={`grid-cell ${isNumeric(fieldOf(entity, name).kind) ? 'num end-aligned' : ''} ${at?.key === key && at.column === column ? 'is-at-cell' : ''}`}
                  >
                    <Cell entity={entity} name={name} row={row} nowMs={nowMs} most={most} />
                  </div>
                ))}
              </div>
            )
          })}
        </div>
      </div>
      {footer}
    </div>
  )
}

const SECOND_CLICK_MS = 400
const SECOND_CLICK_PX = 6
/** A double click opens the page, also when the side panel that the first click opened has come under the pointer. */
function openOnSecondClick({ clientX, clientY, timeStamp }: MouseEvent, open: () => void): void {
  const second = (event: PointerEvent) => {
    const near = Math.hypot(event.clientX - clientX, event.clientY - clientY) <= SECOND_CLICK_PX
    if (!near || event.timeStamp - timeStamp > SECOND_CLICK_MS) return
    event.preventDefault()
    addEventListener('click', (click) => click.stopPropagation(), { capture: true, once: true })
    open()
  }
  addEventListener('pointerdown', second, { capture: true, once: true })
  setTimeout(() => removeEventListener('pointerdown', second, { capture: true }), SECOND_CLICK_MS)
}

/** To two digits, so that the bars of all rows do not move whenever the longest grows. */
function roundedUp(n: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, n))) - 1)
  return Math.ceil(n / step) * step
}
