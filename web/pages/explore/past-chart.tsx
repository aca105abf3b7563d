import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type ChartSeries, TimeChart } from '../../charts/time-chart.tsx'
import { Answered, Empty, Panel } from '../../components/panel.tsx'
import { colourOf } from '../../lib/colours.ts'
import { formatBits, formatCount, formatPercent } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { useChangeView } from '../../lib/nav.tsx'
import { courseQuery } from './past.queries.ts'
import { nameOf, narrowed, termOf } from './past-names.ts'
import { coursesOf, fixedRange, groupedBy, type PastView, type ShownMeasure, shares } from './past-view.ts'

const MAX_DRAWN = 20
const BITS = 8

/** A measure of a step as what it is a second; shares as they are. */
const RATES: Readonly<
  Record<ShownMeasure, { readonly of: (sum: number, seconds: number) => number; readonly format: (value: number) => string }>
> = {
  bytes: { of: (sum, seconds) => (BITS * sum) / seconds, format: (value) => formatBits(value) },
  packets: { of: (sum, seconds) => sum / seconds, format: (value) => `${formatCount(value)}/s` },
  flows: { of: (sum, seconds) => sum / seconds, format: (value) => `${formatCount(value)}/s` },
}

interface Props {
  readonly id: number | undefined
  readonly view: PastView
}
/** The groups in the course of time: a drag shows a part of it, a click on a band only that. */
export function PastChart({ id, view }: Props) {
  const change = useChangeView()
  const asked = useQuery(courseQuery(id, view))
  const { data } = asked
  const drawn = useMemo(() => {
    if (data === undefined) return undefined
    const by = groupedBy(data.answer)
    const { times, courses } = coursesOf(data.answer, by.length, data.asked, data.step)
    const { of } = RATES[view.measure]
    const shown = courses.slice(0, MAX_DRAWN)
    const rates = shown.map(({ values }) => values.map((value) => of(value, data.step)))
    const columns = view.shape === 'share' ? shares(rates) : rates
    const series = shown.map(({ keys }, i): ChartSeries => {
      const label = keys === undefined ? t('past.other') : keys.length === 0 ? t('past.all') : nameOf(by, keys)
      return { name: String(i), label, colour: keys === undefined ? 'var(--series-other)' : colourOf(label), values: columns[i]! }
    })
    return { times, series, by, keys: shown.map(({ keys }) => keys) }
  }, [data, view.measure, view.shape])
  const pick = (name: string) => {
    const keys = drawn?.keys[Number(name)]
    const first = drawn?.by[0]
    if (keys?.[0] === undefined || first === undefined) return
    const term = termOf(first, keys[0])
    const filter = narrowed(view.filter, [term])
    if (filter !== undefined) change({ filter })
  }
  const format = view.shape === 'share' ? (value: number) => formatPercent(value / 100) : RATES[view.measure].format
  return (
    <Panel title={t('past.course')} className="past-chart">
      <Answered of={asked}>
        {() =>
          drawn === undefined || drawn.series.length === 0 ? (
            <Empty title={t('past.nothing')}>{t('past.nothingAbout')}</Empty>
          ) : (
            <TimeChart
              times={drawn.times}
              series={drawn.series}
              stacked={view.shape !== 'lines'}
              format={format}
              label={t('past.course')}
              range={[data!.asked.fromMs, data!.asked.toMs]}
              onZoom={(fromMs, toMs) => change(fixedRange(fromMs, toMs))}
              onPick={pick}
            />
          )
        }
      </Answered>
    </Panel>
  )
}
