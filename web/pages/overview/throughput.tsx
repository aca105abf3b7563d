import { useMemo } from 'react'
import type { Series } from '../../../src/lib/live.ts'
import { type ChartSeries, TimeChart } from '../../charts/time-chart.tsx'
import { useSeries } from '../../charts/use-series.ts'
import { Icon } from '../../components/icons.tsx'
import { useMinuteTalkers } from '../../components/minute-talkers/use-minute-talkers.tsx'
import { Answered, Empty, Panel } from '../../components/panel.tsx'
import { quoted } from '../../components/value.tsx'
import { colourOf } from '../../lib/colours.ts'
import { formatBits, formatRange } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { Go, places, useChangeView, useOpen, useView } from '../../lib/nav.tsx'
import { timeFromUrl, timeToUrl } from '../../lib/url-state.ts'

const HOUR_S = 3600
const TOP = 8

/** What the URL asks to see of the time: both ends, in order. */
function useRange(): readonly [number, number] | undefined {
  const { from, to } = useView()
  const start = timeFromUrl(from)
  const end = timeFromUrl(to)
  return useMemo(() => (start !== undefined && end !== undefined && start < end ? [start, end] : undefined), [start, end])
}

/** Where no application has sent anything, a line at nought shows that time passes. */
const NOBODY = ''
function bandsOf({ times, columns }: Series): ChartSeries[] {
  if (columns.length === 0)
    return [{ name: NOBODY, label: t('throughput.nobody'), values: times.map(() => 0), colour: 'var(--series-other)' }]
  return columns.map(({ name, label, values }) => ({ name, label, values, colour: colourOf(name) }))
}

const isNobody = (name: string) => name === 'Other' || name === NOBODY

const isWholeHour = (times: readonly number[] | undefined) => (times?.at(-1) ?? 0) - (times?.[0] ?? 0) > (HOUR_S - 120) * 1000

export function Throughput({ id }: { readonly id: number }) {
  const range = useRange()
  const change = useChangeView()
  const open = useOpen()
  // A second a point where someone looks closely.
  const asked = useSeries(id, { of: 'apps', top: TOP, ...(range && { points: HOUR_S }) })
  const series = useMemo(() => (asked.data === undefined ? [] : bandsOf(asked.data)), [asked.data])
  const zoom = (from: number, to: number) => change({ from: timeToUrl(from), to: timeToUrl(Math.max(to, from + 2000)) })
  const pick = (name: string) => isNobody(name) || open(places.flows(`app = ${quoted(name)}`))
  const minute = useMinuteTalkers(id, {
    filterOf: (name) => (isNobody(name) ? undefined : `app = ${quoted(name)}`),
    more: (name) => <Go place={places.flows(`app = ${quoted(name)}`)}>{t('minute.flowsOf', { name })}</Go>,
  })
  const aside = range && (
    <>
      <span className="num">{formatRange(...range)}</span>
      <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => change({ from: '', to: '' })}>
        <Icon name="zoomOut" /> {t('zoomOut')}
      </button>
    </>
  )
  return (
    <Panel
      title={t(isWholeHour(asked.data?.times) ? 'throughputByApp.hour' : 'throughputByApp')}
      className="throughput"
      aside={
        <>
          {aside ?? <span>{t(minute.onPoint ? 'dragOrClick' : 'dragToZoom')}</span>}
          {minute.button}
        </>
      }
    >
      <Answered of={asked}>
        {({ times }) =>
          times.length === 0 ? (
            <Empty title={t('noTraffic')}>{t('noTraffic.about')}</Empty>
          ) : (
            <TimeChart
              times={times}
              series={series}
              stacked
              range={range}
              format={formatBits}
              label={t('throughputByApp')}
              onZoom={zoom}
              onPick={pick}
              onPoint={minute.onPoint}
            />
          )
        }
      </Answered>
      {minute.panel}
    </Panel>
  )
}
