/** Games of many players over TCP, each with a greeting of its own. */
import { expect, test } from 'vitest'
import crossfire from './crossfire.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import dofus from './dofus.ts'
import guildwars from './guildwars.ts'
import maplestory from './maplestory.ts'
import pathOfExile from './path-of-exile.ts'
import { sameHoweverCut } from './split-testing.ts'
import tesOnline from './tes-online.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const message = hex('f1 0400 0001 00 01020304 f2')
test('CrossFire: a message', () => void sameHoweverCut(crossfire, message))
test.each([
  ['two messages', concat(message, message), Match],
  ['a message and something else', concat(message, hex('00')), Exclude],
  ['another mark at the end', message.slice().fill(0xf3, 10, 11), Exclude],
  ['another size', message.slice().fill(3, 1, 2), Exclude],
  ['a size beyond', message.slice().fill(0x21, 2, 3), Exclude],
  ['no zero before the data', message.slice().fill(1, 5, 6), Exclude],
  ['a message that goes on', message.slice(0, 9), NeedMore],
])('CrossFire: %s', (_case, bytes, verdict) => expect(show(crossfire, [fromClient(bytes)]).verdict).toBe(verdict))

const key = 'abcdefghijklmnopqrstuvwxyzabcdef'
const versions = hex('0005 08 0000070c 0000070d 000d 20')
test('Dofus: a key', () => sameHoweverCut(dofus, latin1(`HC${key}\0`), {}, fromServer))
test('Dofus: versions', () => sameHoweverCut(dofus, versions.slice(0, 13), {}, fromServer))
test.each([
  ['a ticket after a greeting', [fromServer(latin1('HG\0')), fromClient(latin1('AT0123abcd\n\0'))], Match],
  ['a ticket of control characters', [fromServer(latin1('HG\0')), fromClient(latin1('AT\n\0'))], Exclude],
  ['a ticket alone', [fromClient(latin1('AT0123abcd\n\0'))], Exclude],
  ['a greeting alone', [fromServer(latin1('HG\0'))], NeedMore],
  ['a greeting with more', [fromServer(latin1('HG\0x'))], Exclude],
  ['a key with a brace', [fromServer(latin1(`HC{${key}`))], Exclude],
  ['versions beyond', [fromServer(versions.slice().fill(1, 8, 9))], Exclude],
  ['a key with a digit', [fromServer(latin1(`HC0${key}`))], Exclude],
  ['a key without end', [fromServer(latin1(`HC${key}a`))], Exclude],
  ['versions the wrong way round', [fromServer(versions.slice().fill(0x0f, 5, 6))], Exclude],
  ['versions without a hello', [fromServer(versions.slice().fill(0x11, 12, 13))], Exclude],
])('Dofus: %s', (_case, packets, verdict) => expect(show(dofus, packets).verdict).toBe(verdict))

const at6112 = { serverPort: 6112 }
const login = concat(hex('0004 0c00 e8930000 01000000 04000000 0042'), new Uint8Array(64).fill(0x77))
const game = concat(hex('0005 3c00'), new Uint8Array(60).fill(1), hex('0042'), new Uint8Array(64).fill(0x77))
const files = hex('01 00000000 f100 1000 01000000 00000000 00000000')
test.each([
  ['a login', login],
  ['a game', game],
  ['files', files],
])('Guild Wars: %s', (_case, bytes) => void sameHoweverCut(guildwars, bytes, at6112))
test.each([
  ['another message', concat(hex('0006'), login.slice(2))],
  ['a key alone', concat(hex('0042 0000'), new Uint8Array(62))],
  ['a length beyond', login.slice().fill(1, 3, 4)],
  ['no key', concat(login.slice(0, 16), hex('0043'), login.slice(18))],
  ['more than a key', concat(login, hex('00'))],
  ['another hello', concat(hex('01 00000000 f200'), files.slice(7))],
])('Guild Wars: %s', (_case, bytes) => expect(show(guildwars, [fromClient(bytes)], at6112).verdict).toBe(Exclude))

const greeting = hex('0e00 5f00 0100 31 01020304 05060708 08')
test('MapleStory: version and region', () =>
  expect(sameHoweverCut(maplestory, greeting, {}, fromServer)).toMatchObject({ fields: { version: 95, subVersion: '1' } }))
test.each([
  ['a length that does not fit', greeting.slice().fill(0x0f, 0, 1)],
  ['a sub-version of letters', greeting.slice().fill(0x41, 6, 7)],
  ['a sub-version of signs', greeting.slice().fill(0x2f, 6, 7)],
  ['no sub-version', hex('0d00 5f00 0000 01020304 05060708 08')],
  ['a long sub-version', hex('1200 5f00 0500 3131313131 01020304 05060708 08')],
  ['no version', greeting.slice().fill(0, 2, 4)],
  ['no region', greeting.slice().fill(0, 15, 16)],
  ['a region unknown', greeting.slice().fill(10, 15, 16)],
  ['a version unknown', greeting.slice().fill(2, 3, 4)],
  ['more', concat(greeting, hex('00'))],
])('MapleStory: %s', (_case, bytes) => expect(show(maplestory, [fromServer(bytes)]).verdict).toBe(Exclude))

const hello = concat(hex('0003 00377560 0002 0009'), latin1('SomePlayr'), hex('ec8fecf2 00000040 00000001'))
test('Path of Exile: whose account', () =>
  expect(sameHoweverCut(pathOfExile, hello, at6112)).toMatchObject({ fields: { account: 'SomePlayr' }, info: 'SomePlayr' }))
test.each([
  ['a name too long', concat(hello.slice(0, 9), hex('41'), new Uint8Array(80).fill(0x41))],
  ['another number', hello.slice().fill(3, 7, 8)],
  ['a name of control characters', hello.slice().fill(1, 12, 13)],
  ['a name without letters', hello.slice().fill(0, 9, 10)],
  ['a build beyond', hello.slice().fill(1, 2, 3)],
])('Path of Exile: %s', (_case, bytes) => expect(show(pathOfExile, [fromClient(bytes)], at6112).verdict).toBe(Exclude))

const account = (rest: number, name = 'anaccount', versions = '00010001') =>
  concat(
    hex(`${(rest + 8).toString(16).padStart(8, '0')} ${versions} ${rest.toString(16).padStart(8, '0')} 0110 0009`),
    latin1(name),
    new Uint8Array(40),
  )
test.each([
  ['a first message', [fromClient(account(80))], Match],
  ['from the server', [fromServer(account(80))], Exclude],
  ['a name with a blank', [fromClient(account(80, 'an accoun'))], Exclude],
  ['other versions', [fromClient(account(80, 'anaccount', '00010002'))], Exclude],
  ['lengths that do not agree', [fromClient(account(80).fill(1, 11, 12))], Exclude],
  ['lengths beyond', [fromClient(account(20_000))], Exclude],
])('TES Online: %s', (_case, packets, verdict) => expect(show(tesOnline, packets).verdict).toBe(verdict))
