import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import kismet from './kismet.ts'
import { fromServer, latin1, show } from './testing.ts'

test('the server', () => {
  const report = show(kismet, [fromServer(latin1('*KISMET: 0.0.0 1200000000 \x01Roof\x01\n'))])
  expect(report).toMatchObject({ verdict: Match, fields: { server: '0.0.0 1200000000 ␁Roof␁' } })
})
test.each([
  ['*KISMET: ', NeedMore],
  ['*KISMET: none', Exclude],
  ['*KISMAT: 0.0', Exclude],
])('%j', (text, verdict) => expect(show(kismet, [fromServer(latin1(text))]).verdict).toBe(verdict))
