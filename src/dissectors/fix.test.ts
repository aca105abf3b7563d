import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import fix from './fix.ts'
import { fromClient, latin1, show } from './testing.ts'

const message = '8=FIX.4.4|9=65|35=A|49=BUYER|56=SELLER|34=1|98=0|10=062|'.replaceAll('|', '\x01')
test('version, sender and target', () => {
  expect(show(fix, [fromClient(latin1(message))])).toMatchObject({
    verdict: Match,
    fields: { version: 'FIX.4.4', sender: 'BUYER', target: 'SELLER' },
  })
})
test.each([
  ['8=FIXT.1.1\x019=65\x01', Match],
  ['8=FIX.4.4', NeedMore],
  ['8=FIX.4.4\x01', NeedMore],
  ['8=FIX.4.4\x0135=A\x01', Exclude],
  ['8=FIX.4.4.4.4.4.4.4.4.4', Exclude],
  ['8=FOX.4.4\x019=65\x01', Exclude],
])('%j', (text, verdict) => expect(show(fix, [fromClient(latin1(text))]).verdict).toBe(verdict))
