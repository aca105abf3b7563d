import '../../styles/detail.css'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { CONFIDENCES } from '../../../src/lib/fields.ts'
import type { FlowDetail, TcpHealth } from '../../../src/lib/live.ts'
import { Bar } from '../../charts/ranked.tsx'
import { Events } from '../../components/events.tsx'
import { Icon } from '../../components/icons.tsx'
import { Empty, Failed, Left, Panel, Skeleton } from '../../components/panel.tsx'
import { RecordButton } from '../../components/record/record-button.tsx'
import { RisksTold, Score } from '../../components/risks.tsx'
import { Table } from '../../components/table.tsx'
import { When } from '../../components/time.tsx'
import { Cut, quoted, Value } from '../../components/value.tsx'
import { ApiError, url } from '../../lib/api.ts'
import { colourOf } from '../../lib/colours.ts'
import { useCurrentId, useNow } from '../../lib/current.ts'
import { formatBits, formatBytes, formatCount, formatDuration, formatExact, formatTime } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { Go, places } from '../../lib/nav.tsx'
import { showable } from '../../lib/text.ts'
import { flowQuery, packetsKeptQuery } from './flow.queries.ts'
import { Layers } from './flow-layers.tsx'
import { Processes } from './flow-process.tsx'
import { timelineOf } from './timeline.ts'

export default function FlowPage() {
  const ofInterface = useCurrentId()
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  return ofInterface === undefined ? null : <Flow key={`${ofInterface} ${id}`} ofInterface={ofInterface} id={id} />
}

function Flow({ ofInterface, id }: { readonly ofInterface: number; readonly id: string }) {
  const asked = useQuery(flowQuery(ofInterface, id))
  const nowMs = useNow()
  const flow = asked.data
  if (!flow) {
    if (asked.error instanceof ApiError && asked.error.status === 404)
      return (
        <Empty title={t('flow.missing')}>
          <p>{t('flow.missingAbout')}</p>
          <Go place={places.flows()}>{t('flows')}</Go>
        </Empty>
      )
    return asked.error ? <Failed error={asked.error} retry={() => void asked.refetch()} /> : <Skeleton rows={12} />
  }
  return (
    <div className="detail">
      <Head flow={flow} ofInterface={ofInterface} />
      <Left error={asked.error} text={t('flow.left')} />
      <div className="flow-grid">
        <Ends flow={flow} />
        <Panel title={t('timeline')}>
          <Timeline flow={flow} nowMs={nowMs} />
        </Panel>
        <Panel title={t('whyName')}>
          <Why flow={flow} />
        </Panel>
        {flow.risksTold.length > 0 && (
          <Panel title={t('risks')} aside={<Score score={flow.score} />} className="flow-risks">
            <RisksTold risks={flow.risksTold} />
          </Panel>
        )}
        <Panel title={t('fields.by')} className="flow-fields">
          <Layers flow={flow} nowMs={nowMs} />
        </Panel>
        <div className="flow-side">
          <Events ofInterface={ofInterface} flow={flow.id} />
          <Processes flow={flow} nowMs={nowMs} />
          <Panel title={t('bothWays')}>
            <BothWays flow={flow} />
          </Panel>
          {flow.tcpC2s && flow.tcpS2c && (
            <Panel title={t('health')}>
              <Health c2s={flow.tcpC2s} s2c={flow.tcpS2c} />
            </Panel>
          )}
        </div>
      </div>
    </div>
  )
}

function Head({ flow, ofInterface }: { readonly flow: FlowDetail; readonly ofInterface: number }) {
  const { app, client, server, clientLabel, serverLabel, serverName } = flow
  return (
    <header className="detail-head">
      <div className="detail-name">
        <h1>
          <span className="dot" style={{ background: colourOf(app) }} />{' '}
          <Cut text={`${app} · ${clientLabel ?? client} → ${serverName ?? serverLabel ?? server}`} />
        </h1>
        <div className="detail-labels">
          <Value field="app" kind="app" value={app} className="label" />
          <Value field="category" kind="text" value={flow.category} className="label" />
          <Value field="proto" kind="text" value={flow.proto} className="label" />
          {flow.vlan > 0 && (
            <Value field="vlan" kind="count" value={flow.vlan} className="label">
              VLAN {flow.vlan}
            </Value>
          )}
          {flow.interfaces?.map((name) => (
            <Value key={name} field="interface" kind="text" value={name} className="label" />
          ))}
          {flow.tunnel !== undefined && <Value field="tunnel" kind="text" value={flow.tunnel} className="label" />}
          {flow.tcpState !== 'none' && (
            <Value field="tcpState" kind="choice" value={flow.tcpState} className={`label label-${flow.tcpState}`} />
          )}
        </div>
      </div>
      <div className="detail-rate">
        <Go className="btn btn-sm btn-outline-secondary" place={places.flows(`host = ${client} and host = ${server}`)}>
          {t('flow.similar')}
        </Go>
        <Go className="btn btn-sm btn-outline-secondary" place={places.flows(`app = ${quoted(app)}`)}>
          {t('flow.sameApp')}
        </Go>
        <Kept flow={flow} ofInterface={ofInterface} />
        <RecordButton what={t('record.flow', { client, server, app })} ask={{ interface: ofInterface, flow: flow.id }} />
      </div>
    </header>
  )
}

/** The flow's packets that the ring still holds, where there is one. */
function Kept({ flow, ofInterface }: { readonly flow: FlowDetail; readonly ofInterface: number }) {
  const since = useQuery(packetsKeptQuery(ofInterface)).data?.sinceMs
  if (since === undefined || flow.lastSeen < since) return null
  return (
    <a
      className="btn btn-sm btn-outline-secondary with-icon"
      href={url(`flows/${encodeURIComponent(flow.id)}/packets`, { interface: ofInterface })}
      download
      title={flow.firstSeen >= since ? t('kept.whole') : t('kept.part', { time: formatTime(since) })}
    >
      <Icon name="download" size={14} />
      {t('kept.download')}
    </a>
  )
}

function Ends({ flow }: { readonly flow: FlowDetail }) {
  return (
    <section className="panel ends" aria-label={`${t('client')}, ${t('server')}`}>
      <End flow={flow} side="client" />
      <div className="ends-middle">
        <Direction
          label={t('fromClient')}
          bytes={flow.bytesC2s}
          packets={flow.packetsC2s}
          bps={flow.bpsC2s}
          of={flow.bytes}
          colour="var(--sent)"
          arrow="→"
        />
        <Direction
          label={t('fromServer')}
          bytes={flow.bytesS2c}
          packets={flow.packetsS2c}
          bps={flow.bpsS2c}
          of={flow.bytes}
          colour="var(--rcvd)"
          arrow="←"
        />
      </div>
      <End flow={flow} side="server" />
    </section>
  )
}

function End({ flow, side }: { readonly flow: FlowDetail; readonly side: 'client' | 'server' }) {
  const address = flow[side]
  const label = flow[`${side}Label`]
  const mac = flow[`${side}Mac`]
  const port = flow[`${side}Port`]
  const program = flow[`${side}Program`]
  return (
    <div className={`end-card end-${side}`}>
      <span className="faint">{t(side)}</span>
      <span className="end-name">{label === undefined ? <span className="address">{address}</span> : <Cut text={label} />}</span>
      <span>
        <Value field={side} kind="address" value={address} vlan={flow.vlan}>
          <span className="address">{address}</span>
        </Value>
        {port > 0 && (
          <Value field={`${side}Port`} kind="port" value={port} className="address">
            :{port}
          </Value>
        )}
      </span>
      {mac !== undefined && (
        <Value field={`${side}Mac`} kind="mac" value={mac} className="faint">
          <span className="address">{mac}</span>
        </Value>
      )}
      {program !== undefined && <Value field={`${side}Program`} kind="text" value={program} />}
      <Go place={places.host(address, flow.vlan)}>{t('openPage')}</Go>
    </div>
  )
}

interface DirectionProps {
  readonly label: string
  readonly bytes: number
  readonly packets: number
  readonly bps: number
  readonly of: number
  readonly colour: string
  readonly arrow: string
}
function Direction({ label, bytes, packets, bps, of, colour, arrow }: DirectionProps) {
  return (
    <div className="direction" title={`${formatExact(bytes)} B`}>
      <span className="direction-line">
        <span aria-hidden="true">{arrow}</span> {label}
        <span className="num">
          {formatBytes(bytes)} · {formatCount(packets)} {t('packets').toLowerCase()}
          {bps > 0 && ` · ${formatBits(bps)}`}
        </span>
      </span>
      <Bar parts={[{ value: bytes, colour }]} of={of} />
    </div>
  )
}

function Timeline({ flow, nowMs }: { readonly flow: FlowDetail; readonly nowMs: number | undefined }) {
  return (
    <>
      <ol className="timeline">
        {timelineOf(flow).map(({ key, afterMs, text, level }) => (
          <li key={key} className={`moment moment-${level}`}>
            <span className="num faint" title={afterMs === undefined ? undefined : formatTime(flow.firstSeen + afterMs)}>
              {afterMs === undefined ? '' : `+${formatDuration(afterMs)}`}
            </span>
            <span>{showable(text)}</span>
          </li>
        ))}
      </ol>
      <p className="timeline-foot faint">
        {t('timeline.first')} <When ms={flow.firstSeen} nowMs={nowMs} /> · {t('timeline.last')} <When ms={flow.lastSeen} nowMs={nowMs} />
      </p>
    </>
  )
}

function Why({ flow }: { readonly flow: FlowDetail }) {
  const at = CONFIDENCES.indexOf(flow.confidence as (typeof CONFIDENCES)[number])
  return (
    <div className="panel-pad why">
      <p>{flow.reason}</p>
      {/* biome-ignore lint/a11y/useSemanticElements: the parts of a <meter> cannot be drawn. */}
      <div
        className="confidence"
        role="meter"
        aria-label={t('confidence', { confidence: flow.confidence })}
        aria-valuemin={0}
        aria-valuemax={CONFIDENCES.length - 1}
        aria-valuenow={at}
      >
        {CONFIDENCES.slice(1).map((name, i) => (
          <span key={name} className={i < at ? 'is-on' : ''} />
        ))}
      </div>
      <p className="faint">{t('confidence', { confidence: flow.confidence })}</p>
      {flow.info !== undefined && (
        <p className="why-info">
          <Value field="info" kind="text" value={flow.info} />
        </p>
      )}
    </div>
  )
}

function BothWays({ flow }: { readonly flow: FlowDetail }) {
  const mean = (bytes: number, packets: number) => (packets > 0 ? `${formatExact(bytes / packets)} B` : '–')
  const rows: readonly { readonly name: string; readonly c2s: string; readonly s2c: string }[] = [
    { name: t('bytes'), c2s: formatExact(flow.bytesC2s), s2c: formatExact(flow.bytesS2c) },
    { name: t('packets'), c2s: formatExact(flow.packetsC2s), s2c: formatExact(flow.packetsS2c) },
    { name: t('sizes.mean'), c2s: mean(flow.bytesC2s, flow.packetsC2s), s2c: mean(flow.bytesS2c, flow.packetsS2c) },
    { name: t('rate'), c2s: formatBits(flow.bpsC2s), s2c: formatBits(flow.bpsS2c) },
    ...(flow.proto === 'tcp' ? [{ name: t('flags'), c2s: flow.tcpFlagsC2s, s2c: flow.tcpFlagsS2c }] : []),
  ]
  return <TwoWays label={t('bothWays')} rows={rows} />
}

function TwoWays({
  label,
  rows,
}: {
  readonly label: string
  readonly rows: readonly { readonly name: string; readonly c2s: ReactNode; readonly s2c: ReactNode }[]
}) {
  return (
    <Table
      label={label}
      rows={rows}
      keyOf={({ name }) => name}
      columns={[
        { name: 'figure', head: '', cell: ({ name }) => name },
        {
          name: 'c2s',
          head: (
            <>
              <span className="dot dot-sent" /> {t('fromClient')}
            </>
          ),
          numeric: true,
          cell: (row) => row.c2s,
        },
        {
          name: 's2c',
          head: (
            <>
              <span className="dot dot-rcvd" /> {t('fromServer')}
            </>
          ),
          numeric: true,
          cell: (row) => row.s2c,
        },
      ]}
    />
  )
}

function Health({ c2s, s2c }: { readonly c2s: TcpHealth; readonly s2c: TcpHealth }) {
  const figure = (n: number) => (n === 0 ? <span className="faint">0</span> : formatExact(n))
  const names = ['retransmissions', 'outOfOrder', 'lost', 'zeroWindow'] as const
  return <TwoWays label={t('health')} rows={names.map((name) => ({ name: t(name), c2s: figure(c2s[name]), s2c: figure(s2c[name]) }))} />
}
