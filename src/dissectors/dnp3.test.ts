import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import dnp3 from './dnp3.ts'
import { concat, fromClient, hex, show } from './testing.ts'

// The check sum of a reset of the link from station 1 to 1024, as the standard's examples give it: 05 64 05 C0 01 00 00 04 E9 21.
const reset = hex('05 64 05 c0 01 00 00 04 e9 21')

test('who to whom', () => {
  expect(show(dnp3, [fromClient(reset)])).toMatchObject({ verdict: Match, fields: { destination: 1, source: 1024 } })
})
test.each([
  ['a check sum that does not fit', concat(reset.subarray(0, 9), hex('22')), Exclude],
  ['a byte changed', reset.slice().fill(2, 4, 5), Exclude],
  ['another start', concat(hex('05 65'), reset.subarray(2)), Exclude],
  ['a length too short', reset.slice().fill(4, 2, 3), Exclude],
  ['cut', reset.subarray(0, 9), NeedMore],
])('%s', (_case, bytes, verdict) => expect(show(dnp3, [fromClient(bytes)]).verdict).toBe(verdict))
