import { useCallback } from 'react'
import { isOngoing } from '../../../src/lib/live.ts'
import { useCurrent } from '../../lib/current.ts'
import { formatClock, formatRange, formatTime } from '../../lib/format.ts'
import { useShortcut } from '../../lib/keys.ts'
import { useLive } from '../../lib/live-store.ts'
import { t } from '../../lib/messages.ts'
import { Go } from '../../lib/nav.tsx'
import { setTheme, THEMES, useTheme } from '../../lib/theme.ts'
import { Icon } from '../icons.tsx'
import { RecordingsButton } from '../record/recordings-button.tsx'
import { InterfaceChooser } from './interface-chooser.tsx'
import { showKeys } from './keys-dialog.tsx'
import { SearchBox } from './search-box.tsx'

const THEME_ICONS = { auto: 'auto', light: 'sun', dark: 'moon' } as const

export function TopBar() {
  return (
    <header className="top-bar">
      <Go place={{ to: '/' }} className="brand" aria-label={t('home')}>
        <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
          <path d="M3 17h5l3-9 5 17 4-12 2 4h7" />
        </svg>
        <span>wiretop</span>
      </Go>
      <InterfaceChooser />
      <SearchBox />
      <RecordingsButton />
      <LiveBadge />
      <ThemeButton />
      <KeysButton />
    </header>
  )
}

/** Live, or the range of the capture; and since when the figures are old. */
function LiveBadge() {
  const current = useCurrent()
  const lost = useLive((state) => state.lostSinceMs)
  if (lost !== undefined)
    return (
      <span className="live live-lost" role="status">
        <Icon name="warning" /> {t('lostSince', { time: formatClock(lost) })}
      </span>
    )
  if (!current?.totals || current.totals.firstSeenMs === 0) return null
  const { info, totals } = current
  const { firstSeenMs, nowMs } = totals
  const range = formatRange(firstSeenMs, nowMs)
  if (info.state === 'running' || info.state === 'starting')
    return (
      <span
        className="live live-on"
        title={isOngoing(info.kind) ? t('live.since', { time: formatTime(firstSeenMs) }) : t('live.about', { range })}
      >
        <span className="live-dot" aria-hidden="true" />
        {t('live')}
        <span className="live-clock num">{formatClock(totals.nowMs)}</span>
      </span>
    )
  return (
    <span className="live" title={t('ended.about', { range })}>
      <Icon name="capture" size={14} />
      <span className="live-range num">{range}</span>
    </span>
  )
}

function ThemeButton() {
  const theme = useTheme()
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!
  const turn = useCallback(() => setTheme(next), [next])
  useShortcut('t', 'key.theme', turn)
  return (
    <button
      type="button"
      className="icon-button"
      onClick={turn}
      aria-label={t('theme', { theme: t(`theme.${theme}`) })}
      title={t('theme', { theme: t(`theme.${theme}`) })}
    >
      <Icon name={THEME_ICONS[theme]} />
    </button>
  )
}

function KeysButton() {
  const show = useCallback(() => showKeys(), [])
  useShortcut('?', 'key.keys', show)
  return (
    <button type="button" className="icon-button keys-button" onClick={show} aria-label={t('keys')} title={t('keys')}>
      <Icon name="keyboard" />
    </button>
  )
}
