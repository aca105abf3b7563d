import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { type KeyValue, StoreAway } from '../lib/key-value.ts'
import {
  MAX_QUERY_NAME,
  MAX_QUERY_VIEW,
  MAX_SAVED_QUERIES,
  type QueryChange,
  type SavedQueries,
  type SavedQuery,
} from '../lib/saved-queries.ts'
import { queriesKey } from './keys.ts'
import { RememberedHash } from './remembered-hash.ts'

/** Where they were kept before. */
const FORMER_FILE = 'queries.json'
/** Several wiretops may save one at the same time: numbers are drawn by chance. */
const MAX_ID = 1_000_000_000

/** Named views of the past, in the store of state: what was read once is remembered. */
export class KeptQueries implements SavedQueries {
  private readonly hash: RememberedHash
  private readonly now: () => number

  constructor(store: KeyValue, now: () => number = Date.now) {
    this.hash = new RememberedHash(store, queriesKey, MAX_SAVED_QUERIES)
    this.now = now
  }

  /** Reads what is kept, and takes over the file of a folder where they were before. False: the store is away. */
  async read(folder?: string): Promise<boolean> {
    try {
      await this.hash.read()
    } catch (error) {
      if (!(error instanceof StoreAway)) throw error
      return false
    }
    if (folder !== undefined) this.takeOver(join(folder, FORMER_FILE))
    return true
  }

  private takeOver(file: string): void {
    if (!existsSync(file)) return
    const former = readFormer(file)
    for (const one of former) if (!this.hash.isFull) this.keep(this.hash.all.has(one.id) ? { ...one, id: this.newId() } : one)
    if (existsSync(file)) renameSync(file, `${file}.taken`)
  }

  get all(): readonly SavedQuery[] {
    return this.queries().sort((a, b) => b.usedMs - a.usedMs || b.savedMs - a.savedMs)
  }
  /** Anything may stand in a store that others write to. */
  private queries(): SavedQuery[] {
    return [...this.hash.all].flatMap(([id, text]) => {
      const query = queryOf(id, text)
      return query === undefined ? [] : [query]
    })
  }

  add(name: string, view: string): SavedQuery | undefined {
    if (this.hash.isFull) return undefined
    const nowMs = this.now()
    const made = { id: this.newId(), name, view, savedMs: nowMs, usedMs: nowMs }
    this.keep(made)
    return made
  }

  change(id: string, { name, view, used }: QueryChange): SavedQuery | undefined {
    const before = this.queries().find((one) => one.id === id)
    if (before === undefined) return undefined
    const nowMs = this.now()
    const isSaved = name !== undefined || view !== undefined
    const after = {
      ...before,
      ...(name !== undefined && { name }),
      ...(view !== undefined && { view }),
      ...(isSaved && { savedMs: nowMs }),
      ...(used === true && { usedMs: nowMs }),
    }
    this.keep(after)
    return after
  }

  remove(id: string): boolean {
    if (!this.hash.all.has(id)) return false
    this.hash.set(id, undefined)
    return true
  }

  private keep({ id, ...said }: SavedQuery): void {
    this.hash.set(id, JSON.stringify(said))
  }
  private newId(): string {
    let id: string
    do id = String(1 + Math.floor(Math.random() * (MAX_ID - 1)))
    while (this.hash.all.has(id))
    return id
  }
}

function queryOf(id: string, text: string): SavedQuery | undefined {
  try {
    const query: unknown = { ...(JSON.parse(text) as object), id }
    return isQuery(query) ? query : undefined
  } catch {
    return undefined
  }
}

function isQuery(value: unknown): value is SavedQuery {
  if (typeof value !== 'object' || value === null) return false
  const { id, name, view, savedMs, usedMs } = value as Record<string, unknown>
  return (
    typeof id === 'string' &&
    /^\d{1,9}$/.test(id) &&
    isText(name, MAX_QUERY_NAME) &&
    isText(view, MAX_QUERY_VIEW) &&
    [savedMs, usedMs].every(Number.isFinite)
  )
}
const isText = (value: unknown, max: number) => typeof value === 'string' && value.length <= max

/** A file that cannot be understood is set aside. */
function readFormer(path: string): readonly SavedQuery[] {
  try {
    const queries: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (Array.isArray(queries) && queries.every(isQuery)) return queries
  } catch {
    // Set aside below.
  }
  renameSync(path, `${path}.damaged`)
  return []
}
