import { expect, test } from 'vitest'
import { Exclude, Match } from './dissector.ts'
import netflow from './netflow.ts'
import { concat, fromClient, hex, show } from './testing.ts'

const v5 = (count: number, records = count) => concat(Uint8Array.of(0, 5, 0, count), new Uint8Array(20 + 48 * records))
const template = hex('0000 0010 0100 0002 0008 0004 000c 0004')
const data = concat(hex('0100 000c'), new Uint8Array(8))
const v9 = (...sets: Uint8Array[]) => concat(hex('0009 0002'), new Uint8Array(16), ...sets)
const ipfix = (length: number, ...sets: Uint8Array[]) => concat(hex('000a'), Uint8Array.of(0, length), new Uint8Array(12), ...sets)

test.each([
  ['version 5', v5(2), 5],
  ['version 9', v9(template, data), 9],
  ['IPFIX', ipfix(28, data), 10],
])('%s', (_case, bytes, version) => {
  expect(show(netflow, [fromClient(bytes)])).toMatchObject({ verdict: Match, fields: { version } })
})
test.each([
  ['version 5 without records', v5(0)],
  ['version 5, a count that lies', v5(3, 2)],
  ['version 5, too many', v5(31)],
  ['version 6', concat(hex('0006 0001'), new Uint8Array(68))],
  ['version 9 with a set of an id in between', v9(hex('0080 0008 00000000'))],
  ['version 9, a set longer than the packet', v9(hex('0100 00ff 00000000'))],
  ['version 9, a set without length', v9(hex('0100 0000 00000000'))],
  ['version 9, something behind the sets', v9(data, hex('0102'))],
  ['version 9, no sets', v9()],
  ['IPFIX, a length that lies', ipfix(29, data)],
  ['IPFIX, templates of version 9', ipfix(32, template)],
])('not: %s', (_case, bytes) => expect(show(netflow, [fromClient(bytes)]).verdict).toBe(Exclude))
