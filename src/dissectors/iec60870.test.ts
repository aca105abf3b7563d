import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import iec from './iec60870.ts'
import { concat, fromClient, fromServer, hex, type Shown, show } from './testing.ts'

const startDt = hex('68 04 07 00 00 00')
const acknowledgement = hex('68 04 01 00 0a 00')
// C_IC_NA_1, activation, common address 10.
const interrogation = hex('68 0e 02 00 04 00 64 01 06 00 0a 00 00 00 00 14')
const off = { serverPort: 12_404 }

test('type, cause and address', () => {
  expect(show(iec, [fromClient(interrogation)])).toMatchObject({ verdict: Match, fields: { type: 100, cause: 6, address: 10 } })
})
test.each<[string, Shown[], number, object]>([
  ['a U frame', [fromClient(startDt)], Match, {}],
  ['an S frame', [fromServer(acknowledgement)], Match, {}],
  ['frames one after another, the last one cut', [fromClient(concat(startDt, interrogation.subarray(0, 10)))], Match, {}],
  ['elsewhere, one frame', [fromClient(startDt)], NeedMore, off],
  ['elsewhere, two', [fromClient(startDt), fromServer(hex('68 04 0b 00 00 00'))], Match, off],
  ['a function unknown', [fromClient(hex('68 04 0f 00 00 00'))], Exclude, {}],
  ['an S frame with more', [fromClient(hex('68 05 01 00 0a 00 00'))], Exclude, {}],
  ['type 0', [fromClient(concat(hex('68 0e 02 00 04 00 00'), interrogation.subarray(7)))], Exclude, {}],
  ['something behind a frame', [fromClient(concat(startDt, hex('0102030405060708')))], Exclude, {}],
  ['a length too short', [fromClient(hex('68 03 07 00 00 00'))], Exclude, {}],
  ['cut', [fromClient(startDt.subarray(0, 5))], NeedMore, {}],
])('%s', (_case, shown, verdict, ends) => expect(show(iec, shown, ends).verdict).toBe(verdict))
