import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flowFields, hostFields, macFields, vlanFields } from '../lib/fields.ts'
import { type FilterError, parseFilter } from './filter.ts'
import { MAX_DEPTH, MAX_TERMS, MAX_TEXT_LEN } from './grammar.ts'
import { anyFilter, NOW_MS, parsed } from './testing.ts'

const errorOf = (text: string, fields = flowFields as Parameters<typeof parseFilter>[1]): FilterError => {
  const result = parseFilter(text, fields)
  if (result.ok) throw new Error(`${text} was accepted`)
  return result.error
}
const value = (text: string) => {
  const filter = parsed(text)
  return filter.type === 'test' ? filter.values[0] : undefined
}
const number = (n: number) => ({ type: 'number', number: n })

test('and binds tighter than or, not tighter than both; groups of one sort are one group', () => {
  const [a, b, c, d] = ['local', 'flows = 1', 'vlan = 2', 'peers = 3'].map((text) => parsed(text, hostFields))
  expect(parsed('local or flows = 1 and not vlan = 2 or (local or peers = 3)', hostFields)).toEqual({
    type: 'or',
    terms: [a, { type: 'and', terms: [b, { type: 'not', term: c }] }, a, d],
  })
  expect(parsed('local && (flows=1&&!vlan==2)', hostFields)).toEqual(parsed('local and flows = 1 and not vlan = 2', hostFields))
})

test('the text of the design is read, on a list that has countries', () => {
  const fields = { ...flowFields, country: { kind: 'text', label: 'Country', about: 'Country' } } as const
  const filter = parsed('app = TLS and host in 10.0.0.0/8 and bytes > 1M and not country in (DE, FR)', fields)
  expect(filter).toEqual({
    type: 'and',
    terms: [
      { type: 'test', field: 'app', kind: 'app', is: '=', values: [{ type: 'text', text: 'TLS' }] },
      { type: 'test', field: 'host', kind: 'address', is: 'in', values: [{ type: 'network', words: [0, 0, 0xffff, 10 << 24], bits: 104 }] },
      { type: 'test', field: 'bytes', kind: 'bytes', is: '>', values: [number(1e6)] },
      {
        type: 'not',
        term: { type: 'test', field: 'country', kind: 'text', is: 'in', values: ['DE', 'FR'].map((text) => ({ type: 'text', text })) },
      },
    ],
  })
})

test('nothing typed lets every row through', () => {
  for (const text of ['', '  \n']) expect(parsed(text)).toEqual({ type: 'and', terms: [] })
})

test.each([
  ['bytes > 1M', 1e6],
  ['bytes > 1.5G', 1.5e9],
  ['bytes > 10k', 10_000],
  ['bytes > 1MiB', 1_048_576],
  ['bytes > 2 ', 2],
  ['bytes > 1.1g', 1_100_000_000],
  ['packets > 3m', 3e6],
  ['bps > 100kbit', 100_000],
  ['bps > 5Mbps', 5e6],
  ['bps > 5Mbit/s', 5e6],
  ['bps > 1MB/s', 8e6],
  ['pps > 5pps', 5],
  ['pps > 5kpps', 5000],
  ['duration > 5s', 5000],
  ['duration > 10ms', 10],
  ['duration > 2m', 120_000],
  ['duration > 1h', 3_600_000],
  ['duration > 1h30min', 5_400_000],
  ['duration > 0.1us', 0.0001],
  ['duration > 250', 250],
  ['port = :443', 443],
  ['firstSeen > 1714557600000', 1_714_557_600_000],
  ['firstSeen > 2024-05-01', Date.UTC(2024, 4, 1)],
  ['firstSeen > 2024-05-01T10:00', Date.UTC(2024, 4, 1, 10)],
  ['firstSeen > "2024-05-01 10:00:30.5"', Date.UTC(2024, 4, 1, 10, 0, 30, 500)],
  ['firstSeen > 2024-05-01T10:00+02:00', Date.UTC(2024, 4, 1, 8)],
])('%s', (text, n) => {
  expect(value(text)).toEqual(number(n))
})

test('relative times stay relative unless a moment is given', () => {
  expect(value('firstSeen > -5m')).toEqual({ type: 'ago', agoMs: 300_000 })
  expect(value('firstSeen > now-5m')).toEqual({ type: 'ago', agoMs: 300_000 })
  const at = parseFilter('firstSeen > -5m', flowFields, { now: NOW_MS })
  expect(at).toMatchObject({ filter: { values: [number(NOW_MS - 300_000)] } })
})

test.each([
  ['client = 10.1.2.3/8', { type: 'network', words: [0, 0, 0xffff, 10 << 24], bits: 104 }],
  ['client = [2001:db8::1]', { type: 'network', words: [0x20010db8, 0, 0, 1], bits: 128 }],
  ['host = 10.0.0.1@100', { type: 'network', words: [0, 0, 0xffff, 0x0a000001], bits: 128, vlan: 100 }],
  ['host = example.org', { type: 'text', text: 'example.org' }],
  ['host = "1.2.3"', { type: 'text', text: '1.2.3' }],
  ['mac = 00-1B-21-3A-4F-55', { type: 'mac', text: '00:1b:21:3a:4f:55' }],
  ['mac = 001b.213a.4f55', { type: 'mac', text: '00:1b:21:3a:4f:55' }],
  ['mac starts 001B21', { type: 'text', text: '00:1b:21' }],
  ['mac like 00-1b-*', { type: 'text', text: '00:1b:*' }],
  ['tcpState = ESTABLISHED', { type: 'text', text: 'established' }],
  ['info = "a \\"b\\" \\u0041\\n\\d"', { type: 'text', text: 'a "b" A\n\\d' }],
  ["info = 'it is'", { type: 'text', text: 'it is' }],
  ["info = bob's", { type: 'text', text: "bob's" }],
  ['port in 8000..8100', { type: 'range', from: number(8000), to: number(8100) }],
  ['firstSeen in -5m..-1m', { type: 'range', from: { type: 'ago', agoMs: 300_000 }, to: { type: 'ago', agoMs: 60_000 } }],
])('%s has its value typed', (text, expected) => {
  expect(value(text)).toEqual(expected)
})

test.each([
  ['local', 'local = yes'],
  ['local and not local', 'local = true and not local = on'],
])('a flag alone is a test: %s', (text, same) => {
  expect(parsed(text, hostFields)).toEqual(parsed(same, hostFields))
})

describe('a value alone', () => {
  test.each([
    ['10.0.0.1', { kind: 'address', is: '=', values: [{ bits: 128 }] }],
    ['10.0.0.0/8', { kind: 'address', is: '=', values: [{ bits: 104 }] }],
    ['443', { kind: 'port', is: '=', values: [number(443)] }],
    [':443', { kind: 'port', is: '=', values: [number(443)] }],
    ['00:1b:21:3a:4f:55', { kind: 'mac', is: '=', values: [{ type: 'mac' }] }],
    ['wikipedia', { kind: 'text', is: 'contains', values: [{ text: 'wikipedia' }] }],
    ['*.google.com', { kind: 'text', is: 'like', values: [{ text: '*.google.com' }] }],
    ['"443"', { kind: 'text', is: 'contains', values: [{ text: '443' }] }],
    ['"bytes"', { kind: 'text', is: 'contains', values: [{ text: 'bytes' }] }],
  ])('%s', (text, expected) => {
    expect(parsed(text)).toMatchObject({ type: 'test', field: '', ...expected })
  })
  test('means what the list can hold', () => {
    expect(parsed('443', macFields)).toMatchObject({ kind: 'text', is: 'contains' })
    expect(errorOf(':443', macFields)).toMatchObject({ message: expect.stringContaining('port') })
    expect(errorOf('tcp', vlanFields)).toMatchObject({ message: expect.stringContaining('no text'), offset: 0, length: 3 })
  })
})

test.each<[string, Partial<FilterError>]>([
  ['bites > 5', { message: 'There is no field "bites" here; did you mean bytes?', offset: 0, length: 5 }],
  ['qqqqq > 5', { message: 'There is no field "qqqqq" here', expected: Object.keys(flowFields) }],
  ['constructor = 5', { message: 'There is no field "constructor" here' }],
  ['tcpState = establised', { message: '"establised" is no tcp state; did you mean established?', offset: 11, length: 10 }],
  ['bytes contains 5', { message: 'bytes cannot be compared by "contains"', offset: 6, length: 8 }],
  ['app < 5', { offset: 4, length: 1, expected: ['=', '!=', 'in', 'contains', 'starts', 'ends', 'like', 'exists'] }],
  ['bytes > many', { message: '"many" is not a number', offset: 8, length: 4 }],
  ['bytes > 99999T', { offset: 8, length: 6 }],
  ['duration > 5x', { message: '"5x" is not a duration', expected: ['10ms', '5s', '2m', '1h30m'] }],
  ['firstSeen > 2024-02-31', { message: '"2024-02-31" is not a time', offset: 12 }],
  ['port = 65536', { message: '"65536" is not a port (0 to 65535)' }],
  ['port in 90..80', { offset: 8, length: 6 }],
  ['client in 10.0.0.0/8..11.0.0.0', { message: expect.stringContaining('".."'), offset: 20 }],
  ['client in 10.0.0.9..10.0.0.1', { offset: 10, length: 18 }],
  ['client = 10.0.0.300', { message: '"10.0.0.300" is not an address or network', offset: 9, length: 10 }],
  ['client = 10.0.0.0/33', { offset: 9 }],
  ['host = 10.0.0.300', { offset: 7 }],
  ['10.0.0.300', { offset: 0 }],
  ['client = example.org', { offset: 9, length: 11 }],
  ['mac = 00:1b', { offset: 6, length: 5 }],
  ['bytes', { message: expect.stringContaining('ends too early'), offset: 5, length: 0, expected: expect.arrayContaining(['=', '>=']) }],
  ['bytes >', { offset: 7, length: 0, expected: ['a value'] }],
  ['bytes > 5 and', { offset: 13, length: 0, expected: ['a field', 'not', '('] }],
  ['bytes > and', { offset: 8, length: 3, expected: ['a value'] }],
  ['bytes > 5 packets', { offset: 10, length: 7, expected: ['and', 'or'] }],
  ['(bytes > 5', { offset: 10, length: 0, expected: ['and', 'or', ')'] }],
  ['bytes > 5)', { offset: 9, length: 1, expected: ['and', 'or'] }],
  ['()', { offset: 1, length: 1 }],
  ['port in (80', { offset: 11, length: 0, expected: ['..', ',', ')'] }],
  ['port in (80,)', { offset: 12, length: 1 }],
  ['info = "abc', { message: 'The quoted text has no end', offset: 7, length: 4, expected: ['"'] }],
  ['bytes > 5 & packets > 5', { offset: 10, length: 1 }],
  ['local = maybe', { message: '"maybe" is not yes or no', expected: ['yes', 'no'] }],
  ['and', { offset: 0, length: 3 }],
])('%s', (text, expected) => {
  expect(errorOf(text, text.startsWith('local') ? hostFields : flowFields)).toMatchObject(expected)
})

test('only the first error is told, though reading goes on', () => {
  expect(errorOf('bytes > many and foo = 1 and (')).toMatchObject({ offset: 8 })
})

test('the examples of the documentation are read', () => {
  const page = readFileSync(new URL('../../docs/filter-language.md', import.meta.url), 'utf8')
  const examples = [...page.slice(page.indexOf('## Examples')).matchAll(/`([^`]+)` \|$/gm)].map(([, text]) => text!)
  expect(examples.length).toBeGreaterThan(5)
  for (const text of [...examples, /^ {4}(.+)$/m.exec(page)![1]!]) parsed(text)
})

test('depth, length and the number of tests are bounded', () => {
  const nested = (n: number) => `${'('.repeat(n)}bytes > 5${')'.repeat(n)}`
  expect(parseFilter(nested(MAX_DEPTH), flowFields).ok).toBe(true)
  expect(errorOf(nested(MAX_DEPTH + 1))).toMatchObject({ message: 'Nested deeper than 64', offset: MAX_DEPTH })
  expect(errorOf('not '.repeat(MAX_DEPTH + 1))).toMatchObject({ message: 'Nested deeper than 64' })
  expect(parseFilter(new Array(100).fill('(not port = 1)').join(' or '), flowFields).ok).toBe(true)
  const list = (n: number) => `port in (${new Array(n).fill(1).join(',')})`
  expect(parseFilter(list(MAX_TERMS - 1), flowFields).ok).toBe(true)
  expect(errorOf(list(MAX_TERMS))).toMatchObject({ message: `More than ${MAX_TERMS} tests and values` })
  expect(parseFilter(`bytes > 5${' '.repeat(MAX_TEXT_LEN - 9)}`, flowFields).ok).toBe(true)
  expect(errorOf('x'.repeat(MAX_TEXT_LEN + 1))).toMatchObject({ offset: MAX_TEXT_LEN, length: 1 })
})

describe('any text', () => {
  const sound = (text: string) => {
    const result = parseFilter(text, flowFields)
    if (result.ok) return
    const { message, offset, length, expected } = result.error
    expect(message).not.toBe('')
    expect(Array.isArray(expected)).toBe(true)
    expect(offset).toBeGreaterThanOrEqual(0)
    expect(length).toBeGreaterThanOrEqual(0)
    expect(offset + length).toBeLessThanOrEqual(text.length)
  }
  const pieces = [
    'bytes',
    'host',
    'app',
    'in',
    'not',
    'and',
    'or',
    '(',
    ')',
    ',',
    '..',
    '=',
    '!=',
    '!~',
    '!',
    '~',
    '"',
    "'",
    '\\',
    '5M',
    '10.0.0.0/8',
    '::',
    '-5m',
    ':1',
    '*',
    '&&',
    '|',
    ' ',
    '\u0000',
    '\ud800',
    '💥',
  ]
  const seed = 20_240_501
  test('is answered with a filter or an error inside the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), sound), { seed, numRuns: 1000 })
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(' ')),
        sound,
      ),
      { seed, numRuns: 2000 },
    )
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join('')),
        sound,
      ),
      { seed, numRuns: 2000 },
    )
  })
  test('that the grammar makes is accepted; cut anywhere, it is answered', () => {
    fc.assert(
      fc.property(anyFilter, fc.nat(), (text, cut) => {
        parsed(text)
        sound(text.slice(0, cut % (text.length + 1)))
      }),
      { seed, numRuns: 1000 },
    )
  })
})
