import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Field, flowFields } from '../../../src/lib/fields.ts'
import type { Cell, FlowAnswer } from '../../../src/lib/history.ts'
import { ExportButton } from '../../components/list/export-menu.tsx'
import { Answered, Empty } from '../../components/panel.tsx'
import { type Col, Table } from '../../components/table.tsx'
import { Cut, Value } from '../../components/value.tsx'
import { formatBytes, formatCount, formatDuration, formatTime } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { useChangeView, useView } from '../../lib/nav.tsx'
import { exportUrl, recordsQuery } from './past.queries.ts'
import { GivenName } from './past-host.tsx'
import type { PastView } from './past-view.ts'
import { useSaving } from './use-saving.tsx'

type Record_ = Readonly<Record<string, Cell | undefined>>
const PAGE = 100
const KINDS = ['csv', 'json', 'parquet'] as const

const fields: Readonly<Record<string, Field>> = flowFields
/** A record's own columns and what follows from them. */
function recordsOf({ columns, rows }: FlowAnswer): Record_[] {
  return rows.map((row) => {
    const record = Object.fromEntries(columns.map((name, i) => [name, row[i]])) as Record_
    const sum = (name: string) => Number(record[`${name}C2s`]) + Number(record[`${name}S2c`])
    return { ...record, bytes: sum('bytes'), packets: sum('packets'), duration: Number(record['lastSeen']) - Number(record['firstSeen']) }
  })
}

/** Columns that can be sorted by, and how their cells look. */
const SHOWN = [
  'lastSeen',
  'duration',
  'proto',
  'client',
  'server',
  'app',
  'serverName',
  'bytesC2s',
  'bytesS2c',
  'packets',
  'score',
] as const

interface Props {
  readonly id: number | undefined
  readonly view: PastView
}
/** The records themselves, a page at a time. */
export function PastFlows({ id, view }: Props) {
  const url = useView()
  const change = useChangeView()
  const [page, setPage] = useState({ of: view, offset: 0 })
  // Another question begins at its first page.
  const offset = page.of.filter === view.filter && page.of.fromMs === view.fromMs && page.of.span === view.span ? page.offset : 0
  const sort = fields[url.sort ?? ''] === undefined ? 'lastSeen' : url.sort!
  const order = url.order === 'asc' ? 'asc' : 'desc'
  const asked = useQuery(recordsQuery(id, view, sort, order, offset, PAGE))
  const records = asked.data === undefined ? [] : recordsOf(asked.data)
  const head = (name: string) => (
    <button
      type="button"
      className="past-sort"
      aria-pressed={name === sort}
      title={fields[name]?.about}
      onClick={() => change({ sort: name, order: name === sort && order === 'desc' ? 'asc' : '' })}
    >
      {fields[name]?.label ?? name}
      {name === sort && (order === 'desc' ? ' ↓' : ' ↑')}
    </button>
  )
  const columns = SHOWN.map(
    (name): Col<Record_> => ({ name, head: head(name), numeric: isNumeric(name), cell: (record) => cellOf(name, record) }),
  )
  const { busy, save } = useSaving()
  return (
    <Answered of={asked}>
      {() =>
        records.length === 0 && offset === 0 ? (
          <Empty title={t('past.nothing')}>{t('past.nothingAbout')}</Empty>
        ) : (
          <section className="panel past-flows" aria-label={t('past.flows')}>
            <header className="panel-head">
              <h2>{t('past.records', { from: offset + 1, to: offset + records.length })}</h2>
              <div className="panel-aside">
                <button
                  type="button"
                  className="btn btn-sm btn-outline-secondary"
                  disabled={offset === 0}
                  onClick={() => setPage({ of: view, offset: Math.max(0, offset - PAGE) })}
                >
                  {t('past.previous')}
                </button>
                <button
                  type="button"
                  className="btn btn-sm btn-outline-secondary"
                  disabled={records.length < PAGE}
                  onClick={() => setPage({ of: view, offset: offset + PAGE })}
                >
                  {t('past.next')}
                </button>
                {busy ?? (
                  <ExportButton
                    kinds={KINDS}
                    onChoose={(as) => save(exportUrl(id, view, as, { of: 'flows', sort, order }), `flows.${as}`, as !== 'parquet')}
                  />
                )}
              </div>
            </header>
            <Table
              label={t('past.flows')}
              columns={columns}
              rows={records.map((record, i) => ({ ...record, row: i }))}
              keyOf={({ row }) => String(row)}
            />
          </section>
        )
      }
    </Answered>
  )
}

const isNumeric = (name: string) => ['duration', 'bytesC2s', 'bytesS2c', 'packets', 'score'].includes(name)

function cellOf(name: (typeof SHOWN)[number], record: Record_) {
  const value = record[name]
  if (value === null || value === undefined || value === '') return ''
  if (name === 'lastSeen') return <time title={formatTime(Number(value))}>{formatTime(Number(value)).slice(0, 19)}</time>
  if (name === 'duration') return formatDuration(Number(value))
  if (name === 'bytesC2s' || name === 'bytesS2c') return formatBytes(Number(value))
  if (name === 'packets' || name === 'score') return formatCount(Number(value))
  if (name === 'client' || name === 'server') return <End record={record} end={name} />
  if (name === 'app') return <Value field="app" kind="app" value={String(value)} />
  return <Cut text={String(value)} />
}

function End({ record, end }: { readonly record: Record_; readonly end: 'client' | 'server' }) {
  const port = Number(record[`${end}Port`])
  return (
    <span className="past-end">
      <Value field={end} kind="address" value={String(record[end])} vlan={Number(record['vlan']) || undefined} />
      {port > 0 && <span className="faint">:{port}</span>}
      <GivenName address={String(record[end])} />
    </span>
  )
}
