import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import modbus from './modbus.ts'
import { sameHoweverCut } from './split-testing.ts'
import { fromClient, fromServer, hex, show } from './testing.ts'

const read = hex('0001 0000 0006 11 03 006b 0003')
test('a request and an exception', () => {
  const said = show(modbus, [fromClient(read.subarray(0, 9)), fromClient(read.subarray(9)), fromServer(hex('0001 0000 0003 11 83 02'))])
  expect(said).toMatchObject({
    verdict: Match,
    info: 'read holding registers',
    fields: { function: 'read holding registers', unit: 17, exception: 2 },
  })
})
test('UMAS inside', () => {
  expect(show(modbus, [fromClient(hex('0001 0000 0004 00 5a 00 02'))]).inside).toBe('UMAS')
})
test.each([
  ['protocol 1', hex('0001 0001 0006 11 03 006b 0003'), 502, Exclude],
  ['a length of 255', hex('0001 0000 00ff 11 03 006b 0003'), 502, Exclude],
  ['an unknown function', hex('0001 0000 0006 11 63 006b 0003'), 502, Exclude],
  ['an exception with more', hex('0001 0000 0006 11 83 006b 0003'), 502, Exclude],
  ['another port', read, 503, Exclude],
  ['a beginning', read.subarray(0, 9), 502, NeedMore],
])('%s', (_case, bytes, serverPort, verdict) => {
  expect(show(modbus, [fromClient(bytes)], { serverPort }).verdict).toBe(verdict)
})

test('the same however it is cut', () => {
  sameHoweverCut(modbus, read, { serverPort: 502 })
})
