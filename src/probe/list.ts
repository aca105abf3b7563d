import { DEFAULT_SORT, type Entity, entities, type Field, type Fields } from '../lib/fields.ts'
import { BadQuestion, type ListAnswer, type ListQuery } from '../lib/live.ts'
import type { RowPredicate } from '../lib/rows.ts'
import { compileFilter, type Filter, parseFilter } from '../query/filter.ts'
import { isText, itemOf, readerOf, type View } from '../tables/views/view.ts'

export const MAX_LIMIT = 1000
type Key = number | string

/** The filter as a test of rows; undefined lets all through. */
export function predicateOf(view: View, filter: string | undefined, nowMs: number): RowPredicate | undefined {
  const parsed = parsedFilter(view.entity, filter)
  return parsed && compileFilter(parsed, entities[view.entity], readerOf(view), nowMs)
}
export function parsedFilter(entity: Entity, filter: string | undefined): Filter | undefined {
  if (filter === undefined || filter.trim() === '') return undefined
  const parsed = parseFilter(filter, entities[entity])
  if (!parsed.ok) throw new BadQuestion('filter', parsed.error.message, parsed.error.offset, parsed.error.expected)
  return parsed.filter
}

export function checkSort(entity: Entity, field: string): Field {
  const fields: Fields = entities[entity]
  const f = Object.hasOwn(fields, field) ? fields[field] : undefined
  if (f !== undefined && f.anyOf === undefined) return f
  const known = Object.keys(fields).filter((name) => fields[name]!.anyOf === undefined)
  throw new BadQuestion('sort', `${entity} cannot be sorted by ${field}`, undefined, known)
}

/** Rows are sorted by a number where there is one, so that no text is made of rows that are not shown. */
function topBy(view: View, field: string, limit: number, descending: boolean, after: After | undefined): Top {
  const f = checkSort(view.entity, field)
  const order = view.order?.[field]
  const reader = readerOf(view)
  return order === undefined && isText(f)
    ? new TextTop(limit, descending, after, reader.text(field), view.tie)
    : new NumberTop(limit, descending, after, order ?? reader.number(field), view.tie)
}

/** Answers a list from a table; objects are made of the rows alone that are shown. */
export function list<E extends Entity>(view: View<E>, query: ListQuery, nowMs: number): ListAnswer<E> {
  const { rows, ...counts } = pick(view as View, query, nowMs)
  return { nowMs, items: rows.map((row) => itemOf(view, row)), ...counts }
}

export interface Picked extends Omit<ListAnswer, 'items' | 'nowMs'> {
  readonly rows: readonly number[]
}

/** The word that a list is sorted by. */
export const sortOf = (query: ListQuery): string => query.sort ?? DEFAULT_SORT[query.entity]

/** Filters, and finds the first rows in order with a bounded heap. */
export function pick(view: View, query: ListQuery, nowMs: number): Picked {
  const limit = Math.min(Math.max(1, Math.floor(query.limit)), MAX_LIMIT)
  const keep = predicateOf(view, query.filter, nowMs)
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor)
  const top = topBy(view, sortOf(query), limit, query.order !== 'asc', after)
  let total = 0
  let matching = 0
  const used = view.used()
  for (let row = 0; row < used; row++) {
    if (!view.isLive(row)) continue
    total++
    if (keep !== undefined && !keep(row)) continue
    matching++
    top.offer(row)
  }
  const rows = top.inOrder()
  const last = rows.at(-1)
  const more = last !== undefined && top.left > 0
  return {
    rows: rows.map(({ row }) => row),
    matching,
    total,
    ...(more ? { cursor: JSON.stringify([last.key, view.tie?.(last.row) ?? last.row]) } : {}),
  }
}

interface Entry {
  readonly key: Key
  readonly row: number
}
/** Where the page before ended; `tie` is what orders equal keys. */
interface After {
  readonly key: Key
  readonly tie: number
}

function readCursor(text: string): After {
  try {
    const [key, tie] = JSON.parse(text) as [unknown, unknown]
    if ((typeof key === 'number' || typeof key === 'string') && Number.isInteger(tie)) return { key, tie: tie as number }
  } catch {
    // Said below.
  }
  throw new BadQuestion('cursor', 'this cursor was not given by an earlier answer')
}

type Tie = ((row: number) => number) | undefined

/** The first `limit` rows in order (ties by `tie`, else by row) of all that are offered, behind `after`: a heap whose root is the last of them. */
abstract class Top {
  protected readonly rows: Int32Array
  protected readonly limit: number
  protected readonly after: After | undefined
  protected readonly tie: Tie
  protected count = 0
  /** Rows behind `after` that found no place. */
  left = 0

  constructor(limit: number, after: After | undefined, tie: Tie) {
    this.limit = limit
    this.after = after
    this.tie = tie
    this.rows = new Int32Array(limit)
  }
  protected isFirst(row1: number, row2: number): boolean {
    const { tie } = this
    return tie === undefined ? row1 < row2 : tie(row1) < tie(row2)
  }
  protected isBehind(row: number, tie: number): boolean {
    return (this.tie?.(row) ?? row) > tie
  }
  abstract offer(row: number): void
  abstract inOrder(): Entry[]
}

/**
 * By numbers. Ascending order is descending order of the negated key, so there is one comparison; the keys lie in a typed array, because a list in the
 * order of its rows replaces the root at every row.
 */
class NumberTop extends Top {
  private readonly keys: Float64Array
  private readonly key: (row: number) => number
  private readonly sign: number
  private readonly afterKey: number

  constructor(limit: number, descending: boolean, after: After | undefined, key: (row: number) => number, tie: Tie) {
    super(limit, after, tie)
    this.keys = new Float64Array(limit)
    this.key = key
    this.sign = descending ? 1 : -1
    this.afterKey = after === undefined ? 0 : Number(after.key) * this.sign
  }

  offer(row: number): void {
    const { after, keys, rows } = this
    const key = this.key(row) * this.sign
    if (after !== undefined && (key > this.afterKey || (key === this.afterKey && !this.isBehind(row, after.tie)))) return
    if (this.count < this.limit) {
      this.rise(key, row)
      return
    }
    this.left++
    if (key > keys[0]! || (key === keys[0]! && this.isFirst(row, rows[0]!))) this.sink(key, row)
  }

  private rise(key: number, row: number): void {
    const { keys, rows } = this
    let i = this.count++
    for (; i > 0; ) {
      const parent = (i - 1) >> 1
      if (keys[parent]! < key || (keys[parent]! === key && this.isFirst(row, rows[parent]!))) break
      keys[i] = keys[parent]!
      rows[i] = rows[parent]!
      i = parent
    }
    keys[i] = key
    rows[i] = row
  }
  private sink(key: number, row: number): void {
    const { keys, rows, limit } = this
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= limit) break
      const right = child + 1
      if (right < limit && (keys[right]! < keys[child]! || (keys[right]! === keys[child]! && this.isFirst(rows[child]!, rows[right]!))))
        child = right
      if (keys[child]! > key || (keys[child]! === key && this.isFirst(rows[child]!, row))) break
      keys[i] = keys[child]!
      rows[i] = rows[child]!
      i = child
    }
    keys[i] = key
    rows[i] = row
  }

  inOrder(): Entry[] {
    const found = Array.from({ length: this.count }, (_, i) => ({ key: this.keys[i]!, row: this.rows[i]! }))
    return found
      .sort((x, y) => y.key - x.key || (this.isFirst(x.row, y.row) ? -1 : 1))
      .map(({ key, row }) => ({ key: key * this.sign, row }))
  }
}

/** By text. */
class TextTop extends Top {
  private readonly keys: string[] = []
  private readonly key: (row: number) => string
  private readonly descending: boolean

  constructor(limit: number, descending: boolean, after: After | undefined, key: (row: number) => string, tie: Tie) {
    super(limit, after, tie)
    this.key = key
    this.descending = descending
  }

  private before(key1: string, row1: number, key2: string, row2: number): boolean {
    return key1 === key2 ? this.isFirst(row1, row2) : this.isBefore(key1, key2)
  }
  private isBefore(key1: string, key2: string): boolean {
    return this.descending ? key1 > key2 : key1 < key2
  }

  offer(row: number): void {
    const { after, keys, rows, limit } = this
    const key = this.key(row)
    if (after !== undefined) {
      const end = String(after.key)
      if (end === key ? !this.isBehind(row, after.tie) : !this.isBefore(end, key)) return
    }
    if (this.count === limit) {
      this.left++
      if (!this.before(key, row, keys[limit - 1]!, rows[limit - 1]!)) return
    }
    // Few texts differ, so few come this far: kept in order, each put in its place.
    let low = 0
    for (let high = this.count; low < high; ) {
      const middle = (low + high) >> 1
      if (this.before(keys[middle]!, rows[middle]!, key, row)) low = middle + 1
      else high = middle
    }
    if (this.count < limit) this.count++
    keys.splice(low, 0, key)
    keys.length = this.count
    rows.copyWithin(low + 1, low, this.count - 1)
    rows[low] = row
  }

  inOrder(): Entry[] {
    return this.keys.map((key, i) => ({ key, row: this.rows[i]! }))
  }
}
