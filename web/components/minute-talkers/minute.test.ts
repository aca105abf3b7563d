import { expect, it } from 'vitest'
import { flowFields } from '../../../src/lib/fields.ts'
import { parseFilter } from '../../../src/query/filter.ts'
import { exploreView, minuteOf, recordsOf } from './minute.ts'

const T = Date.UTC(2026, 10, 26, 10, 7)

it('is whole', () => expect([minuteOf(T), minuteOf(T + 59_999)]).toEqual([T, T]))

it('asks for flows that were there then, also where they are told of later', () => {
  const asked = recordsOf({ fromMs: T, toMs: T + 60_000, filter: 'app = DNS or app = NTP' })
  expect(asked).toEqual({ from: T, to: T + 360_000, filter: '(app = DNS or app = NTP) and firstSeen < 2026-11-26T10:08:00.000Z' })
  expect(parseFilter(asked.filter, flowFields)).toMatchObject({ ok: true })
  expect(recordsOf({ fromMs: T, toMs: T + 60_000, filter: '' }).filter).toBe('firstSeen < 2026-11-26T10:08:00.000Z')
})

it('can be looked at on the page of the past', () => {
  expect(exploreView({ fromMs: T, toMs: T + 60_000, filter: 'host = 10.0.0.1' }, 'app', 'app = DNS')).toEqual({
    from: '2026-11-26T10:07:00Z',
    to: '2026-11-26T10:13:00Z',
    by: 'app',
    filter: 'host = 10.0.0.1 and app = DNS and firstSeen < 2026-11-26T10:08:00.000Z',
  })
})
