import { describe, expect, test } from 'vitest'
import { Exclude, Match } from './dissector.ts'
import dtls from './dtls.ts'
import { concat, fromClient, fromServer, latin1, show } from './testing.ts'
import { bytes, certificate, certificateBody, clientHelloBody, extension, nameOf, serverHelloBody, u16, u24 } from './tls-testing.ts'

const DTLS_1_2 = 0xfefd
const record = (type: number, body: Uint8Array, { epoch = 0, version = DTLS_1_2 } = {}) =>
  concat(bytes(type), u16(version, epoch), bytes(0, 0, 0, 0, 0, 1), u16(body.length), body)
const fragment = (type: number, whole: Uint8Array, from = 0, to = whole.length) =>
  concat(bytes(type), u24(whole.length), u16(0), u24(from), u24(to - from), whole.subarray(from, to))
const hello = clientHelloBody({
  version: DTLS_1_2,
  cookie: bytes(1, 2, 3, 4),
  extensions: [extension.serverName('turn.example'), extension.alpn('webrtc'), extension.signatures(0x0403)],
})
const leaf = certificate({ subject: nameOf([3, 'hangouts']), issuer: nameOf([3, 'hangouts']) })
const serverHello = serverHelloBody({ version: DTLS_1_2, suites: [0xc02b] })
const chain = certificateBody(leaf)

test('a handshake: fields of both sides, JA4 with a d, a cookie before the suites', () => {
  const report = show(dtls, [
    fromClient(record(22, fragment(1, hello))),
    fromServer(concat(record(22, fragment(2, serverHello)), record(22, fragment(11, chain)), record(22, fragment(14, bytes())))),
    fromClient(record(21, bytes(2, 42))),
  ])
  expect(report).toMatchObject({
    verdict: Match,
    serverName: 'turn.example',
    inside: 'GoogleCall',
    wantsMore: false,
    fields: {
      serverName: 'turn.example',
      alpn: ['webrtc'],
      versions: ['DTLSv1.2'],
      version: 'DTLSv1.2',
      cipher: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
      subject: 'CN=hangouts',
      alert: 'fatal bad_certificate',
    },
  })
  expect(report.fields['ja4']).toMatch(/^dd2d0103we_/)
})

test('hello and certificate in fragments, in any order, over datagrams', () => {
  const cut = (type: number, whole: Uint8Array, size: number) =>
    Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
      record(22, fragment(type, whole, i * size, Math.min(whole.length, (i + 1) * size))),
    )
  for (const size of [30, 70, 111]) {
    const report = show({ ...dtls, maxMore: 100 }, [
      ...cut(1, hello, size).toReversed().map(fromClient),
      fromServer(record(22, fragment(2, serverHello))),
      ...cut(11, chain, size).toReversed().map(fromServer),
      fromClient(record(22, fragment(16, bytes(1)))),
    ])
    expect(report.fields, `${size}`).toMatchObject({ serverName: 'turn.example', version: 'DTLSv1.2', subject: 'CN=hangouts' })
    expect(report.fields['ja4']).toMatch(/^dd2d0103we_/)
    expect(report.wantsMore).toBe(false)
  }
})

test('DTLS 1.3 ends with both hellos', () => {
  const client = clientHelloBody({ version: DTLS_1_2, cookie: bytes(), extensions: [extension.versions(0xfefc, 0xfefd)] })
  const server = serverHelloBody({ version: DTLS_1_2, suites: [0x1301], extensions: [extension.versionChosen(0xfefc)] })
  const report = show(dtls, [fromClient(record(22, fragment(1, client))), fromServer(record(22, fragment(2, server)))])
  expect(report.fields).toMatchObject({ versions: ['DTLSv1.3', 'DTLSv1.2'], version: 'DTLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256' })
  expect(report.fields['ja4']).toMatch(/^dd3d/)
  expect(report.wantsMore).toBe(false)
})

describe('signature', () => {
  const data = record(23, new Uint8Array(40), { epoch: 1 })
  test.each([
    ['data of a session joined midway', data, Match],
    ['two records', concat(data, data), Match],
    ['version 1.0', record(22, fragment(1, hello), { version: 0xfeff }), Match],
    ['a record and a byte', concat(data, bytes(0)), Exclude],
    ['a record cut short', data.subarray(0, -1), Exclude],
    ['a version of TLS', record(23, new Uint8Array(40), { version: 0x0303 }), Exclude],
    ['a handshake message that is none', record(22, fragment(99, hello)), Exclude],
    ['text', latin1('\x16 looks like it, but is text all over'), Exclude],
  ])('%s', (_name, payload, verdict) => expect(show(dtls, [fromServer(payload)]).verdict).toBe(verdict))
})

test('fragments that lie about their place, and any wrong byte, are harmless', () => {
  const lies = [
    concat(bytes(1), u24(100), u16(0), u24(90), u24(20), new Uint8Array(20)),
    concat(bytes(1), u24(0xffffff), u16(0), u24(0), u24(20), new Uint8Array(20)),
    concat(bytes(11), u24(16_000), u16(0), u24(15_999), u24(1), new Uint8Array(1)),
  ]
  for (const lie of lies) expect(() => show(dtls, [fromServer(record(22, lie))])).not.toThrow()
  const good = record(22, fragment(1, hello))
  for (let i = 0; i < good.length; i++) {
    const bad = good.slice()
    bad[i]! ^= 0xff
    expect(() => show(dtls, [fromClient(bad)])).not.toThrow()
  }
})

test.each([
  ['the socket of a call', 'Zoom', 'Zoom'],
  ['media, which is no application', 'RTP', undefined],
  ['nothing', '', undefined],
])('announced by another flow: %s', (_name, announced, inside) =>
  expect(show(dtls, [fromClient(record(23, new Uint8Array(40), { epoch: 1 }))], { announced }).inside).toBe(inside),
)
