/**
 * Filter text to its tree, by recursive descent:
 *
 *     either = both { "or" both }            both = unary { "and" unary }
 *     unary  = "not" unary | "(" either ")" | field [ "not" ] test | flag field | value
 *     test   = operator [ value ] | "in" ( value | "(" value { "," value } ")" )
 *     value  = word [ ".." word ]
 *
 * Wherever the grammar can go on in a certain way it says so by `can`. Errors tell what was expected from that record and completion offers
 * it, so neither can differ from what is accepted.
 */
import type { FieldKind, Fields } from '../lib/fields.ts'
import { compareWords } from './address.ts'
import {
  ALL_OPERATORS,
  type Filter,
  findField,
  isOperator,
  LOGIC,
  MAX_DEPTH,
  MAX_TERMS,
  MAX_TEXT_LEN,
  type Operator,
  operatorsOf,
  type Value,
} from './grammar.ts'
import { keywordOf, lex, type Token } from './lexer.ts'
import { didYouMean, isFault, nearest, readAlone, readValue, show } from './values.ts'

export interface FilterError {
  readonly message: string
  readonly offset: number
  /** 0 where something is missing. */
  readonly length: number
  /** What could have stood there. */
  readonly expected: readonly string[]
}
export type Parsed = { readonly ok: true; readonly filter: Filter } | { readonly ok: false; readonly error: FilterError }
export interface ParseOptions {
  /** Makes relative times absolute as of this moment. Without it they stay relative until the filter is compiled. */
  readonly now?: number
}

/** One way to go on. */
export type Way =
  | { readonly type: 'field' }
  | { readonly type: 'operator'; readonly is: Operator }
  | { readonly type: 'value'; readonly field: string; readonly is: Operator }
  | { readonly type: 'keyword'; readonly text: string }

const MATCH_ALL: Filter = { type: 'and', terms: [] }

export function parseFilter(text: string, fields: Fields, options: ParseOptions = {}): Parsed {
  if (text.length > MAX_TEXT_LEN) {
    const message = `Longer than ${MAX_TEXT_LEN} characters`
    return { ok: false, error: { message, offset: MAX_TEXT_LEN, length: text.length - MAX_TEXT_LEN, expected: [] } }
  }
  const parser = new Parser(text, fields, options.now)
  const filter = parser.parse()
  return parser.error ? { ok: false, error: parser.error } : { ok: true, filter: filter ?? MATCH_ALL }
}

/** How the text, which is not too long, could go on at its end; nothing when it cannot. */
export function waysOn(text: string, fields: Fields): readonly Way[] {
  const parser = new Parser(text, fields, undefined)
  parser.parse()
  return parser.waysAtEnd()
}

/** Ends a parse that cannot go on; never leaves this file. */
const STOP = Symbol('stop')

class Parser {
  /** The first one. */
  error: FilterError | undefined
  readonly #fields: Fields
  readonly #nowMs: number | undefined
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0
  #terms = 0
  #ways: Way[] = []
  #waysAt = -1

  constructor(text: string, fields: Fields, nowMs: number | undefined) {
    this.#tokens = lex(text)
    this.#fields = fields
    this.#nowMs = nowMs
  }

  parse(): Filter | undefined {
    try {
      // Nothing at all is a filter that lets all through.
      if (this.#atEnd) this.#canStart()
      else {
        const filter = this.#either()
        if (!this.#atEnd) this.#unexpected()
        return filter
      }
    } catch (thrown) {
      if (thrown !== STOP) throw thrown
    }
    return undefined
  }

  waysAtEnd(): readonly Way[] {
    return this.#waysAt === this.#tokens.length - 1 ? this.#ways : []
  }

  get #token(): Token {
    return this.#tokens[this.#at]!
  }
  get #atEnd(): boolean {
    return this.#token.type === 'end'
  }
  #can(...ways: Way[]): void {
    this.#ways = this.#waysAt === this.#at ? [...this.#ways, ...ways] : ways
    this.#waysAt = this.#at
  }
  /** Takes the keyword or sign if it stands here. */
  #takes(text: string): boolean {
    this.#can({ type: 'keyword', text })
    if (keywordOf(this.#token) !== text) return false
    this.#at++
    return true
  }

  /** Notes an error and goes on: what follows can be read all the same. */
  #note(message: string, from: Token, expected: readonly string[], to = from): void {
    this.error ??= { message, offset: from.start, length: to.end - from.start, expected }
  }
  #stop(message: string, expected: readonly string[] = []): never {
    this.#note(message, this.#token, expected)
    throw STOP
  }
  #unexpected(): never {
    const { type, text } = this.#token
    const expected = this.#waysAt === this.#at ? [...new Set(this.#ways.map(nameOf))] : []
    if (type === 'open') this.#stop('The quoted text has no end', [text[0]!])
    const found = type === 'end' ? 'The filter ends too early' : `Unexpected ${show(text)}`
    this.#stop(expected.length > 0 ? `${found}; expected ${list(expected)}` : found, expected)
  }

  #either(): Filter {
    return this.#group('or', () => this.#group('and', () => this.#unary()))
  }
  #group(type: 'and' | 'or', next: () => Filter): Filter {
    const terms = [next()]
    while (this.#takes(type)) terms.push(next())
    // (a and b) and c is a and b and c.
    return terms.length === 1 ? terms[0]! : { type, terms: terms.flatMap((term) => (term.type === type ? term.terms : [term])) }
  }

  #canStart(): void {
    this.#can({ type: 'field' }, { type: 'keyword', text: 'not' }, { type: 'keyword', text: '(' })
  }
  #unary(): Filter {
    this.#canStart()
    const word = keywordOf(this.#token)
    if (word !== 'not' && word !== '(') return this.#term()
    if (++this.#depth > MAX_DEPTH) this.#stop(`Nested deeper than ${MAX_DEPTH}`)
    this.#at++
    const filter: Filter = word === 'not' ? { type: 'not', term: this.#unary() } : this.#either()
    if (word === '(' && !this.#takes(')')) this.#unexpected()
    this.#depth--
    return filter
  }

  #term(): Filter {
    this.#count()
    const token = this.#token
    if ((token.type !== 'word' && token.type !== 'string') || keywordOf(token) !== undefined) this.#unexpected()
    this.#at++
    const name = token.type === 'word' ? findField(this.#fields, token.text) : undefined
    if (name !== undefined) return this.#tests(name)
    return token.type === 'word' && this.#operatorFollows() ? this.#unknownField(token) : this.#alone(token)
  }
  #count(): void {
    if (++this.#terms > MAX_TERMS) this.#stop(`More than ${MAX_TERMS} tests and values`)
  }
  #operatorFollows(): boolean {
    const word = keywordOf(this.#token)
    return word !== undefined && (isOperator(word) || word === 'not' || word === '!~')
  }
  #unknownField(token: Token): never {
    const names = Object.keys(this.#fields)
    this.#at--
    this.#stop(`There is no field ${show(token.text)} here${didYouMean(nearest(token.text, names))}`, names)
  }
  /** An address, a port, a text with no field named. */
  #alone(token: Token): Filter {
    const read = readAlone(token.text, token.type === 'string', this.#fields)
    if (!('message' in read)) return { type: 'test', field: '', kind: read.kind, is: read.is, values: [read.value] }
    this.#note(read.message, token, read.expected)
    return MATCH_ALL
  }

  #tests(field: string): Filter {
    const { kind } = this.#fields[field]!
    const operators = operatorsOf(this.#fields, field)
    this.#can(...operators.map((is) => ({ type: 'operator', is }) as const))
    let negated = keywordOf(this.#token) === '!~'
    if (kind === 'flag' && !this.#operatorFollows()) return { type: 'test', field, kind, is: '=', values: [{ type: 'flag', flag: true }] }
    if (!negated && this.#takes('not')) {
      negated = true
      this.#can(...operators.filter((is) => /^[a-z]/.test(is)).map((is) => ({ type: 'operator', is }) as const))
    }
    const test = this.#test(field, kind, operators)
    return negated ? { type: 'not', term: test } : test
  }
  #test(field: string, kind: FieldKind, operators: readonly Operator[]): Filter {
    const token = this.#token
    const word = keywordOf(token) === '!~' ? 'contains' : keywordOf(token)
    if (word === undefined || !isOperator(word)) this.#unexpected()
    if (!operators.includes(word)) this.#note(`${field} cannot be compared by ${show(token.text)}`, token, operators)
    this.#at++
    // Of an operator that the field does not take, only the form of its values is looked at.
    const is = operators.includes(word) ? word : word === 'in' || word === 'exists' ? word : 'contains'
    const values = is === 'exists' ? [] : is === 'in' ? this.#values(field) : [this.#value(field, is)]
    return { type: 'test', field, kind, is, values }
  }

  #values(field: string): Value[] {
    if (!this.#takes('(')) return [this.#value(field, 'in')]
    const values = [this.#value(field, 'in')]
    while (this.#takes(',')) values.push(this.#value(field, 'in'))
    if (!this.#takes(')')) this.#unexpected()
    return values
  }
  #value(field: string, is: Operator): Value {
    this.#count()
    const first = this.#token
    const from = this.#single(field, is)
    if (is !== '=' && is !== '!=' && is !== 'in') return from
    if (!canRange(from) || !this.#takes('..')) return from
    const last = this.#token
    const to = this.#single(field, is)
    if (isRange(from, to)) return { type: 'range', from, to }
    this.#note('A range goes from a smaller to a larger value of the same sort', first, [], last)
    return from
  }
  #single(field: string, is: Operator): Value {
    this.#can({ type: 'value', field, is })
    const token = this.#token
    if ((token.type !== 'word' && token.type !== 'string') || LOGIC.includes(keywordOf(token) ?? '')) this.#unexpected()
    this.#at++
    const read = readValue(token.text, token.type === 'string', this.#fields, field, is, this.#nowMs)
    if (!isFault(read)) return read
    this.#note(read.message, token, read.expected)
    return textOf(token)
  }
}

const textOf = (token: Token): Value => ({ type: 'text', text: token.text })

const canRange = (value: Value) =>
  value.type === 'number' || value.type === 'ago' || (value.type === 'network' && value.bits === 128 && value.vlan === undefined)

function isRange(from: Value, to: Value): boolean {
  if (from.type === 'network') return to.type === 'network' && canRange(to) && compareWords(from.words, to.words) <= 0
  if (from.type === 'number' && to.type === 'number') return from.number <= to.number
  if (from.type === 'ago' && to.type === 'ago') return from.agoMs >= to.agoMs
  return to.type === 'ago' || to.type === 'number'
}

const nameOf = (way: Way): string =>
  way.type === 'field' ? 'a field' : way.type === 'value' ? 'a value' : way.type === 'operator' ? way.is : way.text
/** At most as many as there are operators. */
const list = (words: readonly string[]) =>
  words
    .slice(0, ALL_OPERATORS.length)
    .map((word) => (/^\w/.test(word) ? word : `"${word}"`))
    .join(', ')
