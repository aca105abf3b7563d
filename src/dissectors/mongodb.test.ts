import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import mongodb from './mongodb.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const le32 = (n: number) => Uint8Array.of(n & 255, (n >> 8) & 255, (n >> 16) & 255, n >>> 24)
const document = (...elements: Uint8Array[]) => {
  const body = concat(...elements)
  return concat(le32(body.length + 5), body, hex('00'))
}
const string = (name: string, value: string) => concat(hex('02'), latin1(`${name}\0`), le32(value.length + 1), latin1(`${value}\0`))
const message = (operation: number, body: Uint8Array) => concat(le32(16 + body.length), le32(7), le32(0), le32(operation), body)
const find = message(2013, concat(le32(0), hex('00'), document(string('find', 'orders'), string('$db', 'shop'))))
const hello = message(
  2004,
  concat(le32(4), latin1('admin.$cmd\0'), le32(0), le32(1), document(concat(hex('10'), latin1('isMaster\0'), le32(1)))),
)

test('a command, in pieces', () => {
  expect(show(mongodb, [fromClient(find.subarray(0, 18)), fromClient(find.subarray(18))], { serverPort: 5000 })).toMatchObject({
    verdict: Match,
    fields: { command: 'find', collection: 'orders' },
  })
})
test('the old way', () => {
  expect(show(mongodb, [fromClient(hello)])).toMatchObject({ verdict: Match, fields: { command: 'isMaster', collection: 'admin.$cmd' } })
  const reply = message(
    1,
    concat(le32(8), le32(0), le32(0), le32(0), le32(1), document(concat(hex('01'), latin1('ok\0'), new Uint8Array(8)))),
  )
  expect(show(mongodb, [fromServer(reply)]).verdict).toBe(Match)
})
test.each([
  ['undefined flags', message(2013, concat(le32(4), hex('00'), document(string('a', 'b')))), Exclude],
  ['a document longer than its message', concat(find.subarray(0, 21), le32(9999), find.subarray(25)), Exclude],
  ['an unknown operation', message(2003, document(string('a', 'b'))), Exclude],
  ['a name that is not printable', message(2013, concat(le32(0), hex('00'), document(concat(hex('10 01 00'), le32(1))))), Exclude],
  ['a collection without a dot', message(2004, concat(le32(4), latin1('admin\0'), le32(0), le32(1), document(string('a', 'b')))), Exclude],
  ['a beginning', find.subarray(0, 18), NeedMore],
])('%s', (_case, bytes, verdict) => {
  expect(show(mongodb, [fromClient(bytes)]).verdict).toBe(verdict)
})

test('the same however it is cut', () => {
  sameHoweverCut(mongodb, find, { serverPort: 5000 })
  sameHoweverCut(mongodb, hello)
})
