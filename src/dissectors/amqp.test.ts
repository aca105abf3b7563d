import { expect, test } from 'vitest'
import amqp from './amqp.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const start = hex('01 0000 00000008 000a 000a 0009 0000 ce')
test.each([
  [hex('00000901'), '0-9-1'],
  [hex('03010000'), '1.0'],
  [hex('01010009'), '1.0'],
])('the greeting %#', (rest, version) => {
  const said = show(amqp, [fromClient(concat(latin1('AMQP'), rest))], { serverPort: 5672 })
  expect(said).toMatchObject({ verdict: Match, fields: { version } })
})
test.each([
  ['a method', start, Match],
  ['a heartbeat', hex('08 0000 00000000 ce'), Match],
  ['a content header', concat(hex('02 0001 0000000e 003c 0000 0000000000000005 0000 ce')), Match],
  ['a method in pieces', start.subarray(0, 12), NeedMore],
  ['without its end', concat(start.subarray(0, 15), hex('cf')), Exclude],
  ['an unknown class', hex('01 0000 00000008 000b 000a 0009 0000 ce'), Exclude],
  ['a header of another class', hex('02 0001 00000008 000a 0000 00000000 ce'), Exclude],
])('a running session: %s', (_case, bytes, verdict) => {
  expect(show(amqp, [fromServer(bytes)], { serverPort: 5672 }).verdict).toBe(verdict)
})

test('the same however it is cut', () => {
  sameHoweverCut(amqp, concat(latin1('AMQP'), hex('00000901')))
  sameHoweverCut(amqp, start)
  for (const bytes of ['08 0001 00000000 ce', '08 0000 00000001 ce', '08 0000 00000000 cf', '08 0000 00000000 ce 00'])
    expect(show(amqp, [fromServer(hex(bytes))]).verdict).toBe(Exclude)
})
