import { type PointerEvent, useMemo, useState } from 'react'
import { levelsOf } from './heat-levels.ts'

interface Props {
  /** Row by row; a row may be cut short at the end. */
  readonly values: readonly number[]
  readonly columns: number
  /** The value of a cell that is full. */
  readonly most: number
  readonly label: string
  readonly rowLabel: (row: number) => string
  /** What the pointer's cell says. */
  readonly say: (cell: number) => string
  readonly onRow?: (row: number) => void
  readonly rowTitle?: string
}

/** Cells in rows, the fuller the darker: one path a level, however many cells. */
export function HeatGrid({ values, columns, most, label, rowLabel, say, onRow, rowTitle }: Props) {
  const rows = Math.ceil(values.length / columns)
  const paths = useMemo(() => levelsOf(values, columns, most), [values, columns, most])
  const [cell, setCell] = useState(-1)
  const follow = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns)
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows)
    const at = row * columns + Math.min(columns - 1, Math.max(0, column))
    setCell(at < values.length ? at : -1)
  }
  return (
    <div className="heat">
      <div className="heat-rows">
        {Array.from({ length: rows }, (_, row) =>
          onRow === undefined ? (
            <span key={rowLabel(row)} className="num">
              {rowLabel(row)}
            </span>
          ) : (
            <button key={rowLabel(row)} type="button" className="num" title={rowTitle} onClick={() => onRow(row)}>
              {rowLabel(row)}
            </button>
          ),
        )}
      </div>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the button of each row does the same */}
      <svg
        className="heat-cells"
        viewBox={`0 0 ${columns} ${rows}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
        onPointerMove={follow}
        onPointerLeave={() => setCell(-1)}
        onClick={() => cell >= 0 && onRow?.(Math.floor(cell / columns))}
        data-clickable={onRow !== undefined || undefined}
      >
        {paths.map((path, level) => path !== '' && <path key={`${level} ${path.length}`} className={`heat-${level}`} d={path} />)}
      </svg>
      <output className="heat-said num">{cell < 0 ? ' ' : say(cell)}</output>
    </div>
  )
}
