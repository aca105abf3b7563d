import type { ReactNode } from 'react'
import type { Share } from '../../src/lib/live.ts'
import { Bar } from '../charts/ranked.tsx'
import { formatBytes, formatCount, formatExact, formatPercent } from '../lib/format.ts'
import { t } from '../lib/messages.ts'
import { type Col, Table } from './table.tsx'

type Sized = Pick<Share, 'bytesSent' | 'bytesRcvd'>
export const bytesOf = ({ bytesSent, bytesRcvd }: Sized): number => bytesSent + bytesRcvd
const exact = (bytes: number) => <span title={`${formatExact(bytes)} B`}>{formatBytes(bytes)}</span>

/** Columns of what was sent and received, with the two-coloured bar. */
export function volumeColumns<T extends Sized>(rows: readonly T[]): readonly Col<T>[] {
  const most = Math.max(0, ...rows.map(bytesOf))
  const all = rows.reduce((sum, row) => sum + bytesOf(row), 0)
  return [
    {
      name: 'bar',
      head: '',
      wide: true,
      cell: (row) => (
        <Bar
          parts={[
            { value: row.bytesSent, colour: 'var(--sent)' },
            { value: row.bytesRcvd, colour: 'var(--rcvd)' },
          ]}
          of={most}
        />
      ),
    },
    {
      name: 'sent',
      head: (
        <>
          <span className="dot dot-sent" /> {t('sent')}
        </>
      ),
      numeric: true,
      cell: (row) => exact(row.bytesSent),
    },
    {
      name: 'rcvd',
      head: (
        <>
          <span className="dot dot-rcvd" /> {t('received')}
        </>
      ),
      numeric: true,
      cell: (row) => exact(row.bytesRcvd),
    },
    { name: 'total', head: t('total'), numeric: true, cell: (row) => exact(bytesOf(row)) },
    { name: 'share', head: t('share'), numeric: true, cell: (row) => formatPercent(bytesOf(row) / all) },
  ]
}

interface Props<T extends Share> {
  readonly label: string
  readonly head: string
  readonly rows: readonly T[]
  readonly name: (row: T) => ReactNode
  readonly more?: readonly Col<T>[]
}
export function ShareTable<T extends Share>({ label, head, rows, name, more = [] }: Props<T>) {
  const flows: Col<T> = { name: 'flows', head: t('flows'), numeric: true, cell: (row) => formatCount(row.flows) }
  const columns: readonly Col<T>[] = [
    { name: 'name', head, cell: name },
    ...more,
    ...volumeColumns(rows),
    { name: 'packets', head: t('packets'), numeric: true, cell: (row) => formatCount(row.packetsSent + row.packetsRcvd) },
    ...(rows.some(({ flows }) => flows > 0) ? [flows] : []),
  ]
  return <Table label={label} columns={columns} rows={rows} keyOf={(row) => row.name} />
}
