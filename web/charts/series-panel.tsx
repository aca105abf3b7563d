import { useMemo } from 'react'
import type { Series } from '../../src/lib/live.ts'
import type { MinuteAccess } from '../components/minute-talkers/use-minute-talkers.tsx'
import { Empty, Panel } from '../components/panel.tsx'
import { Table } from '../components/table.tsx'
import { t } from '../lib/messages.ts'
import { summary } from './stack.ts'
import { type ChartSeries, TimeChart } from './time-chart.tsx'

interface Props {
  readonly title: string
  readonly series: Series | undefined
  readonly colours: Readonly<Record<string, string>>
  readonly format: (value: number) => string
  /** Only these columns, all of them otherwise. */
  readonly only?: readonly string[]
  readonly minute?: MinuteAccess
}
/** Lines over time with the figures of each under them. */
export function SeriesPanel({ title, series, colours, format, only, minute }: Props) {
  const shown = useMemo(
    () =>
      (series?.columns ?? [])
        .filter(({ name }) => !only || only.includes(name))
        .map(({ name, label, values }, i): ChartSeries => ({ name, label, values, colour: colours[name] ?? `var(--series-${i})` })),
    [series, only, colours],
  )
  return (
    <Panel title={title} className="series-panel" aside={minute?.button}>
      {!series || series.times.length === 0 ? (
        <Empty title={t('noTraffic')}>{t('noTraffic.about')}</Empty>
      ) : (
        <>
          <TimeChart times={series.times} series={shown} format={format} label={title} onPoint={minute?.onPoint} fill />
          <Summaries series={shown} format={format} title={title} />
          {minute?.panel}
        </>
      )}
    </Panel>
  )
}

/** Figures of each line. */
export function Summaries({
  series,
  format,
  title,
}: {
  readonly series: readonly ChartSeries[]
  readonly format: (value: number) => string
  readonly title: string
}) {
  const rows = series.map((one) => ({ ...one, ...summary(one.values) }))
  const figure = (name: 'min' | 'mean' | 'p95' | 'max') => ({
    name,
    head: t(name),
    numeric: true,
    cell: (row: (typeof rows)[number]) => format(row[name]),
  })
  return (
    <Table
      label={title}
      keyOf={({ name }) => name}
      rows={rows}
      columns={[
        {
          name: 'series',
          head: t('series'),
          cell: ({ colour, label }) => (
            <>
              <span className="dot" style={{ background: colour }} /> {label}
            </>
          ),
        },
        figure('min'),
        figure('mean'),
        figure('p95'),
        figure('max'),
      ]}
    />
  )
}

export const TRAFFIC_COLOURS: Readonly<Record<string, string>> = {
  sent: 'var(--sent)',
  bpsSent: 'var(--sent)',
  received: 'var(--rcvd)',
  rcvd: 'var(--rcvd)',
  bpsRcvd: 'var(--rcvd)',
  other: 'var(--series-other)',
  bpsOther: 'var(--series-other)',
}
