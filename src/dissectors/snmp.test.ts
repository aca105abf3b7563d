import { expect, test } from 'vitest'
import { Exclude, Match } from './dissector.ts'
import snmp from './snmp.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const tlv = (tag: number, ...parts: Uint8Array[]) => {
  const body = concat(...parts)
  return concat(Uint8Array.of(tag), body.length < 128 ? Uint8Array.of(body.length) : Uint8Array.of(0x81, body.length), body)
}
const int = (n: number) => tlv(2, n < 128 ? Uint8Array.of(n) : Uint8Array.of(n >> 8, n & 255))
const variables = tlv(0x30, tlv(0x30, tlv(6, hex('2b06010201010100')), hex('0500')))
const pdu = (tag: number, error = 0) => tlv(tag, int(77), int(error), int(0), variables)
const v1 = (version: number, tag: number, error = 0) => tlv(0x30, int(version), tlv(4, latin1('public')), pdu(tag, error))
const v3 = (flags: number, data: Uint8Array) =>
  tlv(
    0x30,
    int(3),
    tlv(0x30, int(5), int(1400), tlv(4, Uint8Array.of(flags)), int(3)),
    tlv(4, tlv(0x30, tlv(4, hex('8000')), int(1), int(2), tlv(4, latin1('monitor')), tlv(4), tlv(4))),
    data,
  )

test.each([
  ['v1 get', v1(0, 0xa0), { version: 'v1', community: 'public', pduType: 'get' }],
  ['v2c bulk', v1(1, 0xa5), { version: 'v2c', community: 'public', pduType: 'get-bulk' }],
  ['v2c response with an error', v1(1, 0xa2, 5), { version: 'v2c', pduType: 'response', errorStatus: 5 }],
  [
    'v1 trap',
    tlv(0x30, int(0), tlv(4, latin1('public')), tlv(0xa4, tlv(6, hex('2b0601')), tlv(0x40, hex('0a000001')), int(6), int(1), variables)),
    { pduType: 'trap-v1' },
  ],
  ['v3 in clear', v3(4, tlv(0x30, tlv(4, hex('80')), tlv(4), pdu(0xa0))), { version: 'v3', user: 'monitor', pduType: 'get' }],
  ['v3 encrypted', v3(7, tlv(4, new Uint8Array(40))), { version: 'v3', user: 'monitor', pduType: 'encrypted' }],
])('%s', (_case, bytes, fields) => {
  expect(show(snmp, [fromClient(bytes)])).toMatchObject({ verdict: Match, bad: false, fields })
  expect(show(snmp, [fromServer(bytes)], { serverPort: 9161 }).verdict).toBe(Match)
  for (let n = 0; n < bytes.length; n++) expect(show(snmp, [fromClient(bytes.subarray(0, n))]).verdict).toBe(Exclude)
})

test.each([
  ['a byte behind it', concat(v1(0, 0xa0), hex('00'))],
  ['version 2', v1(2, 0xa0)],
  ['an unknown PDU', v1(1, 0xa9)],
  ['LDAP', tlv(0x30, int(1), tlv(0x60, int(3), tlv(4, latin1('cn=admin')), tlv(0x80, latin1('secret'))))],
  ['indefinite length', concat(hex('3080'), v1(0, 0xa0).subarray(2))],
])('not SNMP: %s', (_case, bytes) => {
  expect(show(snmp, [fromClient(bytes)]).verdict).toBe(Exclude)
})
test('a hostile community', () => {
  expect(show(snmp, [fromClient(tlv(0x30, int(0), tlv(4, latin1('<script>\x00')), pdu(0xa0)))]).fields['community']).toBe('<script>\u2400')
})

test.each([
  [
    'a largest size below 484',
    tlv(0x30, int(3), tlv(0x30, int(5), int(400), tlv(4, Uint8Array.of(4)), int(3)), tlv(4, new Uint8Array(20))),
  ],
  ['flags of two bytes', tlv(0x30, int(3), tlv(0x30, int(5), int(1400), tlv(4, Uint8Array.of(4, 4)), int(3)), tlv(4, new Uint8Array(20)))],
  [
    'security parameters that are no octets',
    tlv(0x30, int(3), tlv(0x30, int(5), int(1400), tlv(4, Uint8Array.of(4)), int(3)), tlv(5, new Uint8Array(20))),
  ],
])('not SNMP 3: %s', (_case, bytes) => {
  expect(show(snmp, [fromClient(bytes)]).verdict).toBe(Exclude)
})
