import type { ReactNode } from 'react'

export type Row = readonly [label: string, value: ReactNode, title?: string]

/** Labels and values, one line each. */
export function Facts({ rows }: { readonly rows: readonly Row[] }) {
  return (
    <dl className="facts panel-pad-y">
      {rows.map(([label, value, title]) => (
        <div key={label} className="fact" title={title}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
