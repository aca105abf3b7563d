/**
 * A filter as a condition in SQL, true of the same rows as compileFilter says. Every value stands in it as a literal that the dialect has quoted; nothing of the
 * filter's text comes in as it is.
 */
import type { Fields } from '../lib/fields.ts'
import { maskWord, type Words } from './address.ts'
import { type Filter, membersOf, type Operator, type Shape, shapeOf, type Test, type Value } from './grammar.ts'

/** How a database says what the filter language needs. All conditions are of values that are there. */
export interface SqlDialect {
  text(value: string): string
  lower(column: string): string
  contains(column: string, text: string): string
  starts(column: string, text: string): string
  ends(column: string, text: string): string
  /** `pattern` has `*` and `?`. */
  like(column: string, pattern: string): string
  /** True when the condition is of one of the lines of the column. */
  anyLine(column: string, condition: (line: string) => string): string
  /** Both ends belong to it. */
  addressBetween(column: string, from: Words, to: Words): string
}

/** What a field of the glossary is called in the table: an expression, never null: what is absent is 0, '', or the address ::. */
export type SqlColumns = Readonly<Record<string, string | undefined>>

/** A field that the table does not have. */
export class NoSuchColumn extends Error {
  override readonly name = 'NoSuchColumn'
  readonly field: string
  constructor(field: string) {
    super(`${field} is not kept in history`)
    this.field = field
  }
}

export interface SqlContext {
  readonly fields: Fields
  readonly columns: SqlColumns
  readonly dialect: SqlDialect
  readonly nowMs: number
}

/** Throws NoSuchColumn. */
export function filterSql(filter: Filter, context: SqlContext): string {
  if (filter.type === 'not') return `NOT ${filterSql(filter.term, context)}`
  if (filter.type === 'test') return testSql(filter, context)
  const terms = filter.terms.map((term) => filterSql(term, context))
  return filter.type === 'and' ? all(terms) : any(terms)
}

const all = (terms: readonly string[]) => (terms.length === 0 ? 'true' : `(${terms.join(' AND ')})`)
const any = (terms: readonly string[]) => (terms.length === 0 ? 'false' : `(${terms.join(' OR ')})`)

function testSql(test: Test, context: SqlContext): string {
  const { fields } = context
  const names = (value?: Value) => {
    const members = membersOf(fields, test, value)
    const stored = members.filter((name) => context.columns[name] !== undefined)
    // A word that stands alone is looked for where it can be; a field that is named is meant.
    if (stored.length === 0 && members.length > 0) throw new NoSuchColumn(test.field === '' ? members[0]! : test.field)
    return stored
  }
  if (test.is === 'exists') return any(names().map((name) => existsSql(name, context)))
  const valuesOf = new Map<string, Value[]>()
  for (const value of test.values) for (const name of names(value)) valuesOf.set(name, [...(valuesOf.get(name) ?? []), value])
  const found = any([...valuesOf].map(([name, values]) => SHAPES[shapeOf(fields[name]!.kind)](name, test.is, values, context)))
  return test.is === '!=' ? `NOT ${found}` : found
}

const NOWHERE: Words = [0, 0, 0, 0]
function existsSql(name: string, context: SqlContext): string {
  const column = columnOf(name, context)
  const shape = shapeOf(context.fields[name]!.kind)
  if (shape === 'address') return `NOT ${context.dialect.addressBetween(column, NOWHERE, NOWHERE)}`
  return `${column} <> ${shape === 'number' ? '0' : "''"}`
}

const columnOf = (name: string, { columns }: SqlContext) => columns[name]!

type ShapeSql = (name: string, is: Operator, values: readonly Value[], context: SqlContext) => string
const ofText: ShapeSql = (name, is, values, context) => textSql(context.dialect.lower(columnOf(name, context)), is, values, context.dialect)
const SHAPES: Readonly<Record<Shape, ShapeSql>> = {
  address: (name, _, values, context) => any(values.map((value) => addressSql(columnOf(name, context), value, context))),
  app: (name, is, values, context) => {
    if (is !== '=' && is !== '!=' && is !== 'in') return ofText(name, is, values, context)
    const { dialect } = context
    const column = dialect.lower(columnOf(name, context))
    return any(values.map((value) => appSql(column, textOf(value).toLowerCase(), dialect)))
  },
  choice: ofText,
  flag: (name, _, values, context) =>
    `${values.some((value) => value.type === 'flag' && value.flag) ? '' : 'NOT '}${columnOf(name, context)}`,
  id: (name, _, values, context) => any(values.map((value) => `${columnOf(name, context)} = ${context.dialect.text(textOf(value))}`)),
  mac: ofText,
  number: (name, is, values, context) => {
    const optional = context.fields[name]!.optional === true
    return any(values.map((value) => numberSql(columnOf(name, context), is, value, context.nowMs, optional)))
  },
  text: ofText,
  texts: (name, is, values, context) =>
    context.dialect.anyLine(context.dialect.lower(columnOf(name, context)), (line) => textSql(line, is, values, context.dialect)),
}

const textOf = (value: Value): string => (value.type === 'text' || value.type === 'mac' ? value.text : '')

function textSql(column: string, is: Operator, values: readonly Value[], dialect: SqlDialect): string {
  const wanted = values.map((value) => textOf(value).toLowerCase())
  const first = wanted[0]!
  if (is === 'contains') return dialect.contains(column, first)
  if (is === 'starts') return dialect.starts(column, first)
  if (is === 'ends') return dialect.ends(column, first)
  if (is === 'like') return dialect.like(column, first)
  return `${column} IN (${wanted.map((text) => dialect.text(text)).join(', ')})`
}
/** Master.App is met whole or, by a word without a dot, by either part. */
function appSql(column: string, text: string, dialect: SqlDialect): string {
  const whole = `${column} = ${dialect.text(text)}`
  return text.includes('.') ? whole : any([whole, dialect.starts(column, `${text}.`), dialect.ends(column, `.${text}`)])
}

function numberSql(column: string, is: Operator, value: Value, nowMs: number, optional: boolean): string {
  const [from, to] = limitsOf(value, nowMs)
  const present = (condition: string) => (optional ? `(${condition} AND ${column} <> 0)` : condition)
  if (is === '>') return `${column} > ${from}`
  if (is === '>=') return from > 0 ? `${column} >= ${from}` : present(`${column} >= ${from}`)
  if (is === '<') return present(`${column} < ${from}`)
  if (is === '<=') return present(`${column} <= ${from}`)
  return from === to ? `${column} = ${from}` : to === 0 ? `${column} BETWEEN ${from} AND 0` : present(`${column} BETWEEN ${from} AND ${to}`)
}
function limitsOf(value: Value, nowMs: number): readonly [number, number] {
  if (value.type === 'range') return [limitsOf(value.from, nowMs)[0], limitsOf(value.to, nowMs)[1]]
  const n = value.type === 'number' ? value.number : value.type === 'ago' ? nowMs - value.agoMs : Number.NaN
  return [n, n]
}

function addressSql(column: string, value: Value, { columns, dialect }: SqlContext): string {
  if (value.type === 'range' && value.from.type === 'network' && value.to.type === 'network')
    return dialect.addressBetween(column, value.from.words, value.to.words)
  if (value.type !== 'network') return 'false'
  const { words, bits, vlan } = value
  const last = words.map((word, i) => word | ~maskWord(bits, i)) as unknown as Words
  const inside = dialect.addressBetween(column, words, last)
  return vlan === undefined ? inside : `(${inside} AND ${columns['vlan']} = ${vlan})`
}
