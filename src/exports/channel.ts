/** One way to a peer, opened once. A send queue opens another when it is lost. */
export interface Channel<T> {
  /**
   * Writes in the order of calls. `done` is called once: without an error when the system has taken it, with one when this payload was given up and the channel goes on.
   * It is not called after the channel was lost. What is written belongs to the channel until then.
   */
  write(payload: T, done: (error?: Error) => void): void
  /** No more calls come after this one. Resolves when what it holds is let go. */
  close(): Promise<void>
}

export interface ChannelEvents {
  opened(): void
  /** It is of no more use; `why` is short, as 'connection refused'. Called at most once. */
  lost(why: string): void
}

/** Begins to open; the events come later, never during the call. */
export type OpenChannel<T> = (events: ChannelEvents) => Channel<T>

export { inWords } from '../lib/system-errors.ts'
