import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import spotify from './spotify.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const hello = concat(hex('0004 00000050 52'), new Uint8Array(0x50 - 7))
test.each([
  ['the hello', fromClient(hello), 'tcp', Match],
  ['cut', fromClient(hello.subarray(0, 40)), 'tcp', NeedMore],
  ['longer than it says', fromClient(concat(hello, hex('00'))), 'tcp', Exclude],
  ['another first field', fromClient(hello.slice().fill(0x0a, 6, 7)), 'tcp', Exclude],
  ['of a server', fromServer(hello), 'tcp', Exclude],
  ['the call on the LAN', fromClient(latin1('SpotUdp0abcdef')), 'udp', Match],
  ['another call', fromClient(latin1('SpotTcp0abcdef')), 'udp', Exclude],
] as const)('%s', (_case, shown, transport, verdict) => expect(show(spotify, [shown], { transport }).verdict).toBe(verdict))
