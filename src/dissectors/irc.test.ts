import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import irc from './irc.ts'
import { fromClient, fromServer, latin1, type Shown, show } from './testing.ts'

const s = (text: string): Shown => fromServer(latin1(text))
const c = (text: string): Shown => fromClient(latin1(text))

test('who, where and with whom', () => {
  const report = show(irc, [
    s(':irc.example.net NOTICE * :*** Looking up\r\n'),
    c('PASS secret\r\nNICK ann\r\nUSER ann 0 * :Ann\r\n'),
    s(':irc.example.net 001 ann :Welcome\r\n'),
    c('JOIN #garden\r\n'),
  ])
  expect(report).toMatchObject({ verdict: Match, packets: 1, wantsMore: false })
  expect(report.fields).toEqual({ nick: 'ann', user: 'ann', server: 'irc.example.net', channel: '#garden' })
})

test.each<[string, Shown[], number]>([
  ['NICK and USER', [c('NICK ann\r\nUSER ann 0 * :Ann\r\n')], Match],
  ['NICK, then USER', [c('NICK ann\r\n'), c('USER ann 0 * :Ann\r\n')], Match],
  ['NICK alone', [c('NICK ann\r\n')], NeedMore],
  ['USER alone is FTP or POP3', [c('USER ann\r\n')], NeedMore],
  ['USER and PASS are FTP or POP3', [c('USER ann\r\n'), c('PASS secret\r\nSYST\r\n')], Exclude],
  ['capabilities', [c('CAP LS 302\r\n')], Match],
  ['a notice', [s('NOTICE AUTH :*** Checking Ident\r\n')], Match],
  ['a welcome', [s(':irc.example.net 001 ann :Welcome\r\n')], Match],
  ['cut', [c('NICK a')], NeedMore],
  ['a colon and something else', [s(': what is this\r\n')], Exclude],
  ['control characters', [c('NICK \x00\x01\r\n')], Exclude],
  ['HTTP', [c('POST / HTTP/1.1\r\n')], Exclude],
])('%s', (_case, shown, verdict) => expect(show(irc, shown).verdict).toBe(verdict))
