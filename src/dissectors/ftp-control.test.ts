import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import ftp from './ftp-control.ts'
import { fromClient, fromServer, latin1, type Shown, show } from './testing.ts'

const s = (text: string): Shown => fromServer(latin1(text))
const c = (text: string): Shown => fromClient(latin1(text))
const opening = [s('220 FTP here\r\n'), c('USER ann\r\n'), s('331 password?\r\n'), c('PASS secret\r\n'), s('230 in\r\n')]

test('user, file and server; no password', () => {
  const report = show(ftp, [...opening, c('RETR music/song.ogg\r\n')])
  expect(report).toMatchObject({
    verdict: Match,
    packets: 1,
    fields: { server: 'FTP here', user: 'ann', file: 'music/song.ogg', command: 'RETR' },
    info: 'RETR music/song.ogg',
    wantsMore: true,
  })
  expect(JSON.stringify(report)).not.toContain('secret')
})

describe('data connections are announced', () => {
  test.each([
    ['PASV', s('227 Entering Passive Mode (192,0,2,1,195,80)\r\n'), 'server', 50_000],
    ['EPSV', s('229 Entering Extended Passive Mode (|||50001|)\r\n'), 'server', 50_001],
    ['PORT', c('PORT 192,0,2,9,4,1\r\n'), 'client', 1025],
    ['EPRT', c('EPRT |1|192.0.2.9|1026|\r\n'), 'client', 1026],
    ['EPRT over IPv6', c('EPRT |2|2001:db8::9|1027|\r\n'), 'client', 1027],
  ])('%s', (_case, shown, end, port) => {
    expect(show(ftp, [...opening, shown]).expects).toEqual([{ proto: 'tcp', end, port, app: 'FTP_DATA' }])
  })
  test.each([
    s('227 Entering Passive Mode (192,0,2,1,256,80)\r\n'),
    s('227 no numbers\r\n'),
    s('229 (|||99999|)\r\n'),
    c('PORT 1,2,3\r\n'),
    c('EPRT 1.2.3.4\r\n'),
    c('PORT 0,0,0,0,0,0\r\n'),
  ])('nothing from what lies: %#', (shown) => expect(show(ftp, [...opening, shown]).expects).toEqual([]))
})

describe('AUTH TLS', () => {
  test('accepted: FTPS, and TLS follows', () => {
    expect(show(ftp, [opening[0]!, c('AUTH TLS\r\n'), s('234 go\r\n')])).toMatchObject({ becomes: 'FTPS', within: true })
  })
  test('refused: it goes on', () => {
    expect(show(ftp, [opening[0]!, c('AUTH TLS\r\n'), s('502 no\r\n'), c('USER ann\r\n')])).toMatchObject({
      within: false,
      fields: { user: 'ann' },
    })
  })
  test('an acceptance that nobody asked for is none', () => {
    expect(show(ftp, [opening[0]!, s('234 go\r\n')]).within).toBe(false)
  })
})

test.each<[string, Shown[], number]>([
  ['a greeting that says nothing', [s('220 welcome\r\n')], NeedMore],
  ['and a command', [s('220 welcome\r\n'), c('USER ann\r\n')], Match],
  ['and AUTH TLS', [s('220-welcome\r\n220 all\r\n'), c('AUTH TLS\r\n')], Match],
  ['the client before the server', [c('USER ann\r\n'), s('220 late\r\n')], Match],
  ['joined midway', [c('USER ann\r\n'), s('331 password?\r\n')], Match],
  ['joined at a passive reply', [s('227 Entering Passive Mode (1,2,3,4,5,6)\r\n')], Match],
  ['cut in the greeting', [s('220 FT')], NeedMore],
  ['a POP3 client', [s('+OK\r\n'), c('USER ann\r\n')], Exclude],
  ['SMTP', [s('220 mx ESMTP\r\n')], Exclude],
  ['a user without a server, on the port of FTP', [c('USER ann\r\n')], Match],
  ['NNTP', [s('200 ready\r\n')], Exclude],
  ['control characters', [s('220 \x01\x02\r\n')], Exclude],
])('%s', (_case, shown, verdict) => expect(show(ftp, shown).verdict).toBe(verdict))

test('a user without a server, on another port, may be anybody’s', () => {
  expect(show(ftp, [c('USER ann\r\n')], { serverPort: 110 }).verdict).toBe(NeedMore)
})

test('hostile names are made visible', () => {
  expect(show(ftp, [...opening, c('STOR <script>\x07\r\n')]).fields).toMatchObject({ file: '<script>␇' })
})
