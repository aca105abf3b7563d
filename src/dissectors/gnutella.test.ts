import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import gnutella from './gnutella.ts'
import { fromClient, hex, latin1, show } from './testing.ts'

test('the software', () => {
  const report = show(gnutella, [fromClient(latin1('GNUTELLA CONNECT/0.6\r\nX-Ultrapeer: False\r\nUser-Agent: Share 1\r\n\r\n'))])
  expect(report).toMatchObject({ verdict: Match, fields: { software: 'Share 1' } })
})
test.each([
  ['cut', latin1('GNUTELLA CON'), 'tcp', NeedMore],
  ['another word', latin1('GNUTELLA IS A PROTOCOL\r\n'), 'tcp', Exclude],
  ['a call back', latin1(`GIV 12:${'a'.repeat(32)}/song.ogg\n\n`), 'tcp', Match],
  ['a present', latin1(`GIV me ${'a'.repeat(60)}`), 'tcp', Exclude],
  ['HTTP', latin1('GET / HTTP/1.1\r\n'), 'tcp', Exclude],
  ['over UDP', hex('474e4402 0001 01 01 00'), 'udp', Match],
  ['over UDP, a part beyond the last', hex('474e4402 0001 05 02 00'), 'udp', Exclude],
  ['over UDP, flags unknown', hex('474e4442 0001 01 01 00'), 'udp', Exclude],
] as const)('%s', (_case, bytes, transport, verdict) => expect(show(gnutella, [fromClient(bytes)], { transport }).verdict).toBe(verdict))
