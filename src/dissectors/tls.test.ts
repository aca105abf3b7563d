import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import tls from './tls.ts'
import {
  bytes,
  certificate,
  certificateBody,
  clientHelloBody,
  type Extension,
  extension,
  handshakeRecord,
  message,
  nameOf,
  record,
  serverHelloBody,
  u16,
} from './tls-testing.ts'

const clientHello = (extensions: readonly Extension[], suites = [0x1301, 0xc02f], version = 0x0303) =>
  message(1, clientHelloBody({ extensions, suites, version }))
const usual = clientHello([
  extension.serverName('WWW.Example.org.'),
  extension.alpn('h2', 'http/1.1'),
  extension.versions(0x2a2a, 0x0304, 0x0303),
  extension.empty(0xfe0d),
])
const leaf = certificate({
  subject: nameOf([3, '*.shop.example']),
  issuer: nameOf([10, 'Example CA'], [3, 'CA 1']),
  dnsNames: ['*.shop.example', 'shop.example'],
})
const serverFlight = handshakeRecord(
  message(2, serverHelloBody({ extensions: [extension.alpn('h2')] })),
  message(11, certificateBody(leaf, leaf)),
  message(14, bytes()),
)
const https = { serverPort: 443 }

describe('fingerprints published with their input', () => {
  test('JA3 of the example in its description', () => {
    const report = show(tls, [
      fromClient(
        handshakeRecord(
          clientHello(
            [extension.of(0, bytes()), extension.groups(23, 24, 25), extension.pointFormats(0)],
            [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
            769,
          ),
        ),
      ),
    ])
    expect(report.fields['ja3']).toBe('ada70206e40642a3e4461f35503241d5')
    expect(report.fields['versions']).toEqual(['TLSv1.0'])
  })

  test('JA4 of the example in its technical description, in any order and with GREASE', () => {
    const suites = [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x9c, 0x9d, 0x2f, 0x35]
    const others = [0x1b, 0x33, 0x4469, 0x17, 0x2d, 5, 0x23, 0x12, 0xff01, 0x0b, 0x0a, 0x15].map((type) => extension.of(type, bytes(0, 0)))
    const list = [
      extension.serverName('x.example'),
      extension.alpn('h2', 'http/1.1'),
      extension.versions(0x0304, 0x0303),
      extension.signatures(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601),
      ...others,
    ]
    const ja4 = (extensions: readonly Extension[], ciphers: number[]) =>
      show(tls, [fromClient(handshakeRecord(clientHello(extensions, ciphers)))]).fields['ja4']
    expect(ja4(list, suites)).toBe('t13d1516h2_8daaf6152771_e5627efa2ab1')
    expect(ja4([extension.empty(0x1a1a), ...list.toReversed()], [0x8a8a, ...suites.toReversed()])).toBe(
      't13d1516h2_8daaf6152771_e5627efa2ab1',
    )
  })

  test.each([
    ['no server name, no ALPN', [extension.empty(23)], /^t12d010100_/],
    ['an IPv4 address as server name', [extension.serverName('192.0.2.1')], /^t12i010100_/],
    ['an IPv6 address as server name', [extension.serverName('2001:db8::a')], /^t12i010100_/],
    ['a name that ends in a digit', [extension.serverName('192.0.2.host1')], /^t12d010100_/],
    ['ALPN of eight characters', [extension.alpn('http/1.1')], /^t12d0101ht_/],
    ['ALPN of two characters', [extension.alpn('h3')], /^t12d0101h3_/],
    ['ALPN of one character', [extension.alpn('x')], /^t12d0101xx_/],
    ['ALPN that is not alphanumeric', [extension.alpn('\xab\xcd-')], /^t12d0101ad_/],
    ['no extension at all', [], /^t12d010000_[0-9a-f]{12}_000000000000$/],
  ] as const)('JA4: %s', (_name, extensions, expected) => {
    expect(show(tls, [fromClient(handshakeRecord(clientHello(extensions, [0x1301])))]).fields['ja4']).toMatch(expected)
  })

  test('JA3S is the digest of version, suite and extensions of the server', () => {
    const report = show(tls, [fromServer(serverFlight)])
    expect(report.fields['ja3s']).toBe(createHash('md5').update('771,49199,16').digest('hex'))
  })

  test('more suites than anybody offers do not run over', () => {
    const report = show(tls, [
      fromClient(
        handshakeRecord(
          clientHello(
            [],
            Array.from({ length: 6000 }, (_, i) => i),
          ),
        ),
      ),
    ])
    expect(report.fields['ja4']).toMatch(/^t12d99/)
  })
})

describe('a handshake of TLS 1.2', () => {
  const clientKey = handshakeRecord(message(16, bytes(1, 2, 3)))
  const whole = [fromClient(handshakeRecord(usual)), fromServer(serverFlight), fromClient(clientKey)]
  const expected = {
    serverName: 'www.example.org',
    alpn: ['h2', 'http/1.1'],
    alpnChosen: 'h2',
    versions: ['TLSv1.3', 'TLSv1.2'],
    version: 'TLSv1.2',
    cipher: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    ech: true,
    subject: 'CN=*.shop.example',
    issuer: 'O=Example CA, CN=CA 1',
    names: ['*.shop.example', 'shop.example', '192.0.2.1'],
    notBefore: Date.UTC(2024, 0, 2, 3, 4, 5),
  }

  test('all fields, and done', () => {
    const report = show(tls, whole, https)
    expect(report).toMatchObject({ verdict: Match, serverName: 'www.example.org', fields: expected, wantsMore: false, bad: false })
  })

  test('in segments cut anywhere it says the same', () => {
    const hello = handshakeRecord(usual)
    for (const size of [1, 2, 5, 7, 40, 100, 333]) {
      const cut = (b: Uint8Array) => Array.from({ length: Math.ceil(b.length / size) }, (_, i) => b.subarray(i * size, (i + 1) * size))
      // Signatures see 15 packets, so the smallest pieces only come behind the first 20 bytes.
      const report = show({ ...tls, maxMore: 2000 }, [
        fromClient(hello.subarray(0, 20)),
        ...cut(hello.subarray(20)).map(fromClient),
        ...cut(serverFlight).map(fromServer),
      ])
      expect(report.fields, `pieces of ${size}`).toMatchObject(expected)
    }
  })

  test('a message over several records is put together', () => {
    const pieces = [usual.subarray(0, 3), usual.subarray(3, 50), usual.subarray(50)].map((piece) => record(22, piece))
    expect(show(tls, [fromClient(concat(...pieces))]).fields).toMatchObject({
      serverName: 'www.example.org',
      ja4: show(tls, whole).fields['ja4'],
    })
    const flight = concat(message(2, serverHelloBody()), message(11, certificateBody(leaf)))
    const report = show(tls, [fromServer(concat(record(22, flight.subarray(0, 100)), record(22, flight.subarray(100))))])
    expect(report.fields['subject']).toBe('CN=*.shop.example')
  })

  test('a hello of which the end is missing still tells its name, and no fingerprint', () => {
    const report = show(tls, [fromClient(handshakeRecord(usual).subarray(0, -4))])
    expect(report.serverName).toBe('www.example.org')
    expect(report.fields['ja4']).toBeUndefined()
    expect(report.wantsMore).toBe(true)
  })

  test('cut at any length there is no fingerprint, above all not before the extensions', () => {
    const hello = handshakeRecord(usual)
    for (let n = 12; n < hello.length; n++) {
      const { fields, serverName } = show(tls, [fromClient(hello.subarray(0, n))])
      expect(fields['ja3'], `${n}`).toBeUndefined()
      if (n < 100) expect(serverName).toBeUndefined()
    }
  })

  test('cut at every length it neither throws nor invents a certificate', () => {
    for (let n = 0; n < serverFlight.length - 4; n++) {
      const report = show(tls, [fromServer(serverFlight.subarray(0, n))])
      if (n < 200) expect(report.fields['subject']).toBeUndefined()
    }
  })
})

test('TLS 1.3 ends with both hellos: the certificate is encrypted', () => {
  const hello = handshakeRecord(message(2, serverHelloBody({ suites: [0x1302], extensions: [extension.versionChosen(0x0304)] })))
  const report = show(tls, [fromClient(handshakeRecord(usual)), fromServer(hello)])
  expect(report.fields).toMatchObject({ version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' })
  expect(report.wantsMore).toBe(false)
})

describe('the key exchange of TLS 1.3', () => {
  const talk = (offered: number[], chosen: Extension) =>
    show(tls, [
      fromClient(handshakeRecord(clientHello([extension.versions(0x0304), extension.keyShares(...offered)]))),
      fromServer(handshakeRecord(message(2, serverHelloBody({ extensions: [extension.versionChosen(0x0304), chosen] })))),
    ]).fields
  test('post-quantum on both sides, beside GREASE', () => {
    expect(talk([0x4a4a, 4588, 29], extension.keyShareChosen(4588))).toMatchObject({
      keyShares: ['X25519MLKEM768', 'x25519'],
      postQuantumOffered: true,
      group: 'X25519MLKEM768',
      postQuantum: true,
    })
  })
  test('offered, and not chosen', () => {
    const fields = talk([25_497, 29], extension.keyShareChosen(29))
    expect(fields).toMatchObject({ keyShares: ['X25519Kyber768Draft00', 'x25519'], postQuantumOffered: true, group: 'x25519' })
    expect(fields['postQuantum']).toBeUndefined()
  })
  test('of curves alone, where the server asks for another', () => {
    const fields = talk([29], extension.of(51, u16(24)))
    expect(fields).toMatchObject({ keyShares: ['x25519'], group: 'secp384r1' })
    expect(fields['postQuantumOffered']).toBeUndefined()
  })
  test('a list of key shares that is cut does not end the hello', () => {
    const fields = talk([], extension.of(51, u16(29)))
    const cut = show(tls, [fromClient(handshakeRecord(clientHello([extension.of(51, u16(40, 29, 32, 0)), extension.alpn('h2')])))]).fields
    expect(fields['keyShares']).toBeUndefined()
    expect(cut).toMatchObject({ keyShares: ['x25519'], alpn: ['h2'] })
  })
})

describe('alerts in clear', () => {
  const alert = record(21, bytes(2, 48))
  const hello = fromClient(handshakeRecord(usual))
  test('the server refuses the hello', () => {
    expect(show(tls, [hello, fromServer(record(21, bytes(2, 40)))]).fields['alert']).toBe('fatal handshake_failure')
  })
  test('the client refuses the certificate, and then all is said', () => {
    const report = show(tls, [hello, fromServer(serverFlight), fromClient(alert)])
    expect(report).toMatchObject({ fields: { alert: 'fatal unknown_ca' }, wantsMore: false })
    expect(show(tls, [hello, fromServer(serverFlight)]).wantsMore).toBe(true)
  })
  test('of a kind that nobody knows', () => {
    expect(show(tls, [hello, fromServer(record(21, bytes(1, 200)))]).fields['alert']).toBe('warning 200')
  })
  test('those that are enciphered say nothing', () => {
    expect(show(tls, [hello, fromServer(record(21, new Uint8Array(26).fill(7)))]).fields['alert']).toBeUndefined()
  })
})

test('a server name enciphered by the draft before ECH', () => {
  const { fields } = show(tls, [fromClient(handshakeRecord(clientHello([extension.of(0xffce, bytes(1, 2, 3))])))])
  expect(fields).toMatchObject({ esni: true })
  expect(fields['ech']).toBeUndefined()
})

test('a suite without a common name is shown by its number', () => {
  expect(show(tls, [fromServer(handshakeRecord(message(2, serverHelloBody({ suites: [0x6a6b] }))))]).fields['cipher']).toBe('0x6a6b')
})

describe('who the server is', () => {
  test('by its certificate where the client named nobody', () => {
    expect(show(tls, [fromClient(handshakeRecord(clientHello([]))), fromServer(serverFlight)])).toMatchObject({
      serverName: 'shop.example',
      info: 'CN=*.shop.example',
    })
  })
  test('never by the certificate where it named somebody', () => {
    expect(show(tls, [fromClient(handshakeRecord(usual)), fromServer(serverFlight)]).serverName).toBe('www.example.org')
  })
  test('by a customer’s name in a certificate that a content network made', () => {
    const cert = certificate({
      subject: nameOf([3, 'sni.cloudflaressl.com']),
      issuer: nameOf([3, 'CA']),
      dnsNames: ['sni.cloudflaressl.com', 'shop.example'],
    })
    const flight = handshakeRecord(message(2, serverHelloBody()), message(11, certificateBody(cert)))
    expect(show(tls, [fromServer(flight)]).serverName).toBe('shop.example')
  })
  test('inside, by the maker in the certificate', () => {
    const cert = certificate({ subject: nameOf([10, 'Fortinet'], [11, 'FortiGate'], [3, 'FG0123']), issuer: nameOf([3, 'CA']) })
    expect(show(tls, [fromServer(handshakeRecord(message(2, serverHelloBody()), message(11, certificateBody(cert))))]).inside).toBe(
      'FortiClient',
    )
  })
  test.each([
    ['www.g6ghvisevf3ibuu5.net', 'www.xkgk7fdx362yyyxib.com', 'Tor'],
    ['AnyNet Relay', 'AnyNet Root CA', 'AnyDesk'],
    ['www.example.net', 'CA', undefined],
  ])('inside, by the certificate of %s', (subject, issuer, app) => {
    const flight = message(11, certificateBody(certificate({ subject: nameOf([3, subject]), issuer: nameOf([3, issuer]) })))
    expect(show(tls, [fromServer(handshakeRecord(message(2, serverHelloBody()), flight))]).inside).toBe(app)
  })
  test.each([
    [853, [], 'DoH_DoT'],
    [443, [extension.alpn('dot')], 'DoH_DoT'],
    [443, [extension.alpn('h2')], undefined],
  ] as const)('inside, by port %i and ALPN', (serverPort, extensions, app) => {
    expect(show(tls, [fromClient(handshakeRecord(clientHello(extensions)))], { serverPort }).inside).toBe(app)
  })
  test.each([
    [993, 'IMAPS'],
    [995, 'POPS'],
    [465, 'SMTPS'],
    [443, undefined],
  ])('port %i becomes %s', (serverPort, name) => {
    expect(show(tls, [fromClient(handshakeRecord(usual))], { serverPort }).becomes).toBe(name)
    expect(show(tls, [fromServer(serverFlight)], { serverPort }).becomes).toBe(name)
  })
})

test('a hostile name is lower-cased, cut and made visible', () => {
  const report = show(tls, [fromClient(handshakeRecord(clientHello([extension.serverName(`<script>\x00${'a'.repeat(400)}`)])))])
  expect(report.serverName).toMatch(/^<script>␀a+$/)
  expect(report.serverName?.length).toBeLessThanOrEqual(255)
})

describe('joined midway', () => {
  const data = (n: number) => record(23, new Uint8Array(n).fill(0xee))
  test.each([
    ['two records in a row', [fromServer(concat(data(30), data(40)))], true, Match],
    ['one record that fills the segment', [fromClient(data(30))], true, Match],
    ['the same twice, from the beginning', [fromClient(data(30)), fromServer(data(50))], false, Match],
    ['one record alone, from the beginning', [fromClient(data(30))], false, NeedMore],
    ['a record and something else', [fromClient(concat(data(30), latin1('GET / HTTP')))], true, Exclude],
    ['an alert of a level that is none', [fromClient(record(21, bytes(9, 0)))], true, Exclude],
    ['a change of cipher that is none', [fromClient(record(20, bytes(2)))], true, Exclude],
    ['a record longer than records are', [fromClient(concat(bytes(23, 3, 3), u16(20_000), new Uint8Array(40)))], true, Exclude],
    ['a version that is none', [fromClient(record(23, new Uint8Array(30), 0x0308))], true, Exclude],
  ] as const)('%s', (_name, packets, midStream, verdict) => {
    expect(show(tls, packets, { ...https, midStream }).verdict).toBe(verdict)
  })
})

describe('extensions', () => {
  const risksOf = (type: number) =>
    Object.keys(
      show(tls, [fromClient(handshakeRecord(clientHello([extension.serverName('a.example'), extension.of(type, bytes(0, 0))])))]).risks,
    )
  test.each([0, 51, 0x0a0a, 0xfe0d, 0xff01, 0x4469])('%i is known', (type) => expect(risksOf(type)).toEqual([]))
  test.each([100, 0xff03, 0xffff])('%i is not', (type) => expect(risksOf(type)).toEqual(['TLS Susp Extn']))
})

describe('SSL 2 hello', () => {
  const hello = (challenge: number, version = 2, suites = 6) =>
    concat(u16(0x8000 + 9 + suites + challenge), bytes(1), u16(version, suites, 0, challenge), new Uint8Array(suites + challenge))
  test('is known by lengths that add up', () => {
    expect(show(tls, [fromClient(hello(16))])).toMatchObject({ verdict: Match, fields: { versions: ['SSLv2'] } })
    expect(show(tls, [fromClient(hello(32, 0x0300))]).fields['versions']).toEqual(['SSLv3'])
    expect(show(tls, [fromClient(hello(32, 0x0303))]).fields['versions']).toEqual(['TLSv1.2'])
  })
  test('is not by others', () => {
    expect(show(tls, [fromClient(hello(16, 0x0900))]).verdict).toBe(Exclude)
    expect(show(tls, [fromClient(hello(16, 2, 7))]).verdict).toBe(Exclude)
  })
})

test.each([
  ['SSH', latin1('SSH-2.0-OpenSSH_9.2\r\n')],
  ['a handshake record of another kind of message', hex('16 03 01 00 10 01 ff 00 00 00 00 00 00 00 00 00 00 00 00 00 00')],
])('not ours: %s', (_name, payload) => expect(show(tls, [fromClient(payload)]).verdict).toBe(Exclude))
