import '../../styles/detail.css'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { ALL_INTERFACES, type InterfaceInfo, isOngoing, type Totals } from '../../../src/lib/live.ts'
import { isRate } from '../../charts/interface-spark.tsx'
import { Bar } from '../../charts/ranked.tsx'
import { SeriesPanel, TRAFFIC_COLOURS } from '../../charts/series-panel.tsx'
import { SizeHistogram } from '../../charts/size-histogram.tsx'
import { useSeries } from '../../charts/use-series.ts'
import { StateDot } from '../../components/condition.tsx'
import { Icon } from '../../components/icons.tsx'
import { useMinuteTalkers } from '../../components/minute-talkers/use-minute-talkers.tsx'
import { Empty, Failed, Panel, Skeleton } from '../../components/panel.tsx'
import { Table } from '../../components/table.tsx'
import { TabPanel, Tabs } from '../../components/tabs.tsx'
import { Cut } from '../../components/value.tsx'
import { ApiError, type InterfaceDetail } from '../../lib/api.ts'
import { conditionOf, toneOf } from '../../lib/condition.ts'
import {
  formatBits,
  formatBytes,
  formatClock,
  formatCount,
  formatDate,
  formatDuration,
  formatExact,
  formatPercent,
  formatRange,
  formatRate,
  formatTime,
} from '../../lib/format.ts'
import { entryIn, useLive } from '../../lib/live-store.ts'
import { t } from '../../lib/messages.ts'
import { ALL, Go, useChangeView, useView } from '../../lib/nav.tsx'
import { showable } from '../../lib/text.ts'
import { InterfaceActions } from '../interfaces/actions.tsx'
import { Progress } from '../interfaces/progress.tsx'
import { AllPanel } from './all-panel.tsx'
import { CollectorPanel } from './collector-panel.tsx'
import { captureRows, DevicePanel } from './device-panel.tsx'
import { Facts, type Row } from './facts.tsx'
import { interfaceQuery } from './interface.queries.ts'
import { InterfaceHistory } from './interface-history.tsx'

export default function InterfacePage() {
  const { id: text = '' } = useParams({ strict: false }) as { id?: string }
  const id = text === ALL ? ALL_INTERFACES : Number(text)
  const entry = useLive((state) => entryIn(state, id))
  const asked = useQuery({ ...interfaceQuery(id), enabled: Number.isInteger(id) })
  const detail = asked.data
  const info = entry?.info ?? detail
  if (!info) {
    if (asked.error instanceof ApiError || !Number.isInteger(id)) return <Empty title={t('notFound')} />
    return asked.error ? <Failed error={asked.error} retry={() => void asked.refetch()} /> : <Skeleton rows={12} />
  }
  const totals = entry ? entry.totals : detail?.totals
  const condition = conditionOf(info)
  return (
    <div className="detail">
      <header className="detail-head">
        <div className="detail-name">
          <h1>
            <StateDot info={info} isWordBeside /> <Cut text={info.name} />
          </h1>
          <div className="detail-labels">
            <span className="label">{t(`kind.${info.kind}`)}</span>
            <span className={`label ${LABELS[toneOf(condition)]}`}>{t(`state.${condition}`)}</span>
            {isCapture(info) && <Progress info={info} />}
          </div>
        </div>
        <InterfaceActions info={info} />
      </header>
      <Notice info={info} />
      <Faults info={info} />
      {totals ? (
        <Sections id={id} info={info} totals={totals} detail={detail} />
      ) : (
        info.device && (
          <div className="interface-grid">
            <DevicePanel info={info} device={info.device} />
          </div>
        )
      )}
    </div>
  )
}

/** What is now, and how it was: of interfaces that go on. */
function Sections(props: BodyProps) {
  const { tab } = useView()
  const change = useChangeView()
  if (isCapture(props.info)) return <Body {...props} />
  const tabs = [
    { name: 'overview', label: t('tab.overview') },
    { name: 'history', label: t('tab.history') },
  ]
  const value = tab === 'history' ? tab : 'overview'
  return (
    <>
      <Tabs
        label={t('tabs')}
        tabs={tabs}
        value={value}
        onChange={(name) => change({ tab: name === 'overview' ? '' : name, range: '', from: '', to: '' })}
      />
      <TabPanel name={value}>{value === 'history' ? <InterfaceHistory id={props.id} /> : <Body {...props} />}</TabPanel>
    </>
  )
}

const isCapture = ({ kind }: InterfaceInfo) => !isOngoing(kind) && kind !== 'all'
const LABELS = { plain: '', warning: 'label-warning', critical: 'label-critical' } as const

/** Why nothing is captured, when that is so. */
function Notice({ info }: { readonly info: InterfaceInfo }) {
  const condition = conditionOf(info)
  if (info.failure !== undefined)
    return (
      <p className="panel interface-failure" role="alert">
        <Icon name="warning" /> {showable(info.failure)}
      </p>
    )
  if (condition !== 'disabled' && condition !== 'link-down' && condition !== 'link-gone') return null
  return (
    <p className="notice" role="status">
      <Icon name={condition === 'disabled' ? 'hold' : 'warning'} /> <span>{t(`${condition}.about`)}</span>
    </p>
  )
}

function Faults({ info: { progress } }: { readonly info: InterfaceInfo }) {
  if (progress.faultCount === 0) return null
  const hidden = progress.faultCount - progress.faults.length
  return (
    <Panel title={t('faults')} aside={formatExact(progress.faultCount)}>
      <ul className="faults">
        {progress.faults.map((fault, i) => (
          <li key={`${i + 1} ${fault}`}>{showable(fault)}</li>
        ))}
        {hidden > 0 && <li className="faint">{t('faults.more', { n: hidden })}</li>}
      </ul>
    </Panel>
  )
}

const COUNT_COLOURS = { hosts: 'var(--series-2)', flows: 'var(--series-0)' } as const
const TCP_COLOURS = {
  retransmissions: 'var(--series-1)',
  outOfOrder: 'var(--series-6)',
  lost: 'var(--series-11)',
  zeroWindow: 'var(--series-10)',
} as const
const LOSS_COLOURS = {
  dropped: 'var(--severity-critical)',
  packetsWithoutFlow: 'var(--series-1)',
  hostsRefused: 'var(--series-6)',
  clockSteps: 'var(--series-4)',
} as const
const RATES = (columns: readonly { readonly name: string }[] | undefined) =>
  columns?.filter(({ name }) => isRate(name)).map(({ name }) => name)

interface BodyProps {
  readonly id: number
  readonly info: InterfaceInfo
  readonly totals: Totals
  readonly detail: InterfaceDetail | undefined
}
function Body({ id, info, totals, detail }: BodyProps) {
  const traffic = useSeries(id, { of: 'traffic' }).data
  const counts = useSeries(id, { of: 'hosts-and-flows' }).data
  const tcp = useSeries(id, { of: 'tcp' }).data
  const losses = useSeries(id, { of: 'losses' }).data
  const minute = useMinuteTalkers(id)
  const rates = RATES(traffic?.columns)
  const hadLosses = losses?.columns.some(({ values }) => values.some((value) => value > 0)) === true
  return (
    <div className="interface-grid">
      {info.device && <DevicePanel info={info} device={info.device} totals={totals} />}
      {info.all && <AllPanel all={info.all} />}
      {info.collector && <CollectorPanel collector={info.collector} totals={totals} />}
      <Panel title={t('figures')}>
        <Figures info={info} totals={totals} />
      </Panel>
      <SeriesPanel
        title={t('trafficSeries')}
        series={traffic}
        colours={TRAFFIC_COLOURS}
        format={formatBits}
        minute={minute}
        {...(rates && { only: rates })}
      />
      <SeriesPanel title={t('hostsAndFlows')} series={counts} colours={COUNT_COLOURS} format={formatCount} />
      <SeriesPanel title={t('tcpSeries')} series={tcp} colours={TCP_COLOURS} format={formatCount} />
      {hadLosses ? (
        <SeriesPanel title={t('lossesSeries')} series={losses} colours={LOSS_COLOURS} format={formatCount} />
      ) : (
        <Panel title={t('lossesSeries')}>
          <Empty title={t('losses.none')}>{t('losses.noneAbout')}</Empty>
        </Panel>
      )}
      {detail?.sizes && (
        <Panel title={t('sizes')}>
          <div className="two-histograms">
            <SizeHistogram label={t('sizes.packets')} counts={detail.sizes.packets} />
            <SizeHistogram label={t('sizes.bytes')} counts={detail.sizes.bytes} format={formatBytes} />
          </div>
        </Panel>
      )}
      <Panel title={t('malformed.by')} aside={formatExact(totals.malformed)}>
        <Malformed counts={detail?.malformed ?? {}} />
      </Panel>
    </div>
  )
}

function Figures({ info, totals }: { readonly info: InterfaceInfo; readonly totals: Totals }) {
  const rows: readonly Row[] = [
    isOngoing(info.kind)
      ? [
          t(info.kind === 'live' ? 'capturedSince' : 'collector.since'),
          `${formatDate(totals.firstSeenMs)} ${formatClock(totals.firstSeenMs)}`,
          formatTime(totals.firstSeenMs),
        ]
      : [t('captureRange'), formatRange(totals.firstSeenMs, totals.nowMs)],
    [t('duration'), formatDuration(totals.nowMs - totals.firstSeenMs)],
    [t('throughput'), formatBits(totals.bps), `${formatExact(totals.bps)} bit/s`],
    [t('packetRate'), formatRate(totals.pps, 'p')],
    [t('packets'), formatExact(totals.packets)],
    [t('bytes'), formatBytes(totals.bytes), `${formatExact(totals.bytes)} B`],
    [t('sent'), formatBytes(totals.bytesSent), `${formatExact(totals.bytesSent)} B`],
    [t('received'), formatBytes(totals.bytesRcvd), `${formatExact(totals.bytesRcvd)} B`],
    [t('hosts'), <Go key="h" place={{ to: '/hosts' }}>{`${formatExact(totals.hosts)} / ${formatExact(totals.hostsLimit)}`}</Go>],
    [t('flows'), <Go key="f" place={{ to: '/flows' }}>{`${formatExact(totals.flows)} / ${formatExact(totals.flowsLimit)}`}</Go>],
    [t('flowsTotal'), formatExact(totals.flowsTotal)],
    [
      t('macs'),
      <Go key="m" place={{ to: '/explore/$table', params: { table: 'macs' } }}>
        {formatExact(totals.macs)}
      </Go>,
    ],
    [
      t('nonIp'),
      <Go
        key="n"
        place={{ to: '/explore/$table', params: { table: 'nonip' } }}
      >{`${formatExact(totals.nonIpPackets)} · ${formatBytes(totals.nonIpBytes)}`}</Go>,
    ],
    ...(isCapture(info) ? captureRows(info, totals) : []),
    [
      t('retransmissions'),
      `${formatExact(totals.tcp.retransmissions)} · ${formatPercent(totals.packets > 0 ? totals.tcp.retransmissions / totals.packets : 0)}`,
    ],
  ]
  return <Facts rows={rows} />
}

function Malformed({ counts }: { readonly counts: Readonly<Record<string, number>> }) {
  const rows = Object.entries(counts)
    .filter(([, n]) => n > 0)
    .sort((a, b) => b[1] - a[1])
  if (rows.length === 0) return <Empty title={t('malformed.none')}>{t('malformed.noneAbout')}</Empty>
  const most = rows[0]![1]
  return (
    <Table
      label={t('malformed.by')}
      rows={rows}
      keyOf={([name]) => name}
      columns={[
        { name: 'name', head: t('name'), cell: ([name]) => name },
        { name: 'bar', head: '', wide: true, cell: ([, n]) => <Bar parts={[{ value: n, colour: 'var(--severity-warning)' }]} of={most} /> },
        { name: 'n', head: t('packets'), numeric: true, cell: ([, n]) => formatExact(n) },
      ]}
    />
  )
}
