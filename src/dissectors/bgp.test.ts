import { expect, test } from 'vitest'
import bgp from './bgp.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, show } from './testing.ts'

const message = (type: string, length: string, body = '') => concat(new Uint8Array(16).fill(255), hex(length), hex(type), hex(body))
const open = message('01', '001d', '04 fde8 00b4 0a000001 00')
const keepalive = message('04', '0013')

test('open in pieces, then keepalives', () => {
  const said = show(bgp, [fromClient(open.subarray(0, 10)), fromClient(open.subarray(10)), fromServer(concat(keepalive, keepalive))], {
    serverPort: 1790,
  })
  expect(said).toMatchObject({
    verdict: Match,
    bad: false,
    info: 'AS 65000',
    fields: { message: 'keepalive', as: 65000, routerId: '10.0.0.1' },
  })
})
test('an AS number of four bytes', () => {
  const wide = message('01', '0025', '04 5ba0 00b4 0a000001 08 02 06 41 04 00030d40')
  expect(show(bgp, [fromClient(wide)]).fields['as']).toBe(200_000)
})
test.each([
  ['type 6', message('06', '0017', '00000000'), Exclude],
  ['a keepalive with more', message('04', '0014', '00'), Exclude],
  ['an open too short', message('01', '001c', '04 fde8 00b4 0a0000'), Exclude],
  ['a marker with a zero', concat(hex('00'), open.subarray(1)), Exclude],
  ['a beginning', open.subarray(0, 18), NeedMore],
])('%s', (_case, bytes, verdict) => {
  expect(show(bgp, [fromClient(bytes)]).verdict).toBe(verdict)
})

test('the same however it is cut', () => {
  sameHoweverCut(bgp, open)
})
