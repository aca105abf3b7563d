import { expect, test } from 'vitest'
import avast from './avast.ts'
import { Exclude, Match } from './dissector.ts'
import { concat, fromClient, fromServer, hex, show } from './testing.ts'

const body = new Uint8Array(8)

test('a message that pushes, and its answer', () => {
  expect(show(avast, [fromClient(concat(hex('4e4f5341 0010 01 01'), body))])).toMatchObject({ verdict: Match, fields: { kind: 1 } })
  expect(show(avast, [fromServer(concat(hex('4e4f5341 0010 01 02'), body))])).toMatchObject({ verdict: Match, fields: { kind: 2 } })
})
test('the beginning of a longer one', () => {
  expect(show(avast, [fromClient(concat(hex('4e4f5341 0100 01 01'), body))]).verdict).toBe(Match)
})
test.each([
  ['another mark', '4e4f5342 0010 01 01'],
  ['less than there is', '4e4f5341 000f 01 01'],
  ['more than messages are', '4e4f5341 1001 01 01'],
  ['another version', '4e4f5341 0010 02 01'],
])('not: %s', (_case, header) => {
  expect(show(avast, [fromClient(concat(hex(header), body))]).verdict).toBe(Exclude)
})
