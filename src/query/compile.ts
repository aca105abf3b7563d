/** A filter as one function over row numbers. Numbers and addresses cost no allocation a row; text is judged once a distinct string. */
import type { Fields } from '../lib/fields.ts'
import type { RowPredicate, RowReader } from '../lib/rows.ts'
import { compareWords, maskWord, type Words } from './address.ts'
import { type Filter, membersOf, type Operator, type Shape, shapeOf, type Test, type Value } from './grammar.ts'

/** Relative times count back from `nowMs`: compile anew for every question asked. */
export function compileFilter(filter: Filter, fields: Fields, reader: RowReader, nowMs: number): RowPredicate {
  if (filter.type === 'not') return not(compileFilter(filter.term, fields, reader, nowMs))
  if (filter.type === 'test') return compileTest(filter, { fields, reader, nowMs })
  const terms = filter.terms.map((term) => compileFilter(term, fields, reader, nowMs))
  return filter.type === 'and' ? all(terms) : any(terms)
}

interface Context {
  readonly fields: Fields
  readonly reader: RowReader
  readonly nowMs: number
}

const not =
  (p: RowPredicate): RowPredicate =>
  (row) =>
    !p(row)
/** In halves, so that calls nest no deeper than the logarithm of their number. */
function any(terms: readonly RowPredicate[]): RowPredicate {
  if (terms.length < 2) return terms[0] ?? (() => false)
  const [a, b] = [any(terms.slice(0, terms.length >> 1)), any(terms.slice(terms.length >> 1))]
  return (row) => a(row) || b(row)
}
function all(terms: readonly RowPredicate[]): RowPredicate {
  if (terms.length < 2) return terms[0] ?? (() => true)
  const [a, b] = [all(terms.slice(0, terms.length >> 1)), all(terms.slice(terms.length >> 1))]
  return (row) => a(row) && b(row)
}

function compileTest(test: Test, context: Context): RowPredicate {
  const { fields } = context
  if (test.is === 'exists') return any(membersOf(fields, test).map((name) => exists(name, context)))
  const valuesOf = new Map<string, Value[]>()
  for (const value of test.values)
    for (const name of membersOf(fields, test, value)) valuesOf.set(name, [...(valuesOf.get(name) ?? []), value])
  const found = any([...valuesOf].map(([name, values]) => SHAPES[shapeOf(fields[name]!.kind)](name, test.is, values, context)))
  return test.is === '!=' ? not(found) : found
}

/** An absent field reads as zero or nothing, and no test finds that smaller than something. */
function exists(name: string, { fields, reader }: Context): RowPredicate {
  const shape = shapeOf(fields[name]!.kind)
  if (shape === 'address') {
    const read = reader.address(name)
    return (row) => (read(row, 3) | read(row, 2) | read(row, 1) | read(row, 0)) !== 0
  }
  const text = shape === 'number' ? undefined : reader.text(name)
  if (text) return (row) => text(row) !== ''
  const read = reader.number(name)
  return (row) => read(row) !== 0
}

type CompileShape = (name: string, is: Operator, values: readonly Value[], context: Context) => RowPredicate
const ofText: CompileShape = (name, is, values, { reader }) => cached(reader.text(name), textTest(is, values))
const SHAPES: Readonly<Record<Shape, CompileShape>> = {
  address: (name, _, values, { fields, reader }) => {
    const vlan = fields['vlan'] ? reader.number('vlan') : undefined
    return any(values.map((value) => inNetwork(reader.address(name), value, vlan)))
  },
  app: (name, is, values, { reader }) =>
    cached(reader.text(name), is === '=' || is === '!=' || is === 'in' ? appTest(values) : textTest(is, values)),
  choice: ofText,
  flag: (name, _, values, { reader }) => {
    const read = reader.number(name)
    const wanted = values.some((value) => value.type === 'flag' && value.flag)
    return (row) => (read(row) !== 0) === wanted
  },
  // Opaque: letters of either case are different ids.
  id: (name, _, values, { reader }) => {
    const wanted = new Set(values.map(textOf))
    const read = reader.text(name)
    return (row) => wanted.has(read(row))
  },
  mac: ofText,
  number: (name, is, values, { fields, reader, nowMs }) =>
    numberTest(
      reader.number(name),
      is,
      values.map((value) => limitsOf(value, nowMs)),
      fields[name]!.optional === true,
    ),
  text: ofText,
  texts: (name, is, values, { reader }) => cached(reader.text(name), anyLine(textTest(is, values))),
}

type Limits = readonly [from: number, to: number]
function limitsOf(value: Value, nowMs: number): Limits {
  if (value.type === 'range') return [limitsOf(value.from, nowMs)[0], limitsOf(value.to, nowMs)[1]]
  const n = value.type === 'number' ? value.number : value.type === 'ago' ? nowMs - value.agoMs : Number.NaN
  return [n, n]
}

function numberTest(read: (row: number) => number, is: Operator, limits: readonly Limits[], optional: boolean): RowPredicate {
  const [from, to] = limits[0]!
  if (is === '>') return (row) => read(row) > from
  if (is === '>=') return from > 0 || !optional ? (row) => read(row) >= from : present(read, (n) => n >= from)
  if (is === '<') return optional ? present(read, (n) => n < from) : (row) => read(row) < from
  if (is === '<=') return optional ? present(read, (n) => n <= from) : (row) => read(row) <= from
  if (limits.length === 1) return from === to ? (row) => read(row) === from : between(read, from, to, optional)
  return limits.length <= MAX_SCANNED ? inAnyOf(read, limits, optional) : inMany(read, limits, optional)
}
/** Up to so many values it is quicker to compare each than to hash. */
const MAX_SCANNED = 16
function inAnyOf(read: (row: number) => number, limits: readonly Limits[], optional: boolean): RowPredicate {
  const from = Float64Array.from(limits, ([a]) => a)
  const to = Float64Array.from(limits, ([, b]) => b)
  return (row) => {
    const n = read(row)
    // Zero is what an absent value reads as: only a zero that is asked for finds it.
    for (let i = 0; i < from.length; i++) if (n >= from[i]! && n <= to[i]!) if (n !== 0 || !optional || to[i] === 0) return true
    return false
  }
}
function inMany(read: (row: number) => number, limits: readonly Limits[], optional: boolean): RowPredicate {
  const single = new Set(limits.filter(([a, b]) => a === b).map(([a]) => a))
  const ranges = any(limits.filter(([a, b]) => a !== b).map(([a, b]) => between(read, a, b, optional)))
  return (row) => single.has(read(row)) || ranges(row)
}
const present =
  (read: (row: number) => number, test: (n: number) => boolean): RowPredicate =>
  (row) => {
    const n = read(row)
    return n !== 0 && test(n)
  }
function between(read: (row: number) => number, from: number, to: number, optional: boolean): RowPredicate {
  if (optional) return present(read, (n) => n >= from && n <= to)
  return (row) => {
    const n = read(row)
    return n >= from && n <= to
  }
}

type ReadWord = (row: number, word: number) => number
function inNetwork(read: ReadWord, value: Value, vlan: ((row: number) => number) | undefined): RowPredicate {
  if (value.type === 'range' && value.from.type === 'network' && value.to.type === 'network')
    return inRange(read, value.from.words, value.to.words)
  if (value.type !== 'network') return () => false
  const inside = inPrefix(read, value.words, value.bits)
  const id = value.vlan
  return id === undefined ? inside : (row) => vlan !== undefined && vlan(row) === id && inside(row)
}
function inPrefix(read: ReadWord, [w0, w1, w2, w3]: Words, bits: number): RowPredicate {
  const [m0, m1, m2, m3] = [maskWord(bits, 0), maskWord(bits, 1), maskWord(bits, 2), maskWord(bits, 3)]
  // The last words differ most often; those outside the prefix are not read.
  if (m1 === 0) return (row) => (read(row, 0) & m0) === w0
  if (m2 === 0) return (row) => (read(row, 1) & m1) === w1 && read(row, 0) === w0
  if (m3 === 0) return (row) => (read(row, 2) & m2) === w2 && read(row, 1) === w1 && read(row, 0) === w0
  return (row) => (read(row, 3) & m3) === w3 && read(row, 2) === w2 && read(row, 1) === w1 && read(row, 0) === w0
}
function inRange(read: ReadWord, from: Words, to: Words): RowPredicate {
  const at = new Int32Array(4)
  return (row) => {
    for (let i = 0; i < 4; i++) at[i] = read(row, i)
    return compareWords(at, from) >= 0 && compareWords(at, to) <= 0
  }
}

type TextTest = (text: string) => boolean
const textOf = (value: Value): string => (value.type === 'text' || value.type === 'mac' ? value.text : '')

/** Of text in lower case. */
function textTest(is: Operator, values: readonly Value[]): TextTest {
  const wanted = values.map((value) => textOf(value).toLowerCase())
  const first = wanted[0]!
  if (is === 'contains') return (text) => text.includes(first)
  if (is === 'starts') return (text) => text.startsWith(first)
  if (is === 'ends') return (text) => text.endsWith(first)
  if (is === 'like') return (text) => matches(text, first)
  return wanted.length === 1 ? (text) => text === first : (text) => wanted.includes(text)
}
/** Of a field of several texts, which come in lines. */
const anyLine =
  (test: TextTest): TextTest =>
  (text) =>
    text.split('\n').some(test)
/** Master.App is met whole or, by a word without a dot, by either part. */
function appTest(values: readonly Value[]): TextTest {
  const wanted = values.map((value) => textOf(value).toLowerCase())
  return (text) => wanted.some((one) => text === one || (!one.includes('.') && (text.startsWith(`${one}.`) || text.endsWith(`.${one}`))))
}

/** `*` is any text, `?` any one character. Takes at most the product of both lengths, whatever the pattern. */
export function matches(text: string, pattern: string): boolean {
  let [t, p, star, retry] = [0, 0, -1, 0]
  while (t < text.length) {
    const want = pattern[p]
    if (want === '*') [star, retry] = [p++, t]
    else if (want === '?' || want === text[t]) [t, p] = [t + 1, p + 1]
    else if (star >= 0) [t, p] = [++retry, star + 1]
    else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** Answers kept a test; rows share most of their strings. */
const MAX_CACHED = 16_384

function cached(read: (row: number) => string, test: TextTest): RowPredicate {
  const answers = new Map<string, boolean>()
  let lastText = ''
  let lastAnswer = test('')
  return (row) => {
    const text = read(row)
    if (text === lastText) return lastAnswer
    const known = answers.get(text)
    const answer = known ?? test(text.toLowerCase())
    if (known === undefined) {
      if (answers.size >= MAX_CACHED) answers.clear()
      answers.set(text, answer)
    }
    lastText = text
    return (lastAnswer = answer)
  }
}
