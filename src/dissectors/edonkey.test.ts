import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import edonkey from './edonkey.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const hash = hex('1b42cd5b940ed779c20ab755fe256f97')
const ends = hex('4967e38a 4d08 02000000')
const tags = concat(hex('02 0100 01 0400'), latin1('user'), hex('03 0100 11 3c000000'))
const framed = (body: Uint8Array) => concat(hex('e3'), Uint8Array.of(body.length & 255, body.length >> 8, 0, 0), body)
const hello = framed(concat(hex('01 10'), hash, ends, tags))
const answer = framed(concat(hex('4c'), hash, ends, tags))
const login = framed(concat(hex('01'), hash, ends, tags))
const welcome = framed(concat(hex('38 0500'), latin1('hello')))

test.each([
  ['a hello', hello],
  ['its answer', answer],
  ['a login', login],
])('%s and its user', (_case, bytes) => {
  sameHoweverCut(edonkey, bytes.slice(0, bytes.length - tags.length + 4))
  expect(show(edonkey, [fromClient(bytes)], { transport: 'tcp' }).fields).toEqual({ user: 'user' })
})
test('the welcome of a server', () => sameHoweverCut(edonkey, welcome, {}, fromServer))
test.each([
  ['no text', framed(concat(hex('01'), hash, ends, hex('030100 01 04000000')))],
  ['an empty name', framed(concat(hex('01'), hash, ends, hex('020100 01 0000')))],
])('a hello with %s says nothing', (_case, bytes) =>
  expect(show(edonkey, [fromClient(bytes)], { transport: 'tcp' })).toMatchObject({ verdict: Match, fields: {} }),
)

test.each([
  ['a kind unknown', framed(concat(hex('02'), hash, ends, tags))],
  ['no tags', framed(concat(hex('01'), hash, ends.slice().fill(0, 6, 7), tags))],
  ['thirty-three tags', framed(concat(hex('01'), hash, ends.slice().fill(33, 6, 7), tags))],
  ['tags without end', framed(concat(hex('01'), hash, ends.slice().fill(1, 9, 10), tags))],
  ['a length too short', concat(hex('e319000000'), hello.slice(5))],
  ['a name of a long tag', framed(concat(hex('01'), hash, ends, hex('020101'), tags.slice(3)))],
  ['a text without end', concat(hex('e3fe1f0000 38 fb1f'), new Uint8Array(64))],
  ['too many tags', framed(concat(hex('01'), hash, ends.slice().fill(1, 8, 9), tags))],
  ['a tag unknown', framed(concat(hex('01'), hash, ends, hex('40'), tags.slice(1)))],
  ['a tag with a long name', framed(concat(hex('01'), hash, ends, hex('020200'), tags.slice(3)))],
  ['a text of another length', welcome.slice().fill(6, 6, 7)],
  ['a length beyond', hello.slice().fill(1, 3, 4)],
])('%s', (_case, bytes) => expect(show(edonkey, [fromClient(bytes)], { transport: 'tcp' }).verdict).toBe(Exclude))

const question = concat(hex('e421 0b'), hash, hash)
const found = concat(hex('e429'), hash, hex('01'), new Uint8Array(25))
const greeting = (kind: string) => concat(hex(`e4${kind}`), hash, hex('3612 08 01'))
test.each([
  ['a place and who knows it', [fromClient(question), fromServer(found)], Match],
  ['a place alone', [fromClient(question), fromClient(question)], NeedMore],
  ['contacts that do not fit', [fromClient(question), fromServer(found.slice(0, -1))], Exclude],
  ['another place', [fromClient(question), fromServer(found.slice().fill(9, 2, 6))], Exclude],
  ['a greeting and its answer', [fromClient(greeting('11')), fromServer(greeting('19'))], Match],
  ['an answer alone', [fromServer(greeting('19'))], Exclude],
  ['a longer question', [fromClient(concat(question, hex('00'))), fromServer(found)], Exclude],
  ['a question of no kind', [fromClient(question.slice().fill(3, 2, 3))], Exclude],
  ['a kind unknown', [fromClient(greeting('12')), fromServer(greeting('12'))], Exclude],
  ['an early version', [fromClient(concat(greeting('11').slice(0, 20), hex('0101')))], Exclude],
  ['many tags', [fromClient(concat(greeting('11').slice(0, 20), hex('0805')))], Exclude],
  ['a version unknown', [fromClient(concat(greeting('11').slice(0, 20), hex('0b01')))], Exclude],
  ['how are you', [fromClient(hex('e396 1234 aa55')), fromServer(hex('e397 1234 aa55 00000000'))], Match],
  ['half a challenge', [fromClient(hex('e396 1234 aa56'))], Exclude],
  ['the answer to another', [fromClient(hex('e396 1234 aa55')), fromServer(hex('e397 1235 aa55 00000000'))], Exclude],
])('over UDP: %s', (_case, packets, verdict) => expect(show(edonkey, packets, { transport: 'udp' }).verdict).toBe(verdict))
