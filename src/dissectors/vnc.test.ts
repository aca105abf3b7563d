import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { sameHoweverCut } from './split-testing.ts'
import { fromClient, fromServer, latin1, show } from './testing.ts'
import vnc from './vnc.ts'

test('both versions', () => {
  const said = show(vnc, [fromServer(latin1('RFB 003.008\n')), fromClient(latin1('RFB 003.007\n'))], { serverPort: 5999 })
  expect(said).toMatchObject({ verdict: Match, fields: { serverVersion: '003.008', clientVersion: '003.007' } })
})
test('in pieces', () => {
  expect(show(vnc, [fromServer(latin1('RFB 003')), fromServer(latin1('.889\n'))])).toMatchObject({ verdict: Match, packets: 2 })
})
test.each([
  ['RFB 003', NeedMore],
  ['RFB 003,008\n', Exclude],
  ['RFB 003.008\r', Exclude],
  ['RFC 003.008\n', Exclude],
])('%s', (line, verdict) => {
  expect(show(vnc, [fromServer(latin1(line))]).verdict).toBe(verdict)
})

test('the same however it is cut', () => {
  sameHoweverCut(vnc, latin1('RFB 003.008\n'))
  expect(show(vnc, [fromServer(latin1('RFB 0a3.008\n'))]).verdict).toBe(Exclude)
  expect(show(vnc, [fromServer(latin1('RFB 003.00:\n'))]).verdict).toBe(Exclude)
})
