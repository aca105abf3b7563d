import { expect, test } from 'vitest'
import coap from './coap.ts'
import { Exclude, Match } from './dissector.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

// RFC 7252 §3: GET, token of two bytes, Uri-Host, Uri-Path twice, Uri-Query.
const get = concat(
  hex('42 01 1234 abcd 3b'),
  latin1('example.org'),
  hex('87'),
  latin1('sensors'),
  hex('04'),
  latin1('temp'),
  hex('43'),
  latin1('u=C'),
)
const content = concat(hex('62 45 1234 abcd c0 ff'), latin1('22.5'))

test('a request and its answer', () => {
  const said = show(coap, [fromClient(get), fromServer(content)])
  expect(said).toMatchObject({
    verdict: Match,
    bad: false,
    serverName: 'example.org',
    info: 'GET example.org/sensors/temp?u=C',
    fields: { method: 'GET', url: 'example.org/sensors/temp?u=C', response: '2.05' },
  })
})
test('off its port a request with a path, not an answer', () => {
  expect(show(coap, [fromClient(get)], { serverPort: 17500 }).verdict).toBe(Match)
  expect(show(coap, [fromServer(content)], { serverPort: 17500 }).verdict).toBe(Exclude)
})
test.each([
  ['an odd option that nobody has', hex('42 01 1234 abcd d1 0c 00')],
  ['a path that is no UTF-8', hex('42 01 1234 abcd b3 61 e9 62')],
  ['code 0.31', concat(hex('42 1f'), get.subarray(2))],
  ['code 3.00', concat(hex('42 60'), get.subarray(2))],
  ['a payload marker and nothing', hex('62 45 1234 abcd ff')],
  ['an empty message with more', hex('40 00 1234 00')],
  ['an option of the reserved length', hex('40 01 1234 bf')],
  ['an option beyond the end', hex('40 01 1234 b5 61')],
  ['a path with control characters', hex('40 01 1234 b1 01')],
])('not CoAP: %s', (_case, bytes) => {
  expect(show(coap, [fromClient(bytes)]).verdict).toBe(Exclude)
})
test('version 2 or a token of nine bytes is not even shown', () => {
  const begins = coap.firstBytes as (byte: number) => boolean
  expect([0x42, 0x48, 0x82, 0x49].map(begins)).toEqual([true, true, false, false])
})
test('cut at any length it is no longer one, or another', () => {
  for (let n = 0; n < 6; n++) expect(show(coap, [fromClient(get.subarray(0, n))]).verdict).toBe(Exclude)
})

test.each([
  ['2.00', '60 40 0001', Exclude],
  ['2.05', '60 45 0001', Match],
  ['2.06', '60 46 0001', Exclude],
  ['2.31', '60 5f 0001', Match],
  ['4.04', '60 84 0001', Match],
  ['4.07', '60 87 0001', Exclude],
  ['4.22', '60 96 0001', Match],
  ['5.03', '60 a3 0001', Match],
  ['5.09', '60 a9 0001', Exclude],
])('code %s', (_code, bytes, verdict) => {
  expect(show(coap, [fromServer(hex(bytes))]).verdict).toBe(verdict)
})
