import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { fromClient, fromServer, latin1, show } from './testing.ts'
import tinc from './tinc.ts'

test('the peer', () =>
  expect(show(tinc, [fromClient(latin1('0 office 17.7\n'))])).toMatchObject({ verdict: Match, fields: { peer: 'office' } }))
test('its data is awaited over UDP at the same port', () =>
  expect(show(tinc, [fromServer(latin1('0 office 17\n'))], { serverPort: 55_655 }).expects).toEqual([
    { proto: 'udp', end: 'server', port: 55_655, app: 'TINC' },
  ]))
test.each([
  ['0 a_1 17\n1 94', Match],
  ['0 office 1', NeedMore],
  ['0 office 18\n', Exclude],
  ['0 of-fice 17\n', Exclude],
  ['1 office 17\n', Exclude],
  [`0 ${'x'.repeat(90)}`, Exclude],
])('%j', (text, verdict) => expect(show(tinc, [fromClient(latin1(text))]).verdict).toBe(verdict))
test('the tunnel is expected where the connection went', () => {
  const said = { proto: 'udp', end: 'server', port: 655, app: 'TINC' }
  expect(show(tinc, [fromClient(latin1('0 attic 17.7\n'))]).expects).toEqual([said])
  expect(show(tinc, [fromServer(latin1('0 attic 17\n'))]).expects).toEqual([said])
})
