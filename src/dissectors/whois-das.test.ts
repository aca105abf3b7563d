import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { fromClient, fromServer, latin1, show } from './testing.ts'
import whois from './whois-das.ts'

test('the question', () => {
  expect(show(whois, [fromClient(latin1('-T dn example.com\r\n'))])).toMatchObject({
    verdict: Match,
    fields: { query: '-T dn example.com' },
    info: '-T dn example.com',
  })
})
test.each([
  ['a question not yet whole', fromClient(latin1('exam')), 43, NeedMore],
  ['more than a line', fromClient(latin1('example.com\r\nmore\r\n')), 43, Exclude],
  ['at another port', fromClient(latin1('example.com\r\n')), 4444, Exclude],
  ['of the server', fromServer(latin1('example.com\r\n')), 43, Exclude],
  ['an empty line', fromClient(latin1('\r\n\r\n')), 43, Exclude],
  ['without end', fromClient(latin1('x'.repeat(600))), 43, Exclude],
  ['control characters', fromClient(latin1('a\x00b\r\n')), 43, Exclude],
])('%s', (_case, shown, serverPort, verdict) => expect(show(whois, [shown], { serverPort }).verdict).toBe(verdict))
