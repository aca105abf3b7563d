import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import fastcgi from './fastcgi.ts'
import { concat, fromClient, hex, latin1, show } from './testing.ts'

const begin = hex('01 01 0001 0008 00 00  0001 00 0000000000')
const pair = (name: string, value: string) => concat(Uint8Array.of(name.length, value.length), latin1(name + value))
const params = (body: Uint8Array, more = 0) =>
  concat(hex('01 04 0001'), Uint8Array.of((body.length + more) >> 8, (body.length + more) & 255, 0, 0), body)
const body = concat(
  pair('GATEWAY_INTERFACE', 'CGI/1.1'),
  pair('REQUEST_METHOD', 'POST'),
  pair('REQUEST_URI', '/pay?x=<script>'),
  hex('09 80000010'),
  latin1('HTTP_HOSTShop.example:8080'),
  hex('00'),
)

test('method, host and URL', () => {
  const report = show(fastcgi, [fromClient(concat(begin, params(body.subarray(0, -1))))])
  expect(report).toMatchObject({ verdict: Match, serverName: 'shop.example', info: '/pay?x=<script>' })
  expect(report.fields).toEqual({ method: 'POST', url: '/pay?x=<script>' })
})
test('a record whose length lies keeps what came before', () => {
  expect(show(fastcgi, [fromClient(concat(begin, params(body, 500)))]).fields).toEqual({ method: 'POST', url: '/pay?x=<script>' })
})
test('a value longer than its record ends it', () => {
  const report = show(fastcgi, [
    fromClient(concat(begin, params(concat(pair('REQUEST_METHOD', 'GET'), hex('0b 7f'), latin1('REQUEST_URI/'))))),
  ])
  expect(report).toMatchObject({ bad: true })
  expect(report.fields).toEqual({ method: 'GET' })
})
test.each([
  ['the beginning alone', begin, Match],
  ['a role unknown', begin.slice().fill(4, 9, 10), Exclude],
  ['role 0', begin.slice().fill(0, 9, 10), Exclude],
  ['bytes that must be zero', begin.slice().fill(1, 13, 14), Exclude],
  ['another length', begin.slice().fill(9, 5, 6), Exclude],
  ['cut', begin.subarray(0, 15), NeedMore],
])('%s', (_case, bytes, verdict) => expect(show(fastcgi, [fromClient(bytes)]).verdict).toBe(verdict))
