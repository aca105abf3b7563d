import type { ReactNode } from 'react'
import { type Entity, entities } from '../../../src/lib/fields.ts'
import { t } from '../../lib/messages.ts'
import { Icon } from '../icons.tsx'
import { Cell } from './cells.tsx'
import { columnsOf, fieldOf, type Row } from './columns.ts'

const isEmpty = (value: unknown): boolean => value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

/** All fields of a row by their labels. */
export function Facts({
  entity,
  row,
  nowMs,
  names = columnsOf(entity),
}: {
  readonly entity: Entity
  readonly row: Row
  readonly nowMs: number | undefined
  readonly names?: readonly string[]
}) {
  return (
    <dl className="facts">
      {names
        .filter((name) => !isEmpty(row[name]) && Object.hasOwn(entities[entity], name))
        .map((name) => (
          <div key={name} className="fact">
            <dt title={fieldOf(entity, name).about}>{fieldOf(entity, name).label}</dt>
            <dd>
              <Cell entity={entity} name={name} row={row} nowMs={nowMs} most={Number(row['bytes'] ?? 0)} plain />
            </dd>
          </div>
        ))}
    </dl>
  )
}

interface Props {
  readonly entity: Entity
  readonly row: Row
  readonly nowMs: number | undefined
  readonly title: ReactNode
  readonly onClose: () => void
  readonly onOpen: (() => void) | undefined
  readonly children?: ReactNode
}
export function SidePanel({ entity, row, nowMs, title, onClose, onOpen, children }: Props) {
  return (
    <aside className="side" aria-label={t('sidePanel')}>
      <header className="panel-head">
        <h2>{title}</h2>
        {onOpen && (
          <button type="button" className="btn btn-sm btn-outline-secondary side-open" onClick={onOpen}>
            {t('openPage')}{' '}
            <span className="key" aria-hidden="true">
              ↵
            </span>
          </button>
        )}
        <button type="button" className="icon-button" aria-label={t('close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="side-body">
        {children}
        <Facts entity={entity} row={row} nowMs={nowMs} />
      </div>
    </aside>
  )
}
