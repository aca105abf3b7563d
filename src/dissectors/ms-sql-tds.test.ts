import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import tds from './ms-sql-tds.ts'
import { concat, fromClient, fromServer, hex, type Shown, show } from './testing.ts'

const le16 = (n: number) => Uint8Array.of(n & 255, n >> 8)
const le32 = (n: number) => concat(le16(n & 0xffff), le16(n >>> 16))
const packet = (type: number, body: Uint8Array, status = 1) =>
  concat(Uint8Array.of(type, status, (body.length + 8) >> 8, (body.length + 8) & 255, 0, 0, 1, 0), body)
// [MS-TDS] 2.2.6.5: version, encryption, end.
const prelogin = hex('00 000b 0006  01 0011 0001  ff  10000000 0000  02')
const utf16 = (text: string) => Uint8Array.from([...text].flatMap((ch) => [ch.charCodeAt(0) & 255, ch.charCodeAt(0) >> 8]))

function login(names: Readonly<Record<number, string>>, lie = 0): Uint8Array {
  const fixed = new Uint8Array(94)
  let texts: Uint8Array = new Uint8Array(0)
  for (const [entry, name] of Object.entries(names)) {
    fixed.set(le16(94 + texts.length + lie), Number(entry))
    fixed.set(le16(name.length), Number(entry) + 2)
    texts = concat(texts, utf16(name))
  }
  fixed.set(le32(94 + texts.length), 0)
  fixed.set(hex('04000074'), 4)
  return packet(0x10, concat(fixed, texts))
}
const names = { 36: 'PC7', 40: 'ann', 44: 'secret', 48: 'Fakturen\u00fc', 68: 'orders' }

test('names of the login; no password', () => {
  const report = show(tds, [fromClient(packet(0x12, prelogin)), fromServer(packet(4, prelogin)), fromClient(login(names))])
  expect(report).toMatchObject({ verdict: Match, packets: 1, info: 'orders', wantsMore: false, bad: false })
  expect(report.fields).toEqual({ host: 'PC7', user: 'ann', application: 'Fakturen?', database: 'orders' })
})
test('places that lie give no names', () => expect(show(tds, [fromClient(login(names, 5000))]).fields).toEqual({}))

const batch = packet(1, concat(le32(22), le32(18), new Uint8Array(14), utf16('select 1')))
test.each<[string, Shown[], number, object]>([
  ['LOGIN7 alone', [fromClient(login(names))], Match, {}],
  ['the answer alone', [fromServer(packet(4, prelogin))], Match, {}],
  ['a batch joined midway', [fromClient(batch)], Match, { midStream: true }],
  ['a batch at the beginning', [fromClient(batch)], Exclude, {}],
  ['cut in the header', [fromClient(packet(0x12, prelogin).subarray(0, 7))], NeedMore, {}],
  ['cut in the tokens', [fromClient(packet(0x12, prelogin).subarray(0, 10))], NeedMore, {}],
  ['another first token', [fromClient(packet(0x12, hex('01 000b 0006 01 0011 0001 ff')))], Exclude, {}],
  ['a window', [fromClient(packet(0x12, prelogin).fill(1, 7, 8))], Exclude, {}],
  ['a length that does not fit', [fromClient(login(names).fill(0x7f, 10, 11))], Exclude, {}],
])('%s', (_case, shown, verdict, ends) => expect(show(tds, shown, ends).verdict).toBe(verdict))
