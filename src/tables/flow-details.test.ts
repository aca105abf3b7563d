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

test('rows keep their own through growth, forgetting and use of the room by others', () => {
  const step = fc.record({
    row: fc.integer({ min: 0, max: 30 }),
    does: fc.constantFrom('values', 'name', 'info', 'forget'),
    text: fc.string({ maxLength: 4 }),
    fields: fc.uniqueArray(fc.integer({ min: 0, max: 90 }), { maxLength: 20 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const details = new FlowDetails()
      const model = new Map<number, { name: string; info: string; values: Map<number, unknown> }>()
      const of = (row: number) => {
        const there = model.get(row) ?? { name: '', info: '', values: new Map() }
        model.set(row, there)
        return there
      }
      for (const { row, does, text, fields } of steps) {
        if (does === 'forget') {
          details.forget(row)
          model.delete(row)
        } else if (does === 'name') {
          details.setServerName(row, text)
          of(row).name = text
        } else if (does === 'info') {
          details.setInfo(row, 'GET', text)
          of(row).info = text === '' ? 'GET' : `GET ${text}`
        } else {
          const values = fields.map((field) => (field % 2 === 0 ? text + field : [text, field]))
          details.setValues(row, fields, values, fields.length)
          fields.forEach((field, i) => {
            const { values: known } = of(row)
            if (known.has(field) || known.size < 64) known.set(field, values[i])
          })
        }
      }
      for (let row = 0; row <= 30; row++) {
        const { name, info, values } = model.get(row) ?? { name: '', info: '', values: new Map() }
        expect([details.serverName(row), details.info(row), valuesOf(details, row)]).toEqual([name, info, values])
      }
    }),
    { seed: 11, numRuns: 200 },
  )
})
