/** Recordings on the server: they go on whichever page is shown, and are asked for while one runs. */
import { useSyncExternalStore } from 'react'
import type { ShownRecording } from '../../src/lib/recording.ts'
import { say } from '../components/toasts.tsx'
import { ApiError, api, type RecordingParams, Unreachable } from './api.ts'
import { t } from './messages.ts'

const ASK_AGAIN_MS = 500

let recordings: readonly ShownRecording[] = []
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setTimeout> | undefined

function set(next: readonly ShownRecording[]): void {
  recordings = next
  for (const listener of listeners) listener()
}

/** Now, and again until none runs. A server that is away is asked on. */
async function refresh(): Promise<void> {
  clearTimeout(timer)
  timer = undefined
  try {
    set(await api.recordings())
  } catch {
    // The frame says that the server is away.
  }
  timer ??= recordings.some(({ state }) => state === 'running') ? setTimeout(() => void refresh(), ASK_AGAIN_MS) : undefined
}

const problem = (error: unknown): string =>
  error instanceof ApiError
    ? error.message
    : error instanceof Unreachable
      ? t('unreachable')
      : t('failedUnknown', { message: String(error) })

/** Rejects with what is to be shown where it was asked for. */
export async function startRecording(ask: RecordingParams): Promise<void> {
  try {
    await api.startRecording(ask)
  } catch (error) {
    throw new Error(problem(error), { cause: error })
  }
  await refresh()
}

const change = (act: (id: number) => Promise<unknown>) => (id: number) =>
  act(id).then(refresh, (error: unknown) => {
    say(problem(error), 'problem')
    return refresh()
  })
export const stopRecording = change(api.stopRecording)
export const removeRecording = change(api.removeRecording)

let asked = false
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  // Those of another page, or of before a reload.
  if (!asked) void refresh()
  asked = true
  return () => listeners.delete(listener)
}
export const useRecordings = () => useSyncExternalStore(subscribe, () => recordings)
