import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import smtp from './smtp.ts'
import { fromClient, fromServer, latin1, type Shown, show } from './testing.ts'

const s = (text: string): Shown => fromServer(latin1(text))
const c = (text: string): Shown => fromClient(latin1(text))
const opening = [s('220 mx.example.com ESMTP ready\r\n'), c('EHLO laptop.example.org\r\n')]
const letter = [
  s('250-mx.example.com\r\n250-SIZE 1000\r\n250 STARTTLS\r\n'),
  c('MAIL FROM:<ann@example.org> SIZE=9\r\n'),
  s('250 ok\r\n'),
  c('RCPT TO:<bob@example.com>\r\nRCPT TO:<carl@example.com>\r\n'),
  s('250 ok\r\n250 ok\r\n'),
  c('DATA\r\n'),
  s('354 go on\r\n'),
  c('From: Ann\r\nSubject: Lunch\r\n\r\nsubject: not this\r\n.\r\n'),
]

describe('a conversation', () => {
  const wanted = {
    server: 'mx.example.com ESMTP ready',
    client: 'laptop.example.org',
    from: 'ann@example.org',
    to: ['bob@example.com', 'carl@example.com'],
    subject: 'Lunch',
  }
  test('both ways', () => {
    const report = show(smtp, [...opening, ...letter])
    expect(report).toMatchObject({
      verdict: Match,
      packets: 1,
      fields: wanted,
      serverName: 'mx.example.com',
      info: 'Lunch',
      wantsMore: false,
    })
  })
  test('in pieces of five bytes', () => {
    const pieces = [...opening, ...letter].flatMap(({ from, bytes }) =>
      Array.from({ length: Math.ceil(bytes.length / 5) }, (_, i) => ({ from, bytes: bytes.subarray(5 * i, 5 * i + 5) })),
    )
    const first = show({ ...smtp, maxMore: 1000 }, pieces)
    expect(first).toMatchObject({ verdict: Match, fields: { ...wanted, to: expect.arrayContaining(['carl@example.com']) }, info: 'Lunch' })
  })
  test('headers end at the empty line, and begin when the server lets them', () => {
    const body = c('From: Ann\r\n\r\nSubject: in the body\r\n')
    expect(show(smtp, [...opening, c('DATA\r\n'), s('354 go on\r\n'), body])).toMatchObject({ wantsMore: false })
    expect(show(smtp, [...opening, c('DATA\r\n'), s('354 go on\r\n'), body]).fields).not.toHaveProperty('subject')
    const early = [...opening, s('354 nobody asked\r\n'), c('Subject: early\r\n')]
    expect(show(smtp, early).fields).not.toHaveProperty('subject')
  })
  test('a password is not kept', () => {
    const report = show(smtp, [...opening, c('AUTH PLAIN AGFubgBzZWNyZXQ=\r\n')])
    expect(report.fields).toMatchObject({ auth: 'PLAIN' })
    expect(JSON.stringify(report)).not.toContain('AGFub')
  })
})

describe('STARTTLS', () => {
  const asked = [...opening, s('250 STARTTLS\r\n'), c('STARTTLS\r\n')]
  test('accepted: SMTPS, and TLS follows', () => {
    const report = show(smtp, [...asked, s('220 go ahead\r\n')])
    expect(report).toMatchObject({ becomes: 'SMTPS', within: true, fields: { startTls: true }, serverName: 'mx.example.com' })
  })
  test('refused: it goes on as it was', () => {
    const report = show(smtp, [...asked, s('454 not now\r\n')])
    expect(report).toMatchObject({ within: false, wantsMore: true })
    expect(report.becomes).toBeUndefined()
  })
  test('a greeting alone is no acceptance', () => expect(show(smtp, opening).within).toBe(false))
})

test.each<[string, Shown[], number]>([
  ['the client first, server unseen', [c('HELO x\r\n')], Match],
  ['LMTP', [c('LHLO x\r\n')], Match],
  ['joined midway', [c('RCPT TO:<a@example.com>\r\n')], Match],
  ['a greeting that says nothing', [s('220 example.com ready\r\n')], NeedMore],
  ['and its client', [s('220 example.com ready\r\n'), c('EHLO x\r\n')], Match],
  ['cut in the verb', [c('EHL')], NeedMore],
  ['cut in the greeting', [s('220 mx.exam')], NeedMore],
  ['FTP', [s('220 ProFTPD ready\r\n')], Exclude],
  ['an HTTP request', [c('GET / HTTP/1.1\r\n')], Exclude],
  ['a word that begins alike', [c('HELOISE was here\r\n')], Exclude],
  ['a reply with control characters', [s('220 \x01\x02\x03\r\n')], Exclude],
  ['no greeting in 512 bytes', [s(`220 ${'x'.repeat(600)}`)], Exclude],
  ['another code', [s('200 news.example.com ready\r\n')], Exclude],
])('%s', (_case, shown, verdict) => expect(show(smtp, shown).verdict).toBe(verdict))

test('hostile text is made visible and a line without end does not stop it', () => {
  const report = show(smtp, [...opening, c('EHLO <script>\x1b[2J\r\n'), c('x'.repeat(5000)), c('\r\nMAIL FROM:<a@example.com>\r\n')])
  expect(report.fields).toMatchObject({ client: '<script>␛[2J', from: 'a@example.com' })
})
test('what is no name of a host is no server name', () => {
  expect(show(smtp, [s('220 *** ESMTP\r\n')]).serverName).toBeUndefined()
})
