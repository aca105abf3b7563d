import { expect, test } from 'vitest'
import discord from './discord.ts'
import { Exclude, Match } from './dissector.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import { u16 } from './tls-testing.ts'

const u32 = (n: number) => u16(n >>> 16, n & 0xffff)
const discovery = (type: number, address = '', { length = 70, behind = 0 } = {}) =>
  concat(u16(type, length), u32(0x1a7e73), latin1(address.padEnd(64, '\0')), u16(50_000), new Uint8Array(behind))

test('IP discovery', () => {
  expect(show(discord, [fromClient(discovery(1))])).toMatchObject({ verdict: Match, fields: { source: 0x1a7e73 } })
  expect(show(discord, [fromServer(discovery(2, '192.0.2.17'))])).toMatchObject({ verdict: Match, fields: { ownAddress: '192.0.2.17' } })
})
test.each([
  ['keep-alive', hex('1337cafe e9010000'), Match],
  ['its echo', hex('1337f00d e9010000'), Match],
  ['another magic', hex('1337cafd e9010000'), Exclude],
  ['a keep-alive with more behind it', hex('1337cafe e901000000'), Exclude],
  ['a request that has an address', discovery(1, '192.0.2.17'), Exclude],
  ['a response without', discovery(2), Exclude],
  ['a response with text', discovery(2, 'example.org'), Exclude],
  ['a response with something behind the address', discovery(2, '192.0.2.17\0x'), Exclude],
  ['another type', discovery(3), Exclude],
  ['another length', discovery(1, '', { length: 71 }), Exclude],
  ['more behind it', discovery(1, '', { behind: 1 }), Exclude],
])('%s', (_case, payload, verdict) => expect(show(discord, [fromClient(payload)]).verdict).toBe(verdict))
