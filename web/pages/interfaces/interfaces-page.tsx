import '../../styles/detail.css'
import { InterfaceSpark } from '../../charts/interface-spark.tsx'
import { StateDot } from '../../components/frame/interface-chooser.tsx'
import { Icon } from '../../components/icons.tsx'
import { Empty } from '../../components/panel.tsx'
import { Cut } from '../../components/value.tsx'
import { formatBits, formatBytes, formatCount, formatRange } from '../../lib/format.ts'
import { type LiveEntry, useLive } from '../../lib/live-store.ts'
import { t } from '../../lib/messages.ts'
import { Go, places } from '../../lib/nav.tsx'
import { InterfaceActions } from './actions.tsx'
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
    </div>
  )
}

function Interface({ entry }: { readonly entry: LiveEntry }) {
  const { info, totals } = entry
  return (
    <li className={`panel interface ${info.state === 'failed' ? 'interface-failed' : ''}`}>
      <div className="interface-head">
        <StateDot state={info.state} />
        <Go place={places.interface(info.id)} className="interface-name">
          <Cut text={info.name} />
        </Go>
        <span className="label">{t(`kind.${info.kind}`)}</span>
        <span className="faint">{t(`state.${info.state}`)}</span>
        <InterfaceActions info={info} />
      </div>
      {info.failure !== undefined && (
        <p className="interface-failure" role="alert">
          <Icon name="warning" /> {info.failure}
        </p>
      )}
      <div className="interface-body">
        {info.state !== 'failed' && <InterfaceSpark entry={entry} width={220} height={44} />}
        {totals && (
          <dl className="interface-figures">
            <Figure label={t('throughput')} value={formatBits(totals.bps)} />
            <Figure label={t('packets')} value={formatCount(totals.packets)} />
            <Figure label={t('bytes')} value={formatBytes(totals.bytes)} />
            <Figure label={t('hosts')} value={formatCount(totals.hosts)} />
            <Figure label={t('flows')} value={formatCount(totals.flows)} />
            <Figure label={t('malformed')} value={formatCount(totals.malformed)} />
            <Figure label={t('captureRange')} value={formatRange(totals.firstSeenMs, totals.nowMs)} />
          </dl>
        )}
        <Progress info={info} />
      </div>
      {info.progress.faults.length > 0 && <p className="interface-fault faint">{info.progress.faults[0]}</p>}
    </li>
  )
}

function Figure({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd className="num">{value}</dd>
    </div>
  )
}
