import { useCallback, useRef, useState } from 'react'
import type { Entity } from '../../../src/lib/fields.ts'
import { t } from '../../lib/messages.ts'
import { Icon } from '../icons.tsx'
import { Popover } from '../popover.tsx'
import { columnsOf, fieldOf, moved } from './columns.ts'

interface Props {
  readonly entity: Entity
  readonly columns: readonly string[]
  readonly usual: readonly string[]
  readonly onColumns: (columns: readonly string[]) => void
}

export function ColumnChooser({ entity, columns, usual, onColumns }: Props) {
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const close = useCallback(() => setOpen(false), [])
  const rest = columnsOf(entity).filter((name) => !columns.includes(name))
  return (
    <>
      <button
        ref={button}
        type="button"
        className="icon-button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={t('columns')}
        title={t('columns')}
        onClick={() => setOpen(true)}
      >
        <Icon name="columns" />
      </button>
      {open && (
        <Popover anchor={button} align="end" onClose={close} className="column-chooser" role="dialog" label={t('columns')}>
          <div className="column-chooser-head">
            <strong>{t('columns')}</strong>
            <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => onColumns(usual)}>
              {t('columns.reset')}
            </button>
          </div>
          {[...columns, ...rest].map((name, i) => {
            const { label, about } = fieldOf(entity, name)
            const shown = i < columns.length
            return (
              <div key={name} className="column-choice">
                <label title={about}>
                  <input
                    type="checkbox"
                    checked={shown}
                    disabled={shown && columns.length === 1}
                    onChange={() => onColumns(shown ? columns.filter((one) => one !== name) : [...columns, name])}
                  />
                  {label}
                </label>
                {shown && (
                  <>
                    <button
                      type="button"
                      className="icon-button"
                      disabled={i === 0}
                      aria-label={t('columns.up', { column: label })}
                      onClick={() => onColumns(moved(columns, name, -1))}
                    >
                      <Icon name="up" size={12} />
                    </button>
                    <button
                      type="button"
                      className="icon-button"
                      disabled={i === columns.length - 1}
                      aria-label={t('columns.down', { column: label })}
                      onClick={() => onColumns(moved(columns, name, 1))}
                    >
                      <Icon name="down" size={12} />
                    </button>
                  </>
                )}
              </div>
            )
          })}
        </Popover>
      )}
    </>
  )
}
