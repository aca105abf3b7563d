import { expect, test } from 'vitest'
import { SnmpGuard } from './snmp-guard.ts'
import { type Bytes, community, integer, octets, plainV3, response, sequence, user } from './snmp-testing.ts'

const bytes = (b: Bytes) => Uint8Array.from(b)
const question = { community: 'public', type: 0xa5, id: 1, repetitions: 1, oids: [] }
const v2c = () => new SnmpGuard(community(161))
const v3 = (level: 'noAuthNoPriv' | 'authNoPriv' | 'authPriv' = 'authPriv') => new SnmpGuard(user(161, { level }))

test.each([
  ['a response', response(question, []), undefined],
  ['a report, which v2c has not', response(question, [], { tag: 0xa8 }), 'no answer in what came'],
  ['a question', response(question, [], { tag: 0xa0 }), 'no answer in what came'],
  ['v1', response(question, [], { version: 0 }), 'another version than was asked'],
  ['v3', plainV3(1, 0xa2, []), 'another version than was asked'],
  ['nothing', [], 'no SNMP message'],
  ['a part', response(question, []).slice(0, -1), 'no SNMP message'],
  ['no PDU', sequence(integer(1), octets('public')), 'no answer in what came'],
])('a question of v2c and %s', (_, answer, fault) => {
  expect(v2c().check(bytes(answer))).toBe(fault)
})

test.each([
  ['authPriv', 0, 0xa8, undefined],
  ['authPriv', 0, 0xa2, 'an answer below the security level'],
  ['authPriv', 1, 0xa2, 'an answer below the security level'],
  ['authNoPriv', 0, 0xa2, 'an answer below the security level'],
  ['authNoPriv', 1, 0xa2, undefined],
  ['noAuthNoPriv', 0, 0xa2, undefined],
  ['noAuthNoPriv', 0, 0xa0, 'no answer in what came'],
  ['authPriv', 2, 0xa2, 'no SNMP message'],
] as const)('a question of %s and flags %d, PDU %d', (level, flags, pdu, fault) => {
  expect(v3(level).check(bytes(plainV3(1, pdu, [], { flags })))).toBe(fault)
})

test('few engines speak at one address', () => {
  const guard = v3()
  const report = (engine: string) => guard.check(bytes(plainV3(1, 0xa8, [], { engine })))
  expect(['engine-1', 'engine-2', 'engine-3', 'engine-4', 'engine-1'].map(report)).toEqual(Array(5).fill(undefined))
  expect(report('engine-5')).toBe('too many engine ids')
  expect([report('four'), report('x'.repeat(33))]).toEqual(['no SNMP message', 'no SNMP message'])
})

test('what is cut off or random is a value', () => {
  let seed = 1
  const random = () => (seed = (seed * 48_271) % 0x7fff_ffff)
  for (const [guard, sound] of [
    [v2c(), response(question, [['1.3.6.1', integer(5)]])],
    [v3('noAuthNoPriv'), plainV3(1, 0xa2, [['1.3.6.1', integer(5)]])],
  ] as const) {
    for (let n = 0; n < sound.length; n++) expect(guard.check(bytes(sound.slice(0, n)))).toBeDefined()
    for (let i = 0; i < 5000; i++) guard.check(bytes(sound.map((byte) => (random() % 8 === 0 ? random() % 256 : byte))))
  }
})
