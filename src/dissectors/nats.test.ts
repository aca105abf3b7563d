import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import nats from './nats.ts'
import { fromServer, latin1, show } from './testing.ts'

test('server and version', () => {
  const report = show(nats, [fromServer(latin1('INFO {"server_id":"NX1","server_name":"post","version":"2.10.1","proto":1}\r\n'))])
  expect(report).toMatchObject({ verdict: Match, fields: { server: 'post', version: '2.10.1' } })
})
test.each([
  ['CONNECT {"verbose":false,"pedantic":false}\r\n', Match],
  ['INFO {"server_id":"X"', Match],
  ['INFO {"ser', NeedMore],
  ['CONNEC', NeedMore],
  ['CONNECT example.com:443 HTTP/1.1\r\n', Exclude],
  ['INFO {"something":"else"}\r\n', Exclude],
  [`INFO {${'x'.repeat(1100)}`, Exclude],
  ['INFORM me\r\n', Exclude],
])('%j', (text, verdict) => expect(show(nats, [fromServer(latin1(text))]).verdict).toBe(verdict))
