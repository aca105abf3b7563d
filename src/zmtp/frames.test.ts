import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commandBody, errorReason, metadataBytes, readCommand, readMetadata } from './commands.ts'
import { FRAME_COMMAND, FRAME_MORE, FrameReader, frameBytes, messageBytes } from './frames.ts'
import { greetingBytes, greetingFault, readGreeting } from './greeting.ts'

function read(stream: Uint8Array, cuts: readonly number[], maxBody = 1000) {
  const frames: [number, Uint8Array][] = []
  const reader = new FrameReader(maxBody, (flags, bytes, start, end) => frames.push([flags & 5, bytes.slice(start, end)]) > 0)
  let fault: string | undefined
  for (const [from, to] of pieces(stream.length, cuts)) fault ??= reader.push(stream.subarray(from, to))
  return { frames, fault }
}
function pieces(length: number, cuts: readonly number[]): [number, number][] {
  const at = [0, ...[...cuts].sort((a, b) => a - b).filter((cut) => cut < length), length]
  return at.slice(1).map((end, n) => [at[n]!, end])
}

test('frames are the same however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(0, FRAME_MORE, FRAME_COMMAND), fc.uint8Array({ maxLength: 300 })), { maxLength: 8 }),
      fc.array(fc.nat(2000), { maxLength: 20 }),
      (given, cuts) => {
        const stream = new Uint8Array(Buffer.concat(given.map(([flags, body]) => frameBytes(flags, body))))
        expect(read(stream, cuts)).toEqual({ frames: given, fault: undefined })
        expect(read(stream, [...stream.keys()])).toEqual({ frames: given, fault: undefined })
      },
    ),
  )
})

test('a message is its parts, all but the last with more to follow', () => {
  const [a, b] = [Uint8Array.of(1, 2), new Uint8Array(256)]
  expect(read(new Uint8Array(messageBytes([a, b])), []).frames).toEqual([
    [FRAME_MORE, a],
    [0, b],
  ])
})

test('a long body gets room as it comes', () => {
  const body = Uint8Array.from({ length: 300_000 }, (_, n) => n)
  const stream = frameBytes(0, body)
  const every = Array.from({ length: 30 }, (_, n) => 10_007 * n)
  expect(read(stream, every, 300_000).frames).toEqual([[0, body]])
})

describe('a stream that breaks the rules', () => {
  test.each([
    ['reserved flags set', [0x08, 0]],
    ['command with more to follow', [5, 0]],
    ['frame longer than allowed', [2, 0, 0, 0, 0, 0, 0, 3, 0xe9]],
    ['frame longer than allowed', [2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ])('%s', (fault, bytes) => {
    const { frames, fault: found } = read(Uint8Array.of(...bytes, 0, 0), [])
    expect(found).toBe(fault)
    expect(frames).toEqual([])
  })

  test('nothing is read after it', () => {
    const reader = new FrameReader(10, () => true)
    expect(reader.push(Uint8Array.of(0xff))).toBeUndefined()
    expect(reader.push(new Uint8Array(9))).toBe('reserved flags set')
    expect(reader.push(Uint8Array.of(0, 0))).toBeUndefined()
  })

  test('any bytes, in any pieces: no throw, no end that does not come', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(200)), (bytes, cuts) => void read(bytes, cuts, 100)))
  })
})

test('who takes no more gets no more', () => {
  let taken = 0
  new FrameReader(10, () => ++taken < 2).push(Uint8Array.of(0, 0, 0, 0, 0, 0))
  expect(taken).toBe(2)
})

test('commands and properties come back, whatever their case', () => {
  const body = commandBody('READY', metadataBytes({ 'Socket-Type': 'PUB', Identity: '' }))
  const command = readCommand(body, 0, body.length)!
  expect(command.name).toBe('READY')
  expect([...readMetadata(command.data)!]).toEqual([
    ['socket-type', 'PUB'],
    ['identity', ''],
  ])
})

test('any bytes as command, properties, reason', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      readMetadata(bytes)
      expect(errorReason(bytes)).toMatch(/^[ -~]+$/)
      const command = readCommand(bytes, 0, bytes.length)
      if (command !== undefined) expect(command.data.length + command.name.length + 1).toBe(bytes.length)
    }),
  )
})

test('properties whose length lies are none', () => {
  expect(readMetadata(Uint8Array.of(1, 97, 0xff, 0xff, 0xff, 0xff, 1))).toBeUndefined()
  expect(readMetadata(Uint8Array.of(9, 97))).toBeUndefined()
  expect(readMetadata(Uint8Array.from({ length: 6 * 65 }, (_, n) => (n % 6 === 0 ? 1 : n % 6 === 1 ? n / 6 : 0)))).toBeUndefined()
})

test.each([
  ['ours', greetingBytes('CURVE', true), undefined],
  ['HTTP', Buffer.from('GET / HTTP/1.1'), 'does not speak ZMTP'],
  ['ZMTP 1', Uint8Array.of(1, 0), 'does not speak ZMTP'],
  ['ZMTP 2', Uint8Array.of(0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1, 2), 'speaks an older ZMTP than 3'],
  ['no end of a signature', Uint8Array.of(0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0), 'does not speak ZMTP'],
  ['the beginning of one', Uint8Array.of(0xff, 0), undefined],
])('a greeting: %s', (_, bytes, fault) => expect(greetingFault(bytes, bytes.length)).toBe(fault))

test('a greeting says what is spoken', () => expect(readGreeting(greetingBytes('CURVE', true))).toEqual({ minor: 1, mechanism: 'CURVE' }))
