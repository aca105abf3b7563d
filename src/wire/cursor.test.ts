import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Cursor } from './cursor.ts'

const over = (bytes: readonly number[]) => {
  const b = Uint8Array.from([0xee, 0xee, ...bytes, 0xee, 0xee])
  return new Cursor().reset(b, 2, b.length - 2)
}
const ascii = (text: string) => over([...text].map((c) => c.charCodeAt(0)))

describe('numbers', () => {
  test.each<[string, (c: Cursor) => number, number]>([
    ['u8', (c) => c.u8(), 0x81],
    ['u16', (c) => c.u16(), 0x8182],
    ['u24', (c) => c.u24(), 0x818283],
    ['u32', (c) => c.u32(), 0x81828384],
    ['u64', (c) => c.u64(), 0x81828384 * 2 ** 32 + 0x85868788],
    ['u16le', (c) => c.u16le(), 0x8281],
    ['u32le', (c) => c.u32le(), 0x84838281],
    ['u64le', (c) => c.u64le(), 0x88878685 * 2 ** 32 + 0x84838281],
    ['peek', (c) => c.peek(), 0x81],
    ['peek ahead', (c) => c.peek(7), 0x88],
    ['peek past the end', (c) => c.peek(8), -1],
    ['peek before the beginning', (c) => c.peek(-1), -1],
    ['peek16', (c) => c.peek16(6), 0x8788],
    ['peek16 past the end', (c) => c.peek16(7), -1],
    ['peek32', (c) => c.peek32(4), 0x85868788],
    ['peek32 past the end', (c) => c.peek32(5), -1],
  ])('%s', (_name, read, expected) => {
    const c = over([0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88])
    expect(read(c)).toBe(expected)
    expect(c.bad).toBe(false)
  })
})

describe('the first fault sticks', () => {
  test.each<[string, (c: Cursor) => unknown]>([
    ['reading past the end', (c) => c.skip(2).u16()],
    ['skipping past the end', (c) => c.skip(4)],
    ['skipping backwards', (c) => c.skip(-1)],
    ['skipping by no number', (c) => c.skip(Number.NaN)],
    ['seeking before the beginning', (c) => c.seek(-1)],
    ['seeking past the end', (c) => c.seek(4)],
    ['seeking no number', (c) => c.seek(Number.NaN)],
    ['entering more than there is', (c) => c.enter(4)],
    ['entering no number', (c) => c.enter(Number.NaN)],
    ['text past the end', (c) => c.text(4)],
    ['digits past the end', (c) => c.hex(4)],
  ])('%s', (_name, fault) => {
    const c = over([1, 2, 3])
    fault(c)
    expect(c.bad).toBe(true)
    expect([c.left, c.u8(), c.u16(), c.u32(), c.u64(), c.text(1), c.hex(1), c.peek(), c.indexOf(3), c.startsWith('')]).toEqual([
      0,
      0,
      0,
      0,
      0,
      '',
      '',
      -1,
      -1,
      false,
    ])
    expect(c.reset(Uint8Array.of(9), 0, 1).u8()).toBe(9)
    expect(c.bad).toBe(false)
  })
})

describe('parts', () => {
  test('a part ends before its parent, and leaving goes behind it', () => {
    const c = over([1, 2, 3, 4])
    const outer = c.enter(2)
    expect([c.left, c.u8()]).toEqual([2, 1])
    c.leave(outer)
    expect([c.pos, c.left, c.u8()]).toEqual([2, 2, 3])
  })
  test('reading past a part is a fault even when the parent has more', () => {
    const c = over([1, 2, 3, 4])
    const outer = c.enter(1)
    c.u16()
    c.leave(outer)
    expect([c.bad, c.left]).toEqual([true, 0])
  })
  test('a part may not reach past its parent', () => {
    const c = over([1, 2, 3, 4])
    c.enter(2)
    c.enter(3)
    expect(c.bad).toBe(true)
  })
  test('seeking counts from the beginning', () => expect(over([1, 2, 3]).skip(3).seek(1).u8()).toBe(2))
})

describe('text', () => {
  test.each<[string, string, (c: Cursor) => unknown, unknown]>([
    ['starts with', 'GET /', (c) => c.startsWith('GET'), true],
    ['starts with, ahead', 'GET /', (c) => c.startsWith('/', 4), true],
    ['does not start with more than there is', 'GE', (c) => c.startsWith('GET'), false],
    ['case matters', 'get', (c) => c.startsWith('GET'), false],
    ['without regard to case', 'HoSt: a', (c) => c.startsWithFold('host:'), true],
    ['only letters fold', 'HO[', (c) => c.startsWithFold('ho{'), false],
    ['fold past the end', 'ho', (c) => c.startsWithFold('host'), false],
    ['distance', 'abc', (c) => c.indexOf(0x63), 2],
    ['distance within a bound', 'abc', (c) => c.indexOf(0x63, 2), -1],
    ['found', 'a\r\n\r\nb', (c) => c.find('\r\n\r\n'), 1],
    ['found at the very end', 'abcd', (c) => c.find('cd'), 2],
    ['not found past the bound', 'abcd', (c) => c.find('cd', 3), -1],
    ['line', 'ab\r\ncd', (c) => c.lineLength(), 2],
    ['line by a bare feed', 'ab\ncd', (c) => c.lineLength(), 2],
    ['empty line', '\ncd', (c) => c.lineLength(), 0],
    ['no line', 'abcd', (c) => c.lineLength(), -1],
    ['next line', 'ab\r\ncd', (c) => c.skipLine().text(2), 'cd'],
    ['no next line', 'abcd', (c) => c.skipLine().left, 0],
    ['spaces', ' \t x', (c) => c.skipSpaces().text(1), 'x'],
    ['nothing but spaces', '   ', (c) => c.skipSpaces().left, 0],
    ['control characters are shown', 'a\x07b', (c) => c.text(3), 'a␇b'],
    ['digits', '\x00\x0f\xff', (c) => c.hex(3), '000fff'],
  ])('%s', (_name, text, read, expected) => {
    expect(read(ascii(text))).toBe(expected)
  })
})

test('whatever is asked in whatever order, nothing outside is read', () => {
  const step = fc.record({ verb: fc.nat(15), n: fc.integer({ min: -3, max: 12 }) })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), fc.array(step, { maxLength: 40 }), (bytes, steps) => {
      const run = (fill: number) => {
        const b = new Uint8Array(bytes.length + 40).fill(fill)
        b.set(bytes, 20)
        const c = new Cursor().reset(b, 20, 20 + bytes.length)
        const outers: number[] = []
        return steps.map(({ verb, n }) => [act(c, verb, n, outers), c.left, c.pos, c.bad])
      }
      expect(run(0x00)).toEqual(run(0x41))
    }),
    { seed: 7, numRuns: 500 },
  )
})

function act(c: Cursor, verb: number, n: number, outers: number[]): unknown {
  switch (verb) {
    case 0:
      return outers.push(c.enter(n))
    case 1:
      return outers.length > 0 ? c.leave(outers.pop()!) : 0
    case 2:
      return c.skip(n).left
    case 3:
      return c.seek(n).left
    case 4:
      return c.peek(n)
    case 5:
      return c.peek16(n)
    case 6:
      return c.peek32(n)
    case 7:
      return c.text(n)
    case 8:
      return c.hex(n)
    case 9:
      return c.indexOf(0x41, n)
    case 10:
      return c.find('AA', n)
    case 11:
      return c.startsWith('A', n)
    case 12:
      return c.startsWithFold('a', n)
    case 13:
      return c.skipSpaces().lineLength(n)
    case 14:
      return [c.u8(), c.u16le(), c.u24()]
    default:
      return [c.u32(), c.u64le()]
  }
}
