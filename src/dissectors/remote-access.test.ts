import { describe, expect, test } from 'vitest'
import checkmk from './checkmk.ts'
import citrix from './citrix.ts'
import { Exclude, Match } from './dissector.ts'
import icecast from './icecast.ts'
import lotusNotes from './lotus-notes.ts'
import nomachine from './nomachine.ts'
import radmin from './radmin.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const tcp = { transport: 'tcp', serverPort: 50_000 } as const

describe('Citrix', () => {
  test.each(['\x7f\x7fICA\0\x7f\x7fICA\0', '\x1aCGP/01'])('%j', (greeting) => {
    sameHoweverCut(citrix, latin1(greeting), tcp, fromServer)
  })
  test.each(['\x7f\x7fABC', '\x7f\x7fICB\0', '\x7fCICA\0', '\x1aCGP/x', '\x1aCGQ/01'])('not: %j', (text) => {
    expect(show(citrix, [fromServer(latin1(text))], tcp).verdict).toBe(Exclude)
  })
})

describe('CHECKMK', () => {
  const report = latin1('<<<check_mk>>>\nVersion: 2.2.0p1\nAgentOS: linux\nHostname: attic\nOnlyFrom: \n<<<df>>>\nHostname: no\n')
  test('a report', () => {
    expect(show(checkmk, [fromServer(report)], tcp)).toMatchObject({
      verdict: Match,
      fields: { version: '2.2.0p1', os: 'linux', hostname: 'attic' },
      info: 'attic',
    })
  })
  test('its beginning, however it is cut', () => sameHoweverCut(checkmk, latin1('<<<check_mk>>>\n'), tcp, fromServer))
  test.each(['<<<check_mkx>>>', '<<<df>>>', '<html>'])('not: %j', (text) => {
    expect(show(checkmk, [fromServer(latin1(text))], tcp).verdict).toBe(Exclude)
  })
})

describe('LotusNotes', () => {
  const hello = concat(hex('3a000000 2f000000 02000040020f0001003d05'), new Uint8Array(40))
  test('the first call', () => sameHoweverCut(lotusNotes, hello, {}))
  test.each([
    ['another version of the call', concat(hex('3a000000 2f000000 02000040020e00'), new Uint8Array(40))],
    ['a length beyond 16 bits', concat(hex('3a000100 2f000000 02000040020f00'), new Uint8Array(40))],
  ])('not: %s', (_case, bytes) => expect(show(lotusNotes, [fromClient(bytes)]).verdict).toBe(Exclude))
})

describe('Radmin', () => {
  const hello = hex('01 00000001 00000008 08')
  test('the first message, alone', () => {
    sameHoweverCut(radmin, hello, tcp)
    expect(show(radmin, [fromClient(concat(hello, hex('00')))], tcp).verdict).toBe(Exclude)
    expect(show(radmin, [fromClient(hex('01 00000001 00000009 08'))], tcp).verdict).toBe(Exclude)
  })
})

describe('NoMachine', () => {
  test.each(['NXSH-8.9.1\n', 'NXD-1.2.0\n'])('%j', (line) => {
    const report = sameHoweverCut(nomachine, latin1(line), tcp)
    expect(report.fields['version']).toMatch(/^\d\.\d\.\d$/)
  })
  test.each(['NXSH-abc\n', 'NXFS-1.2.0\n', 'NXD-\n', `NXD-${'1'.repeat(70)}`])('not: %j', (line) => {
    expect(show(nomachine, [fromClient(latin1(line))], tcp).verdict).toBe(Exclude)
  })
})

describe('IceCast', () => {
  const answer = latin1('ICY 200 OK\r\nicy-notice1:a\r\nicy-name:Attic FM\r\nicy-genre:Jazz\r\nicy-br:128\r\n\r\n')
  test('a station', () => {
    expect(show(icecast, [fromServer(answer)], tcp)).toMatchObject({
      verdict: Match,
      fields: { station: 'Attic FM', genre: 'Jazz', kbps: 128 },
      info: 'Attic FM',
    })
  })
  test('however its status is cut', () => sameHoweverCut(icecast, latin1('ICY 401 Service Unavailable\r\n\r\n'), tcp, fromServer))
  test.each(['ICY 20x OK\r\n', 'ICY 2000\r\n', 'ICE 200 OK\r\n'])('not: %j', (text) => {
    expect(show(icecast, [fromServer(latin1(text))], tcp).verdict).toBe(Exclude)
  })
})
