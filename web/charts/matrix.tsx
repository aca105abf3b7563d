import { type CSSProperties, type KeyboardEvent, useRef, useState } from 'react'
import { Cut } from '../components/value.tsx'
import { showable } from '../lib/text.ts'

export interface MatrixLine {
  readonly key: string
  readonly label: string
  readonly sum: number
  /** All that has no line of its own: it is drawn, but shades nothing beside it. */
  readonly isOther: boolean
  readonly act: (() => void) | undefined
}
interface Props {
  readonly label: string
  /** What rows and columns are. */
  readonly corner: readonly [rows: string, columns: string]
  readonly rows: readonly MatrixLine[]
  readonly columns: readonly MatrixLine[]
  /** Nought where nothing passed. */
  readonly valueAt: (row: number, column: number) => number
  readonly format: (value: number) => string
  readonly onCell: (row: number, column: number) => (() => void) | undefined
  readonly total: string
}

const STRONG_FROM = 0.7
/**
 * How strong a cell is: by the square root, so that small ones can be seen beside great ones. There are two scales, `shade` from 0 to 1 on each, with what
 * neither dark nor light text could be read on left out between them.
 */
export function shadeOf(value: number, most: number): { readonly isStrong: boolean; readonly shade: number } {
  const share = value <= 0 || most <= 0 ? 0 : Math.sqrt(Math.min(1, value / most))
  const isStrong = share >= STRONG_FROM
  return { isStrong, shade: isStrong ? (share - STRONG_FROM) / (1 - STRONG_FROM) : share / STRONG_FROM }
}

/** Two fields against each other as a table of shades. Arrows go from cell to cell, Enter picks one. */
export function Matrix({ label, corner, rows, columns, valueAt, format, onCell, total }: Props) {
  const table = useRef<HTMLTableElement>(null)
  const [at, setAt] = useState<readonly [row: number, column: number]>([0, 0])
  const [over, setOver] = useState<readonly [row: number, column: number] | undefined>(undefined)
  const most = Math.max(
    0,
    ...rows.flatMap((row, r) => (row.isOther ? [] : columns.map((column, c) => (column.isOther ? 0 : valueAt(r, c))))),
  )
  const keys = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = [
      Math.max(0, Math.min(rows.length - 1, at[0] + step[0] * (event.ctrlKey ? rows.length : 1))),
      Math.max(0, Math.min(columns.length - 1, at[1] + step[1] * (event.ctrlKey ? columns.length : 1))),
    ] as const
    setAt(next)
    table.current?.querySelector<HTMLElement>(`[data-at="${next.join(' ')}"]`)?.focus()
  }
  return (
    <div className="matrix">
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose cells are gone through by arrows is a grid. */}
      <table ref={table} role="grid" aria-label={label} onKeyDown={keys} onPointerLeave={() => setOver(undefined)}>
        <thead>
          <tr>
            <th className="matrix-corner">
              <span>{corner[0]} ↓</span> <span>{corner[1]} →</span>
            </th>
            {columns.map((one, c) => (
              <th
                key={one.key}
                scope="col"
                className={`matrix-column ${over?.[1] === c ? 'is-over' : ''}`}
                title={`${showable(one.label)} · ${format(one.sum)}`}
              >
                <LineName line={one} />
              </th>
            ))}
            <th scope="col" className="matrix-sum">
              {total}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, r) => (
            <tr key={row.key}>
              <th
                scope="row"
                className={`matrix-row ${over?.[0] === r ? 'is-over' : ''}`}
                title={`${showable(row.label)} · ${format(row.sum)}`}
              >
                <LineName line={row} />
              </th>
              {columns.map((column, c) => {
                const value = valueAt(r, c)
                const isOther = row.isOther || column.isOther
                const { isStrong, shade } = shadeOf(isOther ? 0 : value, most)
                const act = onCell(r, c)
                const text = `${showable(row.label)} → ${showable(column.label)}: ${value > 0 ? format(value) : '0'}`
                return (
                  <td
                    key={column.key}
                    data-at={`${r} ${c}`}
                    tabIndex={at[0] === r && at[1] === c ? 0 : -1}
                    className={`matrix-cell ${isOther ? 'is-other' : ''} ${isStrong ? 'is-strong' : shade > 0 ? 'is-shaded' : ''} ${act && value > 0 ? 'can-act' : ''}`}
                    style={{ '--shade': shade.toFixed(3) } as CSSProperties}
                    aria-label={text}
                    title={text}
                    onPointerEnter={() => setOver([r, c])}
                    onFocus={() => setAt([r, c])}
                    onClick={value > 0 ? act : undefined}
                    onKeyDown={(event) => event.key === 'Enter' && value > 0 && act?.()}
                  >
                    {value > 0 && <span className="num">{format(value)}</span>}
                  </td>
                )
              })}
              <td className="matrix-sum num">{format(row.sum)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const STEPS: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, -Infinity],
  End: [0, Infinity],
}

function LineName({ line: { label, act } }: { readonly line: MatrixLine }) {
  if (act === undefined) return <span className="matrix-name">{showable(label)}</span>
  return (
    <button type="button" className="matrix-name" onClick={act}>
      <Cut text={label} title={undefined} />
    </button>
  )
}
