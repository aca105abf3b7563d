import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Exclude, Match } from './dissector.ts'
import quic from './quic.ts'
import { crypto, DCID, expand, initial, SALT_V1 } from './quic-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import { bytes, clientHelloBody, extension, message, u16 } from './tls-testing.ts'

const PING = bytes(1)
const PADDING = new Uint8Array(20)
const ACK = hex('02 05 00 00 01')

const hello = message(
  1,
  clientHelloBody({
    extensions: [
      extension.serverName('quic.example.org'),
      extension.alpn('h3'),
      extension.versions(0x0304),
      extension.of(0x39, concat(bytes(1, 2, 0x40, 0x10), u16(0x7129), bytes(11), latin1('Test/1 <b>\n'))),
    ],
  }),
)
const expected = { serverName: 'quic.example.org', alpn: ['h3'], versions: ['TLSv1.3'], quicVersion: 'v1' }

test('the builder agrees with RFC 9001 appendix A.1', () => {
  const secret = createHmac('sha256', Buffer.from(SALT_V1, 'hex')).update(DCID).digest()
  expect(expand(expand(secret, 'client in', 32), 'quic key', 16).toString('hex')).toBe('1f369613dd76d5467730efcbe3b1a22d')
})

test('an Initial of version 1 is opened', () => {
  const report = show(quic, [fromClient(initial(crypto(0, hello)))])
  expect(report).toMatchObject({ verdict: Match, serverName: 'quic.example.org', fields: expected, wantsMore: false })
  expect(report.fields['ja4']).toMatch(/^q13d0104h3_/)
  expect(report.fields['userAgent']).toBe('Test/1 <b>␊')
})

test.each([
  [0x6b3343cf, '0dede3def700a6db819381be6e269dcbf9bd2ed9', 'v2'],
  [0xff00001b, 'c3eef712c72ebb5a11a7d2432bb46365bef9f502', 'draft-27'],
  [0xff00001d, 'afbfec289993d24c9e9786f19c6111e04390a899', 'draft-29'],
  [0xff000022, SALT_V1, 'draft-34'],
  [0xfaceb002, 'c3eef712c72ebb5a11a7d2432bb46365bef9f502', 'mvfst-27'],
])('so is one of version %i', (version, salt, quicVersion) => {
  expect(show(quic, [fromClient(initial(crypto(0, hello), { version, salt }))]).fields).toMatchObject({ ...expected, quicVersion })
})

test.each([
  [0xfaceb00e, 'video.fabc1-1.fna.fbcdn.net', 'FbookReelStory'],
  [0xfaceb00e, 'scontent.xx.fbcdn.net', undefined],
  [0xfaceb002, 'video.fabc1-1.fna.fbcdn.net', undefined],
])('reels and stories: version %i to %s', (version, server, app) => {
  const body = message(1, clientHelloBody({ extensions: [extension.serverName(server), extension.versions(0x0304)] }))
  const packet = initial(crypto(0, body), { version, salt: 'c3eef712c72ebb5a11a7d2432bb46365bef9f502' })
  expect(show(quic, [fromClient(packet)])).toMatchObject({ serverName: server, fields: { versions: ['TLSv1.3'] } })
  expect(show(quic, [fromClient(packet)]).inside).toBe(app)
})

describe('pieces', () => {
  const [a, b, c] = [hello.subarray(0, 30), hello.subarray(30, 80), hello.subarray(80)]
  test('out of order in one packet, between padding, pings and acknowledgements', () => {
    const frames = concat(ACK, crypto(80, c), PING, PADDING, crypto(0, a), PADDING, crypto(30, b))
    expect(show(quic, [fromClient(initial(frames))]).fields).toMatchObject(expected)
  })
  test('over several datagrams, in any order, with other connection ids behind the first', () => {
    const other = { dcid: hex('0102030405'), keyDcid: DCID }
    const packets = [
      initial(crypto(80, c)),
      initial(crypto(0, a), { ...other, packet: 3 }),
      initial(crypto(30, b), { ...other, packet: 4 }),
    ]
    const report = show(quic, packets.map(fromClient))
    expect(report.fields).toMatchObject(expected)
    expect(report.wantsMore).toBe(false)
  })
  test('over packets of one datagram', () => {
    const datagram = concat(initial(crypto(0, concat(a, b)), { size: 200 }), initial(crypto(80, c), { size: 400, packet: 3 }))
    expect(show(quic, [fromClient(datagram)]).fields).toMatchObject(expected)
  })
  test('the name is told as soon as its piece is there', () => {
    const cut = hello.length - 3
    const report = show(quic, [fromClient(initial(crypto(0, hello.subarray(0, cut))))])
    expect(report).toMatchObject({ serverName: 'quic.example.org', wantsMore: true })
    expect(report.fields['ja4']).toBeUndefined()
  })
})

test.each([0x08 + 0x16, 0x18, 0x1d, 0x40])('a frame of type %i is none of an Initial: these keys are wrong', (type) => {
  expect(show(quic, [fromClient(initial(concat(bytes(type), crypto(0, hello))))]).serverName).toBeUndefined()
})

test('behind a Retry the keys follow from the new connection id', () => {
  const first = initial(crypto(0, hello.subarray(0, 50)))
  const again = initial(crypto(0, hello), { dcid: hex('aabbccddeeff0011'), token: bytes(1, 2, 3), packet: 3 })
  expect(show(quic, [fromClient(first), fromClient(again)]).fields).toMatchObject(expected)
})

test('an Initial that does not open is still QUIC, and asks for a few more', () => {
  const broken = initial(crypto(0, hello))
  for (let i = 20; i < broken.length; i++) broken[i]! ^= 0xa5
  const report = show(quic, [fromServer(broken)])
  expect(report).toMatchObject({ verdict: Match, wantsMore: true, fields: { quicVersion: 'v1' } })
  expect(
    show(
      quic,
      [1, 2, 3, 4, 5].map(() => fromServer(broken)),
    ).wantsMore,
  ).toBe(false)
})

test.each([
  ['negotiation that names version 1', hex('80 00000000 08 8394c8f03e515708 00 00000001 6b3343cf'), Match],
  ['negotiation of unknown versions', hex('80 00000000 08 8394c8f03e515708 00 12345678 9abcdef0'), Exclude],
  ['negotiation cut in a version', hex('80 00000000 08 8394c8f03e515708 00 00000001 6b33'), Exclude],
  ['a version nobody knows', hex('c0 12345678 08 8394c8f03e515708 00 00 4010'), Exclude],
  ['a connection id too long', hex('c0 00000001 19 8394c8f03e515708 00 00 4010'), Exclude],
  ['a connection id too long, in a long packet', concat(hex('c0 00000001 19'), new Uint8Array(200)), Exclude],
  ['a short header', hex('40 8394c8f03e515708 00112233445566'), Exclude],
])('%s', (_name, payload, verdict) => expect(show(quic, [fromServer(payload)]).verdict).toBe(verdict))

test('transport parameters as they were before draft 27 tell the user agent too', () => {
  const parameters = concat(u16(1, 2), bytes(0x40, 0x10), u16(0x3129, 6), latin1('Test/0'))
  const old = message(1, clientHelloBody({ extensions: [extension.of(0xffa5, concat(u16(parameters.length), parameters))] }))
  expect(show(quic, [fromClient(initial(crypto(0, old)))]).fields['userAgent']).toBe('Test/0')
})

test.each([
  ['a version offered to keep the negotiation alive', fromClient(concat(hex('c0 1a2a3a4a 08 8394c8f03e515708 00'), new Uint8Array(1200)))],
  ['the answer to it', fromServer(hex('80 00000000 08 8394c8f03e515708 00 00000001 6b3343cf'))],
])('%s is told as negotiation', (_name, packet) => expect(show(quic, [packet]).fields['quicVersion']).toBe('negotiation'))

test('a Retry is known by its version', () => {
  expect(show(quic, [fromServer(hex('f0 00000001 08 8394c8f03e515708 00 746f6b656e'))]).fields['quicVersion']).toBe('v1')
})

describe("Google's own", () => {
  const chlo = (tags: readonly (readonly [tag: string, value: string])[]) => {
    let end = 0
    const index = tags.map(([tag, value]) => {
      end += value.length
      return concat(latin1(tag), bytes(end & 255, end >> 8, 0, 0))
    })
    return concat(latin1('CHLO'), bytes(tags.length, 0, 0, 0), ...index, latin1(tags.map(([, v]) => v).join('')))
  }
  const tags = [
    ['PAD\0', '-'.repeat(20)],
    ['SNI\0', 'Clients1.Google.com'],
    ['UAID', 'Chrome/60'],
  ] as const
  const stream = concat(new Uint8Array(12), bytes(0xa0, 1, 0, 4), chlo(tags))
  test.each([
    ['Q039', concat(bytes(0x0d), hex('0011223344556677'), latin1('Q039'), bytes(1), stream)],
    ['Q046', concat(bytes(0xc0), latin1('Q046'), bytes(0x50), hex('0011223344556677'), bytes(1), stream)],
  ])('%s: the hello is in clear', (quicVersion, payload) => {
    expect(show(quic, [fromClient(payload)], { serverPort: 443 })).toMatchObject({
      verdict: Match,
      serverName: 'clients1.google.com',
      fields: { quicVersion, userAgent: 'Chrome/60' },
    })
  })
  test.each([
    ['Q046', 'SnapchatCall'],
    ['Q043', undefined],
  ])('%s without names of server and browser', (version, app) => {
    const before = version === 'Q046' ? concat(bytes(0xc0), latin1(version), bytes(0x50)) : concat(bytes(0x0d))
    const after = version === 'Q046' ? hex('0011223344556677 01') : concat(hex('0011223344556677'), latin1(version), bytes(1))
    const payload = concat(before, after, new Uint8Array(12), bytes(0xa0, 1, 0, 4), chlo([['PDMD', 'X509']]))
    expect(show(quic, [fromClient(payload)], { serverPort: 443 }).inside).toBe(app)
  })
  test('cut at every length, and with lengths that lie, it stays in its bytes', () => {
    const payload = concat(bytes(0x0d), hex('0011223344556677'), latin1('Q039'), bytes(1), stream)
    for (let n = 0; n < payload.length; n++) show(quic, [fromClient(payload.subarray(0, n))])
    const lying = payload.slice()
    lying.fill(0xff, 34)
    expect(show(quic, [fromClient(lying)]).serverName).toBeUndefined()
  })
  test('a server is known by its rejection', () => {
    const reject = concat(bytes(0x0c), hex('0011223344556677'), new Uint8Array(20), latin1('REJ\0'), bytes(7, 0, 0, 0))
    expect(show(quic, [fromServer(reject)], { serverPort: 443 }).verdict).toBe(Match)
    expect(show(quic, [fromServer(reject)], { serverPort: 53 }).verdict).toBe(Exclude)
  })
})

test('any byte of an Initial may be wrong', () => {
  const good = initial(crypto(0, hello), { size: 300 })
  for (let i = 0; i < good.length; i++) {
    const bad = good.slice()
    bad[i]! ^= 0xff
    expect(() => show(quic, [fromClient(bad)])).not.toThrow()
    expect(() => show(quic, [fromClient(good.subarray(0, i))])).not.toThrow()
  }
})

test('more flows in pieces at once than there is room for: the oldest lose, nobody gets the pieces of another', () => {
  const first = initial(crypto(0, hello.subarray(0, 60)))
  for (let i = 0; i < 300; i++) show(quic, [fromClient(first)])
  expect(show(quic, [fromClient(initial(crypto(60, hello.subarray(60))))]).serverName).toBeUndefined()
  expect(show(quic, [fromClient(first), fromClient(initial(crypto(60, hello.subarray(60)), { packet: 3 }))]).fields).toMatchObject(expected)
})
