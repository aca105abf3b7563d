import type { KeyValue, StateStats } from '../lib/key-value.ts'

/** Where state lies. `write` rejects with StoreAway where it may be tried again, and has then changed nothing that trying again would not put right. */
export interface Backend extends KeyValue {
  readonly kind: StateStats['kind']
  readonly where: string
  /** Why it cannot be reached now; one line. */
  readonly fault: string | undefined
  /** Looks after itself: once a second. Removes what has expired, a bounded part of it. */
  tend(): void
  close(): Promise<void>
}
