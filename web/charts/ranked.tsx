import type { ReactNode } from 'react'
import { Icon } from '../components/icons.tsx'
import type { Given } from '../components/value.tsx'
import { openValueMenu } from '../components/value-menu-store.ts'
import { t } from '../lib/messages.ts'
import { Go, type Place } from '../lib/nav.tsx'

/** A bar of one or two parts, as long as its share of the greatest. */
export function Bar({
  parts,
  of,
}: {
  readonly parts: readonly { readonly value: number; readonly colour: string }[]
  readonly of: number
}) {
  return (
    <span className="bar" aria-hidden="true">
      {parts.map(({ value, colour }) => (
        <span key={colour} style={{ width: `${of > 0 ? (Math.max(0, value) / of) * 100 : 0}%`, background: colour }} />
      ))}
    </span>
  )
}

export interface Ranked {
  readonly key: string
  readonly label: ReactNode
  readonly name: string
  readonly value: string
  readonly title: string
  readonly parts: readonly { readonly value: number; readonly colour: string }[]
  readonly place: Place
  readonly given: Given
}

/** A short list by size: a row opens, its dots (or the right button) offer what else can be done with it. */
export function RankedList({ rows, label }: { readonly rows: readonly Ranked[]; readonly label: string }) {
  const most = Math.max(0, ...rows.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0)))
  return (
    <ol className="ranked" aria-label={label}>
      {rows.map(({ key, label: shown, name, value, title, parts, place, given }) => (
        <li
          key={key}
          onContextMenu={(event) => {
            event.preventDefault()
            openValueMenu({ given, scope: undefined, anchor: event.currentTarget })
          }}
        >
          <Go place={place} className="ranked-row" title={title}>
            <span className="ranked-label">{shown}</span>
            <span className="num">{value}</span>
            <Bar parts={parts} of={most} />
          </Go>
          <button
            type="button"
            className="icon-button ranked-more"
            aria-haspopup="menu"
            aria-label={t('moreOf', { name })}
            onClick={(event) => openValueMenu({ given, scope: undefined, anchor: event.currentTarget })}
          >
            <Icon name="more" />
          </button>
        </li>
      ))}
    </ol>
  )
}
