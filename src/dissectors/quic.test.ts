import { createCipheriv, createHmac, hkdfSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Exclude, Match } from './dissector.ts'
import quic from './quic.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import { bytes, clientHelloBody, extension, message, u16 } from './tls-testing.ts'

/** An Initial protected as RFC 9001 §5 says, by the runtime's cryptography. */
interface Initial {
  version?: number
  salt?: string
  dcid?: Uint8Array
  /** Whose keys: the first connection id, where the packet carries a later one. */
  keyDcid?: Uint8Array
  packet?: number
  token?: Uint8Array
  size?: number
}
const SALT_V1 = '38762cf7f55934b34d179ae6a4c80cadccbb7f0a'
const DCID = hex('8394c8f03e515708')
function expand(secret: Buffer, label: string, length: number): Buffer {
  const full = `tls13 ${label}`
  const info = Buffer.concat([Buffer.from([0, length, full.length]), Buffer.from(full), Buffer.from([0, 1])])
  return createHmac('sha256', secret).update(info).digest().subarray(0, length)
}
function initial(
  frames: Uint8Array,
  { version = 1, salt = SALT_V1, dcid = DCID, keyDcid = dcid, packet = 2, token = bytes(), size = 1162 }: Initial = {},
) {
  const v2 = version === 0x6b3343cf
  const prefix = v2 ? 'quicv2' : 'quic'
  const secret = expand(createHmac('sha256', Buffer.from(salt, 'hex')).update(keyDcid).digest(), 'client in', 32)
  const plain = concat(frames, new Uint8Array(Math.max(0, size - frames.length)))
  const versionBytes = bytes(version >>> 24, (version >> 16) & 255, (version >> 8) & 255, version & 255)
  const first = (v2 ? 0xd0 : 0xc0) | 1
  const header = concat(
    bytes(first),
    versionBytes,
    bytes(dcid.length),
    dcid,
    bytes(0, token.length),
    token,
    u16(0x4000 | (plain.length + 16 + 2)),
    u16(packet),
  )
  const nonce = expand(secret, `${prefix} iv`, 12)
  nonce[11]! ^= packet & 255
  nonce[10]! ^= packet >> 8
  const cipher = createCipheriv('aes-128-gcm', expand(secret, `${prefix} key`, 16), nonce)
  cipher.setAAD(header)
  const text = concat(cipher.update(plain), cipher.final(), cipher.getAuthTag())
  const mask = createCipheriv('aes-128-ecb', expand(secret, `${prefix} hp`, 16), null).update(text.subarray(2, 18))
  header[0]! ^= mask[0]! & 0x0f
  header[header.length - 2]! ^= mask[1]!
  header[header.length - 1]! ^= mask[2]!
  return concat(header, text)
}
const crypto = (offset: number, data: Uint8Array) => concat(bytes(6), u16(0x4000 | offset), u16(0x4000 | data.length), data)
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
  expect(hkdfSync('sha256', DCID, Buffer.from(SALT_V1, 'hex'), Buffer.alloc(0), 32).byteLength).toBe(32)
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
  ['a short header', hex('40 8394c8f03e515708 00112233445566'), Exclude],
])('%s', (_name, payload, verdict) => expect(show(quic, [fromServer(payload)]).verdict).toBe(verdict))

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
