import { useEffect, useRef } from 'react'
import { DIMENSIONS } from '../../src/lib/history.ts'
import { t } from '../lib/messages.ts'
import { hrefOf, type Place, places, useOpen, useView } from '../lib/nav.tsx'
import { eitherEnd, type How, lookUps, type Term, termFor } from '../lib/terms.ts'
import { middleCut, showable } from '../lib/text.ts'
import { stringifyView } from '../lib/url-state.ts'
import { Icon } from './icons.tsx'
import { menuKeys, Popover } from './popover.tsx'
import { say } from './toasts.tsx'
import { type Given, isProgram, placeOf, quoted } from './value.tsx'
import { closeValueMenu, useValueMenuTarget, type ValueMenuTarget } from './value-menu-store.ts'

const LIST_PATHS: Readonly<Record<string, Place>> = {
  flows: { to: '/flows' },
  hosts: { to: '/hosts' },
  apps: { to: '/applications' },
  programs: { to: '/programs' },
  categories: { to: '/applications', search: { view: 'categories' } },
}
const listPlace = (entity: string): Place => LIST_PATHS[entity] ?? { to: '/explore/$table', params: { table: entity } }

/** What of the past has this value: addresses at either end, other fields where flows that are kept have them. */
function pastFilter({ field, kind, value }: Given): string | undefined {
  if (kind === 'address') return `host = ${value}`
  if (!(DIMENSIONS as readonly string[]).includes(field)) return undefined
  return `${field} = ${typeof value === 'number' ? value : quoted(String(value))}`
}

/** What has kept series, by the field that names it. */
const COURSES: Readonly<Record<string, string>> = { app: 'app', proto: 'l4', vlan: 'vlan', as: 'as', country: 'country' }
const courseOf = ({ field, value }: Given): Place | undefined =>
  COURSES[field] === undefined || value === '' ? undefined : places.course(COURSES[field], String(value))

export function ValueMenu() {
  const target = useValueMenuTarget()
  if (!target) return null
  return <Menu key={`${target.given.field} ${target.given.value}`} {...target} />
}

function Menu({ given, scope, anchor }: ValueMenuTarget) {
  const list = useRef<HTMLDivElement>(null)
  const open = useOpen()
  const kept = useView().interface
  useEffect(() => list.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus(), [])

  const place = placeOf(given)
  const past = pastFilter(given)
  const course = courseOf(given)
  const term = termFor(given.field, given.kind, scope?.entity)
  const inScope = term !== undefined && scope !== undefined && term.entity === scope.entity
  const either = term && eitherEnd(term.entity, term.field)

  const filter = async ({ entity, field }: Term, how: How) => {
    closeValueMenu()
    const { addTerm } = await import('../../src/query/filter.ts')
    const text = addTerm(inScope ? scope.filter : '', field, '=', given.value, inScope ? how : 'only')
    if (inScope) scope.setFilter(text)
    else open({ ...listPlace(entity), search: { ...listPlace(entity).search, filter: text } })
  }
  const copy = () => {
    closeValueMenu()
    navigator.clipboard.writeText(String(given.value)).then(
      () => say(t('copied', { what: middleCut(showable(String(given.value)), 40) })),
      () => say(t('notCopied'), 'problem'),
    )
  }
  const act = (run: () => void) => () => {
    closeValueMenu()
    run()
  }
  return (
    <Popover anchor={anchor} onClose={closeValueMenu} className="menu">
      <div ref={list} role="menu" aria-label={t('valueMenu', { value: middleCut(showable(String(given.value)), 40) })} onKeyDown={menuKeys}>
        <div className="menu-head">{middleCut(showable(String(given.value)), 44)}</div>
        {place && (
          <Item
            icon="right"
            label={t(given.kind === 'app' || isProgram(given.field) ? 'openFlows' : 'open')}
            onClick={act(() => open(place))}
          />
        )}
        {term && (
          <>
            <Item icon="filter" label={inScope ? t('filterBy') : t('filterBy.flows')} onClick={() => void filter(term, 'and')} />
            {either && <Item icon="filter" label={t('filterBy.either')} onClick={() => void filter({ ...term, field: either }, 'and')} />}
          </>
        )}
        {inScope && (
          <>
            <Item icon="minus" label={t('exclude')} onClick={() => void filter(term, 'and-not')} />
            {scope.filter !== '' && <Item icon="plus" label={t('orThis')} onClick={() => void filter(term, 'or')} />}
            {scope.filter !== '' && <Item icon="only" label={t('onlyThis')} onClick={() => void filter(term, 'only')} />}
          </>
        )}
        {past !== undefined && (
          <Item icon="explore" label={t('inThePast')} onClick={act(() => open({ to: '/explore', search: { filter: past } }))} />
        )}
        {course && <Item icon="explore" label={t('courseOfTime')} onClick={act(() => open(course))} />}
        <hr className="menu-rule" />
        {place && (
          <a
            role="menuitem"
            className="menu-item"
            href={hrefOf(place, kept, stringifyView)}
            target="_blank"
            rel="noopener"
            onClick={closeValueMenu}
          >
            <Icon name="open" />
            {t('openNewTab')}
          </a>
        )}
        <Item icon="copy" label={t('copy')} onClick={copy} />
        {lookUps(given.kind, given.field, given.value).map(({ name, href }) => (
          <a
            key={name}
            role="menuitem"
            className="menu-item"
            href={href}
            target="_blank"
            rel="noopener noreferrer"
            onClick={closeValueMenu}
          >
            <Icon name="lookUp" />
            {t('lookUp', { where: name })}
          </a>
        ))}
      </div>
    </Popover>
  )
}

function Item({ icon, label, onClick }: { readonly icon: string; readonly label: string; readonly onClick: () => void }) {
  return (
    <button type="button" role="menuitem" className="menu-item" tabIndex={-1} onClick={onClick}>
      <Icon name={icon} />
      {label}
    </button>
  )
}
