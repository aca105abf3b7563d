import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import pop3 from './pop3.ts'
import { fromClient, fromServer, latin1, type Shown, show } from './testing.ts'

const s = (text: string): Shown => fromServer(latin1(text))
const c = (text: string): Shown => fromClient(latin1(text))

test('user and server; no password', () => {
  const report = show(pop3, [s('+OK POP3 ready\r\n'), c('USER ann\r\n'), s('+OK\r\n'), c('PASS secret\r\n'), s('+OK\r\n'), c('STAT\r\n')])
  expect(report).toMatchObject({ verdict: Match, packets: 1, fields: { server: 'POP3 ready', user: 'ann' }, info: 'ann', wantsMore: false })
  expect(JSON.stringify(report)).not.toContain('secret')
})
test('APOP keeps the user alone', () => {
  expect(show(pop3, [s('+OK POP3 <1@x>\r\n'), c('APOP ann 0123456789abcdef\r\n')]).fields).toMatchObject({ user: 'ann' })
})
test.each([
  ['+OK begin\r\n', { becomes: 'POPS', within: true }],
  ['-ERR no\r\n', { within: false, wantsMore: true }],
])('STLS answered by %j', (answer, wanted) => {
  expect(show(pop3, [s('+OK POP3\r\n'), c('STLS\r\n'), s(answer)])).toMatchObject(wanted)
})

const off = { serverPort: 1100 }
test.each<[string, Shown[], number, object]>([
  ['a greeting on its port', [s('+OK hello\r\n')], Match, {}],
  ['a greeting elsewhere', [s('+OK hello\r\n')], NeedMore, off],
  ['and a command', [s('+OK hello\r\n'), c('CAPA\r\n')], Match, off],
  ['a command and an error', [c('USER ann\r\n'), s('-ERR who\r\n')], Match, off],
  ['a command alone', [c('USER ann\r\n')], NeedMore, off],
  ['Redis', [c('*1\r\n$4\r\nPING\r\n')], Exclude, off],
  ['Redis and its answer', [s('+OK\r\n')], NeedMore, off],
  ['a word that begins alike', [c('USERS are many\r\n')], Exclude, off],
  ['cut', [s('+OK he')], NeedMore, {}],
  ['control characters', [s('+OK \x00\x01\x02\r\n')], Exclude, {}],
  ['HTTP', [c('GET / HTTP/1.0\r\n')], Exclude, {}],
])('%s', (_case, shown, verdict, ends) => expect(show(pop3, shown, ends).verdict).toBe(verdict))
