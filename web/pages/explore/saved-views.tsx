import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import { MAX_QUERY_NAME, type SavedQuery } from '../../../src/lib/saved-queries.ts'
import { AskDialog } from '../../components/dialog.tsx'
import { Icon } from '../../components/icons.tsx'
import { Answered } from '../../components/panel.tsx'
import { Popover } from '../../components/popover.tsx'
import { say } from '../../components/toasts.tsx'
import { Cut } from '../../components/value.tsx'
import { api } from '../../lib/api.ts'
import { t } from '../../lib/messages.ts'
import { useOpen, useView } from '../../lib/nav.tsx'
import { middleCut, showable } from '../../lib/text.ts'
import { parseView, stringifyView } from '../../lib/url-state.ts'
import { savedQuery } from './past.queries.ts'
import { viewInWords } from './past-words.ts'

type Asking = { readonly to: 'save' } | { readonly to: 'delete' | 'rename'; readonly query: SavedQuery }
const shortName = ({ name }: SavedQuery) => middleCut(showable(name), 40)

/** Views that were given a name: opened, renamed and deleted here, and this one saved. */
export function SavedViews() {
  const [isOpen, setOpen] = useState(false)
  const [asking, setAsking] = useState<Asking | undefined>(undefined)
  const button = useRef<HTMLButtonElement>(null)
  const close = useCallback(() => setOpen(false), [])
  const ask = (next: Asking) => {
    close()
    setAsking(next)
  }
  return (
    <>
      <button
        ref={button}
        type="button"
        className="btn btn-sm btn-outline-secondary saved-button"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
      >
        <Icon name="saved" /> {t('saved.views')}
      </button>
      {isOpen && (
        <Popover anchor={button} align="end" onClose={close} className="saved-views" role="dialog" label={t('saved.views')}>
          <List onAsk={ask} onDone={close} />
        </Popover>
      )}
      {asking && <Question {...asking} onClose={() => setAsking(undefined)} />}
    </>
  )
}

function List({ onAsk, onDone }: { readonly onAsk: (asking: Asking) => void; readonly onDone: () => void }) {
  const asked = useQuery(savedQuery)
  const client = useQueryClient()
  const open = useOpen()
  const choose = ({ id, view }: SavedQuery) => {
    onDone()
    open({ to: '/explore', search: parseView(view) })
    // Its place in the list is no reason to say that something failed.
    void api.changeQuery(id, { used: true }).then(
      () => client.invalidateQueries({ queryKey: savedQuery.queryKey }),
      () => undefined,
    )
  }
  return (
    <>
      <Answered of={asked} rows={2}>
        {(queries) =>
          queries.length === 0 ? (
            <p className="saved-none">{t('saved.none')}</p>
          ) : (
            <ul className="saved-list">
              {queries.map((query) => (
                <li key={query.id}>
                  <button type="button" className="saved-open" onClick={() => choose(query)}>
                    <Cut text={query.name} />
                    <span className="saved-words">{viewInWords(parseView(query.view))}</span>
                  </button>
                  <Act icon="rename" label={t('saved.rename', { name: shortName(query) })} onClick={() => onAsk({ to: 'rename', query })} />
                  <Act icon="remove" label={t('saved.delete', { name: shortName(query) })} onClick={() => onAsk({ to: 'delete', query })} />
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
      <button type="button" className="menu-item saved-save" onClick={() => onAsk({ to: 'save' })}>
        <Icon name="plus" /> {t('saved.save')}
      </button>
    </>
  )
}

const Act = ({ icon, label, onClick }: { readonly icon: string; readonly label: string; readonly onClick: () => void }) => (
  <button type="button" className="icon-button" title={label} aria-label={label} onClick={onClick}>
    <Icon name={icon} size={14} />
  </button>
)

function Question({ onClose, ...asking }: Asking & { readonly onClose: () => void }) {
  const client = useQueryClient()
  const { interface: _, ...view } = useView()
  const act = async (given: FormData) => {
    const name = String(given.get('name') ?? '')
    if (asking.to === 'save') {
      await api.saveQuery({ name, view: stringifyView(view).slice(1) })
      say(t('saved.saved', { name: showable(name) }))
    } else if (asking.to === 'rename') await api.changeQuery(asking.query.id, { name })
    else await api.removeQuery(asking.query.id)
    await client.invalidateQueries({ queryKey: savedQuery.queryKey })
  }
  return (
    <AskDialog title={t(`saved.${asking.to}Title`)} action={t(`saved.${asking.to}Action`)} act={act} onClose={onClose}>
      {asking.to === 'delete' ? (
        <p>{t('saved.deleteAbout', { name: shortName(asking.query) })}</p>
      ) : (
        <label>
          <span>{t('saved.name')}</span>
          <input
            name="name"
            className="form-control form-control-sm"
            required
            maxLength={MAX_QUERY_NAME}
            autoComplete="off"
            defaultValue={asking.to === 'rename' ? asking.query.name : viewInWords(view).slice(0, MAX_QUERY_NAME)}
          />
        </label>
      )}
      {asking.to === 'save' && <p className="faint">{t('saved.shared')}</p>}
    </AskDialog>
  )
}
