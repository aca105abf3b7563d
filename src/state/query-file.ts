import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MAX_SAVED_QUERIES, type QueryChange, type SavedQueries, type SavedQuery } from '../lib/saved-queries.ts'

const FILE = 'queries.json'

/** Named views of the past, in a file of the data folder. */
export class QueryFile implements SavedQueries {
  private readonly path: string | undefined
  private readonly now: () => number
  private queries: readonly SavedQuery[] = []

  /** Without a folder they last as long as the program. A file that cannot be understood is set aside. */
  constructor(folder: string | undefined, now: () => number = Date.now) {
    this.path = folder === undefined ? undefined : join(folder, FILE)
    this.now = now
    if (this.path !== undefined && existsSync(this.path)) this.queries = read(this.path)
  }

  get all(): readonly SavedQuery[] {
    return this.queries.toSorted((a, b) => b.usedMs - a.usedMs || Number(b.id) - Number(a.id))
  }

  add(name: string, view: string): SavedQuery | undefined {
    if (this.queries.length >= MAX_SAVED_QUERIES) return undefined
    const nowMs = this.now()
    const id = String(1 + Math.max(0, ...this.queries.map((one) => Number(one.id))))
    const made = { id, name, view, savedMs: nowMs, usedMs: nowMs }
    this.keep([...this.queries, made])
    return made
  }

  change(id: string, { name, view, used }: QueryChange): SavedQuery | undefined {
    const before = this.queries.find((one) => one.id === id)
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
    this.keep(this.queries.map((one) => (one === before ? after : one)))
    return after
  }

  remove(id: string): boolean {
    const others = this.queries.filter((one) => one.id !== id)
    if (others.length === this.queries.length) return false
    this.keep(others)
    return true
  }

  private keep(queries: readonly SavedQuery[]): void {
    if (this.path !== undefined) {
      writeFileSync(`${this.path}.new`, `${JSON.stringify(queries, null, 1)}\n`, { mode: 0o600, flush: true })
      renameSync(`${this.path}.new`, this.path)
    }
    this.queries = queries
  }
}

function isQuery(value: unknown): value is SavedQuery {
  if (typeof value !== 'object' || value === null) return false
  const { id, name, view, savedMs, usedMs } = value as Record<string, unknown>
  return typeof id === 'string' && /^\d{1,9}$/.test(id) && [name, view].every(isText) && [savedMs, usedMs].every(Number.isFinite)
}
const isText = (value: unknown) => typeof value === 'string'

function read(path: string): readonly SavedQuery[] {
  try {
    const queries: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (Array.isArray(queries) && queries.every(isQuery)) return queries
  } catch {
    // Set aside below.
  }
  renameSync(path, `${path}.damaged`)
  return []
}
