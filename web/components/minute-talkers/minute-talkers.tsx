import '../../styles/minute.css'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef } from 'react'
import { RankedList } from '../../charts/ranked.tsx'
import { api } from '../../lib/api.ts'
import { formatClock, formatDate } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { Go } from '../../lib/nav.tsx'
import { showable } from '../../lib/text.ts'
import { Icon } from '../icons.tsx'
import { Answered, Empty } from '../panel.tsx'
import { exploreView, MINUTE_MS, type Minute, recordsOf, TOLD_WITHIN_MS } from './minute.ts'
import { type By, GROUPINGS, rowsOf } from './minute-rows.tsx'

const TOP = 8
const REFRESH_MS = 5000
/** More may be told of it yet. */
const isLate = ({ toMs }: Minute) => toMs > Date.now() - TOLD_WITHIN_MS
const HEADS = { host: 'minute.hosts', app: 'minute.apps', 'client,server,app': 'minute.flows' } as const

interface Props extends Minute {
  readonly interface: number | undefined
  /** Whose graph it is: it is left out of the hosts. */
  readonly host?: string | undefined
  readonly onMinute: (fromMs: number) => void
  readonly onClose: () => void
  readonly children?: ReactNode
}
/** Who used the network in a minute: its top hosts, applications and conversations. Arrows go on to the next one. */
export default function MinuteTalkers({ interface: id, host, onMinute, onClose, children, ...minute }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const { fromMs, toMs } = minute
  const close = () => dialog.current?.close()
  const title = t('minute.title', { from: `${formatDate(fromMs)} ${formatClock(fromMs).slice(0, 5)}`, to: formatClock(toMs).slice(0, 5) })
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside it closes it; for keys there is Escape.
    <dialog
      ref={dialog}
      className="dialog minute"
      aria-label={title}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && close()}
      // The menu of values stands outside of it, where nothing can be clicked as long as it is open.
      onContextMenuCapture={(event) => event.stopPropagation()}
    >
      <header className="panel-head">
        <Step label={t('minute.before')} icon="left" onClick={() => onMinute(fromMs - MINUTE_MS)} />
        <h2 aria-live="polite">{title}</h2>
        <Step label={t('minute.after')} icon="right" onClick={() => onMinute(toMs)} />
        <span className="panel-aside">
          {children}
          <Go place={{ to: '/explore', search: exploreView(minute, 'app') }}>{t('minute.explore')}</Go>
          <Step label={t('close')} icon="close" onClick={close} />
        </span>
      </header>
      {minute.filter !== '' && <p className="minute-filter">{showable(minute.filter)}</p>}
      <div className="minute-lists">
        {GROUPINGS.map((by) => (
          <Tops key={by} by={by} id={id} minute={minute} host={host} />
        ))}
      </div>
      <p className="minute-about">{t(isLate(minute) ? 'minute.late' : 'minute.about')}</p>
    </dialog>
  )
}

const Step = ({ label, icon, onClick }: { readonly label: string; readonly icon: string; readonly onClick: () => void }) => (
  <button type="button" className="icon-button" aria-label={label} title={label} onClick={onClick}>
    <Icon name={icon} />
  </button>
)

interface TopsProps {
  readonly by: By
  readonly id: number | undefined
  readonly minute: Minute
  readonly host: string | undefined
}
function Tops({ by, id, minute, host }: TopsProps) {
  const asked = useQuery({
    queryKey: ['minute', id, by, minute.fromMs, minute.toMs, minute.filter],
    queryFn: ({ signal }) => api.historyGroups({ ...recordsOf(minute), interface: id, by, measures: 'bytes', limit: TOP + 1 }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: isLate(minute) && REFRESH_MS,
    retry: false,
  })
  const label = t(HEADS[by])
  return (
    <section aria-label={label} aria-busy={asked.isPlaceholderData}>
      <h3>{label}</h3>
      <Answered of={asked} rows={TOP}>
        {(answer) => {
          const rows = rowsOf(answer, by, minute).filter(({ key }) => by !== 'host' || key !== host)
          return rows.length === 0 ? <Empty title={t('minute.none')} /> : <RankedList rows={rows.slice(0, TOP)} label={label} />
        }}
      </Answered>
    </section>
  )
}
