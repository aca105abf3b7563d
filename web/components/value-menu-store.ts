import { useSyncExternalStore } from 'react'
import type { ListScope } from '../lib/nav.tsx'
import type { Given } from './value.tsx'

export interface ValueMenuTarget {
  readonly given: Given
  readonly scope: ListScope | undefined
  readonly anchor: Element
}
let target: ValueMenuTarget | undefined
const listeners = new Set<() => void>()
const set = (next: ValueMenuTarget | undefined) => {
  target = next
  for (const listener of listeners) listener()
}
export const openValueMenu = (next: ValueMenuTarget): void => set(next)
export const closeValueMenu = (): void => set(undefined)
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
export const useValueMenuTarget = () => useSyncExternalStore(subscribe, () => target)
