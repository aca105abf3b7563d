/** One value of filter text, read as the field's kind wants it. */
import type { Field, FieldKind, Fields } from '../lib/fields.ts'
import { masked, parseAddress } from './address.ts'
import { isTextOperator, membersOf, type Operator, partsOf, shapeOf, type Value } from './grammar.ts'

/** Why a text is no value of the field, and what would be. */
export interface Fault {
  readonly message: string
  readonly expected: readonly string[]
}
export const isFault = (read: Value | Fault): read is Fault => 'message' in read
const fault = (message: string, ...expected: string[]): Fault => ({ message, expected })

const MAX_PORT = 65_535
const SI = ['', 'k', 'm', 'g', 't', 'p']
/** What may follow a number and its multiplier. */
const NUMBER_ENDS: Partial<Record<FieldKind, RegExp>> = {
  bitsPerSecond: /^(?:b|bit|bits)?(?:ps|\/s)?$/i,
  bytes: /^(?:b|bytes?)?$/i,
  packets: /^$/,
  count: /^$/,
  number: /^$/,
  packetsPerSecond: /^(?:p?ps|\/s)?$/i,
}
const EXAMPLES: Partial<Record<FieldKind, readonly string[]>> = {
  bitsPerSecond: ['800', '100kbit', '5Mbps', '1.5G'],
  bytes: ['1500', '10k', '1.5G', '1MiB'],
  durationMs: ['10ms', '5s', '2m', '1h30m'],
  packetsPerSecond: ['100', '10k'],
  port: ['443', '8000..8100'],
  timeMs: ['-5m', '-1h', '2024-05-01T10:00Z', '1714557600000'],
}
const NUMBER_NAMES: Partial<Record<FieldKind, string>> = { port: 'a port', timeMs: 'a time', durationMs: 'a duration' }

/** Decimal fractions of units come out as the number that was meant; beyond 2^53 nothing would. */
function tidy(n: number): number | undefined {
  const tidied = n < 1e9 ? Math.round(n * 1e6) / 1e6 : Math.round(n)
  return tidied <= Number.MAX_SAFE_INTEGER ? tidied : undefined
}

const QUANTITY = /^(\d+\.?\d*|\.\d+)([kmgtp]?)(i?)(.*)$/i
function quantity(text: string, kind: FieldKind): number | undefined {
  const ends = NUMBER_ENDS[kind]
  const found = QUANTITY.exec(text)
  if (!ends || !found) return undefined
  // "5pps": the p is no peta there.
  const peta = kind === 'packetsPerSecond' && found[2]!.toLowerCase() === 'p'
  const [prefix, binary, end] = peta ? ['', '', found[2]! + found[3]! + found[4]!] : [found[2]!, found[3]!, found[4]!]
  if (!ends.test(end) || (binary !== '' && (prefix === '' || !(kind === 'bytes' || kind === 'bitsPerSecond')))) return undefined
  const inBytes = kind === 'bitsPerSecond' && end.startsWith('B') ? 8 : 1
  return tidy(Number(found[1]) * (binary ? 1024 : 1000) ** SI.indexOf(prefix.toLowerCase()) * inBytes)
}

const DURATIONS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 0.001 }
function durationMs(text: string): number | undefined {
  if (/^(?:\d+\.?\d*|\.\d+)$/.test(text)) return tidy(Number(text))
  if (!/^(?:\d+(?:\.\d+)?(?:us|ms|min|[smhd]))+$/i.test(text)) return undefined
  const parts = text
    .toLowerCase()
    .replaceAll('min', 'm')
    .matchAll(/([\d.]+)([a-z]+)/g)
  return tidy(parts.reduce((sum, [, n, unit]) => sum + Number(n) * DURATIONS[unit!]!, 0))
}

const ISO = /^(\d{4}-\d\d-(\d\d))(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/i
/** A moment as the filter language writes it: -6h, now, 2024-05-01T10:00Z, epoch milliseconds. Undefined: it is none. */
export function readTime(text: string, nowMs: number): number | undefined {
  const value = time(text, nowMs)
  return value?.type === 'number' ? value.number : undefined
}

function time(text: string, nowMs: number | undefined): Value | undefined {
  const ago = /^(?:now)?(?:-(.+))?$/i.exec(text)
  if (ago && text !== '') {
    const agoMs = ago[1] === undefined ? 0 : durationMs(ago[1])
    if (agoMs === undefined) return undefined
    return nowMs === undefined ? { type: 'ago', agoMs } : { type: 'number', number: nowMs - agoMs }
  }
  const iso = ISO.exec(text)
  const n = iso ? isoMs(iso) : /^\d+(?:\.\d+)?$/.test(text) ? tidy(Number(text)) : Number.NaN
  return n === undefined || Number.isNaN(n) ? undefined : { type: 'number', number: n }
}

/** Without a zone it is UTC, so that a link means the same everywhere. */
function isoMs([, date, day, clock, zone]: RegExpExecArray): number {
  const midnight = Date.parse(`${date}T00:00Z`)
  // Date.parse turns the 31st of a short month into the next one's first.
  if (!(midnight >= 0) || new Date(midnight).getUTCDate() !== Number(day)) return Number.NaN
  return clock === undefined ? midnight : Date.parse(`${date}T${clock}${(zone ?? 'Z').toUpperCase()}`)
}

function number(text: string, kind: FieldKind, nowMs: number | undefined): Value | Fault {
  if (kind === 'timeMs') return time(text, nowMs) ?? noNumber(text, kind)
  const n = kind === 'durationMs' ? durationMs(text) : kind === 'port' ? port(text) : quantity(text, kind)
  return n === undefined ? noNumber(text, kind) : { type: 'number', number: n }
}
const port = (text: string) =>
  /^:?\d{1,5}$/.test(text) && Number(text.replace(':', '')) <= MAX_PORT ? Number(text.replace(':', '')) : undefined
const noNumber = (text: string, kind: FieldKind) =>
  fault(
    `${show(text)} is not ${NUMBER_NAMES[kind] ?? 'a number'}${kind === 'port' ? ` (0 to ${MAX_PORT})` : ''}`,
    ...(EXAMPLES[kind] ?? ['100', '10k']),
  )

/** An address, a network, either with the VLAN it is in: 10.0.0.0/8@100. */
export function network(text: string): Value | undefined {
  const found = /^([^/@]+)(?:\/(\d{1,3}))?(?:@(\d{1,4}))?$/.exec(text)
  const words = found && parseAddress(found[1]!)
  if (!words) return undefined
  const width = found[1]!.includes(':') ? 128 : 32
  const bits = found[2] === undefined ? 128 : Number(found[2]) + 128 - width
  const vlan = found[3] === undefined ? undefined : Number(found[3])
  if (bits > 128 || (vlan !== undefined && vlan > 4095)) return undefined
  return { type: 'network', words: masked(words, bits), bits, ...(vlan !== undefined && { vlan }) }
}
/** Somebody meant an address and no name: it is better to say so than to look for the name. */
const meantAddress = (text: string) =>
  /^\d+(?:\.\d*){2,}(?:[/@].*)?$/.test(text) || /^\[?[\da-f]*:[\da-f]*:[\da-f:.]*\]?(?:[/@].*)?$/i.test(text)

export function mac(text: string): Value | undefined {
  const form = /^(?:[\da-f]{2}([:-])(?:[\da-f]{2}\1){4}[\da-f]{2}|[\da-f]{4}\.[\da-f]{4}\.[\da-f]{4}|[\da-f]{12})$/i
  return form.test(text) ? { type: 'mac', text: inPairs(text) } : undefined
}
const inPairs = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\da-f]/g, '')
    .match(/../g)!
    .join(':')
/** Patterns and beginnings of MACs, written as rows write them. */
const macText = (text: string) =>
  /^[\da-f]+$/i.test(text) ? text.toLowerCase().replace(/..(?=.)/g, '$&:') : text.toLowerCase().replaceAll('-', ':')

const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
}

function choice(text: string, field: Field): Value | Fault {
  if (field.choices === undefined) return { type: 'text', text }
  const lower = text.toLowerCase()
  const found = field.choices.find((one) => one.toLowerCase() === lower)
  if (found !== undefined) return { type: 'text', text: found }
  const near = nearest(lower, field.choices)
  return fault(`${show(text)} is no ${field.label.toLowerCase()}${didYouMean(near)}`, ...field.choices)
}

function address(text: string, quoted: boolean, fields: Fields, name: string): Value | Fault {
  const found = network(text)
  const named = membersOf(fields, { field: name }, { type: 'text', text }).length > 0
  if (found?.type === 'network' && found.vlan !== undefined && fields['vlan'] === undefined)
    return fault('This list has no VLAN', 'an address')
  if (found) return found
  if (named && (quoted || !meantAddress(text))) return { type: 'text', text }
  return fault(`${show(text)} is not an address or network`, '10.0.0.1', '10.0.0.0/8', '2001:db8::/32', ...(named ? ['a name'] : []))
}

/** The value as the field and the operator want it. A moment of asking makes relative times absolute. */
export function readValue(text: string, quoted: boolean, fields: Fields, name: string, is: Operator, nowMs?: number): Value | Fault {
  const field = fields[name]!
  const shape = shapeOf(field.kind)
  if (isTextOperator(is))
    return { type: 'text', text: partsOf(fields, name).some((part) => fields[part]!.kind === 'mac') ? macText(text) : text }
  if (shape === 'address') return address(text, quoted, fields, name)
  if (shape === 'number') return number(text, field.kind, nowMs)
  if (shape === 'mac') return mac(text) ?? fault(`${show(text)} is not a MAC`, '00:1b:21:3a:4f:55')
  if (shape === 'choice' || shape === 'texts') return choice(text, field)
  if (shape === 'flag') {
    const lower = text.toLowerCase()
    return Object.hasOwn(FLAGS, lower) ? { type: 'flag', flag: FLAGS[lower]! } : fault(`${show(text)} is not yes or no`, 'yes', 'no')
  }
  return { type: 'text', text }
}

export interface Alone {
  readonly kind: FieldKind
  readonly is: Operator
  readonly value: Value
}
/** A value that stands alone: address or network, MAC, port, else text to look for. */
export function readAlone(text: string, quoted: boolean, fields: Fields): Alone | Fault {
  const has = (value: Value) => membersOf(fields, { field: '' }, value).length > 0
  if (!quoted) {
    const net = network(text)
    if (net && has(net)) return { kind: 'address', is: '=', value: net }
    const link = mac(text)
    if (link && has(link)) return { kind: 'mac', is: '=', value: link }
    const n = port(text)
    if (n !== undefined && has({ type: 'number', number: n })) return { kind: 'port', is: '=', value: { type: 'number', number: n } }
    if (meantAddress(text)) return fault(`${show(text)} is not an address or network`, '10.0.0.1', '10.0.0.0/8', '2001:db8::/32')
    if (/^:\d+$/.test(text)) return noNumber(text, 'port')
  }
  const value: Value = { type: 'text', text }
  if (!has(value)) return fault('This list has no text to search: name a field', ...Object.keys(fields))
  return { kind: 'text', is: !quoted && text.includes('*') ? 'like' : 'contains', value }
}

export const show = (text: string): string => `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`
export const didYouMean = (near: string | undefined): string => (near === undefined ? '' : `; did you mean ${near}?`)

/** The word least far away, where that is near enough to have been meant. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  if (word.length > 40) return undefined
  let best: string | undefined
  let least = 1 + Math.max(1, Math.floor(word.length / 3))
  for (const candidate of words) {
    const away = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (away < least) [best, least] = [candidate, away]
  }
  return best
}

/** Letters inserted, dropped, replaced, or exchanged with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      row.push(cost)
    }
    ;[before, last] = [last, row]
  }
  return last[b.length]!
}
