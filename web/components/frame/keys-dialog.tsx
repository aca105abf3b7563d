import { useEffect, useRef, useSyncExternalStore } from 'react'
import { shortcuts } from '../../lib/keys.ts'
import { type MessageKey, t } from '../../lib/messages.ts'
import { Icon } from '../icons.tsx'

let open = false
const listeners = new Set<() => void>()
const set = (next: boolean) => {
  open = next
  for (const listener of listeners) listener()
}
export const showKeys = (): void => set(true)
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Keys of lists; they are handled where the focus is. */
const IN_LISTS: readonly (readonly [keys: string, about: MessageKey])[] = [
  ['↑ ↓', 'key.rows'],
  ['← →', 'key.cells'],
  ['Enter', 'key.openPage'],
  ['Space', 'key.sidePanel'],
  ['m', 'key.valueMenu'],
  ['Shift ← →', 'key.width'],
  ['Esc', 'key.close'],
]

/** Keys that do the same stand together. */
function grouped(): readonly (readonly [keys: string, about: MessageKey])[] {
  const byAbout = new Map<MessageKey, string[]>()
  for (const { keys, about } of shortcuts()) byAbout.set(about, [...(byAbout.get(about) ?? []), keys])
  return [...byAbout].map(([about, keys]) => [keys.join(' / '), about])
}

export function KeysDialog() {
  const shown = useSyncExternalStore(subscribe, () => open)
  return shown ? <Dialog /> : null
}

function Dialog() {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const rows = (list: readonly (readonly [string, MessageKey])[]) =>
    list.map(([keys, about]) => (
      <div key={keys} className="keys-row">
        <dt>
          {keys.split(' ').map((key, i) =>
            key === '/' && keys.length > 1 ? (
              <span key={`or ${i + 1}`} className="faint">
                {t('keys.or')}
              </span>
            ) : (
              <kbd key={key}>{key}</kbd>
            ),
          )}
        </dt>
        <dd>{t(about)}</dd>
      </div>
    ))
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself.
    <dialog
      ref={dialog}
      className="dialog"
      aria-label={t('keys')}
      onClose={() => set(false)}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
    >
      <header className="panel-head">
        <h2>{t('keys')}</h2>
        <button type="button" className="icon-button" aria-label={t('close')} onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      <div className="keys">
        <dl>{rows(grouped())}</dl>
        <div>
          <h3>{t('keys.lists')}</h3>
          <dl>{rows(IN_LISTS)}</dl>
        </div>
      </div>
    </dialog>
  )
}
