import { describe, expect, test } from 'vitest'
import dingtalk from './dingtalk.ts'
import { Exclude, Match } from './dissector.ts'
import dropbox from './dropbox.ts'
import ookla from './ookla.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import xiaomi from './xiaomi.ts'

const tcp = { transport: 'tcp', serverPort: 50_000 } as const
const noise = (n: number) => Uint8Array.from({ length: n }, (_, i) => (i * 89 + 41) & 255)

describe('Dropbox', () => {
  const announcement = '{"version": [2, 0], "port": 17500, "host_int": 1234, "displayname": "attic", "namespaces": [1, 2, 3]}'
  test('an announcement', () => {
    expect(show(dropbox, [fromClient(latin1(announcement))])).toMatchObject({
      verdict: Match,
      fields: { displayName: 'attic', namespaces: 3 },
      info: 'attic',
    })
    expect(show(dropbox, [fromClient(latin1(announcement.replace('1, 2, 3', '')))]).fields['namespaces']).toBe(0)
  })
  test.each(['host_int', 'version', 'displayname', 'namespaces'])('without %s it is another', (member) => {
    expect(show(dropbox, [fromClient(latin1(announcement.replace(member, 'a')))]).verdict).toBe(Exclude)
  })
})

describe('Ookla', () => {
  test("a server's greeting, however it is cut", () => {
    const report = sameHoweverCut(ookla, latin1('HELLO 2.7 (2.7.4) 2019-08-20.1330\n'), tcp, fromServer)
    expect(report.fields).toEqual({ server: '2.7 (2.7.4) 2019-08-20.1330' })
  })
  test.each([
    ['a client on the port', 'HI\n', 8080, Match],
    ['one with an identity', 'HI 0c9b5e3a-77de-4e3f\n', 8080, Match],
    ['one with a name', 'HI there, server\n', 8080, Exclude],
    ['a client elsewhere', 'HI\n', 50_000, Exclude],
    ['a greeting without a date', 'HELLO 2.7 attic\n', 8080, Exclude],
    ['a greeting by name', 'HELLO attic\n', 8080, Exclude],
    ['mail', 'HELO attic.example.org\r\n', 8080, Exclude],
  ])('%s', (_case, text, serverPort, verdict) => {
    expect(show(ookla, [fromClient(latin1(text))], { transport: 'tcp', serverPort }).verdict).toBe(verdict)
  })
})

describe('Xiaomi', () => {
  const blob = concat(hex('0002 0004 00000006'), noise(10))
  const message = concat(hex('c2fe 0005 00000012'), blob, hex('a1b2c3d4'))
  test('a message, however it is cut', () => expect(sameHoweverCut(xiaomi, message, tcp).verdict).toBe(Match))
  test.each([
    ['another version', concat(hex('c2fe 0006 00000012'), blob)],
    ['lengths that do not agree', concat(hex('c2fe 0005 00000013'), blob)],
    ['another kind', concat(hex('c2fe 0005 00000012 0003'), blob.subarray(2))],
    ['a length beyond reason', concat(hex('c2fe 0005 0000a00c 0002 0004 0000a000'), noise(10))],
  ])('not: %s', (_case, bytes) => expect(show(xiaomi, [fromClient(bytes)], tcp).verdict).toBe(Exclude))
})

describe('DingTalk', () => {
  const values = concat(hex('01 0001 00 02 0002 646b 03 0004 a1b2c3d4 84 0005'), latin1('attic'))
  const message = concat(Uint8Array.of(0x10, values.length), hex('8780'), values)
  test('a message, however it is cut', () => {
    expect(sameHoweverCut(dingtalk, message, tcp)).toMatchObject({ fields: { client: 'attic' }, info: 'attic' })
  })
  test.each([
    ['tags in descending order', concat(hex('1013 8780 01 0001 00 02 0002 646b 01 0004 a1b2c3d4 84 0000'))],
    ['more than its length', concat(message, hex('00'))],
    ['a value beyond the end', concat(hex('1016 8780 01 0001 00 02 0002 646b 03 0004 a1b2c3d4 84 0005'), latin1('att'))],
    ['another first value', concat(hex('1005 8780 02 0002 646b'))],
    ['another length of the second', concat(hex('1015 8780 01 0001 00 02 0003 646b00 03 0004 a1b2c3d4 84 0001 00'))],
    ['MQTT', concat(hex('1010 0004'), latin1('MQTT'), hex('04 02 003c 0004'), latin1('anne'))],
  ])('not: %s', (_case, bytes) => expect(show(dingtalk, [fromClient(bytes)], tcp).verdict).toBe(Exclude))
})
