/** Where the figures come from: a running instance, or probes of our own. */
import type { Entity } from '../../lib/fields.ts'
import type { Answer, Ask } from '../../lib/live.ts'
import type { Completion } from '../../query/filter.ts'
import type { InterfaceEntry } from './interface-rows.ts'

export type FeedQuestion = 'list' | 'series' | 'flow' | 'host'

export interface TopFeed {
  /** Said in the head. */
  readonly origin: string
  interfaces(): readonly InterfaceEntry[]
  /** Since when there is no connection, by this machine's clock; it comes back by itself. */
  lostSinceMs(): number | undefined
  /** Rejects with BadQuestion, or with an Error whose message is one line. */
  ask<Q extends FeedQuestion>(interfaceId: number, question: Q, ask: Ask<Q>): Promise<Answer<Q>>
  /** All interfaces together do not tick: asks for their figures, which `interfaces` has then. */
  lookAtAll(): Promise<void>
  /** What could be typed next, with values of the traffic. */
  complete(interfaceId: number, entity: Entity, text: string, offset: number): Promise<Completion>
  /** Calls at every tick, and when interfaces or the connection change. Returns how to stop that. */
  onChange(listener: () => void): () => void
  close(): Promise<void>
}
