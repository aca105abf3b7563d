/** Small shared state with expiry: texts, hashes and lists under keys. Keys and values are well-formed Unicode. */

/** One change. Times are milliseconds from now. */
export type Write =
  /** Takes the place of whatever the key holds; without `ttlMs` it stays. */
  | { readonly op: 'set'; readonly key: string; readonly value: string; readonly ttlMs?: number }
  | { readonly op: 'delete'; readonly key: string }
  /** Of a key of any kind; without `ttlMs` it stays from now on. A key that is not there is left so. */
  | { readonly op: 'expire'; readonly key: string; readonly ttlMs?: number }
  | { readonly op: 'hash-set'; readonly key: string; readonly field: string; readonly value: string }
  | { readonly op: 'hash-delete'; readonly key: string; readonly field: string }
  /** To the front of a list, of which the first `keep` stay. */
  | { readonly op: 'push'; readonly key: string; readonly value: string; readonly keep: number }

export interface ScanPage {
  /** A key may come twice in a whole scan; one that is there all the time comes. */
  readonly keys: readonly string[]
  /** For the next page; undefined: this was the last. */
  readonly cursor: string | undefined
}

/** Readers reject with StoreAway while the store cannot be reached, and with WrongKind where a key holds something else. */
export interface KeyValue {
  get(key: string): Promise<string | undefined>
  /** In the order of the keys. */
  getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]>
  /** Empty when there is none. */
  hash(key: string): Promise<ReadonlyMap<string, string>>
  hashGet(key: string, field: string): Promise<string | undefined>
  /** The first `limit` of a list: the newest first. */
  list(key: string, limit: number): Promise<readonly string[]>
  /** Keys of any kind that begin with `prefix`, some `limit` of them a page. */
  scan(prefix: string, limit: number, cursor?: string): Promise<ScanPage>
  /** A batch in its order: readers see all of it or nothing. Rejects with WrongKind where a key holds something else; what the rest of that batch did is not said. */
  write(batch: readonly Write[]): Promise<void>
}

/** The store cannot be reached, or takes nothing now: it may be tried again. `message` is one line. */
export class StoreAway extends Error {
  override readonly name = 'StoreAway'
}
/** The key holds another kind of thing. */
export class WrongKind extends Error {
  override readonly name = 'WrongKind'
}

export interface StateStats {
  readonly kind: 'memory' | 'sqlite' | 'redis'
  /** The file, or the server without its password. */
  readonly where: string
  readonly isAway: boolean
  /** Writes that wait for the store. */
  readonly waiting: number
  /** Writes that could not be kept. */
  readonly lost: number
  /** What is wrong now, one line each. */
  readonly faults: readonly string[]
}

/** All keys with a prefix, each once; at most `limit` of them. */
export async function keysOf(store: KeyValue, prefix: string, limit: number, page = 1000): Promise<string[]> {
  const keys = new Set<string>()
  let cursor: string | undefined
  do {
    const found = await store.scan(prefix, page, cursor)
    for (const key of found.keys) keys.add(key)
    cursor = found.cursor
  } while (cursor !== undefined && keys.size < limit)
  return [...keys].slice(0, limit)
}
