import { expect, test } from 'vitest'
import { Exclude, Match } from './dissector.ts'
import flute from './flute.ts'
import { concat, fromClient, hex, latin1, show } from './testing.ts'

const header = hex('10100800 00000000 00000000 c0100002 40040000 00000236 0000059c 00000040')
const table = latin1('<?xml version="1.0"?>\n<FDT-Instance Expires="1"><File Content-Location="a.txt" TOI="1"/></FDT-Instance>')
const packet = concat(header, hex('00000000'), table)
test.each([
  ['the table of files', packet, Match],
  ['with a longer id of the symbol', concat(header, new Uint8Array(8), table), Match],
  ['another extension', packet.slice().fill(0xc1, 12, 13), Exclude],
  ['another version of FLUTE', packet.slice().fill(0x30, 13, 14), Exclude],
  ['no table', concat(header, hex('00000000'), latin1('Hello, multicast world')), Exclude],
  ['a header beyond the packet', packet.slice().fill(0xff, 2, 3), Exclude],
  ['an extension of no length', packet.slice().fill(0, 12, 14), Exclude],
])('%s', (_case, bytes, verdict) => expect(show(flute, [fromClient(bytes)]).verdict).toBe(verdict))

test('which file', () => expect(show(flute, [fromClient(packet)])).toMatchObject({ fields: { file: 'a.txt' }, info: 'a.txt' }))
