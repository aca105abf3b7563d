import { useCallback, useSyncExternalStore } from 'react'

/** Small habits of one person on one machine: column widths, density. */
const listeners = new Set<() => void>()
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
const memory = new Map<string, string>()

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return memory.get(key) ?? null
  }
}
function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    memory.set(key, value)
  }
  for (const listener of listeners) listener()
}

export function useKept(name: string, fallback: string): [string, (value: string) => void] {
  const key = `wiretop.${name}`
  const value = useSyncExternalStore(subscribe, () => read(key) ?? fallback)
  return [value, useCallback((next: string) => write(key, next), [key])]
}
