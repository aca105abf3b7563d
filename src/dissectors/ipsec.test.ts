import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import ipsec from './ipsec.ts'
import { concat, fromClient, fromServer, hex, show } from './testing.ts'
import { bytes, u16 } from './tls-testing.ts'

const ike = ({ version = 0x20, next = 33, exchange = 34, says = 68 } = {}) =>
  concat(hex('0011223344556677 0000000000000000'), bytes(next, version, exchange, 8), hex('00000000'), u16(0, says), new Uint8Array(40))
const esp = (sequence: number, spi = '12345678') => concat(hex(spi), u16(0, sequence), new Uint8Array(40))

test.each([
  ['IKEv2', ike(), { version: 'IKEv2', exchange: 'IKE_SA_INIT', initiatorSpi: '0011223344556677' }],
  ['IKEv1', ike({ version: 0x10, next: 1, exchange: 2 }), { version: 'IKEv1', exchange: 'Main mode' }],
])('%s', (_name, payload, fields) => {
  expect(show(ipsec, [fromClient(payload)], { serverPort: 500 })).toMatchObject({ verdict: Match, fields })
  expect(show(ipsec, [fromClient(concat(hex('00000000'), payload))], { serverPort: 4500 })).toMatchObject({ verdict: Match, fields })
})
describe('never', () => {
  test.each([
    ['a length that leaves bytes', ike({ says: 60 })],
    ['a version that is none', ike({ version: 0x30 })],
    ['an exchange that is none', ike({ exchange: 99 })],
    ['a payload of the other version', ike({ next: 90 })],
    ['zeroes', new Uint8Array(68)],
  ])('%s', (_name, payload) => expect(show(ipsec, [fromClient(payload)], { serverPort: 500 }).verdict).toBe(Exclude))
})
describe('ESP in UDP', () => {
  const at = { serverPort: 4500 }
  test('two in a row', () =>
    expect(show(ipsec, [fromServer(esp(7)), fromServer(esp(8))], at)).toMatchObject({ verdict: Match, fields: { spi: 0x12345678 } }))
  test('one alone waits', () => expect(show(ipsec, [fromClient(esp(7))], at).verdict).toBe(NeedMore))
  test('of two sources wait', () => expect(show(ipsec, [fromClient(esp(7)), fromClient(esp(8, '22345678'))], at).verdict).toBe(NeedMore))
  test('on another port never', () =>
    expect(show(ipsec, [fromClient(esp(7)), fromClient(esp(8))], { serverPort: 99 }).verdict).toBe(Exclude))
})
test.each([
  [50, hex('cafebabe 00000001 00000000 00000000'), 0xcafebabe],
  [51, hex('04040000 cafebabe 00000001 00000000'), 0xcafebabe],
])('IP protocol %i tells its SPI', (transport, payload, spi) => {
  expect(show({ ...ipsec, signature: () => Match }, [fromClient(payload)], { transport }).fields).toEqual({ spi })
})
