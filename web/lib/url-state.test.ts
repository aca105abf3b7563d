import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KEYS, parseView, pick, stringifyView, timeFromUrl, timeToUrl } from './url-state.ts'

describe('view and URL', () => {
  test('reads clearly', () => {
    expect(stringifyView({ filter: 'app = TLS and host in 10.0.0.0/8', sort: 'bytes', interface: '2' })).toBe(
      '?v=1&interface=2&filter=app+=+TLS+and+host+in+10.0.0.0/8&sort=bytes',
    )
  })
  test('the plain view is no query at all', () => expect(stringifyView({ v: '1' })).toBe(''))
  test('unknown keys and empty values are dropped', () => {
    expect(parseView('?v=9&filter=&evil=1&sort=bps&__proto__=x')).toEqual({ v: '9', sort: 'bps' })
  })
  test('any value comes back', () => {
    const value = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }).filter((text) => text.isWellFormed())
    fc.assert(
      fc.property(fc.record({ filter: value, row: value, columns: value }), (view) => {
        expect(parseView(stringifyView(view))).toEqual({ v: '1', ...view })
      }),
      { seed: 7 },
    )
  })
  test('a lone surrogate does not throw', () => expect(stringifyView({ filter: '\ud800' })).toContain('filter='))
  test('an endless value is dropped', () => expect(parseView(`?filter=${'a'.repeat(9000)}`)).toEqual({}))
  test('keys are in one order', () => expect([...KEYS].indexOf('v')).toBe(0))
})

test('pick takes what is there', () => {
  expect(pick({ interface: '1', filter: 'x' }, 'interface', 'sort')).toEqual({ interface: '1' })
})

test('times', () => {
  expect(timeToUrl(1551694800123)).toBe('2019-03-04T10:20:00Z')
  expect(timeFromUrl('2019-03-04T10:20:00Z')).toBe(1551694800000)
  expect(timeFromUrl('yesterday-ish')).toBeUndefined()
  expect(timeFromUrl(undefined)).toBeUndefined()
})
