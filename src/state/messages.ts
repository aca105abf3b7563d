/** What the main thread and the thread of state say to each other. */
import type { KeptHosts } from '../lib/kept-hosts.ts'
import type { KeyValue, StateStats } from '../lib/key-value.ts'
import type { RedisAddress } from './redis-address.ts'
import type { RedisLogin } from './redis-store.ts'

/** Where state is kept. */
export type StateConfig = { readonly instance: string } & (
  | { readonly kind: 'memory' }
  | { readonly kind: 'sqlite'; readonly folder: string }
  | { readonly kind: 'redis'; readonly address: RedisAddress; readonly login: RedisLogin }
)

type Method = keyof KeyValue
/** One call of the store. */
export type Call = { [M in Method]: { readonly call: M; readonly args: Parameters<KeyValue[M]> } }[Method]

export type ToState =
  | (Call & { readonly id: number })
  | { readonly save: KeptHosts; readonly place: string; readonly id: number }
  | { readonly recall: Int32Array; readonly place: string; readonly id: number }
  | { readonly close: true }

export type FromState =
  | { readonly open: true }
  /** Nothing can be kept, and why: one line. */
  | { readonly refused: string }
  /** These hosts are in the store, or wait for it. */
  | { readonly saved: number }
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly fault: string; readonly name: string }
  | { readonly stats: StateStats }
  | { readonly closed: true }
