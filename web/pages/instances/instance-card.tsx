import { useState } from 'react'
import type { InstanceInfo, InstanceState } from '../../../src/lib/instances.ts'
import { CourseLine } from '../../charts/course.tsx'
import { Icon } from '../../components/icons.tsx'
import { ago } from '../../components/time.tsx'
import { Cut } from '../../components/value.tsx'
import { formatBits, formatCount, formatDuration, formatRate, formatTime } from '../../lib/format.ts'
import { levelOfFaults } from '../../lib/load.ts'
import { t } from '../../lib/messages.ts'
import { showable } from '../../lib/text.ts'
import { AcceptDialog, EditDialog, RemoveDialog } from './instance-dialogs.tsx'
import { InstanceInterfaces } from './instance-interfaces.tsx'
import { isClockWrong } from './instance-rows.ts'

export const stateWord = (state: InstanceState): string => t(`instance.state.${state}`)

/** Marks differ in shape and colour; they are those of interfaces. */
const LOOKS: Readonly<Record<InstanceState, { mark: string; word: string; border: string }>> = {
  asking: { mark: 'starting', word: 'faint', border: '' },
  up: { mark: 'running', word: 'word-good', border: '' },
  unreachable: { mark: 'failed', word: 'text-critical', border: 'interface-failed' },
  untrusted: { mark: 'link-down', word: 'text-warning-strong', border: 'interface-link-down' },
  refused: { mark: 'link-down', word: 'text-warning-strong', border: 'interface-link-down' },
  'not-wiretop': { mark: 'link-gone', word: 'text-warning-strong', border: 'interface-link-gone' },
}

interface Props {
  readonly instance: InstanceInfo
  readonly nowMs: number
  readonly isGone: boolean
}
export function InstanceCard({ instance, nowMs, isGone }: Props) {
  const { name, url, state, sinceMs, version, certificate, isGiven } = instance
  const look = LOOKS[state]
  const isOld = state !== 'up' && state !== 'asking'
  return (
    <li className={`panel interface instance ${look.border} ${isGone ? 'is-gone' : ''}`} aria-label={showable(name)}>
      <div className="interface-head">
        <span className={`state state-${look.mark}`} />
        <h2 className="interface-name">
          <Cut text={name} />
        </h2>
        <span className={look.word} title={t('instance.stateSince', { time: formatTime(sinceMs) })}>
          {stateWord(state)}
        </span>
        <span className="instance-address address faint">
          <Cut text={url} />
        </span>
        {version !== undefined && (
          <span className="label instance-version" title={t('instance.version', { version: showable(version) })}>
            {showable(version)}
          </span>
        )}
        {certificate !== undefined && (
          <span className="label" title={t('instance.certificate.acceptedAbout', { fingerprint: certificate })}>
            {t('instance.certificate.accepted')}
          </span>
        )}
        {isGiven && (
          <span className="label" title={t('instance.given.about')}>
            {t('instance.given')}
          </span>
        )}
        <Actions instance={instance} />
      </div>
      <Trouble instance={instance} nowMs={nowMs} />
      <div className={isOld ? 'instance-old' : 'instance-now'}>
        <Figures instance={instance} />
        <InstanceInterfaces instance={instance} />
      </div>
    </li>
  )
}

type Question = 'edit' | 'remove' | 'accept'

function Actions({ instance }: { readonly instance: InstanceInfo }) {
  const [asked, setAsked] = useState<Question | undefined>(undefined)
  const { url, offered } = instance
  const name = showable(instance.name)
  const close = () => setAsked(undefined)
  return (
    <span className="actions">
      {offered && (
        <button type="button" className="btn btn-sm btn-primary" onClick={() => setAsked('accept')}>
          <Icon name="shield" size={14} /> {t('instance.accept')}
        </button>
      )}
      <a
        className="btn btn-sm btn-outline-secondary"
        href={url}
        target="_blank"
        rel="noopener noreferrer"
        aria-label={t('instance.openIt', { name })}
      >
        <Icon name="open" size={14} /> {t('open')}
      </a>
      <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => setAsked('edit')}>
        <Icon name="rename" size={14} /> {t('instance.edit')}
      </button>
      {!instance.isGiven && (
        <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => setAsked('remove')}>
          <Icon name="remove" size={14} /> {t('remove')}
        </button>
      )}
      {asked === 'edit' && <EditDialog instance={instance} onClose={close} />}
      {asked === 'remove' && <RemoveDialog instance={instance} onClose={close} />}
      {asked === 'accept' && offered && <AcceptDialog instance={instance} offered={offered} onClose={close} />}
    </span>
  )
}

const wholeSeconds = (ms: number): number => Math.max(0, Math.floor(ms / 1000)) * 1000

/** Why it is not up, since when, and how old the figures are. */
function Trouble({ instance: { state, why, sinceMs, lastAnswerMs }, nowMs }: Pick<Props, 'instance' | 'nowMs'>) {
  if (state === 'up' || state === 'asking') return null
  return (
    <p className={`interface-failure ${state === 'unreachable' ? '' : 'instance-warning'}`}>
      <Icon name="warning" />
      <span>
        {t('instance.why', { state: stateWord(state), why: showable(why ?? '') })}{' '}
        <span title={formatTime(sinceMs)}>{t('instance.for', { duration: formatDuration(wholeSeconds(nowMs - sinceMs)) })}</span>{' '}
        {lastAnswerMs !== undefined && (
          <span title={formatTime(lastAnswerMs)}>{t('instance.lastAnswer', { ago: ago(lastAnswerMs, nowMs) })}</span>
        )}
      </span>
    </p>
  )
}

function Figures({ instance: { totals, course, roundTripMs, clockOffsetMs } }: { readonly instance: InstanceInfo }) {
  if (totals === undefined) return null
  const { bps, pps, flows, hosts, packets, dropped } = totals
  return (
    <div className="interface-body">
      <CourseLine values={course} label={t('instance.course', { bps: formatBits(bps) })} width={190} height={44} />
      <dl className="interface-figures instance-figures">
        <Figure label={t('throughput')} value={formatBits(bps)} className="instance-rate" />
        <Figure label={t('packetRate')} value={formatRate(pps, 'p')} className="instance-rate" />
        <Figure label={t('flows')} value={formatCount(flows)} />
        <Figure label={t('hosts')} value={formatCount(hosts)} />
        <Figure label={t('drops')} value={formatCount(dropped)} level={levelOfFaults(dropped, packets)} title={t('drops.about')} />
        {roundTripMs !== undefined && (
          <Figure label={t('instance.roundTrip')} value={formatDuration(Math.ceil(roundTripMs))} title={t('instance.roundTrip.about')} />
        )}
        {isClockWrong(clockOffsetMs) && (
          <Figure
            label={t('instance.clock')}
            value={t(clockOffsetMs > 0 ? 'instance.clock.ahead' : 'instance.clock.behind', {
              duration: formatDuration(Math.abs(clockOffsetMs)),
            })}
            level="amber"
            title={t('instance.clock.about')}
          />
        )}
      </dl>
    </div>
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
