import { Outlet, useLocation, useMatches } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import { useCurrent, useHealing, useTotalsOfAll } from '../../lib/current.ts'
import { useShortcut } from '../../lib/keys.ts'
import { useLive } from '../../lib/live-store.ts'
import { t } from '../../lib/messages.ts'
import { useOpen } from '../../lib/nav.tsx'
import type { Page } from '../../lib/page.ts'
import { showable } from '../../lib/text.ts'
import { pageOf, railPages } from '../../routes.tsx'
import { Skeleton } from '../panel.tsx'
import { RecordDialog } from '../record/record-dialog.tsx'
import { ValueMenu } from '../value-menu.tsx'
import { DropZone } from './drop-zone.tsx'
import { KeptFaults } from './kept-faults.tsx'
import { KeysDialog } from './keys-dialog.tsx'
import { Rail } from './rail.tsx'
import { SilentInterface } from './silent-interface.tsx'
import { StatusStrip } from './status-strip.tsx'
import { TopBar } from './top-bar.tsx'
import { Welcome } from './welcome.tsx'

/** Needs no interface to be shown. */
const WITHOUT_INTERFACE = new Set(['/interfaces', '/interfaces/$id', '/instances'])

export function Frame() {
  useHealing()
  useTotalsOfAll()
  const lost = useLive((state) => state.lostSinceMs !== undefined)
  const shifted = useShiftHeld()
  const page = usePage()
  useTitle(page)
  return (
    <div className={`frame ${lost ? 'is-lost' : ''} ${shifted ? 'is-shifted' : ''}`}>
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      <TopBar />
      <Rail />
      <main id="main" className="main" tabIndex={-1}>
        <KeptFaults />
        <Content page={page} />
      </main>
      <StatusStrip />
      <PageKeys />
      <ValueMenu />
      <KeysDialog />
      <RecordDialog />
      <DropZone />
    </div>
  )
}

function Content({ page }: { readonly page: Page | undefined }) {
  const known = useLive((state) => state.known)
  const lost = useLive((state) => state.lostSinceMs !== undefined)
  const current = useCurrent()
  if (!known) return <FirstMoments lost={lost} />
  if (WITHOUT_INTERFACE.has(page?.path ?? '')) return <Outlet />
  if (!current) return <Welcome />
  if (current.info.state === 'disabled' || (current.info.state === 'failed' && !current.totals?.packets))
    return <SilentInterface info={current.info} />
  return <Outlet />
}

function FirstMoments({ lost }: { readonly lost: boolean }) {
  return lost ? (
    <div className="empty" role="alert">
      <p className="empty-title">{t('unreachable')}</p>
      <p className="empty-text">{t('unreachable.about')}</p>
    </div>
  ) : (
    <Skeleton rows={10} />
  )
}

function usePage(): Page | undefined {
  const { pathname } = useLocation()
  const matches = useMatches()
  return pageOf(matches.at(-1)?.fullPath ?? pathname)
}

function useTitle(page: Page | undefined): void {
  const { pathname } = useLocation()
  const name = useCurrent()?.info.name
  useEffect(() => {
    const subject = page?.path.includes('$') ? decodeURIComponent(pathname.split('/').at(-1) ?? '') : undefined
    const parts = [subject, page && t(page.title), name, 'wiretop'].filter((part) => part !== undefined)
    document.title = showable(parts.join(' · '))
  }, [page, pathname, name])
}

/** `g` and a letter, or Shift and the letter, for every page of the rail. */
function PageKeys() {
  return railPages.map((one) => <PageKey key={one.path} page={one} />)
}
function PageKey({ page }: { readonly page: Page }) {
  const open = useOpen()
  const run = useCallback(() => open({ to: page.path }), [open, page])
  useShortcut(`g ${page.rail!.letter}`, page.title, run)
  useShortcut(page.rail!.letter.toUpperCase(), page.title, run)
  return null
}

/** The letters of the rail show while Shift is held alone. */
function useShiftHeld(): boolean {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    const down = (event: KeyboardEvent) => setHeld(event.key === 'Shift' && !event.repeat ? true : event.shiftKey && event.key === 'Shift')
    const up = () => setHeld(false)
    addEventListener('keydown', down)
    addEventListener('keyup', up)
    addEventListener('blur', up)
    return () => {
      removeEventListener('keydown', down)
      removeEventListener('keyup', up)
      removeEventListener('blur', up)
    }
  }, [])
  return held
}
