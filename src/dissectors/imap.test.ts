import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import imap from './imap.ts'
import { fromClient, fromServer, latin1, type Shown, show } from './testing.ts'

const s = (text: string): Shown => fromServer(latin1(text))
const c = (text: string): Shown => fromClient(latin1(text))
const greeting = s('* OK [CAPABILITY IMAP4rev1 STARTTLS] Example ready\r\n')

test('user and server; no password', () => {
  const report = show(imap, [greeting, c('a1 LOGIN "ann" "secret"\r\n'), s('a1 OK in\r\n'), c('a2 SELECT INBOX\r\n')])
  expect(report).toMatchObject({
    verdict: Match,
    packets: 1,
    fields: { server: 'Example ready', user: 'ann' },
    info: 'ann',
    wantsMore: false,
  })
  expect(JSON.stringify(report)).not.toContain('secret')
})
test('an OK to something else is no word to begin TLS', () => {
  expect(show(imap, [greeting, c('a1 LOGIN ann secret\r\n'), s('a1 OK in\r\n')]).within).toBe(false)
  const refused = [greeting, c('a1 STARTTLS\r\n'), s('a1 BAD no\r\n'), c('a2 NOOP\r\n'), s('a2 OK done\r\n')]
  expect(show(imap, refused).within).toBe(false)
})
test('AUTHENTICATE keeps the mechanism alone', () => {
  const report = show(imap, [greeting, c('a1 authenticate plain AGFubgBzZWNyZXQ=\r\n')])
  expect(report.fields).toMatchObject({ auth: 'PLAIN' })
  expect(JSON.stringify(report)).not.toContain('AGFub')
})
test.each([
  ['a1 OK begin\r\n', { becomes: 'IMAPS', within: true, fields: { startTls: true } }],
  ['a1 BAD no\r\n', { within: false, wantsMore: true }],
  ['* OK still here\r\na1 OK begin\r\n', { becomes: 'IMAPS', within: true }],
])('STARTTLS answered by %j', (answer, wanted) => {
  expect(show(imap, [greeting, c('a1 STARTTLS\r\n'), s(answer)])).toMatchObject(wanted)
})

const off = { serverPort: 1143 }
test.each<[string, Shown[], number, object]>([
  ['a greeting on its port', [s('* OK ready\r\n')], Match, {}],
  ['a greeting elsewhere', [s('* OK ready\r\n')], NeedMore, off],
  ['and a command', [s('* OK ready\r\n'), c('1 CAPABILITY\r\n')], Match, off],
  ['a command and its answer', [c('A0001 CAPABILITY\r\n'), s('* CAPABILITY IMAP4rev1\r\n')], Match, off],
  ['a tag not yet whole', [c('A0001')], NeedMore, off],
  ['a tag too long', [c(`${'a'.repeat(40)} NOOP\r\n`)], Exclude, off],
  ['a star and something else', [s('*1\r\n$4\r\n')], Exclude, {}],
  ['an HTTP request', [c('GET / HTTP/1.1\r\n')], Exclude, {}],
  ['control characters', [s('* OK \x01\r\n')], Exclude, {}],
])('%s', (_case, shown, verdict, ends) => expect(show(imap, shown, ends).verdict).toBe(verdict))
