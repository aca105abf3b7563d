/** The rows of all workers as one table, read through a View like a worker's own. */
import { type Entity, entities, type Field, type Fields, type MergeRule, mergeRule, TRENDS } from '../../lib/fields.ts'
import { trendOf } from '../../tables/rate.ts'
import type { View } from '../../tables/views/view.ts'
import { addressOrder, formatAddress } from '../../wire/address.ts'
import { parseMac } from '../../wire/mac.ts'
import { type AskerColumn, askersText, hostCounts, jointAskers, type RowAskers, type SketchColumn } from './askers.ts'
import { concatenate, type Joined, join, type Keys, tieOf } from './keys.ts'
import { type AskedRows, BPS_BEFORE, type Column, type Columns, TIED_MAC } from './part.ts'

export type NumberColumn = Extract<Column, { type: 'number' }>
type TextColumn = Extract<Column, { type: 'text' }>
type AddressColumn = Extract<Column, { type: 'address' }>

/** What is added to the sums of one row: traffic and flows that the workers counted in the wrong place or twice. */
export interface Correction {
  readonly low: number
  readonly high: number
  readonly amounts: Readonly<Record<string, number>>
  /** The row was seen as late as that. */
  readonly lastSeen?: number
}

export interface Table {
  readonly entity: Entity
  /** What it was made of. */
  readonly parts: readonly Columns[]
  readonly joined: Joined
  readonly columns: Readonly<Record<string, Column>>
}

/** Joins the rows by their keys, and merges each column as its field says. */
export function tableOf(entity: Entity, parts: readonly Columns[], corrections: readonly Correction[] = []): Table {
  const keys = parts.map((part) => part.keys)
  // Of flows the split ones are a part of their own: no other two rows are the same.
  const joined = entity === 'flows' ? concatenate(keys) : join(keys)
  const names = Object.keys(parts[0]?.columns ?? {})
  const seen = parts.map(({ columns }) => (columns['firstSeen'] as NumberColumn | undefined)?.values)
  const merge = new Merge(entity, joined, seen)
  const columns = Object.fromEntries(
    names.map((name) => [
      name,
      merge.column(
        name,
        parts.map(({ columns: c }) => c[name]!),
        parts.map(({ columns: c }) => c['askedBy']),
      ),
    ]),
  )
  correct(joined.keys, columns, corrections)
  return { entity, parts, joined, columns }
}

function ruleOf(entity: Entity, name: string): MergeRule {
  if (name === BPS_BEFORE) return 'sum'
  if (name === TIED_MAC) return 'first'
  return mergeRule((entities[entity] as Fields)[name]!)
}

class Merge {
  private readonly entity: Entity
  private readonly joined: Joined
  /** When each row of each part was first seen, where that is known. */
  private readonly seen: readonly (Float64Array | undefined)[]

  constructor(entity: Entity, joined: Joined, seen: readonly (Float64Array | undefined)[]) {
    this.entity = entity
    this.joined = joined
    this.seen = seen
  }

  /** `askedBy`: that column of the parts, where they have it. */
  column(name: string, parts: readonly Column[], askedBy: readonly (Column | undefined)[] = []): Column {
    switch (parts[0]!.type) {
      case 'askers':
        return askersText(this.askers(parts as readonly AskerColumn[]), this.joined.count)
      case 'sketches':
        return hostCounts(this.askers(askedBy as readonly AskerColumn[]), parts as readonly SketchColumn[], this.joined)
      case 'address':
        return this.addresses(parts as readonly AddressColumn[])
      case 'text':
        return this.texts(parts as readonly TextColumn[])
      case 'shares':
        return this.mostShared(parts as readonly Extract<Column, { type: 'shares' }>[])
      case 'pairs':
        return this.pairCounts(parts as readonly Extract<Column, { type: 'pairs' }>[])
      default:
        return this.numbers(ruleOf(this.entity, name), parts as readonly NumberColumn[])
    }
  }

  private known: RowAskers | undefined
  private askers(parts: readonly AskerColumn[]): RowAskers {
    return (this.known ??= jointAskers(parts, this.joined.rowOf))
  }

  private numbers(rule: MergeRule, parts: readonly NumberColumn[]): NumberColumn {
    const { rowOf, count } = this.joined
    const values = new Float64Array(count).fill(Number.NaN)
    const best = rule === 'first' ? new Float64Array(count).fill(Number.POSITIVE_INFINITY) : undefined
    parts.forEach((part, p) => {
      const rows = rowOf[p]!
      const seen = this.seen[p]
      for (let i = 0; i < rows.length; i++) {
        const value = part.values[i]!
        const row = rows[i]!
        const there = values[row]!
        if (Number.isNaN(value)) continue
        if (best !== undefined) {
          const at = seen?.[i] ?? p
          if (at < best[row]!) {
            best[row] = at
            values[row] = value
          }
        } else if (Number.isNaN(there)) values[row] = value
        else values[row] = rule === 'min' ? Math.min(there, value) : rule === 'max' ? Math.max(there, value) : there + value
      }
    })
    return { type: 'number', values }
  }

  private addresses(parts: readonly AddressColumn[]): AddressColumn {
    const { rowOf, count } = this.joined
    const words = new Int32Array(4 * count)
    parts.forEach((part, p) => {
      const rows = rowOf[p]!
      for (let i = 0; i < rows.length; i++) for (let w = 0; w < 4; w++) words[4 * rows[i]! + w] = part.words[4 * i + w]!
    })
    return { type: 'address', words }
  }

  /** The text of the part that was first seen and has one. */
  private texts(parts: readonly TextColumn[]): TextColumn {
    const { rowOf, count } = this.joined
    const { dictionary, places } = jointDictionary(parts)
    const index = new Int32Array(count)
    const best = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
    parts.forEach((part, p) => {
      const rows = rowOf[p]!
      const seen = this.seen[p]
      for (let i = 0; i < rows.length; i++) {
        const place = places[p]![part.index[i]!]!
        const at = seen?.[i] ?? p
        if (place === 0 || at >= best[rows[i]!]!) continue
        best[rows[i]!] = at
        index[rows[i]!] = place
      }
    })
    return { type: 'text', dictionary, index }
  }

  /** What each row has most of, all parts added. */
  private mostShared(parts: readonly Extract<Column, { type: 'shares' }>[]): TextColumn {
    const { rowOf, count } = this.joined
    const { dictionary, places } = jointDictionary(parts)
    const sums = new Map<number, number>()
    parts.forEach((part, p) => {
      for (let i = 0; i < part.at.length; i++) {
        const key = rowOf[p]![part.at[i]!]! * dictionary.length + places[p]![part.index[i]!]!
        sums.set(key, (sums.get(key) ?? 0) + part.bytes[i]!)
      }
    })
    const index = new Int32Array(count)
    const most = new Float64Array(count)
    for (const [key, bytes] of sums) {
      const row = Math.floor(key / dictionary.length)
      if (bytes <= most[row]!) continue
      most[row] = bytes
      index[row] = key % dictionary.length
    }
    return { type: 'text', dictionary, index }
  }

  /** Distinct rows that each row is paired with. */
  private pairCounts(parts: readonly Extract<Column, { type: 'pairs' }>[]): NumberColumn {
    const { rowOf, count } = this.joined
    const values = new Float64Array(count)
    const seen = new Set<number>()
    parts.forEach((part, p) => {
      for (let i = 0; i < part.a.length; i++) {
        const a = rowOf[p]![part.a[i]!]!
        const b = rowOf[p]![part.b[i]!]!
        const pair = Math.min(a, b) * 0x800_0000 + Math.max(a, b)
        if (seen.has(pair)) continue
        seen.add(pair)
        values[a]! += 1
        if (a !== b) values[b]! += 1
      }
    })
    return { type: 'number', values }
  }
}

/** One dictionary of several, and where the texts of each are in it. */
function jointDictionary(parts: readonly { readonly dictionary: readonly string[] }[]) {
  const dictionary = ['']
  const known = new Map([['', 0]])
  const places = parts.map((part) =>
    Int32Array.from(part.dictionary, (text) => {
      let place = known.get(text)
      if (place === undefined) known.set(text, (place = dictionary.push(text) - 1))
      return place
    }),
  )
  return { dictionary, places }
}

/** Only rows that are there are corrected. */
function correct(keys: Keys, columns: Readonly<Record<string, Column>>, corrections: readonly Correction[]): void {
  if (corrections.length === 0) return
  const given = { low: Int32Array.from(corrections, (c) => c.low), high: Int32Array.from(corrections, (c) => c.high) }
  // The keys of the table come first, and keep their numbers; the corrections may name one key several times.
  const { rowOf } = join([keys, given])
  const last = columns['lastSeen']
  corrections.forEach(({ amounts, lastSeen }, i) => {
    const row = rowOf[1]![i]!
    if (row >= keys.low.length) return
    if (lastSeen !== undefined && last?.type === 'number') last.values[row] = Math.max(last.values[row]!, lastSeen)
    for (const [name, amount] of Object.entries(amounts)) {
      const column = columns[name]
      if (column?.type === 'number') column.values[row]! += amount
    }
  })
}

/** Rows of one part to ask for, and the place of each among the joint rows that are wanted. */
export interface Located {
  readonly asked: AskedRows
  readonly places: readonly number[]
}

/** Where the parts of these joint rows lie. */
export function locate({ joined, parts }: Table, wanted: readonly number[]): Located[] {
  const place = new Map(wanted.map((row, i) => [row, i]))
  return parts.map(({ rows, keys }, p) => {
    const of = joined.rowOf[p]!
    const at: number[] = []
    for (let i = 0; i < of.length; i++) if (place.has(of[i]!)) at.push(i)
    return {
      asked: {
        rows: Int32Array.from(at, (i) => rows[i]!),
        keys: { low: Int32Array.from(at, (i) => keys.low[i]!), high: Int32Array.from(at, (i) => keys.high[i]!) },
      },
      places: at.map((i) => place.get(of[i]!)!),
    }
  })
}

type Read = (row: number) => unknown

/** `isLive` left out: all rows are. */
export function viewOf({ entity, joined, columns }: Table, isLive: (row: number) => boolean = () => true): View {
  const fields: Fields = entities[entity]
  const read: Record<string, Read> = {}
  const order: Record<string, (row: number) => number> = {}
  const words: Record<string, (row: number, word: number) => number> = {}
  const keys: Record<string, (row: number) => number> = {}
  for (const [name, column] of Object.entries(columns)) {
    const field = fields[name]
    if (column.type === 'address') {
      const at = (row: number, w: number) => column.words[4 * row + w]!
      words[name] = at
      read[name] = (row) => formatAddress(at(row, 0), at(row, 1), at(row, 2), at(row, 3))
      order[name] = (row) => addressOrder(at(row, 0), at(row, 1), at(row, 2), at(row, 3))
    } else if (column.type === 'text') {
      const { dictionary, index } = column
      if (field?.kind === 'texts') {
        const lists = dictionary.map((text) => (text === '' ? [] : text.split('\n')))
        read[name] = (row) => lists[index[row]!]
      } else read[name] = (row) => dictionary[index[row]!] || undefined
      keys[name] = (row) => index[row]!
      const orderOf = field === undefined ? undefined : (TEXT_ORDER[name] ?? (field.kind === 'mac' ? macOrder : undefined))
      if (orderOf !== undefined) {
        const numbers = Float64Array.from(dictionary, orderOf)
        order[name] = (row) => numbers[index[row]!]!
      }
    } else if (column.type === 'number') {
      const { values } = column
      read[name] = readNumber(values, field)
      order[name] = (row) => values[row]! || 0
    }
  }
  const number = (name: string) => (columns[name] as NumberColumn | undefined)?.values
  const [bps, before, first, last] = [number('bps'), number(BPS_BEFORE), number('firstSeen'), number('lastSeen')]
  if (bps !== undefined && before !== undefined) read['trend'] = (row) => TRENDS[trendOf(bps[row]!, before[row]!)]
  if (first !== undefined && last !== undefined && 'duration' in fields) read['duration'] = (row) => last[row]! - first[row]!
  // Flows come by id in the order in which they were first seen.
  if (entity === 'flows' && first !== undefined) order['id'] = (row) => first[row]!
  const bytes = number('bytes')
  return {
    entity,
    used: () => joined.count,
    isLive,
    // The columns are those that somebody named; who reads another one is at fault.
    read: read as View['read'],
    words,
    order,
    keys,
    tie: (row) => tieOf(joined.keys, row),
    bytes: (row) => bytes?.[row] ?? 0,
  }
}

function readNumber(values: Float64Array, field: Field | undefined): Read {
  if (field?.kind === 'flag') return (row) => values[row] !== 0
  return (row) => (Number.isNaN(values[row]) ? undefined : values[row])
}

const macOrder = (text: string) => parseMac(text) ?? -1
const FLAG_LETTERS = 'FSRPAUEC'
const flagOrder = (text: string) => [...text].reduce((bits, letter) => bits | (1 << FLAG_LETTERS.indexOf(letter)), 0)
const TEXT_ORDER: Readonly<Record<string, (text: string) => number>> = { tcpFlagsC2s: flagOrder, tcpFlagsS2c: flagOrder }

/** Fields that a column must be asked for, so that these can be read. */
export function neededFor(entity: Entity, names: Iterable<string>): string[] {
  const fields: Fields = entities[entity]
  const needed = new Set<string>()
  for (const name of names)
    for (const member of fields[name]?.anyOf ?? [name]) {
      if (member === 'trend') needed.add('bps').add(BPS_BEFORE)
      else if (member === 'duration') needed.add('firstSeen').add('lastSeen')
      else needed.add(member)
      const field = fields[member]
      const wantsFirst = field?.optional === true && mergeRule(field) === 'first'
      if ((member === 'id' || wantsFirst) && 'firstSeen' in fields) needed.add('firstSeen')
    }
  return [...needed]
}
