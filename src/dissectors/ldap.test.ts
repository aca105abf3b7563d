import { describe, expect, test } from 'vitest'
import { int, octets, seq, tlv } from './ber-testing.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import ldap from './ldap.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, show } from './testing.ts'

const bind = seq(int(1), tlv(0x60, int(3), octets('cn=admin,dc=example'), octets('secret', 0x80)))
const result = (tag: number, code: number) => seq(int(1), tlv(tag, int(code, 0x0a), octets(''), octets('')))
const search = seq(
  int(2),
  tlv(0x63, octets('dc=example'), int(2, 0x0a), int(0, 0x0a), int(0), int(0), tlv(1, hex('00')), octets('objectClass', 0x87), seq()),
)
const startTls = seq(int(1), tlv(0x77, octets('1.3.6.1.4.1.1466.20037', 0x80)))

describe('TCP', () => {
  test('bind and search, in pieces', () => {
    const bytes = concat(bind, search)
    const said = show(ldap, [
      fromClient(bytes.subarray(0, 9)),
      fromClient(bytes.subarray(9, 40)),
      fromServer(result(0x61, 0)),
      fromClient(bytes.subarray(40)),
    ])
    expect(said).toMatchObject({ verdict: Match, bad: false, info: 'search dc=example' })
    expect(said.fields).toMatchObject({ operation: 'search', bindName: 'cn=admin,dc=example', baseObject: 'dc=example', resultCode: 0 })
  })
  test('StartTLS: what follows a success is looked at afresh, after a refusal not', () => {
    expect(show(ldap, [fromClient(startTls), fromServer(result(0x78, 0))])).toMatchObject({ within: true, becomes: 'TLS', inside: 'LDAP' })
    expect(show(ldap, [fromClient(startTls), fromServer(result(0x78, 52))]).within).toBe(false)
    expect(show(ldap, [fromServer(result(0x78, 0))]).within).toBe(false)
  })
  test('once wrapped in a security layer it is left', () => {
    expect(show(ldap, [fromClient(bind), fromServer(hex('00000030 deadbeef'))])).toMatchObject({ verdict: Match, wantsMore: false })
  })
  test('bytes are waited for', () => {
    for (let n = 7; n < 14; n++) expect([NeedMore, Match]).toContain(show(ldap, [fromClient(bind.subarray(0, n))]).verdict)
  })
})

test('CLDAP', () => {
  expect(show(ldap, [fromClient(search)], { transport: 'udp' })).toMatchObject({
    verdict: Match,
    fields: { operation: 'search', baseObject: 'dc=example' },
  })
  expect(show(ldap, [fromClient(search.subarray(0, 20))], { transport: 'udp' }).verdict).toBe(Exclude)
})

test.each([
  ['SNMP', seq(int(1), octets('public'), tlv(0xa0, int(1), int(0), int(0), seq()))],
  ['a certificate', seq(seq(tlv(0xa0, int(2)), int(9)))],
  ['a bind of version 9', seq(int(1), tlv(0x60, int(9), octets(''), octets('', 0x80)))],
  ['an operation longer than its message', concat(hex('300a 020101 60 30 0201 03 0400 8000'))],
  ['a negative id', concat(hex('300c 0201ff 60 07 020103 0400 8000'))],
  ['an unknown operation', seq(int(1), tlv(0x62, octets('abc')))],
])('not LDAP: %s', (_case, bytes) => {
  expect(show(ldap, [fromClient(bytes)]).verdict).toBe(Exclude)
})
test('a hostile name', () => {
  expect(show(ldap, [fromClient(seq(int(1), tlv(0x60, int(3), octets('<script>\x1b'), octets('', 0x80))))]).fields['bindName']).toBe(
    '<script>\u241b',
  )
})

test('the same however it is cut', () => {
  sameHoweverCut(ldap, concat(bind, search))
  sameHoweverCut(ldap, result(0x65, 0), {}, fromServer)
  sameHoweverCut(ldap, seq(int(300), tlv(0x4a, new Uint8Array(20).fill(0x61))))
})
