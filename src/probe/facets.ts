import { entities, type Fields } from '../lib/fields.ts'
import { BadQuestion, type Facet } from '../lib/live.ts'
import { readerOf, type View } from '../tables/views/view.ts'
import { predicateOf } from './list.ts'

/** Different values of a field that are told apart; what comes after is in none. */
const MAX_VALUES = 20_000

/** Values of some fields with most bytes among the rows that a filter lets through. A word that stands for several fields takes all of them. */
export function facets(
  view: View,
  names: readonly string[],
  filter: string | undefined,
  prefix: string | undefined,
  limit: number,
  nowMs: number,
): Facet[] {
  const fields: Fields = entities[view.entity]
  const keep = predicateOf(view, filter, nowMs)
  const counters = names.map((name) => new ValueCounter(view, name, fields))
  const used = view.used()
  for (let row = 0; row < used; row++) {
    if (!view.isLive(row) || (keep !== undefined && !keep(row))) continue
    const bytes = view.bytes(row)
    for (const counter of counters) counter.count(row, bytes)
  }
  return counters.map((counter) => counter.top(prefix?.toLowerCase(), limit))
}

interface Weight {
  rows: number
  bytes: number
  /** A row that has the value. */
  readonly row: number
}

class ValueCounter {
  private readonly name: string
  /** A row has several values: each counts. */
  private readonly isList: boolean
  private readonly members: {
    readonly read: (row: number) => unknown
    readonly key: (row: number) => unknown
    readonly weights: Map<unknown, Weight>
  }[]

  constructor(view: View, name: string, fields: Fields) {
    const field = fields[name]
    if (field === undefined) throw new BadQuestion('fields', `${view.entity} have no field ${name}`, undefined, Object.keys(fields))
    this.name = name
    this.isList = field.kind === 'texts'
    const reads = view.read as Readonly<Record<string, (row: number) => unknown>>
    this.members = (field.anyOf ?? [name]).map((member) => {
      const read = reads[member] ?? readerOf(view).text(member)
      return { read, key: this.isList ? read : (view.keys?.[member] ?? read), weights: new Map<unknown, Weight>() }
    })
  }

  count(row: number, bytes: number): void {
    for (const { key, weights } of this.members) {
      const value = key(row)
      if (this.isList) for (const one of (value as readonly string[] | undefined) ?? []) weigh(weights, one, row, bytes)
      else weigh(weights, value, row, bytes)
    }
  }

  top(prefix: string | undefined, limit: number): Facet {
    const byValue = new Map<string, { value: string; rows: number; bytes: number }>()
    for (const { read, weights } of this.members)
      for (const { rows, bytes, value } of firstOf(this.isList ? undefined : read, weights, prefix, limit)) {
        const there = byValue.get(value)
        byValue.set(value, there === undefined ? { value, rows, bytes } : { value, rows: there.rows + rows, bytes: there.bytes + bytes })
      }
    return { field: this.name, values: [...byValue.values()].sort(byWeight).slice(0, limit) }
  }
}

function weigh(weights: Map<unknown, Weight>, value: unknown, row: number, bytes: number): void {
  if (value === undefined || value === '') return
  const weight = weights.get(value)
  if (weight !== undefined) {
    weight.rows++
    weight.bytes += bytes
  } else if (weights.size < MAX_VALUES) weights.set(value, { rows: 1, bytes, row })
}

const byWeight = (a: { bytes: number; rows: number }, b: { bytes: number; rows: number }) => b.bytes - a.bytes || b.rows - a.rows

/** The heaviest values that hold the text; the text of a value is made only until there are enough. Without `read` the keys are the values. */
function* firstOf(
  read: ((row: number) => unknown) | undefined,
  weights: ReadonlyMap<unknown, Weight>,
  text: string | undefined,
  limit: number,
) {
  let found = 0
  for (const [key, { row, rows, bytes }] of [...weights].sort(([, a], [, b]) => byWeight(a, b))) {
    const value = read === undefined ? key : read(row)
    if (value === undefined || value === '' || (text !== undefined && !String(value).toLowerCase().includes(text))) continue
    yield { value: String(value), rows, bytes }
    if (++found === 2 * limit) return
  }
}
