/** What is kept of the past, how it fares, and how much of it is to be kept. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { formatBytes, formatDuration, formatExact } from '../../../src/lib/format.ts'
import type { StoreStats } from '../../../src/lib/history.ts'
import { Answered, Empty, Panel } from '../../components/panel.tsx'
import { When } from '../../components/time.tsx'
import { say } from '../../components/toasts.tsx'
import { ApiError, api } from '../../lib/api.ts'
import { t } from '../../lib/messages.ts'
import { storeQuery } from '../../lib/past-store.ts'
import { showable } from '../../lib/text.ts'
import { Facts, type Row } from '../interface/facts.tsx'

const DAY_MS = 86_400_000
const GIB = 2 ** 30
const MAX_DAYS = 3660

export function KeptHistory() {
  const asked = useQuery(storeQuery)
  return (
    <Answered of={asked}>
      {({ store }) =>
        store === undefined ? (
          <Panel title={t('settings.history')}>
            <Empty title={t('past.none')}>{t('past.noneAbout')}</Empty>
          </Panel>
        ) : (
          <>
            <Panel title={t('settings.history')}>
              <Facts rows={rowsOf(store)} />
              {store.faults.length > 0 && <Faults faults={store.faults} />}
            </Panel>
            {store.retention && <RetentionPanel key={JSON.stringify(store.retention)} retention={store.retention} store={store} />}
          </>
        )
      }
    </Answered>
  )
}

function rowsOf({ kind, bytes, files, records, fromMs, toMs, lost, retention }: StoreStats): Row[] {
  const most = retention && formatBytes(retention.maxBytes)
  return [
    [t('kept.store'), kind],
    [t('kept.bytes'), most === undefined ? formatBytes(bytes) : t('kept.bytesOf', { bytes: formatBytes(bytes), most }), formatExact(bytes)],
    [t('kept.files'), formatExact(files)],
    ...(fromMs === undefined || toMs === undefined
      ? []
      : ([
          [t('kept.days'), formatDuration(toMs - fromMs)],
          [t('kept.from'), <When key="from" ms={fromMs} nowMs={Date.now()} />],
          [t('kept.to'), <When key="to" ms={toMs} nowMs={Date.now()} />],
        ] satisfies Row[])),
    [t('kept.records'), formatExact(records)],
    [
      t('kept.lost'),
      <span key="lost" className={lost > 0 ? 'text-warning-strong' : ''}>
        {formatExact(lost)}
      </span>,
      t('kept.lost.about'),
    ],
  ]
}

function Faults({ faults }: { readonly faults: readonly string[] }) {
  return (
    <div className="notice" role="status">
      <p>{t('kept.faults')}</p>
      <ul aria-label={t('kept.faults')}>
        {faults.map((fault) => (
          <li key={fault} className="address">
            {showable(fault)}
          </li>
        ))}
      </ul>
      <p className="faint">{t('kept.faults.about')}</p>
    </div>
  )
}

interface RetentionProps {
  readonly retention: NonNullable<StoreStats['retention']>
  readonly store: StoreStats
}
function RetentionPanel({ retention, store }: RetentionProps) {
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  /** It has been said that records go. */
  const [isWarned, setWarned] = useState(false)
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const said = new FormData(event.currentTarget)
    const change = { days: Number(said.get('days')), bytes: Math.round(Number(said.get('gigabytes')) * GIB) }
    const goes = store.fromMs !== undefined && (change.days * DAY_MS < Date.now() - store.fromMs || change.bytes < store.bytes)
    if (goes && !isWarned) return setWarned(true)
    setBusy(true)
    try {
      client.setQueryData(storeQuery.queryKey, await api.retainHistory(change))
      say(t('kept.saved'))
    } catch (error) {
      say(error instanceof ApiError ? error.message : t('failedUnknown', { message: (error as Error).message }), 'problem')
    }
    setBusy(false)
  }
  return (
    <Panel title={t('kept.retention')}>
      <p className="faint retention-about">{t('kept.retention.about')}</p>
      <form className="retention" aria-label={t('kept.retention')} onSubmit={(event) => void save(event)} onChange={() => setWarned(false)}>
        <Amount
          name="days"
          label={t('kept.retention.days')}
          value={Math.round(retention.maxAgeMs / DAY_MS)}
          min={1}
          max={MAX_DAYS}
          step={1}
        />
        <Amount
          name="gigabytes"
          label={t('kept.retention.gigabytes')}
          value={Math.round(retention.maxBytes / (GIB / 1000)) / 1000}
          min={0.001}
          step={0.001}
        />
        <button type="submit" className={`btn btn-sm ${isWarned ? 'btn-danger' : 'btn-primary'}`} disabled={busy}>
          {t(isWarned ? 'kept.saveAndDelete' : 'kept.save')}
        </button>
        {isWarned && <span role="alert">{t('kept.retention.less')}</span>}
      </form>
    </Panel>
  )
}

interface AmountProps {
  readonly name: string
  readonly label: string
  readonly value: number
  readonly min: number
  readonly max?: number
  readonly step: number
}
function Amount({ label, value, ...input }: AmountProps) {
  return (
    <label>
      <span>{label}</span>
      <input className="form-control form-control-sm num" type="number" required defaultValue={value} {...input} />
    </label>
  )
}
