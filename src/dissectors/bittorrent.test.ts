import { describe, expect, test } from 'vitest'
import bittorrent from './bittorrent.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import { u16 } from './tls-testing.ts'

const HASH = '0123456789abcdef0123456789abcdef01234567'
const handshake = concat(latin1('\x13BitTorrent protocol'), new Uint8Array(8), hex(HASH), latin1('-TR2940-abcdefghijkl'))
const utp = (type: number, id: number, sequence: number, ack: number) =>
  concat(new Uint8Array([type, 0]), u16(id), hex('11223344'), new Uint8Array(4), hex('00100000'), u16(sequence, ack))

test('the handshake of peers, in pieces', () => {
  for (const cut of [16, 20, 30, 50, 67])
    expect(
      show(bittorrent, [fromClient(handshake.subarray(0, cut)), fromClient(handshake.subarray(cut))], { transport: 'tcp' }).verdict,
    ).toBe(Match)
  expect(show(bittorrent, [fromClient(handshake)], { transport: 'tcp' })).toMatchObject({
    info: HASH,
    fields: { part: 'peer', infoHash: HASH, client: 'TR2940' },
  })
})

// BEP 5's own examples, and the header that newer nodes put first.
test.each([
  'd1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe',
  'd1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re',
  'd2:ip6:\x01\x02\x03\x04\x05\x061:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re',
])('DHT: %s', (text) =>
  expect(show(bittorrent, [fromClient(latin1(text))], { transport: 'udp' })).toMatchObject({ verdict: Match, fields: { part: 'DHT' } }),
)
test('DHT tells what is looked for', () => {
  const query = latin1('d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:v4:UT\x01\x021:y1:qe')
  const infoHash = Buffer.from('mnopqrstuvwxyz123456').toString('hex')
  expect(show(bittorrent, [fromClient(query)], { transport: 'udp' }).fields).toMatchObject({ infoHash, client: 'UT' })
})
test('local discovery and trackers', () => {
  const search = latin1(`BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 1\r\nInfohash: ${HASH}\r\n\r\n`)
  expect(show(bittorrent, [fromClient(search)], { transport: 'udp' }).fields).toEqual({ part: 'local discovery', infoHash: HASH })
  expect(show(bittorrent, [fromClient(hex('0000041727101980 00000000 11223344'))], { transport: 'udp' }).fields).toEqual({
    part: 'tracker',
  })
})
describe('peers that are told of are awaited', () => {
  const peers = [hex('0a000007 1ae1'), hex('0a000008 c8d5')]
  const awaited = (...ends: readonly (readonly [string, number])[]) =>
    ends.flatMap(([end, port]) => ['tcp', 'udp'].map((proto) => ({ proto, end, port, app: 'BitTorrent' })))
  const both = awaited(['0a000007', 6881], ['0a000008', 51_413])

  test('by the DHT, whose sockets serve uTP too', () => {
    const query = latin1('d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:y1:qe')
    const values = concat(latin1('6:'), peers[0]!, latin1('6:'), peers[1]!)
    const answer = concat(latin1('d1:rd2:id20:abcdefghij01234567895:token8:aoeusnth6:valuesl'), values, latin1('ee1:t2:aa1:y1:re'))
    const { expects } = show(bittorrent, [fromClient(query), fromServer(answer)], { transport: 'udp', clientPort: 6881, serverPort: 6889 })
    expect(expects).toEqual([
      { proto: 'udp', end: 'client', port: 6881, app: 'BitTorrent' },
      { proto: 'udp', end: 'server', port: 6889, app: 'BitTorrent' },
      ...both,
    ])
  })

  const connect = fromClient(hex('0000041727101980 00000000 11223344'))
  const connected = fromServer(hex('00000000 11223344 0102030405060708'))
  test('by a tracker, to which the client says where it listens', () => {
    const ask = concat(hex('0102030405060708 00000001 11223355'), hex(HASH), new Uint8Array(60), u16(6882))
    const answer = concat(hex('00000001 11223355 00000708 00000001 00000002'), ...peers)
    const report = show(bittorrent, [connect, connected, fromClient(ask), fromServer(answer)], { transport: 'udp' })
    expect(report).toMatchObject({ info: HASH, fields: { part: 'tracker', infoHash: HASH } })
    expect(report.expects).toEqual([...awaited(['client', 6882]), ...both])
  })

  test.each([
    ['an error', concat(hex('00000003 11223355'), latin1('no such torrent'))],
    ['an answer that is cut', concat(hex('00000001 11223355 00000708 00000001 00000002'), peers[0]!.subarray(0, 5))],
  ])('not by %s', (_name, answer) => {
    expect(show(bittorrent, [connect, connected, fromServer(answer)], { transport: 'udp' }).expects).toEqual([])
  })
})
describe('uTP', () => {
  const syn = utp(0x41, 7, 500, 0)
  test.each([
    ['a SYN waits', [fromClient(syn)], NeedMore],
    ['its answer', [fromClient(syn), fromServer(utp(0x21, 7, 1, 500))], Match],
    ['a retry', [fromClient(syn), fromClient(syn)], Match],
    ['an answer to another', [fromClient(syn), fromServer(utp(0x21, 7, 1, 501))], Exclude],
    ['data without a SYN', [fromClient(utp(0x01, 7, 1, 1))], Exclude],
  ])('%s', (_name, packets, verdict) => expect(show(bittorrent, packets, { transport: 'udp' }).verdict).toBe(verdict))
})
test.each([
  ['another protocol of nineteen letters', latin1('\x13Something protocol! and more'), 'tcp'],
  ['bencoded text that is no DHT', latin1('d1:ai1e1:bi2e1:ci3ee'), 'udp'],
  ['zeroes', new Uint8Array(40), 'udp'],
] as const)('never: %s', (_name, payload, transport) =>
  expect(show(bittorrent, [fromClient(payload)], { transport }).verdict).toBe(Exclude),
)
