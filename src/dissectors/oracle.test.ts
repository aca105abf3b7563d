import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import oracle from './oracle.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const description =
  '(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=DB.example.com)(PORT=1521))(CONNECT_DATA=(CID=(PROGRAM=sqlplus)(HOST=pc)(USER=ann))(SERVICE_NAME=orders)))'
const packet = (type: number, body: Uint8Array) =>
  concat(Uint8Array.of((body.length + 8) >> 8, (body.length + 8) & 255, 0, 0, type, 0, 0, 0), body)
const connect = (text: string, versions = '013b 012c') => packet(1, concat(hex(versions), new Uint8Array(46), latin1(text)))

test('service, user, program and host', () => {
  const report = show(oracle, [fromClient(connect(description))])
  expect(report).toMatchObject({ verdict: Match, serverName: 'db.example.com', info: 'orders' })
  expect(report.fields).toEqual({ service: 'orders', user: 'ann', program: 'sqlplus' })
})
test('an answer to a connect packet whose text comes later', () => {
  expect(show(oracle, [fromClient(connect('')), fromServer(packet(2, hex('013b 0000')))]).verdict).toBe(Match)
  expect(show(oracle, [fromServer(packet(2, hex('013b 0000')))]).verdict).toBe(Exclude)
})
test.each([
  ['cut', connect(description).subarray(0, 40), NeedMore],
  ['a version out of range', connect(description, '0001 0001'), Exclude],
  ['an older version that is newer', connect(description, '012c 013b'), Exclude],
  ['a check sum', connect(description).fill(1, 2, 4), Exclude],
  ['another type', packet(9, latin1(description)), Exclude],
  ['DNS over TCP', hex('001d 1234 0100 0001 0000 0000 0000 0377 7777 0763 6f6d'), Exclude],
])('%s', (_case, bytes, verdict) => expect(show(oracle, [fromClient(bytes)]).verdict).toBe(verdict))
test('a value without end is none', () => {
  expect(show(oracle, [fromClient(connect('(DESCRIPTION=(SERVICE_NAME=orders'))]).fields).toEqual({})
})
