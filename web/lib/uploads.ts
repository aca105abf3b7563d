/** Captures on their way to the server. */
import { useSyncExternalStore } from 'react'
import { say } from '../components/toasts.tsx'
import { ApiError, Unreachable, upload } from './api.ts'
import { t } from './messages.ts'
import { showable } from './text.ts'

export interface Sending {
  readonly id: number
  readonly name: string
  readonly size: number
  readonly sent: number
  cancel(): void
}
let sending: readonly Sending[] = []
let last = 0
const listeners = new Set<() => void>()
const set = (next: readonly Sending[]) => {
  sending = next
  for (const listener of listeners) listener()
}

function problem(name: string, error: unknown): string {
  if (error instanceof ApiError || error instanceof Unreachable) {
    const message = error instanceof ApiError ? error.message : t('unreachable')
    return t('upload.failed', { name, message })
  }
  return t('upload.cancelled', { name })
}

/** Sends a capture; calls back with the interface that it became. */
export function send(file: File, opened: (id: number) => void): void {
  const id = ++last
  const name = showable(file.name)
  const { done, cancel } = upload(file, (sent) => set(sending.map((one) => (one.id === id ? { ...one, sent } : one))))
  set([...sending, { id, name, size: file.size, sent: 0, cancel }])
  done
    .then(
      (info) => {
        say(t('upload.done', { name }))
        opened(info.id)
      },
      (error: unknown) => say(problem(name, error), error instanceof ApiError || error instanceof Unreachable ? 'problem' : 'note'),
    )
    .finally(() => set(sending.filter((one) => one.id !== id)))
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
export const useSending = () => useSyncExternalStore(subscribe, () => sending)
