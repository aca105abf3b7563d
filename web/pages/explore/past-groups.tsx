import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Dimension } from '../../../src/lib/history.ts'
import { Bar } from '../../charts/ranked.tsx'
import { summary } from '../../charts/stack.ts'
import { download, ExportButton } from '../../components/list/export-menu.tsx'
import { Answered, Empty } from '../../components/panel.tsx'
import { type Col, Table } from '../../components/table.tsx'
import { Value } from '../../components/value.tsx'
import { colourOf } from '../../lib/colours.ts'
import { toCsv } from '../../lib/csv.ts'
import { formatBits, formatBytes, formatCount, formatExact, formatPercent } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { comparedQuery, courseQuery, exportUrl, groupsQuery } from './past.queries.ts'
import { GivenName } from './past-host.tsx'
import { termOf, valueName } from './past-names.ts'
import { changeOf, type GroupRow, OTHERS, plainRows, rowsOf, withBefore } from './past-rows.ts'
import { coursesOf, groupedBy, isBetween, type PastView, type ShownMeasure } from './past-view.ts'
import { useSaving } from './use-saving.tsx'

const FILES = ['csv', 'json', 'parquet'] as const
const rateOf = (measure: ShownMeasure) => (value: number) => (measure === 'bytes' ? formatBits(8 * value) : `${formatCount(value)}/s`)
const amountOf = (measure: ShownMeasure) => (value: number) => (measure === 'bytes' ? formatBytes(value) : formatCount(value))

interface Props {
  readonly id: number | undefined
  readonly view: PastView
}
/** The groups as figures: what passed, its rates, and how that compares. */
export function PastGroups({ id, view }: Props) {
  const asked = useQuery(groupsQuery(id, view))
  const course = useQuery(courseQuery(id, view)).data
  const compared = useQuery(comparedQuery(id, view)).data
  const by = useMemo(() => (asked.data === undefined ? [] : groupedBy(asked.data)), [asked.data])
  const rows = useMemo(() => {
    if (asked.data === undefined) return []
    const { courses } =
      course === undefined ? { courses: [] } : coursesOf(course.answer, groupedBy(course.answer).length, course.asked, course.step)
    const byKey = new Map(courses.map(({ keys, values }) => [keys === undefined ? OTHERS : JSON.stringify(keys), values]))
    const rows = rowsOf(asked.data, by).map((row) => {
      const values = byKey.get(row.key)
      return values === undefined || course === undefined ? row : { ...row, rates: summary(values.map((value) => value / course.step)) }
    })
    return view.compared === 'none' || compared === undefined ? rows : withBefore(rows, compared, by.length)
  }, [asked.data, course, compared, by, view.compared])
  const most = Math.max(0, ...rows.filter(({ values }) => values !== undefined).map(({ total }) => total))
  const sum = asked.data?.total?.[0] ?? rows.reduce((all, { total }) => all + total, 0)
  const columns = columnsOf(view, by, most, sum)
  const { busy, save: saveFile } = useSaving()
  const save = (as: (typeof FILES)[number]) => {
    if (as === 'parquet') return saveFile(exportUrl(id, view, as, { of: 'groups' }), 'explore.parquet', false)
    const plain = plainRows(rows, by, view.measure, sum)
    if (as === 'json') download('explore.json', 'application/json', JSON.stringify(plain, null, 1))
    else download('explore.csv', 'text/csv', toCsv(plain, [...new Set(plain.flatMap((row) => Object.keys(row)))], {}))
  }
  return (
    <Answered of={asked}>
      {() =>
        rows.length === 0 ? (
          <Empty title={t('past.nothing')}>{t('past.nothingAbout')}</Empty>
        ) : (
          <section className="panel past-groups" aria-label={t('past.groups')}>
            <header className="panel-head">
              <h2>{t('past.groupsOf', { n: asked.data?.groups ?? rows.length })}</h2>
              <div className="panel-aside">{busy ?? <ExportButton kinds={FILES} onChoose={save} />}</div>
            </header>
            <Table label={t('past.groups')} columns={columns} rows={rows} keyOf={({ key }) => key} />
          </section>
        )
      }
    </Answered>
  )
}

/** A column a field; what is no group has its name in the first one. */
function fieldColumns(by: readonly Dimension[], hasColour: boolean): Col<GroupRow>[] {
  const fields = by.length === 0 ? [undefined] : by
  return fields.map((field, i) => ({
    name: field ?? 'group',
    head: field === undefined ? '' : t(`past.by.${field}`),
    cell: ({ values, name }) => {
      const value = values?.[i]
      const shown = value === undefined || field === undefined ? i === 0 && name : <GroupValue dimension={field} value={value} />
      if (i > 0 || !hasColour) return shown
      return (
        <span className="past-name">
          <span className="dot" style={{ background: values === undefined ? 'var(--series-other)' : colourOf(name) }} />
          {shown}
        </span>
      )
    },
  }))
}

function columnsOf(view: PastView, by: readonly Dimension[], most: number, sum: number): Col<GroupRow>[] {
  const rate = rateOf(view.measure)
  const amount = amountOf(view.measure)
  const figure = (name: 'max' | 'mean' | 'min' | 'p95'): Col<GroupRow> => ({
    name,
    head: t(name),
    numeric: true,
    cell: ({ rates }) => (rates === undefined ? '' : rate(rates[name])),
  })
  return [
    ...fieldColumns(by, !isBetween(view.shape)),
    { name: 'total', head: t('past.total'), numeric: true, cell: ({ total }) => <span title={formatExact(total)}>{amount(total)}</span> },
    {
      name: 'share',
      head: t('past.sharePercent'),
      numeric: true,
      cell: ({ values, total }) => (
        <span className="past-share">
          <Bar parts={[{ value: values === undefined ? 0 : total, colour: 'var(--accent)' }]} of={most} />
          <span>{sum > 0 ? formatPercent(total / sum) : ''}</span>
        </span>
      ),
    },
    ...(view.compared === 'none'
      ? []
      : [
          {
            name: 'before',
            head: t('past.was'),
            numeric: true,
            cell: ({ before }: GroupRow) => (before === undefined ? <span title={t('past.unknown')}>–</span> : amount(before)),
          },
          { name: 'change', head: t('past.change'), numeric: true, cell: (row: GroupRow) => <Change row={row} /> },
        ]),
    figure('min'),
    figure('mean'),
    figure('p95'),
    figure('max'),
    ...(view.measure === 'bytes'
      ? []
      : [{ name: 'bytes', head: t('past.bytes'), numeric: true, cell: ({ bytes }: GroupRow) => formatBytes(bytes) }]),
    ...(view.measure === 'packets'
      ? []
      : [{ name: 'packets', head: t('past.packets'), numeric: true, cell: ({ packets }: GroupRow) => formatCount(packets) }]),
    ...(view.measure === 'flows'
      ? []
      : [{ name: 'flows', head: t('past.flowsBegun'), numeric: true, cell: ({ flows }: GroupRow) => formatCount(flows) }]),
  ]
}

function Change({ row: { before, total } }: { readonly row: GroupRow }) {
  if (before === undefined) return ''
  const way = total > before ? 'up' : total < before ? 'down' : 'same'
  return <span className={`past-change is-${way}`}>{changeOf(before, total)}</span>
}

const KINDS: Partial<Readonly<Record<Dimension, 'address' | 'app' | 'port'>>> = {
  app: 'app',
  client: 'address',
  server: 'address',
  host: 'address',
  clientPort: 'port',
  serverPort: 'port',
}
function GroupValue({ dimension, value }: { readonly dimension: Dimension; readonly value: string }) {
  const name = valueName(dimension, value)
  if (value === '' || termOf(dimension, value) === undefined) return <span>{name}</span>
  return (
    <>
      <Value field={dimension} kind={KINDS[dimension] ?? 'text'} value={value}>
        {name}
      </Value>
      {KINDS[dimension] === 'address' && <GivenName address={value} />}
    </>
  )
}
