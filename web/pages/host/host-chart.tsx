import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { type HostDetail, type HostSeries, isOngoing, type Series } from '../../../src/lib/live.ts'
import { TRAFFIC_COLOURS } from '../../charts/series-panel.tsx'
import { type ChartSeries, TimeChart } from '../../charts/time-chart.tsx'
import { Choice } from '../../components/choice.tsx'
import { useMinuteTalkers } from '../../components/minute-talkers/use-minute-talkers.tsx'
import { Panel } from '../../components/panel.tsx'
import { useCurrent } from '../../lib/current.ts'
import { formatBits, formatClock, formatCount, formatRate } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { useChangeView, useView } from '../../lib/nav.tsx'
import { hostSeriesQuery } from './host.queries.ts'
import { hostCourse, isMeasured } from './host-course.ts'

/** What can be drawn of a host that is watched. */
const SHOWN = {
  bits: { title: t('throughput.hostHour'), label: t('watched.bits'), format: formatBits, columns: ['sent', 'rcvd'] },
  packets: {
    title: t('packets.hostHour'),
    label: t('watched.packets'),
    format: (n: number) => formatRate(n, 'p'),
    columns: ['packetsSent', 'packetsRcvd'],
  },
  flows: { title: t('flows.hostHour'), label: t('watched.flows'), format: formatCount, columns: ['flows'] },
} as const
type Shown = keyof typeof SHOWN
const OPTIONS = (Object.keys(SHOWN) as Shown[]).map((value) => ({ value, label: SHOWN[value].label }))
const shownOf = (of: string | undefined): Shown => OPTIONS.find(({ value }) => value === of)?.value ?? 'bits'

const COLOURS: Readonly<Record<string, string>> = {
  ...TRAFFIC_COLOURS,
  packetsSent: 'var(--sent)',
  packetsRcvd: 'var(--rcvd)',
  flows: 'var(--series-0)',
}

interface Of {
  readonly host: HostDetail
  readonly id: number
}
/** The course of a host: by the second where its interface goes on, which makes the host be watched; else what its flows carried. */
export function HostChart({ host, id }: Of) {
  const kind = useCurrent()?.info.kind
  const goesOn = kind !== undefined && (isOngoing(kind) || kind === 'all')
  const watched = useQuery(hostSeriesQuery(id, host.address, host.vlan, goesOn)).data
  if (goesOn && isMeasured(watched)) return <Watched host={host} id={id} watched={watched} />
  const series = goesOn ? hostCourse(host.series, undefined) : host.series
  return series.times.length > 1 ? <Course host={host} id={id} series={series} title={t('throughput.host')} /> : null
}

function Watched({ host, id, watched }: Of & { readonly watched: HostSeries }) {
  const change = useChangeView()
  const of = shownOf(useView().of)
  const course = useMemo(() => hostCourse(host.series, watched), [host.series, watched])
  const { title, format, columns } = SHOWN[of]
  const series = of === 'bits' ? course : watched
  const note = (
    <>
      <span className="host-since num" title={t('watched.about')}>
        {t('watched.since', { time: formatClock(watched.sinceMs) })}
      </span>
      <Choice label={t('watched.of')} options={OPTIONS} value={of} onChange={(next) => change({ of: next === 'bits' ? '' : next })} />
    </>
  )
  return <Course host={host} id={id} series={series} title={title} format={format} only={columns} note={note} />
}

interface CourseProps extends Of {
  readonly series: Series
  readonly title: string
  readonly format?: (value: number) => string
  readonly only?: readonly string[]
  readonly note?: ReactNode
}
function Course({ host: { address }, id, series, title, format = formatBits, only, note }: CourseProps) {
  const minute = useMinuteTalkers(id, { filter: `host = ${address}`, host: address })
  const shown = useMemo(
    () =>
      series.columns
        .filter(({ name }) => only === undefined || only.includes(name))
        .map((column): ChartSeries => ({ ...column, colour: COLOURS[column.name]! })),
    [series, only],
  )
  return (
    <Panel
      title={title}
      className="host-chart"
      aside={
        <>
          {note}
          {minute.button}
        </>
      }
    >
      <TimeChart times={series.times} series={shown} format={format} label={title} onPoint={minute.onPoint} fill />
      {minute.panel}
    </Panel>
  )
}
