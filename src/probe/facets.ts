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
}

class ValueCounter {
  private readonly name: string
  private readonly reads: ((row: number) => unknown)[]
  private readonly weights = new Map<unknown, Weight>()

  constructor(view: View, name: string, fields: Fields) {
    const field = fields[name]
    if (field === undefined) throw new BadQuestion('fields', `${view.entity} have no field ${name}`, undefined, Object.keys(fields))
    this.name = name
    const read = view.read as Readonly<Record<string, (row: number) => unknown>>
    this.reads = (field.anyOf ?? [name]).map((member) => read[member] ?? readerOf(view).text(member))
  }

  count(row: number, bytes: number): void {
    for (const read of this.reads) {
      const value = read(row)
      if (value === undefined || value === '') continue
      const weight = this.weights.get(value)
      if (weight !== undefined) {
        weight.rows++
        weight.bytes += bytes
      } else if (this.weights.size < MAX_VALUES) this.weights.set(value, { rows: 1, bytes })
    }
  }

  top(prefix: string | undefined, limit: number): Facet {
    const values = [...this.weights]
      .map(([value, weight]) => ({ value: String(value), ...weight }))
      .filter(({ value }) => prefix === undefined || value.toLowerCase().includes(prefix))
      .sort((a, b) => b.bytes - a.bytes || b.rows - a.rows)
    return { field: this.name, values: values.slice(0, limit) }
  }
}
