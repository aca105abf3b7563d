import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import stun from './stun.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import { bytes, clientHelloBody, u16, u24 } from './tls-testing.ts'

const COOKIE = hex('2112a442')
const ID = hex('b7e7a701bc34d686fa87dfae')
const attribute = (type: number, value: Uint8Array) => concat(u16(type, value.length), value, new Uint8Array((4 - (value.length & 3)) & 3))
const message = (type: number, ...attributes: Uint8Array[]) => {
  const body = concat(...attributes)
  return concat(u16(type, body.length), COOKIE, ID, body)
}

// RFC 5769 §2.2: 192.0.2.1:32853, software "test vector".
const SAMPLE_RESPONSE = hex(`0101003c 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200008 0001a147 e112a643
  00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7 80280004 c07d4c96`)
// RFC 5769 §2.3: [2001:db8:1234:5678:11:2233:4455:6677]:32853
const SAMPLE_RESPONSE_V6 = hex(`01010048 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200014 0002a147 0113a9fa
  a5d3f179 bc25f4b5 bed2b9d9 00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41 80280004 c8fb0b4c`)

test.each([
  ['IPv4', SAMPLE_RESPONSE, '192.0.2.1:32853'],
  ['IPv6', SAMPLE_RESPONSE_V6, '[2001:db8:1234:5678:11:2233:4455:6677]:32853'],
])('the sample response of RFC 5769 with %s', (_name, payload, mappedAddress) => {
  expect(show(stun, [fromServer(payload)])).toMatchObject({
    verdict: Match,
    fields: { kind: 'success', method: 'Binding', software: 'test vector', mappedAddress },
  })
})

test('a TURN allocation with user and realm', () => {
  const report = show(stun, [fromClient(message(0x0003, attribute(6, latin1('bob')), attribute(0x14, latin1('Turn.Example.org'))))])
  expect(report).toMatchObject({
    serverName: 'turn.example.org',
    fields: { kind: 'request', method: 'Allocate', user: 'bob', realm: 'Turn.Example.org' },
  })
  expect(show(stun, [fromServer(message(0x0113))]).fields).toMatchObject({ kind: 'error', method: 'Allocate' })
})

test.each([
  ['Microsoft', attribute(0x8070, new Uint8Array(4)), 'Skype_TeamsCall'],
  ['WhatsApp', attribute(0x4000, new Uint8Array(4)), 'WhatsAppCall'],
  ['WhatsApp in a subscription', attribute(0x4024, new Uint8Array(4)), 'WhatsAppCall'],
  ['a realm', attribute(0x14, latin1('telegram.org')), 'TelegramVoip'],
  ['another realm', attribute(0x14, latin1('example.org')), undefined],
  ['nobody', attribute(0x24, new Uint8Array(4)), undefined],
])('inside, by what %s sends', (_name, value, app) => expect(show(stun, [fromClient(message(1, value))]).inside).toBe(app))

describe('whose STUN it is', () => {
  const none = attribute(0x8022, latin1('None'))
  const check = message(1, attribute(6, latin1('abcd:efgh')))
  test.each([
    ['Telegram’s servers, by port and software', fromServer(message(0x0101, none)), 1400, 'TelegramVoip'],
    ['the same software elsewhere', fromServer(message(0x0101, none)), 3478, undefined],
    ['a check with a port of Google’s media', fromClient(check), 19_305, 'GoogleCall'],
    ['a check with another', fromClient(check), 19_302, undefined],
    ['a binding without a user', fromClient(message(1)), 19_305, undefined],
  ])('%s', (_name, shown, serverPort, app) => expect(show(stun, [shown], { serverPort }).inside).toBe(app))

  test('Zoom’s attribute in a message of RFC 3489', () => {
    const zoom = concat(u16(1, 24), new Uint8Array(16).fill(7), attribute(0x0101, latin1('12345678901234567890')))
    expect(show(stun, [fromClient(zoom)])).toMatchObject({ verdict: Match, inside: 'Zoom' })
  })

  const permission = message(0x0008, attribute(0x12, hex('0001 2113 2312a640')), attribute(0x14, latin1('signal.org')))
  test('its socket is announced, and its peers once it is known', () => {
    const { expects } = show(stun, [fromClient(permission), fromClient(permission)], { clientPort: 40_001 })
    expect(expects).toEqual([
      { proto: 'udp', end: 'client', port: 40_001, app: 'SignalVoip' },
      { proto: 'udp', end: '02000202', port: 1, app: 'SignalVoip' },
    ])
  })
  test('what another flow has announced names this one, and is not passed on', () => {
    const report = show(stun, [fromClient(message(1)), fromClient(permission)], { announced: 'ViberVoip' })
    expect(report).toMatchObject({ inside: 'ViberVoip', expects: [] })
  })
})

describe('signature', () => {
  const classic = (type: number, ...attributes: Uint8Array[]) =>
    concat(u16(type, concat(...attributes).length), new Uint8Array(16).fill(7), ...attributes)
  test.each([
    ['a bare request', message(1), Match],
    ['RFC 3489 with an attribute of its own', classic(1, attribute(3, new Uint8Array(4))), Match],
    ['RFC 3489 with attributes that do not fill it', classic(1, concat(u16(3, 8), new Uint8Array(4))), Exclude],
    ['RFC 3489 without an attribute', classic(1), Exclude],
    ['RFC 3489 with an attribute of a later time', classic(1, attribute(0x0c, new Uint8Array(4))), Exclude],
    ['[MS-TURN], with the cookie of the drafts', classic(3, attribute(0x0f, hex('72c64bc6')), attribute(0x11, new Uint8Array(8))), Match],
    ['the same with another cookie', classic(3, attribute(0x0f, hex('72c64bc7')), attribute(0x11, new Uint8Array(8))), Exclude],
    ['a length that does not fit', concat(message(1), bytes(0)), Exclude],
    ['type bits that are none', concat(u16(0x4001, 0), COOKIE, ID), Exclude],
    ['channel data once, on no known port', concat(u16(0x4001, 8), new Uint8Array(8)), NeedMore],
    ['zeroes', new Uint8Array(40), Exclude],
  ])('%s', (_name, payload, verdict) => expect(show(stun, [fromClient(payload)], { serverPort: 9999 }).verdict).toBe(verdict))
  test('channel data twice', () => {
    const data = concat(u16(0x4001, 8), new Uint8Array(8))
    expect(show(stun, [fromClient(data), fromServer(data)], { serverPort: 9999 }).verdict).toBe(Match)
    const other = concat(u16(0x4002, 8), new Uint8Array(8))
    expect(show(stun, [fromClient(data), fromServer(other)], { serverPort: 9999 }).verdict).toBe(NeedMore)
    // What follows is read as after any other beginning.
    const software = message(0x0101, attribute(0x8022, latin1('x')))
    expect(show(stun, [fromClient(data), fromServer(data), fromServer(software)], { serverPort: 9999 }).fields['software']).toBe('x')
  })
  test('over TCP, bare and behind a length, in pieces', () => {
    for (const stream of [message(1), concat(u16(message(1).length), message(1))])
      for (let cut = 12; cut < stream.length; cut++)
        expect(show(stun, [fromClient(stream.subarray(0, cut)), fromClient(stream.subarray(cut))], { transport: 'tcp' }).verdict).toBe(
          Match,
        )
    expect(show(stun, [fromClient(new Uint8Array(30))], { transport: 'tcp' }).verdict).toBe(Exclude)
  })
})

describe('what follows in the flow', () => {
  test('DTLS is read and gives the flow its name', () => {
    const body = clientHelloBody({ version: 0xfefd, cookie: bytes() })
    const handshake = concat(bytes(1), u24(body.length), u16(0), u24(0), u24(body.length), body)
    const record = concat(bytes(22), u16(0xfefd, 0), new Uint8Array(6), u16(handshake.length), handshake)
    const report = show(stun, [fromClient(message(1)), fromServer(message(0x0101)), fromClient(record)])
    expect(report.becomes).toBe('DTLS')
    expect(report.fields).toMatchObject({ call: true })
    expect(report.fields['ja4']).toMatch(/^dd2d0100_|^dd2d010000_/)
  })
  const rtp = concat(hex('8000 0001 00000001 12345678'), new Uint8Array(160))
  test('RTP is inside', () => {
    const report = show(stun, [fromClient(message(1)), fromClient(rtp)])
    expect(report.inside).toBe('RTP')
    expect(report.becomes).toBeUndefined()
  })
  test('media of a known application are SRTP, when they come soon', () => {
    const opened = (requests: number) =>
      show(stun, [...Array.from({ length: requests }, () => fromClient(message(1))), fromServer(rtp)], { announced: 'SignalVoip' })
    expect(opened(6)).toMatchObject({ becomes: 'SRTP', inside: 'SignalVoip' })
    expect(opened(7).becomes).toBeUndefined()
  })
  test('RTCP changes nothing', () => {
    expect(show(stun, [fromClient(message(1)), fromClient(concat(hex('80c8 0006'), new Uint8Array(24)))]).inside).toBeUndefined()
  })
})

test('cut at every length', () => {
  for (let n = 0; n < SAMPLE_RESPONSE_V6.length; n++) {
    const { bad, verdict } = show(stun, [fromServer(SAMPLE_RESPONSE_V6.subarray(0, n))])
    expect(verdict).toBe(Exclude)
    expect(bad).toBe(false)
  }
  const lying = SAMPLE_RESPONSE.slice()
  lying[22] = 0xff
  expect(show(stun, [fromServer(lying)]).fields['software']).toBeUndefined()
})
