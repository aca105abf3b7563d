import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { sameHoweverCut } from './split-testing.ts'
import telnet from './telnet.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const three = hex('fffd18 fffd20 fffb01')
test('one command on the port, three elsewhere', () => {
  expect(show(telnet, [fromServer(three.subarray(0, 3))]).verdict).toBe(Match)
  expect(show(telnet, [fromServer(three.subarray(0, 6))], { serverPort: 2323 }).verdict).toBe(NeedMore)
  expect(show(telnet, [fromServer(three.subarray(0, 4)), fromServer(three.subarray(4))], { serverPort: 2323 }).verdict).toBe(Match)
})
test('the terminal’s type', () => {
  const said = show(telnet, [
    fromServer(three),
    fromClient(concat(hex('fffa1800'), latin1('XTERM-256COLOR'), hex('fff0'))),
    fromServer(latin1('login: ')),
  ])
  expect(said).toMatchObject({ verdict: Match, bad: false, fields: { terminal: 'XTERM-256COLOR' } })
})
test.each([
  ['a command that negotiates nothing', hex('fff1 00'), Exclude],
  ['an option nobody has', hex('fffd60'), Exclude],
  ['BGP', hex('ffffffffffffffffffffffffffffffff 0013 04'), Exclude],
  ['JPEG', hex('ffd8ffe000104a464946'), Exclude],
  ['a subnegotiation without end', concat(hex('fffa1800'), latin1('XTERM')), NeedMore],
  ['an endless one', concat(hex('fffa1800'), new Uint8Array(300).fill(0x41)), Exclude],
])('%s', (_case, bytes, verdict) => {
  expect(show(telnet, [fromServer(bytes)]).verdict).toBe(verdict)
})

test('the same however it is cut', () => {
  sameHoweverCut(telnet, concat(hex('fffa1800'), latin1('XTERM'), hex('fff0')), { serverPort: 23 })
  sameHoweverCut(telnet, three, { serverPort: 2323 })
})
