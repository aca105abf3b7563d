import { describe, expect, test } from 'vitest'
import { int, octets, seq, tlv } from './ber-testing.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { u32 } from './dns-testing.ts'
import kerberos from './kerberos.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const field = (n: number, ...parts: Uint8Array[]) => tlv(0xa0 + n, ...parts)
const name = (...parts: string[]) => seq(field(0, int(1)), field(1, seq(...parts.map((p) => octets(p, 0x1b)))))
const realm = (text: string) => octets(text, 0x1b)

const body = field(
  4,
  seq(
    field(0, tlv(3, hex('0050800000'))),
    field(1, name('alice')),
    field(2, realm('EXAMPLE.ORG')),
    field(3, name('krbtgt', 'EXAMPLE.ORG')),
  ),
)
const asReq = tlv(0x6a, seq(field(1, int(5)), field(2, int(10)), body))
const ticket = tlv(0x61, seq(field(0, int(5)), field(1, realm('EXAMPLE.ORG')), field(2, name('http', 'web.example.org'))))
const tgsRep = tlv(
  0x6d,
  seq(field(0, int(5)), field(1, int(13)), field(3, realm('EXAMPLE.ORG')), field(4, name('alice')), field(5, ticket), field(6, seq())),
)
const error = tlv(
  0x7e,
  seq(
    field(0, int(5)),
    field(1, int(30)),
    field(4, octets('20260101000000Z', 0x18)),
    field(5, int(1)),
    field(6, int(25)),
    field(9, realm('EXAMPLE.ORG')),
    field(10, name('krbtgt', 'EXAMPLE.ORG')),
  ),
)
const framed = (m: Uint8Array) => concat(u32(m.length), m)

describe('messages', () => {
  test.each([
    ['request', asReq, { message: 'as-req', clientName: 'alice', realm: 'EXAMPLE.ORG', serviceName: 'krbtgt/EXAMPLE.ORG' }],
    ['reply', tgsRep, { message: 'tgs-rep', clientName: 'alice', realm: 'EXAMPLE.ORG', serviceName: 'http/web.example.org' }],
    ['error', error, { message: 'error', errorCode: 25, error: 'PREAUTH_REQUIRED', realm: 'EXAMPLE.ORG' }],
  ])('%s, by UDP and by TCP in pieces', (_case, bytes, fields) => {
    expect(show(kerberos, [fromServer(bytes)], { transport: 'udp' })).toMatchObject({ verdict: Match, bad: false, fields })
    const stream = framed(bytes)
    const split = show(kerberos, [fromClient(stream.subarray(0, 3)), fromClient(stream.subarray(3, 21)), fromClient(stream.subarray(21))], {
      transport: 'tcp',
      serverPort: 1088,
    })
    expect(split).toMatchObject({ verdict: Match, bad: false, fields })
  })
  test('both directions of one connection', () => {
    const said = show(kerberos, [fromClient(framed(asReq)), fromServer(framed(error))], { transport: 'tcp' })
    expect(said.fields).toMatchObject({ message: 'error', clientName: 'alice', error: 'PREAUTH_REQUIRED' })
  })
  test('a hostile realm', () => {
    const bad = tlv(0x6a, seq(field(1, int(5)), field(2, int(10)), field(4, seq(field(2, realm('<script>\x00'))))))
    expect(show(kerberos, [fromClient(bad)], { transport: 'udp' }).fields['realm']).toBe('<script>\u2400')
  })
})

describe('what is not', () => {
  test.each([
    ['a type other than its tag', tlv(0x6a, seq(field(1, int(5)), field(2, int(12)), body))],
    ['version 4', tlv(0x6a, seq(field(1, int(4)), field(2, int(10)), body))],
    ['a byte behind it', concat(asReq, hex('00'))],
    ['an LDAP bind', seq(int(1), tlv(0x60, int(3), octets('cn'), octets('x', 0x80)))],
  ])('%s', (_case, bytes) => {
    expect(show(kerberos, [fromClient(bytes)], { transport: 'udp' }).verdict).toBe(Exclude)
    expect(show(kerberos, [fromClient(concat(u32(bytes.length), bytes))], { transport: 'tcp' }).verdict).toBe(Exclude)
  })
  test('cut at any length', () => {
    for (let n = 1; n < asReq.length; n++)
      expect(show(kerberos, [fromClient(asReq.subarray(0, n))], { transport: 'udp' }).verdict).toBe(Exclude)
    expect(show(kerberos, [fromClient(framed(asReq).subarray(0, 20))], { transport: 'tcp' }).verdict).toBe(NeedMore)
    expect(show(kerberos, [fromClient(latin1('\0\0\0\x20GET / HTTP/1.1 and more of it'))], { transport: 'tcp' }).verdict).toBe(Exclude)
  })
})

test('the same however it is cut', () => {
  sameHoweverCut(kerberos, framed(asReq))
  sameHoweverCut(kerberos, framed(error), {}, fromServer)
})
