import '../../styles/kept.css'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { KeptSeries } from '../../../src/lib/kept-series.ts'
import { Answered, Empty, Panel } from '../../components/panel.tsx'
import { colourOf } from '../../lib/colours.ts'
import { formatBits } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { useChangeView } from '../../lib/nav.tsx'
import { showable } from '../../lib/text.ts'
import { fixedRange, type TimeRange } from '../../lib/time-range.ts'
import { Summaries } from '../series-panel.tsx'
import { type ChartSeries, TimeChart } from '../time-chart.tsx'
import { drawn, formatOf, KEPT_GRAPHS, type KeptGraph } from './kept-graphs.ts'
import { type KeptOf, keptQuery } from './kept-queries.ts'

interface Props {
  readonly id: number | undefined
  readonly range: TimeRange
  /** A click on a step. */
  readonly onPoint?: ((ms: number, name?: string) => void) | undefined
}

/** All graphs of one series. */
export function KeptPanels({ id, kind, name, range, onPoint }: Props & Required<Pick<KeptOf, 'kind' | 'name'>>) {
  const asked = useQuery(keptQuery(id, { kind, name, expected: true }, range))
  return (
    <>
      {KEPT_GRAPHS[kind].map((graph, i) => (
        <Panel key={graph.title} title={t(graph.title)} aside={<Tier data={asked.data} />} className="kept-panel">
          <Answered of={asked}>{(data) => <Graph data={data} graph={graph} range={range} isFirst={i === 0} onPoint={onPoint} />}</Answered>
        </Panel>
      ))}
    </>
  )
}

/** What was read. */
const Tier = ({ data }: { readonly data: KeptSeries | undefined }) =>
  data === undefined ? null : (
    <span className="faint" title={t('kept.tierAbout')}>
      {t(`kept.tier.${data.tier}`)}
    </span>
  )

interface GraphProps extends Pick<Props, 'range' | 'onPoint'> {
  readonly data: KeptSeries
  readonly graph: KeptGraph
  readonly isFirst: boolean
}
function Graph({ data, graph, range, isFirst, onPoint }: GraphProps) {
  const change = useChangeView()
  const shown = useMemo(() => linesOf(data, graph), [data, graph])
  const expected = useMemo(() => {
    const band = isFirst ? data.series[0]?.expected : undefined
    if (band === undefined || !band.high.some((value) => value !== null)) return undefined
    const edge = (values: readonly (number | null)[]) => values.map((value) => drawn(graph, value ?? Number.NaN, data.stepMs))
    return { low: edge(band.low), high: edge(band.high) }
  }, [data, graph, isFirst])
  if (!shown.some(({ values }) => values.some((value) => !Number.isNaN(value))))
    return <Empty title={t('kept.none')}>{t('kept.noneAbout')}</Empty>
  return (
    <>
      <TimeChart
        times={data.times}
        series={shown}
        format={formatOf(graph)}
        label={t(graph.title)}
        range={shownRange(data, range)}
        onZoom={(fromMs, toMs) => change(fixedRange(fromMs, toMs))}
        onPoint={onPoint}
        expected={expected}
        fill
      />
      {expected && <p className="kept-expected faint">{t('kept.expected')}</p>}
      <Summaries series={shown} format={formatOf(graph)} title={t(graph.title)} />
    </>
  )
}

/** A range that moves ends with what is known. */
const shownRange = (data: KeptSeries, { span, fromMs, toMs }: TimeRange): readonly [number, number] =>
  span === undefined ? [fromMs, toMs] : [data.times[0] ?? fromMs, (data.times.at(-1) ?? toMs) + data.stepMs]

function linesOf({ metrics, series, times, stepMs }: KeptSeries, graph: KeptGraph): ChartSeries[] {
  const columns = series[0]?.columns ?? []
  const at = (i: number) => (metric: string) => columns[metrics.findIndex(({ name }) => name === metric)]?.[i] ?? Number.NaN
  return graph.lines.map(({ name, label, colour, of }) => ({
    name,
    label: t(label),
    colour,
    values: times.map((_, i) => drawn(graph, of(at(i)), stepMs)),
  }))
}

interface TopProps extends Props {
  readonly kind: KeptOf['kind']
  /** How the names begin; it is not shown. */
  readonly prefix?: string
  readonly title: string
  readonly labelOf?: (name: string) => string
  readonly onPick?: (name: string) => void
}
/** The series of a kind with most traffic, on top of each other, and all others. */
export function KeptTop({ id, kind, prefix = '', title, range, labelOf = (name) => name, onPick, onPoint }: TopProps) {
  const change = useChangeView()
  const asked = useQuery(keptQuery(id, { kind, prefix }, range))
  const { data } = asked
  const shown = useMemo(
    () => (data === undefined ? [] : bandsOf(data, (name) => labelOf(name.slice(prefix.length)))),
    [data, prefix, labelOf],
  )
  return (
    <Panel title={title} aside={<Tier data={data} />} className="kept-panel">
      <Answered of={asked}>
        {(answer) =>
          shown.length === 0 ? (
            <Empty title={t('kept.none')}>{t('kept.noneAbout')}</Empty>
          ) : (
            <>
              <TimeChart
                times={answer.times}
                series={shown}
                stacked
                format={formatBits}
                label={title}
                range={shownRange(answer, range)}
                onZoom={(fromMs, toMs) => change(fixedRange(fromMs, toMs))}
                onPick={onPick && ((name) => name !== OTHER && onPick(name.slice(prefix.length)))}
                onPoint={onPoint && ((ms) => onPoint(ms))}
              />
              <Summaries series={shown} format={formatBits} title={title} />
            </>
          )
        }
      </Answered>
    </Panel>
  )
}

/** No name of a series has a line feed. */
const OTHER = '\n'
const BITS = 8
function bandsOf({ metrics, series, other, times, stepMs }: KeptSeries, labelOf: (name: string) => string): ChartSeries[] {
  const bytes = metrics.flatMap(({ unit }, m) => (unit === 'bytes' ? [m] : []))
  const sums = (columns: KeptSeries['series'][number]['columns']) =>
    times.map((_, i) => (BITS * 1000 * bytes.slice(0, 2).reduce((sum, m) => sum + (columns[m]?.[i] ?? 0), 0)) / stepMs)
  const bands = series.map(({ name, columns }) => {
    const label = labelOf(name)
    return { name, label: showable(label), colour: colourOf(label), values: sums(columns) }
  })
  return other === undefined
    ? bands
    : [...bands, { name: OTHER, label: t('past.other'), colour: 'var(--series-other)', values: sums(other) }]
}
