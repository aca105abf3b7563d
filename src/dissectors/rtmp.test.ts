import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import rtmp from './rtmp.ts'
import { concat, fromClient, fromServer, latin1, show } from './testing.ts'

const random = Uint8Array.from({ length: 1528 }, (_, i) => (i * 167 + (i >> 3)) & 255)
const hello = (zero = [0, 0, 0, 0], version = 3) => concat(Uint8Array.of(version, 0, 1, 2, 3, ...zero), random)
const connect = (url: string) =>
  concat(
    new Uint8Array(1536),
    Uint8Array.of(3, 0, 0, 0),
    latin1('connect'),
    latin1('\0\x05tcUrl'),
    Uint8Array.of(2, url.length >> 8, url.length),
    latin1(url),
  )

test('the URL that the client connects to', () => {
  const report = show(rtmp, [
    fromClient(hello()),
    fromServer(concat(hello(), new Uint8Array(1536))),
    fromClient(connect('rtmp://Live.Example.com:1935/app')),
  ])
  expect(report).toMatchObject({
    verdict: Match,
    packets: 2,
    fields: { url: 'rtmp://Live.Example.com:1935/app' },
    serverName: 'live.example.com',
    wantsMore: false,
  })
})
test('hellos in segments', () => {
  const h = hello([9, 0, 124, 2])
  expect(show(rtmp, [fromClient(h.subarray(0, 1400)), fromClient(h.subarray(1400)), fromServer(h)]).verdict).toBe(Match)
})
test.each([
  ['one hello alone', hello(), NeedMore],
  ['not yet whole', hello().subarray(0, 900), NeedMore],
  ['another version', hello([0, 0, 0, 0], 6), Exclude],
  ['no zeros', hello([0xde, 0xad, 0xbe, 0xef]), Exclude],
  ['more than a hello', concat(hello(), random), Exclude],
  ['zeros throughout', concat(Uint8Array.of(3), new Uint8Array(1536)), Exclude],
])('%s', (_case, bytes, verdict) => expect(show(rtmp, [fromClient(bytes)]).verdict).toBe(verdict))
test('a text that ends before its length is cut at the end', () => {
  const cut = concat(new Uint8Array(1536), latin1('tcUrl'), Uint8Array.of(2, 0xff, 0xff), latin1('rtmp://x'))
  expect(show(rtmp, [fromClient(hello()), fromServer(hello()), fromClient(cut)])).toMatchObject({ fields: { url: 'rtmp://x' }, bad: false })
})
