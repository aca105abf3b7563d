import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { fromClient, fromServer, latin1, type Shown, show } from './testing.ts'
import usenet from './usenet.ts'

const s = (text: string): Shown => fromServer(latin1(text))
const c = (text: string): Shown => fromClient(latin1(text))

test('server, group and user; no password', () => {
  const report = show(usenet, [
    s('200 news.example.com NNTP ready\r\n'),
    c('AUTHINFO USER ann\r\n'),
    s('381 more\r\n'),
    c('AUTHINFO PASS secret\r\n'),
    s('281 in\r\n'),
    c('GROUP comp.lang.misc\r\nARTICLE 1\r\n'),
  ])
  expect(report).toMatchObject({ verdict: Match, packets: 1, info: 'comp.lang.misc', wantsMore: false })
  expect(report.fields).toEqual({ server: 'news.example.com NNTP ready', user: 'ann', group: 'comp.lang.misc' })
})
test.each([
  ['382 go\r\n', true],
  ['580 no\r\n', false],
])('STARTTLS answered by %j', (answer, within) => {
  expect(show(usenet, [s('200 NNTP\r\n'), c('STARTTLS\r\n'), s(answer)]).within).toBe(within)
})

const off = { serverPort: 1190 }
test.each<[string, Shown[], number, object]>([
  ['a greeting that says nothing', [s('200 ready\r\n')], NeedMore, off],
  ['and a command', [s('200 ready\r\n'), c('MODE READER\r\n')], Match, off],
  ['a command at its port', [c('GROUP misc.test\r\n')], Match, { serverPort: 119 }],
  ['a command elsewhere', [c('GROUP misc.test\r\n')], NeedMore, off],
  ['a greeting of FTP', [s('220 ready\r\n')], Exclude, off],
  ['control characters', [s('200 \x01\r\n')], Exclude, off],
  ['an HTTP request', [c('GET / HTTP/1.1\r\n')], Exclude, off],
])('%s', (_case, shown, verdict, ends) => expect(show(usenet, shown, ends).verdict).toBe(verdict))
