import '../../styles/detail.css'
import { isOngoing, type Totals } from '../../../src/lib/live.ts'
import { InterfaceSpark } from '../../charts/interface-spark.tsx'
import { ConditionWord, StateDot } from '../../components/condition.tsx'
import { Icon } from '../../components/icons.tsx'
import { Empty } from '../../components/panel.tsx'
import { Cut } from '../../components/value.tsx'
import { conditionOf } from '../../lib/condition.ts'
import { formatBits, formatBytes, formatClock, formatCount, formatDate, formatPercent, formatRange } from '../../lib/format.ts'
import { type LiveEntry, useLive } from '../../lib/live-store.ts'
import { levelOfFaults } from '../../lib/load.ts'
import { t } from '../../lib/messages.ts'
import { Go, places } from '../../lib/nav.tsx'
import { showable } from '../../lib/text.ts'
import { InterfaceActions } from './actions.tsx'
import { Addresses } from './device-facts.tsx'
import { OtherDevices } from './devices.tsx'
import { ExportsPanel } from './exports-panel.tsx'
import { Progress } from './progress.tsx'

export default function InterfacesPage() {
  const entries = useLive((state) => state.entries)
  return (
    <div className="detail">
      <header className="detail-head">
        <h1>{t('interfaces')}</h1>
        <button type="button" className="btn btn-sm btn-primary" onClick={() => document.getElementById('capture-file')?.click()}>
          <Icon name="upload" size={14} /> {t('interfaces.open')}
        </button>
      </header>
      {entries.length === 0 ? (
        <Empty title={t('interfaces.none')}>{t('interfaces.noneAbout')}</Empty>
      ) : (
        <ul className="interfaces" aria-label={t('interfaces')}>
          {entries.map((entry) => (
            <Interface key={entry.info.id} entry={entry} />
          ))}
        </ul>
      )}
      <ExportsPanel />
      <OtherDevices />
    </div>
  )
}

function Interface({ entry }: { readonly entry: LiveEntry }) {
  const { info } = entry
  const { device } = info
  const systemName = device?.names.join(', ')
  return (
    <li className={`panel interface interface-${conditionOf(info)}`}>
      <div className="interface-head">
        <StateDot info={info} isWordBeside />
        <Go place={places.interface(info.id)} className="interface-name">
          <Cut text={info.name} />
        </Go>
        {systemName !== undefined && systemName !== info.name && <span className="address faint">{showable(systemName)}</span>}
        <span className="label">{t(`kind.${info.kind}`)}</span>
        <ConditionWord info={info} />
        <InterfaceActions info={info} />
      </div>
      <Trouble entry={entry} />
      <div className="interface-body">
        <InterfaceSpark entry={entry} width={220} height={44} />
        <Figures entry={entry} />
        {!isOngoing(info.kind) && <Progress info={info} />}
      </div>
      {info.progress.faults.length > 0 && <p className="interface-fault faint">{showable(info.progress.faults[0]!)}</p>}
    </li>
  )
}

/** Why nothing is captured, when that is so. */
function Trouble({ entry: { info } }: { readonly entry: LiveEntry }) {
  const condition = conditionOf(info)
  if (info.failure !== undefined)
    return (
      <p className="interface-failure" role="alert">
        <Icon name="warning" /> {showable(info.failure)}
      </p>
    )
  if (condition === 'disabled') return <p className="interface-note faint">{t('disabled.about')}</p>
  if (condition === 'link-down' || condition === 'link-gone') return <p className="interface-note faint">{t(`${condition}.about`)}</p>
  return null
}

function Figures({ entry: { info, totals } }: { readonly entry: LiveEntry }) {
  const { device, speedBps } = info
  return (
    <dl className="interface-figures">
      {totals && <Throughput totals={totals} speedBps={speedBps} />}
      {device && (
        <Figure label={t('speed')} value={speedBps === undefined ? t('unknown') : formatBits(speedBps)} className="interface-speed" />
      )}
      {device && (
        <div className="interface-addresses">
          <dt>{t('addresses')}</dt>
          <dd>
            <Addresses of={device.addresses} />
          </dd>
        </div>
      )}
      {totals && (
        <>
          <Figure label={t('packets')} value={formatCount(totals.packets)} />
          <Figure label={t('bytes')} value={formatBytes(totals.bytes)} />
          <Figure label={t('hosts')} value={formatCount(totals.hosts)} />
          <Figure label={t('flows')} value={formatCount(totals.flows)} />
          {device && (
            <Figure
              label={t('drops')}
              value={formatCount(totals.dropped)}
              level={levelOfFaults(totals.dropped, totals.packets)}
              title={t('drops.live')}
            />
          )}
          <Figure label={t('malformed')} value={formatCount(totals.malformed)} />
          {device ? (
            <Figure label={t('capturedSince')} value={`${formatDate(totals.firstSeenMs)} ${formatClock(totals.firstSeenMs)}`} />
          ) : (
            <Figure label={t('captureRange')} value={formatRange(totals.firstSeenMs, totals.nowMs)} />
          )}
        </>
      )}
    </dl>
  )
}

function Throughput({ totals: { bps }, speedBps }: { readonly totals: Totals; readonly speedBps: number | undefined }) {
  const share = speedBps === undefined ? undefined : formatPercent(bps / speedBps)
  return (
    <Figure
      label={t('throughput')}
      value={share === undefined ? formatBits(bps) : t('throughput.ofSpeed', { bps: formatBits(bps), share })}
      className="interface-rate"
    />
  )
}

interface FigureProps {
  readonly label: string
  readonly value: string
  readonly level?: string
  readonly title?: string
  readonly className?: string
}
function Figure({ label, value, level = 'fine', title, className = '' }: FigureProps) {
  return (
    <div className={`${className} level-${level}`} title={title}>
      <dt>{label}</dt>
      <dd className="num">{value}</dd>
    </div>
  )
}
