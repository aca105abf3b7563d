/** One exporter: how it sends, what of it did not come or was wrong, and its interfaces. */
import '../../styles/detail.css'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { CounterCourse, ExporterInfo, ExporterInterface } from '../../../src/lib/exporters.ts'
import { Bar } from '../../charts/ranked.tsx'
import { SeriesPanel } from '../../charts/series-panel.tsx'
import { Sparkline } from '../../charts/sparkline.tsx'
import { AskDialog } from '../../components/dialog.tsx'
import { Empty, Failed, Left, Panel, Skeleton } from '../../components/panel.tsx'
import { Table } from '../../components/table.tsx'
import { Cut, quoted } from '../../components/value.tsx'
import { ApiError, api } from '../../lib/api.ts'
import { useCurrentId } from '../../lib/current.ts'
import { formatBits, formatBytes, formatDuration, formatExact, formatPercent, formatRate, formatTime } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { Go, places, useChangeView, useView } from '../../lib/nav.tsx'
import { showable } from '../../lib/text.ts'
import { Facts, type Row } from '../interface/facts.tsx'
import { countersQuery, exporterQuery, portQuery } from './exporter.queries.ts'

export default function ExporterPage() {
  const ofInterface = useCurrentId()
  const { number = '' } = useParams({ strict: false }) as { number?: string }
  return ofInterface === undefined ? null : <Exporter key={`${ofInterface} ${number}`} ofInterface={ofInterface} number={number} />
}

function Exporter({ ofInterface, number }: { readonly ofInterface: number; readonly number: string }) {
  const asked = useQuery(exporterQuery(ofInterface, number))
  const exporter = asked.data
  if (!exporter) {
    if (asked.error instanceof ApiError) return <Empty title={t('exporter.missing')}>{t('exporter.missingAbout')}</Empty>
    return asked.error ? <Failed error={asked.error} retry={() => void asked.refetch()} /> : <Skeleton rows={10} />
  }
  return (
    <div className="detail">
      <Head exporter={exporter} ofInterface={ofInterface} />
      <Left error={asked.error} text={t('exporter.left')} />
      <div className="interface-grid">
        <Panel title={t('exporter.about')}>
          <Facts rows={rowsOf(exporter)} />
        </Panel>
        <Panel title={t('exporter.faults')} aside={formatExact(sum(exporter.faults))}>
          <Faults faults={exporter.faults} />
        </Panel>
        <Panel title={t('interfaces')} aside={formatExact(exporter.interfaces.length)} className="span-all">
          <Interfaces exporter={exporter} />
        </Panel>
        {exporter.counters !== undefined && <Counters exporter={exporter} ofInterface={ofInterface} />}
        <PortCourse exporter={exporter} ofInterface={ofInterface} />
      </div>
    </div>
  )
}

const nameOf = ({ alias, address }: ExporterInfo) => alias ?? address
const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0)

function Head({ exporter, ofInterface }: { readonly exporter: ExporterInfo; readonly ofInterface: number }) {
  const [isNaming, setNaming] = useState(false)
  const { protocol, alias, address, samplingFrom, sampling } = exporter
  return (
    <header className="detail-head">
      <div className="detail-name">
        <h1>
          <Cut text={nameOf(exporter)} />
        </h1>
        <div className="detail-labels">
          <span className="label">{protocol}</span>
          {alias !== undefined && <span className="label address">{showable(address)}</span>}
          {samplingFrom !== 'none' && sampling.some((rate) => rate > 1) && (
            <span className="label label-warning">{t('exporter.sampled', { rate: sampling.join(', ') })}</span>
          )}
        </div>
      </div>
      <div className="detail-rate">
        <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => setNaming(true)}>
          {t('rename')}
        </button>
        {isNaming && <NameDialog exporter={exporter} ofInterface={ofInterface} onClose={() => setNaming(false)} />}
        <Go className="btn btn-sm btn-outline-secondary" place={places.flows(`exporter = ${quoted(nameOf(exporter))}`)}>
          {t('exporter.flows')}
        </Go>
      </div>
    </header>
  )
}

interface NameProps {
  readonly exporter: ExporterInfo
  readonly ofInterface: number
  readonly onClose: () => void
}
function NameDialog({ exporter: { number, alias, address }, ofInterface, onClose }: NameProps) {
  const client = useQueryClient()
  const name = async (given: FormData) => {
    await api.nameExporter(number, ofInterface, String(given.get('alias')).trim())
    await client.invalidateQueries({ queryKey: exporterQuery(ofInterface, String(number)).queryKey })
  }
  return (
    <AskDialog title={t('exporter.nameTitle', { address: showable(address) })} action={t('rename')} act={name} onClose={onClose}>
      <label>
        <span>{t('name')}</span>
        <input
          className="form-control form-control-sm"
          name="alias"
          defaultValue={alias ?? ''}
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
        />
      </label>
      <p className="faint">{t('exporter.nameAbout')}</p>
    </AskDialog>
  )
}

interface OfExporter {
  readonly exporter: ExporterInfo
  readonly ofInterface: number
}

/** The interface that was chosen, or else the one with the most traffic, over the last hour. */
function PortCourse({ exporter, ofInterface }: OfExporter) {
  const wanted = useView().row
  const { interfaces, number } = exporter
  const busiest = interfaces.toSorted((a, b) => b.bytesIn + b.bytesOut - a.bytesIn - a.bytesOut)[0]
  const port = interfaces.find(({ ifIndex }) => String(ifIndex) === wanted) ?? busiest
  const asked = useQuery({ ...portQuery(ofInterface, number, port?.ifIndex ?? 0), enabled: port !== undefined })
  if (port === undefined) return null
  return (
    <>
      <div className="span-all" id="course">
        <SeriesPanel
          title={t('exporter.course', { name: showable(portName(port)) })}
          series={asked.data}
          colours={PORT_COLOURS}
          format={formatBits}
        />
      </div>
      {port.counters !== undefined && <Counters exporter={exporter} ofInterface={ofInterface} port={port} />}
    </>
  )
}
const PORT_COLOURS: Readonly<Record<string, string>> = { in: 'var(--rcvd)', out: 'var(--sent)' }

/** What it tells of itself (its processor, its memory, its VLANs), or of one of its interfaces. */
function Counters({ exporter, ofInterface, port }: OfExporter & { readonly port?: ExporterInterface }) {
  const asked = useQuery(countersQuery(ofInterface, exporter.number, port?.ifIndex))
  const rows = asked.data?.counters ?? []
  const title = port === undefined ? t('exporter.counters') : t('exporter.countersOf', { name: showable(portName(port)) })
  return (
    <Panel title={title} aside={formatExact(rows.length)} className="span-all">
      <Left error={asked.error} text={t('exporter.left')} />
      <Table
        label={title}
        rows={rows}
        keyOf={({ name }) => name}
        columns={[
          { name: 'name', head: t('name'), wide: true, cell: ({ name }) => showable(name) },
          { name: 'hour', head: t('exporter.lastHour'), cell: ({ course }) => <Sparkline values={drawn(course)} /> },
          { name: 'value', head: t('exporter.value'), numeric: true, cell: ({ value }) => formatExact(value) },
          { name: 'rate', head: t('exporter.perSecond'), numeric: true, cell: (counter) => <Growth counter={counter} /> },
        ]}
      />
    </Panel>
  )
}

/** Of the latest minute that was told; a gauge does not grow. */
function Growth({ counter: { isGauge, course } }: { readonly counter: CounterCourse }) {
  const latest = course.findLast((value) => value !== null)
  return isGauge || latest === undefined ? null : formatRate(latest, '')
}
/** From the first minute on that was told. */
function drawn(course: CounterCourse['course']): number[] {
  const from = course.findIndex((value) => value !== null)
  return from < 0 ? [] : course.slice(from).map((value) => value ?? 0)
}

const warned = (n: number) => <span className={n > 0 ? 'text-warning-strong' : ''}>{formatExact(n)}</span>

function rowsOf(e: ExporterInfo): Row[] {
  return [
    [t('exporter.domain'), String(e.domain), t('exporter.domain.about')],
    [t('exporter.rate'), formatRate(e.recordsPerSecond, '')],
    [t('exporter.records'), formatExact(e.records)],
    [t('exporter.datagrams'), `${formatExact(e.datagrams)} · ${formatBytes(e.bytesReceived)}`],
    [t('exporter.missed'), warned(e.missed), t('exporter.missed.about')],
    [t('exporter.restarts'), formatExact(e.sequenceResets), t('exporter.restarts.about')],
    [t('exporter.templates'), formatExact(e.templates)],
    [t('exporter.waiting'), warned(e.setsWaiting), t('exporter.waiting.about')],
    [t('exporter.undecoded'), warned(e.setsUndecoded), t('exporter.undecoded.about')],
    [
      t('exporter.sampling'),
      e.samplingFrom === 'none' ? t('exporter.unsampled') : `${e.sampling.join(', ')} · ${t(`sampling.${e.samplingFrom}`)}`,
      t('exporter.sampling.about'),
    ],
    [t('exporter.clock'), clockOf(e.clockOffsetMs), t('exporter.clock.about')],
    [t('exporter.firstSeen'), formatTime(e.firstSeen)],
    [t('exporter.lastSeen'), formatTime(e.lastSeen)],
  ]
}

/** Half a second is the way and the rounding of clocks that tell seconds. */
const CLOCK_MS = 1500
function clockOf(offsetMs: number) {
  if (Math.abs(offsetMs) < CLOCK_MS) return t('exporter.clock.right')
  const amount = formatDuration(Math.round(Math.abs(offsetMs)))
  return <span className="text-warning-strong">{t(offsetMs < 0 ? 'exporter.clock.behind' : 'exporter.clock.ahead', { amount })}</span>
}

function Faults({ faults }: { readonly faults: Readonly<Record<string, number>> }) {
  const rows = Object.entries(faults).sort((a, b) => b[1] - a[1])
  if (rows.length === 0) return <Empty title={t('exporter.noFaults')}>{t('exporter.noFaultsAbout')}</Empty>
  return (
    <Table
      label={t('exporter.faults')}
      rows={rows}
      keyOf={([cause]) => cause}
      columns={[
        { name: 'cause', head: t('exporter.cause'), wide: true, cell: ([cause]) => showable(cause) },
        { name: 'n', head: t('exporter.times'), numeric: true, cell: ([, n]) => formatExact(n) },
      ]}
    />
  )
}

/** Of an interface whose agent tells; what is up needs no word. */
function PortState({ status }: { readonly status: ExporterInterface['operStatus'] }) {
  if (status === undefined || status === 'up') return <span className="faint">{status === undefined ? '' : t('exporter.up')}</span>
  return <span className="text-warning-strong">{status}</span>
}

/** A rate over the last minute, and how much of the speed that is, where that is known. */
const FULL = 0.8
function Rate({ bps, of }: { readonly bps: number | undefined; readonly of: number | undefined }) {
  if (bps === undefined) return null
  return (
    <>
      {formatBits(bps)}
      {of !== undefined && <span className={of >= FULL ? 'text-warning-strong' : 'faint'}> {formatPercent(of)}</span>}
    </>
  )
}

const portName = ({ alias, name, ifIndex }: ExporterInterface) => alias ?? name ?? String(ifIndex)

function Interfaces({ exporter }: { readonly exporter: ExporterInfo }) {
  const { interfaces } = exporter
  const change = useChangeView()
  if (interfaces.length === 0) return <Empty title={t('exporter.noInterfaces')}>{t('exporter.noInterfacesAbout')}</Empty>
  const most = Math.max(...interfaces.map(({ bytesIn, bytesOut }) => bytesIn + bytesOut))
  const flowsBy = (port: ExporterInterface) => {
    const name = quoted(portName(port))
    return places.flows(`exporter = ${quoted(nameOf(exporter))} and (inInterface = ${name} or outInterface = ${name})`)
  }
  return (
    <Table
      label={t('interfaces')}
      rows={interfaces}
      keyOf={({ ifIndex }) => String(ifIndex)}
      columns={[
        {
          name: 'index',
          head: t('exporter.ifIndex'),
          numeric: true,
          cell: ({ ifIndex }) => (
            <button type="button" className="link-button" title={t('exporter.showCourse')} onClick={() => change({ row: String(ifIndex) })}>
              {ifIndex}
            </button>
          ),
        },
        {
          name: 'name',
          head: t('name'),
          cell: (port) => (
            <Go place={flowsBy(port)}>
              <Cut text={portName(port)} />
            </Go>
          ),
        },
        { name: 'state', head: t('exporter.state'), cell: ({ operStatus }) => <PortState status={operStatus} /> },
        { name: 'speed', head: t('speed'), numeric: true, cell: ({ speedBps }) => (speedBps === undefined ? '' : formatBits(speedBps)) },
        { name: 'inBps', head: t('exporter.inRate'), numeric: true, cell: (port) => <Rate bps={port.inBps} of={port.inUtilisation} /> },
        { name: 'outBps', head: t('exporter.outRate'), numeric: true, cell: (port) => <Rate bps={port.outBps} of={port.outUtilisation} /> },
        {
          name: 'p95',
          head: t('exporter.p95'),
          title: t('exporter.p95.about'),
          numeric: true,
          cell: ({ in95Bps, out95Bps }) =>
            in95Bps === undefined && out95Bps === undefined ? '' : `${formatBits(in95Bps ?? 0)} · ${formatBits(out95Bps ?? 0)}`,
        },
        { name: 'in', head: t('exporter.in'), numeric: true, cell: ({ bytesIn }) => formatBytes(bytesIn), title: t('exporter.in.about') },
        {
          name: 'out',
          head: t('exporter.out'),
          numeric: true,
          cell: ({ bytesOut }) => formatBytes(bytesOut),
          title: t('exporter.out.about'),
        },
        {
          name: 'bar',
          head: '',
          wide: true,
          cell: ({ bytesIn, bytesOut }) => (
            <Bar
              parts={[
                { value: bytesIn, colour: 'var(--series-0)' },
                { value: bytesOut, colour: 'var(--series-2)' },
              ]}
              of={most}
            />
          ),
        },
      ]}
    />
  )
}
