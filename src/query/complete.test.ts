import fc from 'fast-check'
import { expect, test } from 'vitest'
import { flowFields, hostFields, TCP_STATES } from '../lib/fields.ts'
import { completeFilter, parseFilter } from './filter.ts'
import { OPERATORS } from './grammar.ts'
import { anyFilter } from './testing.ts'

/** `|` is the cursor. */
const at = (text: string, fields: Parameters<typeof completeFilter>[2] = flowFields) =>
  completeFilter(text.replace('|', ''), text.indexOf('|'), fields)
const texts = (text: string, fields = flowFields as Parameters<typeof completeFilter>[2]) => at(text, fields).options.map((one) => one.text)

test.each([
  ['|', [...Object.keys(flowFields), 'not', '(']],
  ['bytes > 5 and |', [...Object.keys(flowFields), 'not', '(']],
  ['bytes |', ['=', '!=', '<', '<=', '>', '>=', 'in', 'exists', 'not']],
  ['tcpState |', ['=', '!=', 'in', 'not']],
  ['tcpState = |', TCP_STATES],
  ['tcpState = syn|', ['syn', 'syn-ack']],
  ['tcpState in |', [...TCP_STATES, '(']],
  ['tcpState in (|', TCP_STATES],
  ['tcpState in (syn |', [',', ')']],
  ['(bytes > 5 |', ['and', 'or', ')']],
  ['bytes > 5 |', ['and', 'or']],
  ['app con|', ['contains']],
  ['app not |', ['in', 'contains', 'starts', 'ends', 'like', 'exists']],
  ['bytes > 5 a|', ['and']],
  ['foo = 1 |', []],
  ['tcpState = nonsense and confidence = payl|', ['payload']],
])('%s', (text, expected) => {
  expect(texts(text).toSorted()).toEqual([...expected].toSorted())
})

test('fields that begin as typed come first, with their label and sentence', () => {
  const { options, from, to } = at('bytes > 5 and by|')
  expect([from, to]).toEqual([14, 16])
  expect(options.slice(0, 3).map((one) => one.text)).toEqual(['bytes', 'bytesC2s', 'bytesS2c'])
  expect(options[0]).toEqual({ text: 'bytes', label: 'Bytes', detail: 'Frame bytes, both directions', kind: 'field' })
  expect(texts('retrans|')).toEqual(['retransmissions'])
})

test('a range is offered last', () => {
  expect(texts('port in (80 |')).toEqual([',', ')', '..'])
})

test('flags have their values, and need none', () => {
  expect(texts('local = |', hostFields)).toEqual(['yes', 'no'])
  expect(texts('local |', hostFields)).toEqual(expect.arrayContaining(['=', '!=', 'and', 'or']))
})

test.each([
  ['app = goo|', { field: 'app', prefix: 'goo' }, [6, 9]],
  ['app = |', { field: 'app', prefix: '' }, [6, 6]],
  ['host in (10.0.0.1, 10|)', { field: 'host', prefix: '10' }, [19, 21]],
  ['serverName = "a b|', { field: 'serverName', prefix: 'a b' }, [13, 17]],
  ['serverName = "a |b" and bytes > 5', { field: 'serverName', prefix: 'a ' }, [13, 18]],
  ['serverName = "a| and bytes > 5', { field: 'serverName', prefix: 'a' }, [13, 15]],
  ['app = go|ogle and bytes > 5', { field: 'app', prefix: 'go' }, [6, 12]],
])('values of a field are left to the caller: %s', (text, values, [from, to]) => {
  expect(at(text)).toMatchObject({ values, from, to })
})

test.each(['bytes > |', 'tcpState = |', '|', 'app |'])('there are no values to ask for: %s', (text) => {
  expect(at(text)).not.toHaveProperty('values')
})

test('every option continues the text as the grammar wants it', () => {
  const rest = [
    '',
    ' = 5',
    ' = yes',
    ' 5',
    ' syn',
    ' a',
    ' 10.0.0.1',
    ' 1h',
    ' 00:00:00:00:00:00',
    ' port',
    ')',
    ' bytes > 5',
    ' bytes > 5)',
    ' exists',
    ' 5)',
    ' a)',
    ' syn)',
    ' in a',
    ' exists)',
    ' (5)',
  ]
  fc.assert(
    fc.property(anyFilter, fc.nat(), (text, cut) => {
      const cursor = cut % (text.length + 1)
      const { from, options } = completeFilter(text, cursor, flowFields)
      for (const option of options) {
        const head = `${text.slice(0, from)} ${option.text}`
        // Accepted so far: the parser complains at its end, or later, and never about the option itself.
        const reached = rest.map((tail) => parseFilter(head + tail, flowFields)).some((r) => r.ok || r.error.offset >= head.length)
        expect([head, reached]).toEqual([head, true])
      }
    }),
    { seed: 20_240_501, numRuns: 60 },
  )
})

test('any text and offset is answered, inside the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: -5, max: 50 }), (text, offset) => {
      const { from, to } = completeFilter(text, offset, flowFields)
      expect(0 <= from && from <= to && to <= text.length).toBe(true)
    }),
    { seed: 20_240_501, numRuns: 1000 },
  )
})

test('every operator can be offered', () => {
  const offered = new Set([...texts('bytes |'), ...texts('host |'), ...texts('app |')])
  for (const is of Object.keys(OPERATORS)) expect(offered).toContain(is)
})
