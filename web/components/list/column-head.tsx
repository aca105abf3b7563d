// biome-ignore-all lint/a11y/useSemanticElements: the head of a grid that is no HTML table.
/** The head of a column: sorts, is dragged to another place, and widened by the pointer or by keys. */
import { type DragEvent, useState } from 'react'
import type { Entity } from '../../../src/lib/fields.ts'
import { t } from '../../lib/messages.ts'
import { fieldOf, isNumeric } from './columns.ts'

/** A step of a column's width by keys. */
const WIDEN_PX = 16

interface Props {
  readonly entity: Entity
  readonly columns: readonly string[]
  readonly sort: string
  readonly order: 'asc' | 'desc'
  readonly onSort: (name: string) => void
  readonly name: string
  readonly index: number
  readonly resize: (event: unknown) => void
  readonly resizing: boolean
  readonly onMove: (name: string, by: number) => void
  readonly onWiden: (by: number) => void
}
const DRAGGED = 'application/x-wiretop-column'

export function ColumnHead({ entity, name, index, sort, order, onSort, columns, resize, resizing, onMove, onWiden }: Props) {
  const field = fieldOf(entity, name)
  const sorted = sort === name
  const [over, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    setOver(false)
    const dragged = event.dataTransfer.getData(DRAGGED)
    if (columns.includes(dragged)) onMove(dragged, index - columns.indexOf(dragged))
  }
  const arrow = order === 'asc' ? '▲' : '▼'
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: its button is focused.
    <div
      role="columnheader"
      aria-colindex={index + 1}
      aria-sort={sorted ? (order === 'asc' ? 'ascending' : 'descending') : 'none'}
      className={`grid-th ${isNumeric(field.kind) ? 'end-aligned' : ''} ${over ? 'is-over' : ''}`}
      title={field.about}
      draggable={!resizing}
      onDragStart={(event) => event.dataTransfer.setData(DRAGGED, name)}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <button
        type="button"
        className="grid-sort"
        aria-label={t('sort.by', { column: field.label })}
        aria-keyshortcuts="Shift+ArrowLeft Shift+ArrowRight"
        onClick={() => onSort(name)}
        onKeyDown={({ key, shiftKey }) => {
          if (shiftKey && key === 'ArrowRight') onWiden(WIDEN_PX)
          else if (shiftKey && key === 'ArrowLeft') onWiden(-WIDEN_PX)
        }}
      >
        <span>{field.label}</span>
        {sorted && <span aria-hidden="true">{arrow}</span>}
      </button>
      <span
        className={`grid-resize ${resizing ? 'is-resizing' : ''}`}
        aria-hidden="true"
        draggable
        onDragStart={(event) => {
          event.preventDefault()
          event.stopPropagation()
        }}
        onMouseDown={resize}
        onTouchStart={resize}
      />
    </div>
  )
}
