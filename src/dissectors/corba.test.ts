import { expect, test } from 'vitest'
import corba from './corba.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { concat, fromClient, hex, latin1, show } from './testing.ts'

const giop = (rest: string) => concat(latin1('GIOP'), hex(rest))
test('the kind', () =>
  expect(show(corba, [fromClient(giop('01 02 01 03 18000000'))])).toMatchObject({ verdict: Match, fields: { kind: 3 } }))
test.each([
  ['version 2', giop('02 00 01 00 18000000'), 'tcp', Exclude],
  ['version 1.9', giop('01 09 01 00 18000000'), 'tcp', Exclude],
  ['kind 8', giop('01 02 01 08 18000000'), 'tcp', Exclude],
  ['cut', giop('01 02 01'), 'tcp', NeedMore],
  ['MIOP', concat(latin1('MIOP'), hex('10 01 0000 00000000')), 'udp', Match],
  ['MIOP over TCP', concat(latin1('MIOP'), hex('10 01 0000 00000000')), 'tcp', Exclude],
] as const)('%s', (_case, bytes, transport, verdict) => expect(show(corba, [fromClient(bytes)], { transport }).verdict).toBe(verdict))
