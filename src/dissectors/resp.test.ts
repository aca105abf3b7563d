import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import resp from './resp.ts'
import { sameHoweverCut } from './split-testing.ts'
import { fromClient, fromServer, latin1, show } from './testing.ts'

test('a command, in pieces', () => {
  const said = show(resp, [fromClient(latin1('*2\r\n$4')), fromClient(latin1('\r\nec')), fromClient(latin1('ho\r\n$2\r\nhi\r\n'))], {
    serverPort: 7000,
  })
  expect(said).toMatchObject({ verdict: Match, info: 'ECHO', fields: { command: 'ECHO' } })
})
test('a telling reply on the port alone', () => {
  const reply = [fromServer(latin1('-NOAUTH Authentication required.\r\n'))]
  expect(show(resp, reply, { midStream: true })).toMatchObject({ verdict: Match, fields: { error: 'NOAUTH Authentication required.' } })
  expect(show(resp, reply, { serverPort: 110 }).verdict).toBe(Exclude)
  expect(show(resp, [fromServer(latin1('+OK POP3 ready\r\n'))]).verdict).toBe(Exclude)
})
test.each([
  ['*1\r\n$3\r\nSET\r\n', Match],
  ['*1\r\n$3\r\nSE', NeedMore],
  ['*0\r\n$3\r\nSET\r\n', Exclude],
  ['*1\r\n+OK\r\n', Exclude],
  ['*1\r\n$3\r\nSETX\r\n', Exclude],
  ['*1\r\n$3\r\n1ET\r\n', Exclude],
  ['*1\r\n$99\r\nSET\r\n', Exclude],
  ['*1\n$3\nSET\n', Exclude],
  ['* OK IMAP ready\r\n', Exclude],
])('%j', (text, verdict) => {
  expect(show(resp, [fromClient(latin1(text))]).verdict).toBe(verdict)
})

test('the same however it is cut', () => {
  sameHoweverCut(resp, latin1('*12\r\n$10\r\nCLIENT.X_2\r\n'), { serverPort: 7000 })
  for (const text of ['*1:\r\n$3\r\nSET\r\n', '*1/\r\n$3\r\nSET\r\n', '*1\r\n$3\r\nS@T\r\n', '*1\r\n$3\r\nS/T\r\n', '*1\r\n$3\r\nS:T\r\n'])
    expect(show(resp, [fromClient(latin1(text))]).verdict).toBe(Exclude)
})
