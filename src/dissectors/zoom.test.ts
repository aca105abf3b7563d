import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { concat, fromClient, fromServer, hex, latin1, type Shown, show } from './testing.ts'
import { bytes, u16 } from './tls-testing.ts'
import zoom from './zoom.ts'

const u32 = (n: number) => u16(n >>> 16, n & 0xffff)
const rtp = ({ first = 0x90, type = 98, source = 0x01000801, profile = 0xbede } = {}) =>
  concat(bytes(first, type), hex('56b4 0ed75fe2'), u32(source), u16(profile, 1), new Uint8Array(60))
const media = (kind: number, headerLen: number, inner: Uint8Array) => concat(bytes(kind), new Uint8Array(headerLen - 1).fill(3), inner)
const throughServer = (inner: Uint8Array) => concat(bytes(0x05), new Uint8Array(7), inner)
const report = concat(hex('80c80006 01000402'), new Uint8Array(20))
const text = (s: string) => concat(u32(s.length), latin1(s))
const greeting = (address: string, id: string) => concat(hex('1f020100'), new Uint8Array(20).fill(1), text(address), text(id), u32(0))

test.each([
  ['audio', media(15, 19, rtp())],
  ['video', media(16, 24, rtp())],
  ['screen share', media(13, 27, rtp())],
  ['screen share', media(30, 20, rtp())],
])('%s between peers', (kind, payload) => {
  expect(show(zoom, [fromClient(payload)])).toMatchObject({ verdict: Match, fields: { media: kind } })
})
test.each([33, 34])('control of kind %i, twice', (kind) => {
  const payload = media(kind, 16, report)
  expect(show(zoom, [fromClient(payload)]).verdict).toBe(NeedMore)
  expect(show(zoom, [fromClient(payload), fromServer(payload)])).toMatchObject({ verdict: Match, fields: { media: 'control' } })
})
test('through a server, at its ports', () => {
  const payload = throughServer(media(16, 24, rtp()))
  expect(show(zoom, [fromServer(payload)], { serverPort: 8810 })).toMatchObject({ verdict: Match, fields: { media: 'video' } })
  expect(show(zoom, [fromServer(payload)], { serverPort: 8811 }).verdict).toBe(Exclude)
})
test('a greeting of peers', () => {
  const hello = greeting('192.0.2.1', 'AF0665D8-0000-4A81-80A4-B85CD3C41B92')
  expect(show(zoom, [fromClient(hello)]).verdict).toBe(Match)
})

const plain = (source: number) => fromClient(media(15, 19, rtp({ first: 0x80, source })))
test.each<[string, Shown[], number]>([
  ['media without extensions, once', [plain(7)], NeedMore],
  ['media without extensions, twice', [plain(7), plain(7)], Match],
  ['media of another source each time', [plain(7), plain(8)], NeedMore],
  ['another profile of extensions', [fromClient(media(15, 19, rtp({ profile: 0x1000 })))], NeedMore],
  ['no RTP where it ought to be', [fromClient(media(15, 20, rtp()))], Exclude],
  ['RTP of another version', [fromClient(media(15, 19, rtp({ first: 0x50 })))], Exclude],
  ['a payload type that is not Zoom’s', [fromClient(media(15, 19, rtp({ type: 8 })))], Exclude],
  ['no source', [plain(0)], Exclude],
  ['a report longer than its packet', [fromClient(media(33, 16, report.subarray(0, 24)))], Exclude],
  ['a report of no type', [fromClient(media(33, 16, concat(hex('80d0'), report.subarray(2))))], Exclude],
  ['a greeting with something behind it', [fromClient(concat(greeting('192.0.2.1', 'id'), bytes(0)))], Exclude],
  ['a greeting with a long address', [fromClient(greeting('1'.repeat(46), 'id'))], Exclude],
  ['another magic', [fromClient(concat(hex('1f020000'), greeting('192.0.2.1', 'id').subarray(4)))], Exclude],
])('not, or not yet: %s', (_case, shown, verdict) => expect(show(zoom, shown).verdict).toBe(verdict))
