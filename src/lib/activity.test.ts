import { expect, test } from 'vitest'
import { type ActivityAsk, activityMap, activityOf, bitCount, rangeAsked } from './activity.ts'

const MINUTE = 28_333_380 * 60
const ask = (more: Partial<ActivityAsk> = {}): ActivityAsk => ({ address: '10.0.0.1', step: 'minute', ...more })

test.each([
  ['the last day by the minute, with the minute that runs', ask(), [MINUTE + 60 - 86_400, MINUTE + 60]],
  ['the last hour by the second', ask({ step: 'second' }), [MINUTE + 60 - 3600, MINUTE + 60]],
  ['a range in whole minutes', ask({ fromMs: (MINUTE - 90) * 1000, toMs: (MINUTE - 1) * 1000 }), [MINUTE - 120, MINUTE]],
  ['one that is too long, without its beginning', ask({ fromMs: 0 }), [MINUTE + 60 - 26 * 3600, MINUTE + 60]],
  ['one that ends before it begins, empty', ask({ fromMs: (MINUTE + 600) * 1000, toMs: MINUTE * 1000 }), [MINUTE, MINUTE]],
])('asked: %s', (_, asked, [fromS, toS]) => {
  expect(rangeAsked(asked, (MINUTE + 30) * 1000)).toEqual({ fromS, toS })
})

test('bits become seconds a minute, and the map of ntopng 1.2', () => {
  const range = { fromS: MINUTE, toS: MINUTE + 180 }
  const bits = new Uint8Array(bitCount(range))
  for (const s of [0, 1, 59, 120, 179]) bits[s >> 3]! |= 1 << (s & 7)
  const answer = activityOf(ask(), range, bits)
  expect(answer).toEqual({ address: '10.0.0.1', fromMs: MINUTE * 1000, stepMs: 60_000, active: [3, 0, 2], activeSeconds: 5 })
  expect(activityMap(answer)).toEqual({ [MINUTE]: 3, [MINUTE + 120]: 2 })
  const inSeconds = activityOf(ask({ step: 'second' }), range, bits)
  expect([inSeconds.stepMs, inSeconds.active.length, inSeconds.active[59], inSeconds.active[60]]).toEqual([1000, 180, 1, 0])
})
