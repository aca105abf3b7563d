import { DEFAULT_SORT, type Entity, entities, type Fields } from '../lib/fields.ts'
import { BadQuestion, type ListAnswer, type ListQuery } from '../lib/live.ts'
import type { RowPredicate } from '../lib/rows.ts'
import { compileFilter, parseFilter } from '../query/filter.ts'
import { isText, itemOf, readerOf, type View } from '../tables/views/view.ts'

export const MAX_LIMIT = 1000
type Key = number | string

/** The filter as a test of rows; undefined lets all through. */
export function predicateOf(view: View, filter: string | undefined, nowMs: number): RowPredicate | undefined {
  if (filter === undefined || filter.trim() === '') return undefined
  const fields: Fields = entities[view.entity]
  const parsed = parseFilter(filter, fields)
  if (!parsed.ok) throw new BadQuestion('filter', parsed.error.message, parsed.error.offset, parsed.error.expected)
  return compileFilter(parsed.filter, fields, readerOf(view), nowMs)
}

/** What rows are sorted by: a number where there is one, so that no text is made of rows that are not shown. */
function sortKey(view: View, field: string): (row: number) => Key {
  const fields: Fields = entities[view.entity]
  const f = fields[field]
  if (f === undefined || f.anyOf !== undefined) {
    const known = Object.keys(fields).filter((name) => fields[name]!.anyOf === undefined)
    throw new BadQuestion('sort', `${view.entity} cannot be sorted by ${field}`, undefined, known)
  }
  const own = view.order?.[field]
  if (own !== undefined) return own
  const reader = readerOf(view)
  return isText(f) ? reader.text(field) : reader.number(field)
}

/** Answers a list from a table: filters, finds the first rows in order with a bounded heap, and makes objects of those alone. */
export function list<E extends Entity>(view: View<E>, query: ListQuery, nowMs: number): ListAnswer<E> {
  const limit = Math.min(Math.max(1, Math.floor(query.limit)), MAX_LIMIT)
  const sort = query.sort ?? DEFAULT_SORT[view.entity]
  const keep = predicateOf(view as View, query.filter, nowMs)
  const top = new Top(limit, query.order !== 'asc', query.cursor === undefined ? undefined : readCursor(query.cursor))
  const key = sortKey(view as View, sort)
  let total = 0
  let matching = 0
  const used = view.used()
  for (let row = 0; row < used; row++) {
    if (!view.isLive(row)) continue
    total++
    if (keep !== undefined && !keep(row)) continue
    matching++
    top.offer(key(row), row)
  }
  const rows = top.inOrder()
  const last = rows.at(-1)
  const more = last !== undefined && top.left > 0
  return {
    nowMs,
    items: rows.map(({ row }) => itemOf(view, row)),
    matching,
    total,
    ...(more ? { cursor: JSON.stringify([last.key, last.row]) } : {}),
  }
}

interface Entry {
  readonly key: Key
  readonly row: number
}

function readCursor(text: string): Entry {
  try {
    const [key, row] = JSON.parse(text) as [unknown, unknown]
    if ((typeof key === 'number' || typeof key === 'string') && Number.isInteger(row)) return { key, row: row as number }
  } catch {
    // Said below.
  }
  throw new BadQuestion('cursor', 'this cursor was not given by an earlier answer')
}

/** The first `limit` entries in order (ties by row) of all that are offered, behind `after`: a heap whose root is the last of them. */
class Top {
  private readonly keys: Key[] = []
  private readonly rows: number[] = []
  private readonly limit: number
  private readonly descending: boolean
  private readonly after: Entry | undefined
  /** Entries behind `after` that found no place. */
  left = 0

  constructor(limit: number, descending: boolean, after: Entry | undefined) {
    this.limit = limit
    this.descending = descending
    this.after = after
  }

  /** Whether entry 1 comes before entry 2. */
  private before(key1: Key, row1: number, key2: Key, row2: number): boolean {
    if (key1 === key2) return row1 < row2
    return this.descending ? key1 > key2 : key1 < key2
  }

  offer(key: Key, row: number): void {
    const { after, keys, rows } = this
    if (after !== undefined && !this.before(after.key, after.row, key, row)) return
    if (keys.length < this.limit) {
      keys.push(key)
      rows.push(row)
      this.rise(keys.length - 1)
      return
    }
    this.left++
    if (!this.before(key, row, keys[0]!, rows[0]!)) return
    keys[0] = key
    rows[0] = row
    this.sink()
  }

  private rise(from: number): void {
    for (let i = from; i > 0; ) {
      const parent = (i - 1) >> 1
      if (!this.before(this.keys[parent]!, this.rows[parent]!, this.keys[i]!, this.rows[i]!)) return
      this.swap(i, parent)
      i = parent
    }
  }
  private sink(): void {
    const n = this.keys.length
    for (let i = 0; ; ) {
      let last = i
      for (const child of [2 * i + 1, 2 * i + 2])
        if (child < n && this.before(this.keys[last]!, this.rows[last]!, this.keys[child]!, this.rows[child]!)) last = child
      if (last === i) return
      this.swap(i, last)
      i = last
    }
  }
  private swap(i: number, j: number): void {
    ;[this.keys[i], this.keys[j]] = [this.keys[j]!, this.keys[i]!]
    ;[this.rows[i], this.rows[j]] = [this.rows[j]!, this.rows[i]!]
  }

  inOrder(): Entry[] {
    return this.keys.map((key, i) => ({ key, row: this.rows[i]! })).sort((x, y) => (this.before(x.key, x.row, y.key, y.row) ? -1 : 1))
  }
}
