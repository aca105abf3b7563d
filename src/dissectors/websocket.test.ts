import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import { bytes, u16 } from './tls-testing.ts'
import websocket from './websocket.ts'

const text = (s: string) => concat(bytes(0x81, s.length), latin1(s))
const masked = concat(bytes(0x81, 0x85), hex('37fa213d 7f9f4d5158')) // RFC 6455 §5.7
const long = concat(bytes(0x82, 126), u16(300), new Uint8Array(300))

test.each([
  ['frames of both sides', [fromServer(text('Welcome')), fromClient(masked)], Match],
  ['two frames in one segment', [fromServer(concat(text('a'), long))], Match],
  ['one frame alone', [fromServer(text('hello'))], NeedMore],
  ['a frame cut short', [fromServer(long.subarray(0, 100))], NeedMore],
  ['text with control characters', [fromServer(text('\x01\x02')), fromServer(text('\x03\x04'))], Exclude],
  ['an opcode that is none', [fromServer(bytes(0x8b, 0))], Exclude],
  ['reserved bits', [fromServer(bytes(0xc1, 0))], Exclude],
  ['a length not in its shortest form', [fromServer(concat(bytes(0x82, 126), u16(5), new Uint8Array(5)))], Exclude],
])('%s', (_name, packets, verdict) => expect(show(websocket, packets, { midStream: true }).verdict).toBe(verdict))
test('never from the beginning of a flow', () => expect(show(websocket, [fromServer(text('a')), fromClient(masked)]).verdict).toBe(Exclude))
test('tells the first frame', () =>
  expect(show(websocket, [fromServer(concat(text('a'), long))], { midStream: true }).fields).toEqual({ frame: 'text' }))
