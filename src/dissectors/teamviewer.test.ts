import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import teamviewer from './teamviewer.ts'
import { fromClient, fromServer, hex, type Shown, show } from './testing.ts'

const tcp = hex('17 24 0a 20 00 00 00 00 00 80 00 00')
const udp = hex('00 01 02 03 04 05 06 07 08 09 0a 17 24 0a 20')
const off = { serverPort: 443 }

test.each<[string, Shown[], number, object]>([
  ['at its port', [fromClient(tcp)], Match, {}],
  ['of the server', [fromServer(hex('11 30 17 00'))], Match, {}],
  ['elsewhere', [fromClient(tcp)], NeedMore, off],
  ['elsewhere, twice from one end', [fromClient(tcp), fromClient(tcp)], NeedMore, off],
  ['elsewhere, from both ends', [fromClient(tcp), fromServer(tcp)], Match, off],
  ['a command out of range', [fromClient(hex('17 24 f0 20'))], Exclude, {}],
  ['TLS', [fromClient(hex('17 03 03 00 20'))], Exclude, {}],
  ['cut', [fromClient(hex('17 24'))], NeedMore, {}],
  ['UDP at its port', [fromClient(udp)], Match, { transport: 'udp' }],
  ['UDP elsewhere, three packets', [fromClient(udp), fromServer(udp), fromClient(udp)], Match, { transport: 'udp', serverPort: 4444 }],
  ['UDP elsewhere, two', [fromClient(udp), fromServer(udp)], NeedMore, { transport: 'udp', serverPort: 4444 }],
  ['UDP too short', [fromClient(udp.subarray(0, 12))], Exclude, { transport: 'udp' }],
])('%s', (_case, shown, verdict, ends) => expect(show(teamviewer, shown, ends).verdict).toBe(verdict))
