import { useSyncExternalStore } from 'react'
import type { RecordingParams } from '../../lib/api.ts'

/** What the dialog asks about. */
export interface RecordTarget {
  readonly what: string
  readonly ask: RecordingParams
}
/** The dialog, or the list of recordings, or neither. */
interface Shown {
  readonly target: RecordTarget | undefined
  readonly list: boolean
}
let shown: Shown = { target: undefined, list: false }
const listeners = new Set<() => void>()
const set = (next: Shown) => {
  shown = next
  for (const listener of listeners) listener()
}
export const askToRecord = (target: RecordTarget): void => set({ target, list: false })
export const closeRecordDialog = (): void => set({ ...shown, target: undefined })
export const showRecordings = (list: boolean): void => set({ target: undefined, list })
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
export const useRecordTarget = () => useSyncExternalStore(subscribe, () => shown.target)
export const useRecordingsShown = () => useSyncExternalStore(subscribe, () => shown.list)
