import type { ReactNode } from 'react'
import { conditionOf } from '../../lib/condition.ts'
import { useCurrent } from '../../lib/current.ts'
import { formatBits, formatBytes, formatCount, formatExact, formatPercent, formatRate } from '../../lib/format.ts'
import { useLive } from '../../lib/live-store.ts'
import { type Level, levelOf, levelOfFaults } from '../../lib/load.ts'
import { t } from '../../lib/messages.ts'
import { Go, type Place, places } from '../../lib/nav.tsx'
import { showable } from '../../lib/text.ts'
import { StateDot } from '../condition.tsx'
import { Icon } from '../icons.tsx'
import { Toasts } from '../toasts.tsx'

interface FigureProps {
  readonly place: Place
  readonly label: string
  readonly value: string
  readonly title: string
  readonly level?: Level
  /** The word beside the colour. */
  readonly word?: string | undefined
  readonly mark?: ReactNode
}
function Figure({ place, label, value, title, level = 'fine', word, mark }: FigureProps) {
  return (
    <Go place={place} className={`strip-figure level-${level}`} title={title}>
      {mark}
      <span className="strip-label">{label}</span>
      <span className="num">{value}</span>
      {level !== 'fine' && <span className="strip-word">{word ?? t(`level.${level}`)}</span>}
    </Go>
  )
}

export function StatusStrip() {
  const current = useCurrent()
  const lost = useLive((state) => state.lostSinceMs !== undefined)
  if (!current)
    return (
      <section className="strip" aria-label={t('strip')}>
        <Toasts />
      </section>
    )
  const { info, totals } = current
  const here = places.interface(info.id)
  if (!totals)
    return (
      <section className="strip" aria-label={t('strip')}>
        <Go place={here} className={`strip-figure ${info.state === 'failed' ? 'level-red' : ''}`}>
          <StateDot info={info} isWordBeside />
          {t(`state.${info.state}`)}
          {info.failure ? `: ${showable(info.failure)}` : ''}
        </Go>
        <Toasts />
      </section>
    )
  const { speedBps } = info
  const condition = conditionOf(info)
  const share = (bps: number) => (speedBps ? bps / speedBps : 0)
  const of = (bps: number) =>
    speedBps ? t('strip.ofSpeed', { share: formatPercent(share(bps)), speed: formatBits(speedBps) }) : t('strip.noSpeed')
  const load = Math.max(share(totals.bpsSent), share(totals.bpsRcvd), speedBps ? totals.bps / speedBps / 2 : 0)
  const refused = totals.packetsWithoutFlow + totals.hostsRefused
  return (
    <section className={`strip ${lost ? 'is-old' : ''}`} aria-label={t('strip')}>
      {info.all && info.failure !== undefined && (
        <Go place={here} className="strip-figure level-amber" title={showable(info.failure)}>
          <Icon name="warning" />
          <span className="strip-word">{t('all.failed')}</span>
        </Go>
      )}
      {(condition === 'link-down' || condition === 'link-gone') && (
        <Go place={here} className="strip-figure level-amber" title={t(`${condition}.about`)}>
          <StateDot info={info} isWordBeside />
          <span className="strip-word">{t(`state.${condition}`)}</span>
        </Go>
      )}
      <Figure
        place={{ to: '/' }}
        label={t('sent')}
        value={formatBits(totals.bpsSent)}
        title={`${t('sent.about')} ${of(totals.bpsSent)}`}
        level={levelOf(share(totals.bpsSent))}
        mark={<span className="dot dot-sent" />}
      />
      <Figure
        place={{ to: '/' }}
        label={t('received')}
        value={formatBits(totals.bpsRcvd)}
        title={`${t('received.about')} ${of(totals.bpsRcvd)}`}
        level={levelOf(share(totals.bpsRcvd))}
        mark={<span className="dot dot-rcvd" />}
      />
      {speedBps !== undefined && (
        // biome-ignore lint/a11y/useSemanticElements: the colours of a <meter> cannot be set.
        <span
          className="strip-meter"
          role="meter"
          aria-label={t('strip.load')}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(load * 100)}
          title={of(totals.bps)}
        >
          <span className={`level-${levelOf(load)}`} style={{ width: `${Math.min(100, load * 100)}%` }} />
        </span>
      )}
      <Figure
        place={{ to: '/' }}
        label={t('packets')}
        value={formatRate(totals.pps, 'p')}
        title={t('strip.packets', { n: formatExact(totals.packets), bytes: formatBytes(totals.bytes) })}
      />
      <Figure
        place={{ to: '/hosts' }}
        label={t('hosts')}
        value={formatCount(totals.hosts)}
        title={t('strip.hosts', {
          n: formatExact(totals.hosts),
          local: formatExact(totals.localHosts),
          limit: formatExact(totals.hostsLimit),
        })}
        level={levelOf(totals.hosts / totals.hostsLimit)}
      />
      <Figure
        place={{ to: '/flows' }}
        label={t('flows')}
        value={formatCount(totals.flows)}
        title={t('strip.flows', {
          n: formatExact(totals.flows),
          total: formatExact(totals.flowsTotal),
          limit: formatExact(totals.flowsLimit),
        })}
        level={levelOf(totals.flows / totals.flowsLimit)}
      />
      {refused > 0 && (
        <Figure
          place={here}
          label={t('refused')}
          value={formatCount(refused)}
          title={t('refused.about')}
          level="red"
          word={t('tablesFull')}
        />
      )}
      <Figure
        place={here}
        label={t('drops')}
        value={formatCount(totals.dropped)}
        title={t('drops.about')}
        level={levelOfFaults(totals.dropped, totals.packets)}
        word={t('level.lossy')}
      />
      <Figure
        place={here}
        label={t('malformed')}
        value={formatCount(totals.malformed)}
        title={t('malformed.about')}
        level={levelOfFaults(totals.malformed, totals.packets)}
        word={t('level.seen')}
      />
      <Toasts />
    </section>
  )
}
