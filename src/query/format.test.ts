import fc from 'fast-check'
import { expect, test } from 'vitest'
import { flowFields } from '../lib/fields.ts'
import { addTerm, formatFilter, type Joined, parseFilter, quoteValue } from './filter.ts'
import { lex, quote } from './lexer.ts'
import { anyFilter, parsed } from './testing.ts'

const seed = 20_240_501

test.each([
  ['(APP==tls && (bytes>1000000))', 'app = tls and bytes > 1M'],
  ['a or b and (c or d)', '"a" or "b" and ("c" or "d")'],
  ['!(port=80||port=81)', 'not (port = 80 or port = 81)'],
  ['not not port = 80', 'not not port = 80'],
  ['port not in (80, 8000..8100)', 'not port in (80, 8000..8100)'],
  ['port in (80)', 'port in 80'],
  ['info !~ "a b"', 'not info contains "a b"'],
  ['info = "and"', 'info = "and"'],
  ['bps > 1.5kbit and bytes > 1MiB and duration > 90m', 'bps > 1500 and bytes > 1048576 and duration > 90m'],
  ['serverLatency > 12.5ms', 'serverLatency > 12.5ms'],
  ['firstSeen in -3600s..now', 'firstSeen in -1h..now'],
  ['firstSeen > 1714557600000', 'firstSeen > 2024-05-01T10:00:00Z'],
  ['host = 010.0.0.1.example', 'host = "010.0.0.1.example"'],
  ['host = 2001:DB8:0:0:1:0:0:1/64', 'host = 2001:db8::/64'],
  ['host = 10.9.9.9/8@12', 'host = 10.0.0.0/8@12'],
  ['host = ::ffff:10.0.0.1', 'host = 10.0.0.1'],
  ['0.0.0.0/0 or ::/0', '0.0.0.0/0 or ::/0'],
  ['*.google.com or :443', '*.google.com or 443'],
  ['', ''],
])('%s is written as %s', (text, canonical) => {
  expect(formatFilter(parsed(text))).toBe(canonical)
})

test('what is written is read back as the same filter, and written the same', () => {
  fc.assert(
    fc.property(anyFilter, (text) => {
      const filter = parsed(text)
      const written = formatFilter(filter)
      expect(parsed(written)).toEqual(filter)
      expect(formatFilter(parsed(written))).toBe(written)
    }),
    { seed, numRuns: 2000 },
  )
})

test('any text can be quoted and read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const written of [quote(text), quoteValue(text)]) {
        const filter = parsed(`info = ${written}`)
        expect(filter).toMatchObject({ values: [{ text }] })
      }
      expect(lex(quoteValue(text))).toHaveLength(2)
    }),
    { seed, numRuns: 2000 },
  )
})

test('what could mislead the reader of a quoted text is written as a number', () => {
  expect(quoteValue('a\u202eb\u0000\ud800💥')).toBe('"a\\u202eb\\u0000\\ud800💥"')
  expect(quoteValue('💥')).toBe('💥')
})

test.each<[string, Joined, string]>([
  ['', 'and', 'app = TLS.Google'],
  ['', 'and-not', 'app != TLS.Google'],
  ['port = 80', 'and', 'port = 80 and app = TLS.Google'],
  ['port = 80', 'and-not', 'port = 80 and app != TLS.Google'],
  ['port = 80', 'or', 'port = 80 or app = TLS.Google'],
  ['port = 80', 'or-not', 'port = 80 or app != TLS.Google'],
  ['port = 80', 'only', 'app = TLS.Google'],
  ['port = 80 or port = 81', 'and', '(port = 80 or port = 81) and app = TLS.Google'],
  ['(port = 80 || port = 81)', 'and', '(port = 80 || port = 81) and app = TLS.Google'],
  ['info = "a or b"', 'and', 'info = "a or b" and app = TLS.Google'],
  ['port = ', 'and', 'port = and app = TLS.Google'],
])('%j %s a clicked value', (text, how, expected) => {
  expect(addTerm(text, 'app', '=', 'TLS.Google', how)).toBe(expected)
})

test('a term of any value, operator and list', () => {
  expect(addTerm('', 'serverName', 'contains', 'a "b"', 'and-not')).toBe('not serverName contains "a \\"b\\""')
  expect(addTerm('', 'port', 'in', [80, 443], 'and')).toBe('port in (80, 443)')
  expect(addTerm('', 'serverName', 'exists', undefined, 'and-not')).toBe('not serverName exists')
  expect(addTerm('', 'local', '=', true, 'and')).toBe('local = true')
})

test('a clicked value of any text narrows or widens as asked', () => {
  fc.assert(
    fc.property(anyFilter, fc.string({ unit: 'binary' }), fc.constantFrom<Joined>('and', 'and-not', 'or', 'or-not'), (text, value, how) => {
      const result = parseFilter(addTerm(text, 'info', '=', value, how), flowFields)
      const is = how.endsWith('not') ? '!=' : '='
      const term = { type: 'test', field: 'info', kind: 'text', is, values: [{ type: 'text', text: value }] }
      const type = how.startsWith('and') ? 'and' : 'or'
      const before = parsed(text)
      expect(result).toEqual({ ok: true, filter: { type, terms: [...(before.type === type ? before.terms : [before]), term] } })
    }),
    { seed, numRuns: 1000 },
  )
})
