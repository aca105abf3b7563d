import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import sip from './sip.ts'
import { fromClient, fromServer, latin1, show } from './testing.ts'

const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.9',
  's=-',
  'c=IN IP4 192.0.2.10',
  't=0 0',
  'm=audio 49170 RTP/AVP 0 8',
  'm=video 0 RTP/AVP 96',
  'm=image 5000 udptl t38',
  'm=video 51372 RTP/SAVPF 99',
  'c=IN IP4 198.51.100.7',
  '',
].join('\r\n')
const message = (line: string, body = '', ...headers: string[]) =>
  latin1(
    [line, ...headers, ...(body === '' ? [] : ['Content-Type: application/sdp']), `Content-Length: ${body.length}`, '', body].join('\r\n'),
  )
const invite = message(
  'INVITE sip:bob@biloxi.example SIP/2.0',
  SDP,
  'Via: SIP/2.0/UDP pc33.atlanta.example',
  'From: "Alice <script>" <sip:alice@atlanta.example>;tag=1928301774',
  't: sip:bob@biloxi.example',
  'CALL-ID: a84b4c76e66710',
  'User-Agent: phone/1.0',
)
const expected = {
  method: 'INVITE',
  uri: 'sip:bob@biloxi.example',
  to: 'sip:bob@biloxi.example',
  callId: 'a84b4c76e66710',
  userAgent: 'phone/1.0',
}

test('an INVITE, its answer, and the media that it announces', () => {
  const report = show(sip, [fromClient(invite), fromServer(message('SIP/2.0 200 OK', '', 'From: <sip:alice@atlanta.example>'))])
  expect(report).toMatchObject({
    verdict: Match,
    info: 'INVITE sip:bob@biloxi.example',
    fields: { ...expected, from: 'sip:alice@atlanta.example', status: 200 },
  })
  expect(report.expects).toEqual([
    { proto: 'udp', end: 'c000020a', port: 49_170, app: 'RTP' },
    { proto: 'udp', end: 'c000020a', port: 49_171, app: 'RTCP' },
    { proto: 'udp', end: 'c6336407', port: 51_372, app: 'RTP' },
    { proto: 'udp', end: 'c6336407', port: 51_373, app: 'RTCP' },
  ])
})

test('over TCP in pieces of any size, and two messages in one', () => {
  for (const size of [60, 100, 250]) {
    const pieces = Array.from({ length: Math.ceil(invite.length / size) }, (_, i) => fromClient(invite.subarray(i * size, (i + 1) * size)))
    const report = show(sip, pieces, { transport: 'tcp' })
    expect(report.fields, `${size}`).toMatchObject(expected)
    expect(report.expects).toHaveLength(4)
  }
  const two = new Uint8Array([...message('OPTIONS sip:a SIP/2.0'), 13, 10, 13, 10, ...invite])
  expect(show(sip, [fromClient(two)], { transport: 'tcp' }).fields).toMatchObject(expected)
})

test('on hold nothing is expected', () => {
  const held = message('INVITE sip:b SIP/2.0', 'v=0\r\nc=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 0\r\n')
  expect(show(sip, [fromClient(held)]).expects).toEqual([])
})

describe('signature', () => {
  test.each([
    ['an answer first', 'SIP/2.0 100 Trying\r\n\r\n', Match],
    ['the beginning of a line', 'REGISTER sip:exam', NeedMore],
    ['HTTP', 'OPTIONS / HTTP/1.1\r\n\r\n', Exclude],
    ['RTSP', 'OPTIONS rtsp://a RTSP/1.0\r\n\r\n', Exclude],
    ['SSDP', 'NOTIFY * HTTP/1.1\r\n\r\n', Exclude],
    ['a word', 'INFORMATION sip SIP/2.0\r\n', Exclude],
    ['a version that is none', 'SIP/2.0/UDP host\r\n\r\n', Exclude],
  ])('%s', (_name, text, verdict) => expect(show(sip, [fromClient(latin1(text))]).verdict).toBe(verdict))
})

test('cut at every length, and with numbers that lie, it stays whole', () => {
  for (let n = 12; n < invite.length; n++) expect(() => show(sip, [fromClient(invite.subarray(0, n))])).not.toThrow()
  for (const sdp of ['c=IN IP4 999.1.1.1\r\nm=audio 99999999 RTP/AVP 0\r\n', 'c=IN IP4 1.2\r\nm=audio\r\n', 'm=audio 4000 RTP/AVP 0\r\n'])
    expect(show(sip, [fromClient(message('INVITE sip:b SIP/2.0', sdp))]).expects).toEqual([])
})
