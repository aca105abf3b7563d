import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import pptp from './pptp.ts'
import { concat, fromClient, hex, latin1, show } from './testing.ts'

const start = concat(hex('009c 0001 1a2b3c4d 0001 0000 0100 0000 00000001 00000001 0000 0001'), latin1('branch'), new Uint8Array(122))

test('type and host', () => {
  expect(start.length).toBe(156)
  expect(show(pptp, [fromClient(start)])).toMatchObject({ verdict: Match, fields: { type: 1, host: 'branch' } })
})
test.each([
  ['an echo', hex('0010 0001 1a2b3c4d 0005 0000 00000001'), Match],
  ['another cookie', hex('0010 0001 1a2b3c4e 0005 0000'), Exclude],
  ['type 0', hex('0010 0001 1a2b3c4d 0000 0000'), Exclude],
  ['type 16', hex('0010 0001 1a2b3c4d 0010 0000'), Exclude],
  ['a length too short', hex('000b 0001 1a2b3c4d 0005 0000'), Exclude],
  ['cut', start.subarray(0, 11), NeedMore],
])('%s', (_case, bytes, verdict) => expect(show(pptp, [fromClient(bytes)]).verdict).toBe(verdict))
