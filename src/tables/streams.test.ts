import { describe, expect, test } from 'vitest'
import { concat, hex, latin1 } from '../dissectors/testing.ts'
import {
  bytes,
  certificate,
  certificateBody,
  clientHelloBody,
  extension,
  handshakeRecord,
  message,
  nameOf,
  record,
  serverHelloBody,
} from '../dissectors/tls-testing.ts'
import type { Bytes } from '../wire/testing.ts'
import { feed, START_MS, tcpFrame, testTables } from './testing.ts'

const CLIENT = { from: '10.0.0.1', to: '192.0.2.80' }
const SERVER = { from: '192.0.2.80', to: '10.0.0.1' }
const SYN = 2
const SYN_ACK = 18
const DATA = 24

type Said = readonly [from: 'c' | 's', said: string | Uint8Array]
interface How {
  /** Bytes a segment. */
  readonly size?: number
  /** Each pair of a side's neighbouring segments is sent in the wrong order. */
  readonly swapped?: boolean
  /** Only this side was seen, its SYN included. */
  readonly only?: 'c' | 's'
  /** Neither SYN was seen. */
  readonly midStream?: boolean
}

const bytesOf = (said: string | Uint8Array) => (typeof said === 'string' ? latin1(said) : said)
const pieces = (b: Uint8Array, size: number) =>
  Array.from({ length: Math.ceil(b.length / size) }, (_, i) => b.subarray(i * size, (i + 1) * size))

/** The frames of a connection in which this is said. */
function connection(dstPort: number, talk: readonly Said[], { size = 1400, swapped, only, midStream }: How): Bytes[] {
  const srcPort = 40_000
  const seq = { c: 1000, s: 5000 }
  const frames: { from: 'c' | 's'; frame: Bytes }[] = []
  const frame = (from: 'c' | 's', flags: number, payload: Uint8Array) => {
    const ends = from === 'c' ? { ...CLIENT, srcPort, dstPort } : { ...SERVER, srcPort: dstPort, dstPort: srcPort }
    const made = tcpFrame({ ...ends, flags, seq: seq[from], payload: Buffer.from(payload).toString('latin1') })
    seq[from] += payload.length + (flags & SYN ? 1 : 0)
    return { from, frame: made }
  }
  if (midStream !== true) frames.push(frame('c', SYN, bytes()), frame('s', SYN_ACK, bytes()))
  for (const [from, said] of talk) {
    const sent = pieces(bytesOf(said), size).map((piece) => frame(from, DATA, piece))
    if (swapped === true) for (let i = 0; i + 1 < sent.length; i += 2) [sent[i], sent[i + 1]] = [sent[i + 1]!, sent[i]!]
    frames.push(...sent)
  }
  return frames.filter((f) => only === undefined || f.from === only).map((f) => f.frame)
}

/** What the tables say of the only flow. */
function flowOf(port: number, talk: readonly Said[], how: How = {}) {
  const t = testTables()
  feed(t, connection(port, talk, how), START_MS)
  const r = t.flows.rows.go(0)
  const fields: Record<string, unknown> = {}
  t.naming.details.eachValue(0, (field, value) => (fields[t.naming.declaredFields[field]!.name] = value))
  return { app: t.options.catalogue.pairName(r.master, r.app), serverName: t.naming.details.serverName(0), fields }
}

const hello = handshakeRecord(
  message(
    1,
    clientHelloBody({
      suites: [0x1301, 0xc02f],
      extensions: [extension.serverName('video.example'), extension.groups(29, 23), extension.signatures(0x0403, 0x0804)],
    }),
  ),
)
const leaf = certificate({ subject: nameOf([3, 'video.example']), issuer: nameOf([3, 'CA']), dnsNames: ['video.example'] })
const serverFlight = handshakeRecord(message(2, serverHelloBody()), message(11, certificateBody(leaf, leaf, leaf)), message(14, bytes()))
const TLS: readonly Said[] = [
  ['c', hello],
  ['s', serverFlight],
  ['c', handshakeRecord(message(16, bytes(1, 2, 3)))],
]
const xmpp = (to: string) =>
  `<?xml version='1.0'?><stream:stream${to} xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`
const ldapStartTls = hex('301d 020101 7718 8016 312e332e362e312e342e312e313436362e3230303337')

const CARRIERS: readonly (readonly [name: string, port: number, app: string, before: readonly Said[]])[] = [
  ['nothing', 443, 'TLS', []],
  ['nothing, on a port that nobody knows', 9876, 'TLS', []],
  [
    'SMTP',
    25,
    'SMTPS',
    [
      ['s', '220 mx.example ESMTP\r\n'],
      ['c', 'EHLO me.example\r\n'],
      ['s', '250-mx.example\r\n250 STARTTLS\r\n'],
      ['c', 'STARTTLS\r\n'],
      ['s', '220 Go ahead\r\n'],
    ],
  ],
  [
    'IMAP',
    143,
    'IMAPS',
    [
      ['s', '* OK IMAP4rev1 ready\r\n'],
      ['c', 'a1 STARTTLS\r\n'],
      ['s', 'a1 OK Begin TLS\r\n'],
    ],
  ],
  [
    'POP3',
    110,
    'POPS',
    [
      ['s', '+OK POP3 ready\r\n'],
      ['c', 'STLS\r\n'],
      ['s', '+OK Begin TLS\r\n'],
    ],
  ],
  [
    'FTP',
    21,
    'FTPS',
    [
      ['s', '220 FTP server\r\n'],
      ['c', 'AUTH TLS\r\n'],
      ['s', '234 Proceed\r\n'],
    ],
  ],
  [
    'NNTP',
    119,
    'Usenet.TLS',
    [
      ['s', '200 news.example InterNetNews NNRP server ready\r\n'],
      ['c', 'STARTTLS\r\n'],
      ['s', '382 Continue\r\n'],
    ],
  ],
  [
    'XMPP',
    5222,
    'Jabber.TLS',
    [
      ['c', xmpp(" to='im.example'")],
      ['s', `${xmpp('')}<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>`],
      ['c', "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"],
      ['s', "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"],
    ],
  ],
  [
    'PostgreSQL',
    5432,
    'TLS.PostgreSQL',
    [
      ['c', hex('00000008 04d2162f')],
      ['s', 'S'],
    ],
  ],
  [
    'MySQL',
    3306,
    'TLS.MySQL',
    [
      [
        's',
        concat(
          hex('37000000 0a'),
          latin1('8.0.36\0'),
          hex('01000000 0102030405060708 00 ffff 21 0200 ffc7 15 00000000000000000000'),
          latin1('ABCDEFGHIJKL\0'),
        ),
      ],
      ['c', concat(hex('20000001 000a0000 00000001 21'), new Uint8Array(23))],
    ],
  ],
  [
    'LDAP',
    389,
    'TLS.LDAP',
    [
      ['c', ldapStartTls],
      ['s', hex('300c 020101 7807 0a0100 0400 0400')],
    ],
  ],
  [
    'HTTP CONNECT',
    3128,
    'HTTP_Connect',
    [
      ['c', 'CONNECT video.example:443 HTTP/1.1\r\nHost: video.example:443\r\n\r\n'],
      ['s', 'HTTP/1.1 200 Connection established\r\n\r\n'],
    ],
  ],
  [
    'SOCKS 5',
    1080,
    'SOCKS',
    [
      ['c', hex('05 01 00')],
      ['s', hex('05 00')],
      ['c', hex('05 01 00 01 c0000250 01bb')],
      ['s', hex('05 00 00 01 00000000 0000')],
    ],
  ],
  [
    'SOCKS 4',
    1080,
    'SOCKS',
    [
      ['c', hex('04 01 01bb c0000250 00')],
      ['s', hex('00 5a 0000 00000000')],
    ],
  ],
  ['the PROXY protocol', 443, 'HAProxy', [['c', 'PROXY TCP4 192.0.2.1 192.0.2.2 50000 443\r\n']]],
]

describe.each(CARRIERS)('TLS behind %s', (_name, port, app, before) => {
  const talk = [...before, ...TLS]
  test.each([
    ['whole', {}],
    ['in segments of 50 bytes', { size: 50 }],
    ['in segments of 200 bytes, each two swapped', { size: 200, swapped: true }],
  ] as const)('%s', (_how, how) => {
    const flow = flowOf(port, talk, how)
    expect(flow).toMatchObject({ app, fields: { version: 'TLSv1.2', subject: 'CN=video.example' } })
    expect(flow.fields['ja4']).toMatch(/^t12d0203/)
    expect(flow.fields['serverName']).toBe('video.example')
  })
})

describe('one side alone', () => {
  const of = (name: string) => CARRIERS.find(([n]) => n === name)!
  test.each([
    ['nothing', 'TLS'],
    ['SMTP', 'SMTPS'],
    ['IMAP', 'IMAPS'],
    ['POP3', 'POPS'],
    ['FTP', 'FTPS'],
  ])('TLS behind %s', (name, app) => {
    const [, port, , before] = of(name)
    const client = flowOf(port, [...before, ...TLS], { only: 'c' })
    const server = flowOf(port, [...before, ...TLS], { only: 's' })
    expect(client.app).toBe(app)
    expect(client.fields).toMatchObject({ serverName: 'video.example' })
    expect(server.app).toBe(app)
    expect(server.fields).toMatchObject({ version: 'TLSv1.2', subject: 'CN=video.example' })
  })
})

describe('joined midway', () => {
  const data = (n: number) => record(23, new Uint8Array(n).fill(0xe1))
  test.each([
    [
      'records that fill their segments',
      443,
      [
        ['c', data(200)],
        ['s', data(900)],
      ],
    ],
    [
      'the same on a port that nobody knows',
      9876,
      [
        ['c', data(200)],
        ['s', data(900)],
      ],
    ],
    [
      'a record in the middle of which we came',
      9876,
      [
        ['s', concat(new Uint8Array(500).fill(0x99))],
        ['s', data(700)],
        ['c', data(60)],
        ['s', data(80)],
      ],
    ],
    [
      'one side alone',
      9876,
      [
        ['s', data(300)],
        ['s', data(400)],
      ],
    ],
    ['a server hello', 443, [['s', serverFlight]]],
  ] as readonly (readonly [string, number, readonly Said[]])[])('%s', (_name, port, talk) => {
    expect(flowOf(port, talk, { midStream: true }).app).toBe('TLS')
  })
})
