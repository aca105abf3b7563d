/** A view of the past that was given a name; all users share them, and all wiretops that have one store of state. */
export interface SavedQuery {
  readonly id: string
  readonly name: string
  /** As the console's address has it: `by=app&range=24h`. Nothing is believed of it but its length. */
  readonly view: string
  /** Epoch milliseconds: when it was saved or changed, and when somebody opened it last. */
  readonly savedMs: number
  readonly usedMs: number
}
export const MAX_QUERY_NAME = 100
export const MAX_QUERY_VIEW = 12_288
export const MAX_SAVED_QUERIES = 500

/** What is not said stays as it is. */
export interface QueryChange {
  readonly name?: string
  readonly view?: string
  /** Somebody has opened it. */
  readonly used?: boolean
}

/** Where they are kept. What is said holds at once. */
export interface SavedQueries {
  /** Those that were used last come first. */
  readonly all: readonly SavedQuery[]
  /** Undefined: there are too many already. */
  add(name: string, view: string): SavedQuery | undefined
  /** Undefined: there is none with this id. */
  change(id: string, change: QueryChange): SavedQuery | undefined
  remove(id: string): boolean
}
