/** The tables of the filter language: its tree, its operators, which kind of field takes which, and its bounds. */
import type { Field, FieldKind, Fields } from '../lib/fields.ts'
import type { Words } from './address.ts'

export const MAX_TEXT_LEN = 8192
/** Parentheses and `not` inside each other. */
export const MAX_DEPTH = 64
/** Tests and the values of their lists. */
export const MAX_TERMS = 512

export type Filter = Group | Not | Test

/** Never directly inside a group of its own type. An `and` of nothing, which matches every row, is the filter of an empty text. */
export interface Group {
  readonly type: 'and' | 'or'
  readonly terms: readonly Filter[]
}
export interface Not {
  readonly type: 'not'
  readonly term: Filter
}
export interface Test {
  readonly type: 'test'
  /** As the glossary spells it; empty for a value that stands alone: `membersOf` tells which fields that means. */
  readonly field: string
  readonly kind: FieldKind
  readonly is: Operator
  /** Several only for `in`, none for `exists`. */
  readonly values: readonly Value[]
}

export type Value =
  | { readonly type: 'number'; readonly number: number }
  /** A time, so long before the moment of asking. */
  | { readonly type: 'ago'; readonly agoMs: number }
  /** Host bits are zero. A single address has 128 bits. */
  | { readonly type: 'network'; readonly words: Words; readonly bits: number; readonly vlan?: number }
  /** Both ends belong to it; they are numbers, times, or networks of 128 bits. */
  | { readonly type: 'range'; readonly from: Value; readonly to: Value }
  | { readonly type: 'mac'; readonly text: string }
  | { readonly type: 'flag'; readonly flag: boolean }
  | { readonly type: 'text'; readonly text: string }

/** In the order in which completion offers them. */
export const OPERATORS = {
  '=': 'is',
  '!=': 'is not',
  '<': 'less than',
  '<=': 'at most',
  '>': 'more than',
  '>=': 'at least',
  in: 'is one of a list, in a network or range',
  contains: 'has this text in it',
  starts: 'starts with this text',
  ends: 'ends with this text',
  like: 'matches a pattern of * and ?',
  exists: 'has a value',
} as const satisfies Record<string, string>
export type Operator = keyof typeof OPERATORS

/** Other spellings of operators and keywords. */
const SPELLINGS: Readonly<Record<string, string>> = { '==': '=', '<>': '!=', '~': 'contains', '&&': 'and', '||': 'or', '!': 'not' }
/** What a sign means. */
export const signed = (sign: string): string => SPELLINGS[sign] ?? sign
/** Words that are never a value unless quoted. */
export const LOGIC: readonly string[] = ['and', 'or', 'not']
export const isOperator = (word: string): word is Operator => Object.hasOwn(OPERATORS, word)

/** How the values of a kind are compared. */
export type Shape = 'address' | 'app' | 'choice' | 'flag' | 'id' | 'mac' | 'number' | 'text' | 'texts'
export const shapeOf = (kind: FieldKind): Shape =>
  kind === 'address' ||
  kind === 'app' ||
  kind === 'choice' ||
  kind === 'flag' ||
  kind === 'id' ||
  kind === 'mac' ||
  kind === 'text' ||
  kind === 'texts'
    ? kind
    : 'number'

const EQUAL: readonly Operator[] = ['=', '!=', 'in']
const TEXT: readonly Operator[] = [...EQUAL, 'contains', 'starts', 'ends', 'like', 'exists']
const BY_SHAPE: Readonly<Record<Shape, readonly Operator[]>> = {
  address: [...EQUAL, 'exists'],
  app: TEXT,
  choice: EQUAL,
  flag: ['=', '!='],
  id: EQUAL,
  mac: [...EQUAL, 'starts', 'like', 'exists'],
  number: [...EQUAL, '<', '<=', '>', '>=', 'exists'],
  text: TEXT,
  texts: TEXT,
}
export const ALL_OPERATORS = Object.keys(OPERATORS) as readonly Operator[]
/** Operators whose value is text, whatever the field holds. */
export const isTextOperator = (is: Operator): boolean => is === 'contains' || is === 'starts' || is === 'ends' || is === 'like'

/** The fields of the row that a field stands for. */
export const partsOf = (fields: Fields, name: string): readonly string[] => fields[name]?.anyOf ?? [name]

export function operatorsOf(fields: Fields, name: string): readonly Operator[] {
  const taken = partsOf(fields, name).flatMap((part) => BY_SHAPE[shapeOf(fields[part]!.kind)])
  return ALL_OPERATORS.filter((is) => taken.includes(is))
}

/** The name as the glossary spells it. */
export function findField(fields: Fields, word: string): string | undefined {
  if (Object.hasOwn(fields, word)) return word
  const lower = word.toLowerCase()
  return Object.keys(fields).find((name) => name.toLowerCase() === lower)
}

/** Letters of TCP flags make words by accident, so a word that stands alone is not looked for in them. */
const NOT_SEARCHED = ['tcpFlagsC2s', 'tcpFlagsS2c']
/** A value that stands alone is looked for in all fields of the row that hold such values. */
function standsAlone(name: string, field: Field, value: Value): boolean {
  if (field.anyOf !== undefined) return false
  if (value.type === 'text')
    return (field.kind === 'text' || field.kind === 'texts' || field.kind === 'app') && !NOT_SEARCHED.includes(name)
  return value.type === 'number' ? field.kind === 'port' : takes(shapeOf(field.kind), value)
}

/** Whether a field of this shape can be compared with the value. */
function takes(shape: Shape, value: Value): boolean {
  if (value.type === 'range') return takes(shape, value.from)
  if (value.type === 'network') return shape === 'address'
  if (value.type === 'number' || value.type === 'ago') return shape === 'number'
  if (value.type === 'text') return shape !== 'address' && shape !== 'number' && shape !== 'flag'
  return shape === value.type
}

/** The fields of the row in which a test looks for the value; without one, all that the field stands for. */
export function membersOf(fields: Fields, test: { readonly field: string }, value?: Value): readonly string[] {
  if (test.field === '') return value ? Object.keys(fields).filter((name) => standsAlone(name, fields[name]!, value)) : []
  const parts = partsOf(fields, test.field)
  return value ? parts.filter((part) => takes(shapeOf(fields[part]!.kind), value)) : parts
}
