import { useSyncExternalStore } from 'react'

export const THEMES = ['auto', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const KEY = 'wiretop.theme'
const dark = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY)
    return THEMES.find((theme) => theme === value) ?? 'auto'
  } catch {
    return 'auto'
  }
}
let theme = stored()

function apply(): void {
  const shown = theme === 'auto' ? (dark.matches ? 'dark' : 'light') : theme
  document.documentElement.dataset['bsTheme'] = shown
  document.documentElement.style.colorScheme = shown
  for (const listener of listeners) listener()
}
dark.addEventListener('change', apply)
apply()

export function setTheme(next: Theme): void {
  theme = next
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // Kept for as long as the page.
  }
  apply()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
export const useTheme = (): Theme => useSyncExternalStore(subscribe, () => theme)
/** `light` or `dark`, whatever was chosen. */
export const useShownTheme = (): string => useSyncExternalStore(subscribe, () => document.documentElement.dataset['bsTheme'] ?? 'light')
