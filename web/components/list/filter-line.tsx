/** The filter line: a plain input until the editor with completion has come. */
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import type { Entity } from '../../../src/lib/fields.ts'
import { useShortcut } from '../../lib/keys.ts'
import { t } from '../../lib/messages.ts'
import { Icon } from '../icons.tsx'
import type { ValuesOf } from './filter-editor.tsx'

const Editor = lazy(() => import('./filter-editor.tsx'))

export interface Fault {
  readonly message: string
  readonly offset: number
}
interface Props {
  readonly entity: Entity
  readonly interfaceId: number
  readonly filter: string
  readonly onApply: (filter: string) => void
  /** What the server says of the filter that was asked. */
  readonly fault: Fault | undefined
  readonly valuesOf?: ValuesOf | undefined
}

export function FilterLine({ entity, interfaceId, filter, onApply, fault, valuesOf }: Props) {
  const [text, setText] = useState(filter)
  const [local, setLocal] = useState<Fault | undefined>(undefined)
  const [rich, setRich] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  // The URL is what counts: Back, or a click on a value, writes here.
  useEffect(() => setText(filter), [filter])
  useEffect(() => {
    let stale = false
    if (text.trim() === '') return setLocal(undefined)
    void check(entity, text).then((found) => stale || setLocal(found))
    return () => {
      stale = true
    }
  }, [entity, text])
  const apply = useCallback((next: string) => onApply(next.trim()), [onApply])
  const focus = useCallback(() => {
    const field =
      box.current?.querySelector<HTMLElement>('input') ??
      box.current?.querySelector('.editor')?.shadowRoot?.querySelector<HTMLElement>('[contenteditable]')
    field?.focus()
  }, [])
  useShortcut('f', 'key.filter', focus)

  const changed = text.trim() !== filter
  const shown = local ?? (changed ? undefined : fault)
  const plain = (
    <input
      type="text"
      className="filter-input"
      aria-label={t('filter')}
      placeholder={t(`filter_${entity}`)}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      aria-invalid={shown !== undefined}
      value={text}
      onFocus={() => setRich(true)}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => event.key === 'Enter' && apply(text)}
    />
  )
  return (
    <div ref={box} className={`filter-line ${shown ? 'has-fault' : ''}`}>
      <Icon name="filter" />
      {rich ? (
        <Suspense fallback={plain}>
          <Editor
            entity={entity}
            interfaceId={interfaceId}
            text={text}
            onText={setText}
            onApply={apply}
            fault={shown}
            valuesOf={valuesOf}
          />
        </Suspense>
      ) : (
        plain
      )}
      {shown && (
        <span className="filter-fault" role="alert">
          {t('filter.errorAt', { message: shown.message, n: shown.offset + 1 })}
        </span>
      )}
      {text !== '' && (
        <button
          type="button"
          className="icon-button"
          aria-label={t('filter.clear')}
          title={t('filter.clear')}
          onClick={() => {
            setText('')
            apply('')
          }}
        >
          <Icon name="close" size={14} />
        </button>
      )}
      {changed && (
        <button type="button" className="btn btn-sm btn-primary" onClick={() => apply(text)}>
          {t('filter.apply')}
        </button>
      )}
    </div>
  )
}

async function check(entity: Entity, text: string): Promise<Fault | undefined> {
  const [{ parseFilter }, { entities }] = await Promise.all([import('../../../src/query/filter.ts'), import('../../../src/lib/fields.ts')])
  const parsed = parseFilter(text, entities[entity])
  return parsed.ok ? undefined : { message: parsed.error.message, offset: parsed.error.offset }
}
