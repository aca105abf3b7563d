import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import haproxy from './haproxy.ts'
import { concat, fromClient, hex, latin1, show } from './testing.ts'

const v2 = concat(latin1('\r\n\r\n\0\r\nQUIT\n'), hex('21 11 000c c0000201 c0000202 1234 01bb'))

test('the client behind it, and what follows is read afresh', () => {
  const report = show(haproxy, [fromClient(latin1('PROXY TCP4 192.0.2.7 192.0.2.1 5000 443\r\nGET / HTTP/1.1\r\n'))])
  expect(report).toMatchObject({ verdict: Match, within: true, fields: { client: '192.0.2.7' }, bad: false })
})
test('version 2', () =>
  expect(show(haproxy, [fromClient(concat(v2, hex('1603')))])).toMatchObject({
    verdict: Match,
    within: true,
    fields: { client: '192.0.2.1' },
    bad: false,
  }))
test('version 2 with IPv6, in two segments', () => {
  const v6 = concat(latin1('\r\n\r\n\0\r\nQUIT\n'), hex(`21 21 0024 ${'20010db8000000000000000000000001'.repeat(2)} 1234 01bb`))
  for (let cut = 8; cut < v6.length; cut++)
    expect(show(haproxy, [fromClient(v6.subarray(0, cut)), fromClient(v6.subarray(cut))])).toMatchObject({
      within: true,
      fields: { client: '2001:db8::1' },
    })
})
test.each([
  ['unknown', latin1('PROXY UNKNOWN\r\n'), Match],
  ['cut in the line', latin1('PROXY TCP4 192.0.2'), NeedMore],
  ['cut in the kind', latin1('PROXY TC'), NeedMore],
  ['version 2, cut', v2.subarray(0, 14), NeedMore],
  ['version 2, a length that has not come', v2.subarray(0, 20), NeedMore],
  ['version 2, longer than any', v2.slice().fill(0xff, 14, 16), Exclude],
  ['version 2, a command that is none', v2.slice().fill(0x22, 12, 13), Exclude],
  ['version 3', v2.slice().fill(0x31, 12, 13), Exclude],
  ['another text', latin1('PROXY FOO 1 2 3 4\r\n'), Exclude],
  ['no end', latin1(`PROXY TCP4 ${'1'.repeat(120)}`), Exclude],
  ['control characters', latin1('PROXY TCP4 \x01\x02\r\n'), Exclude],
])('%s', (_case, bytes, verdict) => expect(show(haproxy, [fromClient(bytes)]).verdict).toBe(verdict))
