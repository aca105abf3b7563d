/** A filter as canonical text, and text that grows by clicks. `parseFilter` of the first gives the same filter again. */
import type { FieldKind } from '../lib/fields.ts'
import { formatAddress } from '../wire/address.ts'
import { isV4 } from './address.ts'
import type { Filter, Operator, Test, Value } from './grammar.ts'
import { keywordOf, lex, quote, quoteValue } from './lexer.ts'

export function formatFilter(filter: Filter): string {
  if (filter.type === 'test') return formatTest(filter)
  if (filter.type === 'not') return `not ${inner(filter.term, filter.term.type !== 'test' && filter.term.type !== 'not')}`
  return filter.terms.map((term) => inner(term, filter.type === 'and' && term.type === 'or')).join(` ${filter.type} `)
}
const inner = (filter: Filter, grouped: boolean) => (grouped ? `(${formatFilter(filter)})` : formatFilter(filter))

function formatTest(test: Test): string {
  const values = test.values.map((value) => formatValue(value, test.kind))
  // Quoted, text that stands alone cannot be taken for a field, an address or a port.
  if (test.field === '') return test.is === 'contains' ? quote((test.values[0] as { text: string }).text) : values[0]!
  if (test.is === 'exists') return `${test.field} exists`
  return `${test.field} ${test.is} ${values.length > 1 ? `(${values.join(', ')})` : values[0]}`
}

export function formatValue(value: Value, kind: FieldKind): string {
  if (value.type === 'number') return formatNumber(value.number, kind)
  if (value.type === 'ago') return value.agoMs === 0 ? 'now' : `-${formatNumber(value.agoMs, 'durationMs')}`
  if (value.type === 'range') return `${formatValue(value.from, kind)}..${formatValue(value.to, kind)}`
  if (value.type === 'flag') return value.flag ? 'yes' : 'no'
  if (value.type === 'mac') return value.text
  // Where a name could be meant as well, quotes keep what looks like an address a name.
  if (value.type === 'text') return kind === 'address' && /^[\d[]|:/.test(value.text) ? quote(value.text) : quoteValue(value.text)
  const prefix = value.bits === 128 ? '' : `/${isV4(value.words) ? value.bits - 96 : value.bits}`
  return `${formatAddress(...value.words)}${prefix}${value.vlan === undefined ? '' : `@${value.vlan}`}`
}

type Units = readonly (readonly [string, number])[]
const SCALES: Units = [
  ['T', 1e12],
  ['G', 1e9],
  ['M', 1e6],
  ['k', 1e3],
]
const DURATIONS: Units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
]
const YEAR_10000_MS = 253_402_300_800_000
/** In the largest unit that divides it. */
function formatNumber(n: number, kind: FieldKind): string {
  if (kind === 'timeMs') return Number.isInteger(n) && n < YEAR_10000_MS ? new Date(n).toISOString().replace('.000Z', 'Z') : String(n)
  const units = kind === 'durationMs' ? DURATIONS : kind === 'port' ? [] : SCALES
  const found = n === 0 ? undefined : units.find(([, size]) => n % size === 0)
  return found ? `${n / found[1]}${found[0]}` : `${n}${kind === 'durationMs' ? 'ms' : ''}`
}

export type Joined = 'and' | 'and-not' | 'or' | 'or-not' | 'only'
export type Given = string | number | boolean

/** The filter text with one more test, as a click on a value asks for it. What was there keeps its meaning, and its errors. */
export function addTerm(text: string, field: string, is: Operator, value: Given | readonly Given[] | undefined, how: Joined): string {
  const before = how === 'only' ? '' : text.trim()
  const given = value === undefined ? [] : typeof value === 'object' ? value : [value]
  const values = given.map((one) => quoteValue(String(one)))
  const shown = is === 'in' ? ` (${values.join(', ')})` : values.length > 0 ? ` ${values[0]}` : ''
  const negated = how === 'and-not' || how === 'or-not'
  const term = negated ? (is === '=' ? `${field} !=${shown}` : `not ${field} ${is}${shown}`) : `${field} ${is}${shown}`
  if (before === '') return term
  if (how === 'or' || how === 'or-not') return `${before} or ${term}`
  return `${hasOpenOr(before) ? `(${before})` : before} and ${term}`
}

/** Whether an `or` stands outside all parentheses. */
function hasOpenOr(text: string): boolean {
  let depth = 0
  for (const token of lex(text)) {
    if (keywordOf(token) === '(') depth++
    else if (keywordOf(token) === ')') depth--
    else if (depth === 0 && keywordOf(token) === 'or') return true
  }
  return false
}
