import type { ReactNode } from 'react'

export interface Col<T> {
  readonly name: string
  readonly head: ReactNode
  readonly numeric?: boolean
  readonly wide?: boolean
  readonly cell: (row: T) => ReactNode
  readonly title?: string
}
interface Props<T> {
  readonly label: string
  readonly columns: readonly Col<T>[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
}
/** A short table that stands on a page. */
export function Table<T>({ label, columns, rows, keyOf }: Props<T>) {
  return (
    <div className="short-table">
      <table aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ name, head, numeric, wide, title }) => (
              <th key={name} scope="col" title={title} className={`${numeric ? 'end-aligned' : ''} ${wide ? 'wide' : ''}`}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ name, numeric, cell }) => (
                <td key={name} className={numeric ? 'num end-aligned' : ''}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
