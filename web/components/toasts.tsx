/** Short notes in the status strip's line: they cover no data and leave by themselves, problems by a click. */
import { useSyncExternalStore } from 'react'
import { t } from '../lib/messages.ts'
import { Icon } from './icons.tsx'

export interface Toast {
  readonly id: number
  readonly text: string
  readonly kind: 'note' | 'problem'
}
const NOTE_MS = 4000
const MAX = 3
let toasts: readonly Toast[] = []
let last = 0
const listeners = new Set<() => void>()
const set = (next: readonly Toast[]) => {
  toasts = next
  for (const listener of listeners) listener()
}
const dismiss = (id: number) => set(toasts.filter((toast) => toast.id !== id))

export function say(text: string, kind: Toast['kind'] = 'note'): void {
  const id = ++last
  set([...toasts, { id, text, kind }].slice(-MAX))
  if (kind === 'note') setTimeout(() => dismiss(id), NOTE_MS)
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts)
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ id, text, kind }) => (
        <div key={id} className={`note note-${kind}`}>
          {kind === 'problem' && <Icon name="warning" />}
          <span>{text}</span>
          <button type="button" className="icon-button" aria-label={t('dismiss')} onClick={() => dismiss(id)}>
            <Icon name="close" size={12} />
          </button>
        </div>
      ))}
    </div>
  )
}
