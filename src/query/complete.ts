/** What could be typed next: the ways in which the grammar itself could go on, made into words. */
import type { Field, FieldKind, Fields } from '../lib/fields.ts'
import { MAX_TEXT_LEN, OPERATORS } from './grammar.ts'
import { lex, quoteValue, type Token, unescape_ } from './lexer.ts'
import { type Way, waysOn } from './parser.ts'

export interface CompletionOption {
  readonly text: string
  readonly label: string
  readonly detail: string
  readonly kind: 'field' | 'operator' | 'value' | 'keyword'
}
export interface Completion {
  /** What an option replaces. */
  readonly from: number
  readonly to: number
  readonly options: readonly CompletionOption[]
  /** Values of this field that begin so (plain text, no quotes): for the caller to ask the live tables. Options take them by `quoteValue`. */
  readonly values?: { readonly field: string; readonly prefix: string }
}

export function completeFilter(text: string, offset: number, fields: Fields): Completion {
  const cursor = Math.max(0, Math.min(offset, text.length))
  if (text.length > MAX_TEXT_LEN) return { from: cursor, to: cursor, options: [] }
  const typed = typedAt(text, cursor)
  const ways = waysOn(text.slice(0, typed.from), fields)
  const lower = typed.prefix.toLowerCase()
  const options = ways.flatMap((way) => (typed.quoted && way.type !== 'value' ? [] : optionsOf(way, fields)))
  const fitting = options.filter((one) => fits(one, lower))
  const asked = ways.find((way) => way.type === 'value')
  return {
    from: typed.from,
    to: typed.to,
    options: fitting.sort((a, b) => rank(a, lower) - rank(b, lower)),
    ...(asked && hasLiveValues(fields[asked.field]!) && { values: { field: asked.field, prefix: typed.prefix } }),
  }
}

/** The word or quoted text that the cursor is in or at the end of. */
function typedAt(text: string, cursor: number): { from: number; to: number; prefix: string; quoted: boolean } {
  const token = lex(text).find(({ start, end }) => start < cursor && cursor <= end)
  if (!token || !isTyped(token, cursor)) return { from: cursor, to: cursor, prefix: '', quoted: false }
  const quoted = token.type !== 'word'
  const prefix = text.slice(token.start, cursor)
  // An open quote reaches to the end of the text; what stands after the cursor was there before.
  const to = token.type === 'open' ? cursor : token.end
  return { from: token.start, to, prefix: quoted ? unescape_(prefix.slice(1)) : prefix, quoted }
}
const isTyped = ({ type, end }: Token, cursor: number) => type === 'word' || type === 'open' || (type === 'string' && cursor < end)

const fits = ({ text, label }: CompletionOption, lower: string) =>
  text.toLowerCase().includes(lower) || (lower.length > 1 && label.toLowerCase().includes(lower))

/** What begins as typed comes before what only has it inside, and a range, which few want, last. */
const rank = ({ text }: CompletionOption, lower: string) => (text === '..' ? 2 : text.toLowerCase().startsWith(lower) ? 0 : 1)

/** Kinds whose values are worth asking for; the others are quantities. */
const LIVE: readonly FieldKind[] = ['address', 'app', 'count', 'id', 'mac', 'number', 'port', 'text']
const hasLiveValues = ({ kind, choices }: Field) => LIVE.includes(kind) || (kind === 'texts' && choices === undefined)

function optionsOf(way: Way, fields: Fields): readonly CompletionOption[] {
  if (way.type === 'keyword') return [{ text: way.text, label: way.text, detail: '', kind: 'keyword' }]
  if (way.type === 'operator') return [{ text: way.is, label: way.is, detail: OPERATORS[way.is], kind: 'operator' }]
  if (way.type === 'value') return valuesOf(fields[way.field]!)
  return Object.entries(fields).map(([name, { label, about }]) => ({ text: name, label, detail: about, kind: 'field' }))
}

const AGES: readonly (readonly [string, string])[] = [
  ['-1m', 'a minute ago'],
  ['-5m', 'five minutes ago'],
  ['-1h', 'an hour ago'],
  ['-1d', 'a day ago'],
]
function valuesOf({ kind, choices }: Field): readonly CompletionOption[] {
  const words = kind === 'timeMs' ? AGES : (kind === 'flag' ? ['yes', 'no'] : (choices ?? [])).map((word) => [word, ''] as const)
  return words.map(([word, detail]) => ({ text: quoteValue(word), label: word, detail, kind: 'value' }))
}
