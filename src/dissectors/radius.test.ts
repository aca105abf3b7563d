import { expect, test } from 'vitest'
import { Exclude, Match } from './dissector.ts'
import { u16 } from './dns-testing.ts'
import radius from './radius.ts'
import { concat, fromClient, hex, latin1, show } from './testing.ts'

const attribute = (type: number, data: Uint8Array) => concat(Uint8Array.of(type, 2 + data.length), data)
const packet = (code: number, ...attributes: Uint8Array[]) => {
  const body = concat(...attributes)
  return concat(Uint8Array.of(code, 7), u16(20 + body.length), new Uint8Array(16).fill(9), body)
}
const request = packet(1, attribute(1, latin1('alice')), attribute(4, hex('0a000001')), attribute(31, latin1('00-11-22-33-44-55')))

test('a request', () => {
  expect(show(radius, [fromClient(request)])).toMatchObject({
    verdict: Match,
    bad: false,
    info: 'access-request alice',
    fields: { message: 'access-request', user: 'alice', nas: '10.0.0.1', callingStation: '00-11-22-33-44-55' },
  })
})
test('accounting with the address given', () => {
  const start = packet(4, attribute(8, hex('0a0000fe')), attribute(32, latin1('bras-1')), attribute(30, latin1('lab')))
  expect(show(radius, [fromClient(start)], { serverPort: 1813 }).fields).toMatchObject({
    framedAddress: '10.0.0.254',
    nas: 'bras-1',
    calledStation: 'lab',
  })
})
test('padding is not read, a cut packet is', () => {
  expect(show(radius, [fromClient(concat(request, hex('0000')))]).verdict).toBe(Match)
})
test.each([
  ['a longer length', packet(1).fill(9, 3, 4).subarray(0, 20).fill(0x40, 3, 4), 1812],
  ['an attribute of length 1', packet(1, hex('0101')), 1812],
  ['an attribute of type 0', packet(1, hex('0003ff')), 1812],
  ['another port', request, 443],
  ['cut short', request.subarray(0, 19), 1812],
])('not RADIUS: %s', (_case, bytes, serverPort) => {
  expect(show(radius, [fromClient(bytes)], { serverPort }).verdict).toBe(Exclude)
})
test('an unknown code is not even shown', () => {
  expect((radius.firstBytes as (byte: number) => boolean)(9)).toBe(false)
})
