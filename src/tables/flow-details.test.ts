import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FlowDetails } from './flow-details.ts'

const valuesOf = (details: FlowDetails, row: number) => {
  const values = new Map<number, unknown>()
  details.eachValue(row, (field, value) => values.set(field, value))
  return values
}

test('holds the latest value of each field, as a map would', () => {
  const call = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.string()), { selector: ([field]) => field, maxLength: 8 })
  fc.assert(
    fc.property(fc.array(call, { maxLength: 10 }), (calls) => {
      const details = new FlowDetails()
      const model = new Map<number, unknown>()
      for (const pairs of calls) {
        const fields = pairs.map(([field]) => field)
        details.setValues(
          3,
          fields,
          pairs.map(([, value]) => value),
          fields.length,
        )
        for (const [field, value] of pairs) model.set(field, value)
      }
      expect(valuesOf(details, 3)).toEqual(model)
    }),
    { seed: 5, numRuns: 200 },
  )
})

test('keeps no more than its bound, and goes on changing what it has', () => {
  const details = new FlowDetails()
  const fields = Array.from({ length: 100 }, (_, i) => i)
  details.setValues(0, fields, fields, 100)
  expect(valuesOf(details, 0).size).toBe(64)
  details.setValues(0, [0, 99], ['new', 'none'], 2)
  expect(valuesOf(details, 0).get(0)).toBe('new')
  expect(valuesOf(details, 0).has(99)).toBe(false)
})

test('names and the telling detail stand beside the values', () => {
  const details = new FlowDetails()
  expect([details.serverName(7), details.info(7), details.category(7)]).toEqual(['', '', -1])
  details.setServerName(7, 'a.example')
  details.setInfo(7, 'A', 'a.example')
  details.setValues(7, [1], ['x'], 1)
  details.setCategory(7, 4)
  expect([details.serverName(7), details.info(7), details.category(7)]).toEqual(['a.example', 'A a.example', 4])
  expect(valuesOf(details, 7)).toEqual(new Map([[1, 'x']]))
  details.forget(7)
  expect([details.serverName(7), valuesOf(details, 7).size]).toEqual(['', 0])
})
