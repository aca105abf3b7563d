/** What the main process and the helper that looks programs up say to each other. */
import { MAX_WANTED, type Program, type ProgramFinderState, WANTED_WORDS } from '../lib/programs.ts'

export interface FindMessage {
  readonly type: 'find'
  readonly id: number
  readonly wanted: Uint32Array
}

export type HelperMessage =
  | { readonly type: 'found'; readonly id: number; readonly programs: readonly Program[]; readonly of: Uint16Array }
  | { readonly type: 'refused'; readonly id: number; readonly why: string }
  | { readonly type: 'state'; readonly state: ProgramFinderState }

/** What is wrong with a message that should be a question; undefined: nothing. The helper has rights that who asks has not. */
export function faultOfQuestion(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null) return 'not a message'
  const { type, id, wanted } = message as Partial<Record<string, unknown>>
  if (type !== 'find') return 'not a question'
  if (!Number.isSafeInteger(id)) return 'no number'
  if (!(wanted instanceof Uint32Array)) return 'no list of sockets'
  if (wanted.length % WANTED_WORDS !== 0) return 'half a socket'
  return wanted.length > MAX_WANTED * WANTED_WORDS ? 'too many sockets' : undefined
}
