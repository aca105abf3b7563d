/** Search over hosts, MACs, applications, names, pages and actions: an ARIA combobox. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useId, useRef, useState } from 'react'
import type { SearchHit } from '../../../src/lib/live.ts'
import { api } from '../../lib/api.ts'
import { useCurrentId } from '../../lib/current.ts'
import { useShortcut } from '../../lib/keys.ts'
import { t } from '../../lib/messages.ts'
import { type Place, places, useOpen } from '../../lib/nav.tsx'
import { showable } from '../../lib/text.ts'
import { setTheme } from '../../lib/theme.ts'
import { menuPages } from '../../routes.tsx'
import { Icon } from '../icons.tsx'
import { Cut, quoted } from '../value.tsx'
import { showKeys } from './keys-dialog.tsx'

const HITS = 10
const WAIT_MS = 80

interface Choice {
  readonly id: string
  readonly icon: string
  readonly kind: string
  readonly label: string
  readonly detail: string
  readonly run: () => void
}

const ICONS: Readonly<Record<SearchHit['kind'], string>> = {
  host: 'hosts',
  mac: 'hosts',
  app: 'applications',
  port: 'flows',
  'server-name': 'lookUp',
  flow: 'flows',
}

export function placeOfHit({ kind, value, vlan }: SearchHit): Place {
  if (kind === 'host') return places.host(value, vlan)
  if (kind === 'flow') return places.flow(value)
  if (kind === 'mac') return places.hosts(`mac = ${value}`)
  if (kind === 'app') return places.flows(`app = ${quoted(value)}`)
  if (kind === 'port') return places.flows(`port = ${quoted(value)}`)
  return places.flows(`serverName = ${quoted(value)}`)
}

function useLater(text: string): string {
  const [later, setLater] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setLater(text), WAIT_MS)
    return () => clearTimeout(timer)
  }, [text])
  return later
}

function useChoices(text: string): { readonly choices: readonly Choice[]; readonly searching: boolean } {
  const id = useCurrentId()
  const open = useOpen()
  const asked = useLater(text.trim())
  const hits = useQuery({
    queryKey: ['search', id, asked],
    queryFn: ({ signal }) => api.search(id!, asked, HITS, signal),
    enabled: id !== undefined && asked !== '',
    placeholderData: keepPreviousData,
  })
  if (text.trim() === '') return { choices: [], searching: false }
  const lower = text.trim().toLowerCase()
  const has = (label: string) => label.toLowerCase().includes(lower)
  const pages = menuPages
    .filter(({ title }) => has(t(title)))
    .map(
      ({ path, title, rail }): Choice => ({
        id: `page ${path}`,
        icon: rail?.icon ?? 'explore',
        kind: t('kind.page'),
        label: t(title),
        detail: '',
        run: () => open({ to: path }),
      }),
    )
  const actions = ACTIONS.filter(({ label }) => has(t(label))).map(
    ({ label, icon, run }): Choice => ({ id: `action ${label}`, icon, kind: t('kind.action'), label: t(label), detail: '', run }),
  )
  const found = (hits.data ?? []).map(
    (hit): Choice => ({
      id: `${hit.kind} ${hit.value} ${hit.vlan ?? 0}`,
      icon: ICONS[hit.kind],
      kind: t(`kind.${hit.kind}`),
      label: hit.label,
      detail: hit.detail,
      run: () => open(placeOfHit(hit)),
    }),
  )
  const everywhere: Choice = {
    id: 'flows with it',
    icon: 'filter',
    kind: t('kind.filter'),
    label: t('flowsWith', { text: showable(text.trim()) }),
    detail: '',
    run: () => open(places.flows(/^[\w.:/-]+$/.test(text.trim()) ? text.trim() : JSON.stringify(text.trim()))),
  }
  return { choices: [...found, ...pages, ...actions, everywhere], searching: hits.isFetching }
}

const ACTIONS = [
  { label: 'action.light', icon: 'sun', run: () => setTheme('light') },
  { label: 'action.dark', icon: 'moon', run: () => setTheme('dark') },
  { label: 'action.auto', icon: 'auto', run: () => setTheme('auto') },
  { label: 'action.keys', icon: 'keyboard', run: () => showKeys() },
  { label: 'action.upload', icon: 'upload', run: () => document.getElementById('capture-file')?.click() },
] as const

export function SearchBox() {
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const [shown, setShown] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const list = useId()
  const { choices, searching } = useChoices(text)
  const focus = useCallback(() => input.current?.select(), [])
  useShortcut('/', 'key.search', focus)

  const active = choices[Math.min(at, choices.length - 1)]
  const expanded = shown && choices.length > 0
  const run = (choice: Choice | undefined) => {
    if (!choice) return
    choice.run()
    setText('')
    setShown(false)
    input.current?.blur()
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt((at + 1) % Math.max(1, choices.length))
    else if (event.key === 'ArrowUp') setAt((at - 1 + choices.length) % Math.max(1, choices.length))
    else if (event.key === 'Enter') run(active)
    else if (event.key === 'Escape') {
      if (expanded) setShown(false)
      else input.current?.blur()
    } else return
    event.preventDefault()
  }
  return (
    <search className="search">
      <Icon name="search" />
      <input
        ref={input}
        type="text"
        role="combobox"
        className="form-control form-control-sm"
        aria-label={t('search')}
        aria-expanded={expanded}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={expanded && active ? `${list}-${active.id}` : undefined}
        placeholder={t('search.placeholder')}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
          setShown(true)
        }}
        onFocus={() => setShown(true)}
        onBlur={() => setShown(false)}
        onKeyDown={onKeyDown}
      />
      <span className="key" aria-hidden="true">
        /
      </span>
      {expanded && (
        <div className="search-list" role="listbox" id={list} aria-label={t('search.results')} aria-busy={searching}>
          {choices.map((choice) => (
            <div
              key={choice.id}
              id={`${list}-${choice.id}`}
              role="option"
              tabIndex={-1}
              aria-selected={choice === active}
              className="search-hit"
              onPointerDown={(event) => {
                event.preventDefault()
                run(choice)
              }}
            >
              <Icon name={choice.icon} />
              <Cut text={choice.label} />
              <span className="search-detail">{choice.detail !== choice.label && <Cut text={choice.detail} />}</span>
              <span className="search-kind">{choice.kind}</span>
            </div>
          ))}
        </div>
      )}
    </search>
  )
}
