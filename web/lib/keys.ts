import { useEffect } from 'react'
import type { MessageKey } from './messages.ts'

/** One key, or several after each other with spaces: `g h`. Shift is written by the character it makes: `?`. */
export interface Shortcut {
  readonly keys: string
  readonly about: MessageKey
  readonly run: () => void
}

const CHORD_MS = 1200
const active = new Set<Shortcut>()
let chord = ''
let chordUntil = 0

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

function typedInShadow(event: KeyboardEvent): boolean {
  return isTyping(event.composedPath()[0] ?? null)
}

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return
  if (typedInShadow(event) || document.querySelector('dialog[open]')) return
  const now = performance.now()
  const typed = chord !== '' && now < chordUntil ? `${chord} ${event.key}` : event.key
  chord = ''
  for (const shortcut of active) {
    if (shortcut.keys === typed) {
      event.preventDefault()
      return shortcut.run()
    }
  }
  if ([...active].some(({ keys }) => keys.startsWith(`${typed} `))) {
    chord = typed
    chordUntil = now + CHORD_MS
    event.preventDefault()
  }
})

/** Listed by `?` as long as they are in force. */
export const shortcuts = (): readonly Shortcut[] => [...active]

export function useShortcut(keys: string | undefined, about: MessageKey, run: () => void): void {
  useEffect(() => {
    if (keys === undefined) return
    const shortcut = { keys, about, run }
    active.add(shortcut)
    return () => void active.delete(shortcut)
  }, [keys, about, run])
}
