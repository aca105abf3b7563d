import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import memcached from './memcached.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const binaryGet = concat(hex('80 00 0003 00 00 0000 00000003 00000000 0000000000000000'), latin1('foo'))
test.each([
  ['get user:7\r\n', { command: 'get', key: 'user:7' }],
  ['set k 0 60 3\r\nabc\r\n', { command: 'set', key: 'k' }],
  ['set k 0 -1 3 noreply\r\n', { command: 'set' }],
  ['stats\r\n', { command: 'stats' }],
])('%j', (text, fields) => {
  expect(show(memcached, [fromClient(latin1(text))], { transport: 'tcp', serverPort: 5000 })).toMatchObject({ verdict: Match, fields })
})
test('a line in pieces', () => {
  expect(show(memcached, [fromClient(latin1('get some')), fromClient(latin1('thing\r\n'))], { transport: 'tcp' })).toMatchObject({
    verdict: Match,
    fields: { key: 'something' },
  })
})
test('replies on the port', () => {
  expect(show(memcached, [fromServer(latin1('VALUE k 0 3\r\nabc\r\nEND\r\n'))], { transport: 'tcp' }).verdict).toBe(Match)
  expect(show(memcached, [fromServer(latin1('VALUE k 0 3\r\nabc\r\nEND\r\n'))], { transport: 'tcp', serverPort: 5000 }).verdict).toBe(
    Exclude,
  )
})
test('binary', () => {
  expect(show(memcached, [fromClient(binaryGet)], { transport: 'tcp', serverPort: 5000 }).verdict).toBe(Match)
  expect(show(memcached, [fromClient(concat(binaryGet, hex('00')))], { transport: 'tcp', serverPort: 5000 }).verdict).toBe(Exclude)
  expect(show(memcached, [fromClient(hex('80 00 00ff 00 00 0000 00000003 00000000 0000000000000000'))], { transport: 'tcp' }).verdict).toBe(
    Exclude,
  )
})
test('UDP behind its frame header, on the port alone', () => {
  const stats = concat(hex('0000 0000 0001 0000'), latin1('stats\r\n'))
  expect(show(memcached, [fromClient(stats)], { transport: 'udp' })).toMatchObject({ verdict: Match, fields: { command: 'stats' } })
  expect(show(memcached, [fromClient(stats)], { transport: 'udp', serverPort: 5000 }).verdict).toBe(Exclude)
  expect(show(memcached, [fromClient(concat(hex('0000 0001 0001 0000'), latin1('stats\r\n')))], { transport: 'udp' }).verdict).toBe(Exclude)
})
test.each([
  ['GET / HTTP/1.1\r\n', Exclude],
  ['get \x01\x02\r\n', Exclude],
  ['get \r\n', Exclude],
  ['set k 0 60\r\n', Exclude],
  ['set k a b c\r\n', Exclude],
  ['get key\n', Exclude],
  ['set k 0 6', NeedMore],
])('not, or not yet: %j', (text, verdict) => {
  expect(show(memcached, [fromClient(latin1(text))], { transport: 'tcp' }).verdict).toBe(verdict)
})

test('the same however it is cut', () => {
  sameHoweverCut(memcached, latin1('set k 0 60 3\r\n'))
  sameHoweverCut(memcached, binaryGet)
})
test.each([
  ['an opcode beyond the last', '80 49 0003 00 00 0000 00000003'],
  ['a key too long', '80 00 00fb 00 00 0000 00000100'],
  ['extras too long', '80 00 0003 15 00 0000 00000030'],
  ['a data type', '80 00 0003 00 01 0000 00000003'],
  ['a body too long', '80 00 0003 00 00 0000 08000001'],
  ['an unknown status', '81 00 0003 00 00 0087 00000003'],
])('no binary header: %s', (_case, bytes) => {
  expect(show(memcached, [fromClient(concat(hex(bytes), new Uint8Array(12)))], { transport: 'tcp' }).verdict).toBe(Exclude)
})
