import { type Entity, entities, type Field, type Fields, type ItemOf, type Reads } from '../../lib/fields.ts'
import type { RowReader } from '../../lib/rows.ts'

type FieldsOf<E extends Entity> = (typeof entities)[E]

/** How one live table is read, field by field of the glossary. */
export interface View<E extends Entity = Entity> {
  readonly entity: E
  /** Rows 0 … used-1 may be live. */
  used(): number
  isLive(row: number): boolean
  readonly read: Reads<FieldsOf<E>>
  /** Words of the address fields. */
  readonly words: Readonly<Record<string, (row: number, word: number) => number>>
  /** Numbers that sort as the text of a field does, where making the text would cost. */
  readonly order?: Readonly<Record<string, (row: number) => number>>
  /** A number for each value of a field, where making the value itself would cost; facets count by it. */
  readonly keys?: Readonly<Record<string, (row: number) => number>>
  /** Orders rows that are equal by what a list is sorted by, and stands in its cursor; left out: their numbers. */
  readonly tie?: (row: number) => number
  /** What a facet weighs a row by. */
  bytes(row: number): number
}

/** The row as an object; what is not known is left out. */
export function itemOf<E extends Entity>(view: View<E>, row: number): ItemOf<E> {
  const item: Record<string, unknown> = {}
  for (const [name, read] of Object.entries(view.read as Record<string, (row: number) => unknown>)) {
    const value = read(row)
    if (value !== undefined && value !== '') item[name] = value
    else if ((entities[view.entity] as Fields)[name]?.optional !== true) item[name] = value ?? ''
  }
  return item as ItemOf<E>
}

const TEXTS: readonly Field['kind'][] = ['address', 'app', 'choice', 'id', 'mac', 'text', 'texts']
export const isText = (field: Field): boolean => TEXTS.includes(field.kind)
/** A value as text; several texts are lines. */
export const textOf = (value: unknown): string => (Array.isArray(value) ? value.join('\n') : String(value ?? ''))

/** The view as the filter language and sorting read it. */
export function readerOf(view: View): RowReader {
  const read = view.read as Readonly<Record<string, (row: number) => unknown>>
  const of = (field: string) => {
    const f = read[field]
    if (f === undefined) throw new Error(`${view.entity} has no field ${field}`)
    return f
  }
  return {
    number: (field) => {
      const f = of(field)
      return (row) => Number(f(row) ?? 0)
    },
    text: (field) => {
      const f = of(field)
      return (row) => textOf(f(row))
    },
    address: (field) => view.words[field] ?? (() => 0),
  }
}
