import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import halfLife2 from './half-life2.ts'
import sourceEngine from './source-engine.ts'
import steam from './steam.ts'
import steamDatagramRelay from './steam-datagram-relay.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const ones = hex('ffffffff')
const query = concat(ones, latin1('TSource Engine Query\0'))
const information = concat(
  ones,
  latin1('I\x11Arena\0de_dust2\0cstrike\0Counter-Strike\0'),
  hex('0a00 05 20 00 64 6c 00 01'),
  latin1('1.38\0'),
)
const kindAt = information.length - 9
const elsewhere = { serverPort: 4444 }
test.each([
  ['a query', query, elsewhere, Match],
  ['a query with a challenge', concat(query, hex('01020304')), elsewhere, Match],
  ['a query with something else', concat(query, hex('0102')), elsewhere, Exclude],
  ['another query', concat(ones, latin1('TSource Engine Quest\0')), {}, Exclude],
  ['players', concat(ones, latin1('U'), ones), elsewhere, Match],
  ['players, too long', concat(ones, latin1('U'), ones, ones), elsewhere, Exclude],
  ['information', information, elsewhere, Match],
  ['rules', concat(ones, latin1('V'), ones), elsewhere, Match],
  ['a challenge', concat(ones, latin1('A'), ones), elsewhere, Match],
  ['information about a server of no kind', information.slice().fill(0x40, kindAt, kindAt + 1), elsewhere, Exclude],
  ['of no system', information.slice().fill(0x40, kindAt + 1, kindAt + 2), elsewhere, Exclude],
  ['neither open nor closed', information.slice().fill(2, kindAt + 2, kindAt + 3), elsewhere, Exclude],
  ['neither guarded nor not', information.slice().fill(2, kindAt + 3, kindAt + 4), elsewhere, Exclude],
  ['information with a text less', information.slice(0, 30), elsewhere, Exclude],
  ['a ping at the port', concat(ones, latin1('i')), {}, Match],
  ['a longer ping', concat(ones, latin1('i\0\0')), {}, Exclude],
  ['a wish for a challenge at the port', concat(ones, latin1('W')), {}, Match],
  ['a longer one', concat(ones, latin1('W\0')), {}, Exclude],
  ['names of players at the port', concat(ones, latin1('D\x01\0Bob\0')), {}, Match],
  ['the same elsewhere', concat(ones, latin1('D\x01\0Bob\0')), elsewhere, Exclude],
  ['Quake, which has words', concat(ones, latin1('getstatus\n')), {}, Exclude],
])('Source_Engine: %s', (_case, bytes, ends, verdict) => expect(show(sourceEngine, [fromClient(bytes)], ends).verdict).toBe(verdict))

test('Source_Engine: what is damaged says nothing', () =>
  expect(show(sourceEngine, [fromClient(query), fromServer(information.slice().fill(0x40, kindAt, kindAt + 1))]).fields).toEqual({
    query: 'info',
  }))

test('Source_Engine: what a server says of itself', () =>
  expect(show(sourceEngine, [fromClient(query), fromServer(information)])).toMatchObject({
    fields: { query: 'info', server: 'Arena', map: 'de_dust2', game: 'Counter-Strike' },
    info: 'Arena',
  }))

const challenge = concat(ones, latin1('q'), hex('01020304'), latin1('0000000000\0'))
const answer = concat(ones, latin1('A'), hex('33494f5a 0a0b0c0d 01020304'), latin1('000000\0'))
test.each([
  ['a challenge and its answer', [fromClient(challenge), fromServer(answer)], Match],
  ['a challenge alone', [fromClient(challenge), fromClient(challenge)], NeedMore],
  ['packets with another beginning', [fromClient(challenge.slice().fill(0, 3, 4)), fromServer(answer.slice().fill(0, 3, 4))], Exclude],
  ['an answer without padding', [fromClient(challenge), fromServer(answer.slice(0, -7))], Exclude],
  ['a query', [fromClient(query)], Exclude],
])('HalfLife2: %s', (_case, packets, verdict) => expect(show(halfLife2, packets).verdict).toBe(verdict))

const connected = concat(latin1('VS01'), hex('0400 03 00'), new Uint8Array(28), hex('01020304'))
const beacon = concat(
  hex('ffffffff 214c5fa0 06000000 08fcd3f1e301 17000000'),
  hex('0808 1006 189cd301 22 09'),
  latin1('localhost'),
  hex('3002 4001'),
)
test.each([
  ['a packet of its client', connected, Match],
  ['a length that does not fit', connected.slice(0, -1), Exclude],
  ['a kind unknown', connected.slice().fill(8, 6, 7), Exclude],
  ['a beacon', beacon, Match],
  ['another beacon', beacon.slice().fill(0xa1, 7, 8), Exclude],
  ['a beginning of zeros', beacon.slice().fill(0, 0, 4), Exclude],
  ['a header without end', beacon.slice().fill(1, 11, 12), Exclude],
  ['a beacon that is cut', beacon.slice(0, -1), Exclude],
])('Steam: %s', (_case, bytes, verdict) => expect(show(steam, [fromClient(bytes)]).verdict).toBe(verdict))

test('Steam: no name in other packets', () => expect(show(steam, [fromClient(connected)]).fields).toEqual({}))
test('Steam: the name in a beacon', () => expect(show(steam, [fromClient(beacon)])).toMatchObject({ fields: { hostName: 'localhost' } }))

test.each([
  ['its client', concat(hex('20000000'), latin1('VT01'), new Uint8Array(8)), Match],
  ['another word', concat(hex('20000000'), latin1('VT02')), Exclude],
  ['a message without end', concat(hex('20000070'), latin1('VT01')), Exclude],
])('Steam over TCP: %s', (_case, bytes, verdict) =>
  expect(show(steam, [fromClient(bytes)], { transport: 'tcp', serverPort: 27_017 }).verdict).toBe(verdict),
)

const ping = concat(hex('0181'), latin1('sdping'), new Uint8Array(92))
test.each([
  ['a ping', ping, Match],
  ['another word', concat(hex('0181'), latin1('sdpong'), new Uint8Array(92)), Exclude],
  ['too short', ping.slice(0, 20), Exclude],
])('SteamDatagramRelay: %s', (_case, bytes, verdict) => expect(show(steamDatagramRelay, [fromClient(bytes)]).verdict).toBe(verdict))
