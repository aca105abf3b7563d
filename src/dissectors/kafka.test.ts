import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import kafka from './kafka.ts'
import { concat, fromClient, fromServer, latin1, type Shown, show } from './testing.ts'

const u16 = (n: number) => Uint8Array.of((n >> 8) & 255, n & 255)
const u32 = (n: number) => concat(u16(n >>> 16), u16(n & 0xffff))
const sized = (body: Uint8Array, more = 0) => concat(u32(body.length + more), body)
const request = (client: string, key = 18, version = 3, more = 0) =>
  sized(concat(u16(key), u16(version), u32(0x10203), u16(client.length), latin1(client), Uint8Array.of(0)), more)
const answer = sized(concat(u32(0x10203), new Uint8Array(20)))
const off = { serverPort: 19_092 }

test('client id and API key', () => {
  expect(show(kafka, [fromClient(request('shop-1', 3))])).toMatchObject({ verdict: Match, fields: { clientId: 'shop-1', apiKey: 3 } })
})
test.each<[string, Shown[], number, object]>([
  ['elsewhere, a request', [fromClient(request('shop'))], NeedMore, off],
  ['elsewhere, and its answer', [fromClient(request('shop')), fromServer(answer)], Match, off],
  ['an answer with another id', [fromClient(request('shop')), fromServer(sized(concat(u32(7), new Uint8Array(20))))], Exclude, off],
  ['an answer to nothing', [fromServer(answer)], Exclude, {}],
  ['without a client id', [fromClient(request(''))], NeedMore, {}],
  ['cut', [fromClient(request('shop').subarray(0, 16))], NeedMore, {}],
  ['an API key out of range', [fromClient(request('shop', 200))], Exclude, {}],
  ['a version out of range', [fromClient(request('shop', 18, 99))], Exclude, {}],
  ['a name longer than its request', [fromClient(request('shop', 18, 3, -2))], Exclude, {}],
  ['longer than its size', [fromClient(concat(request('shop'), new Uint8Array(5)))], Exclude, {}],
  ['a client id of control characters', [fromClient(request('\x01\x02'))], Exclude, {}],
])('%s', (_case, shown, verdict, ends) => expect(show(kafka, shown, ends).verdict).toBe(verdict))
