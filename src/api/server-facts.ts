import type { Route } from './route.ts'

/** What routes may know of the server they are part of. */
export interface ServerFacts {
  readonly version: string
  readonly startedMs: number
  readonly uploadDir: string
  readonly maxUploadBytes: number
  readonly routes: readonly Route[]
  /** Answers sent since the start, by the hundreds digit of their status. */
  readonly answers: Float64Array
  /** Open WebSockets. */
  liveClients(): number
}
