import { describe, expect, test } from 'vitest'
import { Cursor } from '../wire/cursor.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { huffmanText, readHeaderBlock } from './hpack.ts'
import http2 from './http2.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import { bytes, u24 } from './tls-testing.ts'

const fields = (block: string) => {
  const list: string[] = []
  const b = hex(block)
  readHeaderBlock(new Cursor().reset(b, 0, b.length), (name, value) => list.push(`${name}: ${value}`))
  return list
}

describe('HPACK, by the examples of RFC 7541 appendix C', () => {
  test.each([
    ['f1e3c2e5f23a6ba0ab90f4ff', 'www.example.com'],
    ['a8eb10649cbf', 'no-cache'],
    ['25a849e95ba97d7f', 'custom-key'],
    ['25a849e95bb8e8b4bf', 'custom-value'],
    ['d07abe941054d444a8200595040b8166e082a62d1bff', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ['9d29ad171863c78f0b97c8e9ae82ae43d3', 'https://www.example.com'],
    [
      '94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
      'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
    ],
  ])('Huffman %s', (code, text) => {
    const b = hex(code)
    expect(huffmanText(b, 0, b.length)).toBe(text)
  })
  test('C.2.1 a literal with indexing', () =>
    expect(fields('400a637573746f6d2d6b65790d637573746f6d2d686561646572')).toEqual(['custom-key: custom-header']))
  test('C.4.1 a first request', () =>
    expect(fields('828684418cf1e3c2e5f23a6ba0ab90f4ff')).toEqual([
      ':method: GET',
      ':scheme: http',
      ':path: /',
      ':authority: www.example.com',
    ]))
  test('an entry added by the block itself is found again', () => expect(fields('4001610162be')).toEqual(['a: b', 'a: b']))
  test.each(['ff', 'ffffffffffff', 'c2', '00', '41ff', '7f8080808080', '4001'])('damage ends it: %s', (block) => {
    expect(() => fields(block)).not.toThrow()
  })
})

const PREFACE = latin1('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const frame = (type: number, flags: number, stream: number, payload: Uint8Array) =>
  concat(u24(payload.length), bytes(type, flags, 0, 0, 0, stream), payload)
const settings = frame(4, 0, 0, hex('0003 00000064 0004 0000ffff'))
const request = frame(
  1,
  0x2c,
  1,
  concat(
    bytes(3, 0, 0, 0, 0, 16),
    hex('8286 44 03'),
    latin1('/a\x1f'),
    hex('418cf1e3c2e5f23a6ba0ab90f4ff 7a 04'),
    latin1('test'),
    bytes(0, 0, 0),
  ),
)
const response = frame(1, 4, 1, concat(hex('8d 5f 10'), latin1('application/grpc'), hex('76 03'), latin1('srv')))

test('preface, first request and first answer', () => {
  const report = show(http2, [fromClient(concat(PREFACE, settings, request)), fromServer(concat(settings, response))])
  expect(report).toMatchObject({
    verdict: Match,
    serverName: 'www.example.com',
    wantsMore: false,
    fields: { method: 'GET', url: 'www.example.com/a␟', userAgent: 'test', status: 404, contentType: 'application/grpc', server: 'srv' },
  })
})
test('in segments of any size', () => {
  const stream = concat(PREFACE, settings, request)
  for (const size of [10, 24, 25, 33, 40]) {
    const pieces = Array.from({ length: Math.ceil(stream.length / size) }, (_, i) => fromClient(stream.subarray(i * size, (i + 1) * size)))
    expect(show(http2, pieces).serverName, `${size}`).toBe('www.example.com')
  }
})
test.each([
  ['settings of a server', settings, Match],
  ['the beginning of the preface', PREFACE.subarray(0, 12), NeedMore],
  ['an upgrade to something else', latin1('PRI * HTTP/3.0\r\n\r\nSM\r\n\r\n'), Exclude],
  ['settings on a stream', frame(4, 0, 1, hex('000300000064')), Exclude],
  ['settings of numbers that are none', frame(4, 0, 0, hex('077700000064')), Exclude],
  ['zeroes', new Uint8Array(40), Exclude],
])('%s', (_name, payload, verdict) => expect(show(http2, [fromServer(payload)]).verdict).toBe(verdict))
