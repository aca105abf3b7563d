import { describe, expect, test } from 'vitest'
import { middleCut, showable, splitForCut } from './text.ts'

describe('showable', () => {
  test.each([
    ['markup stays text', '<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['controls are pictures', 'a\u0000b\nc\u007f', 'a␀b␊c␡'],
    ['direction overrides are named', 'exe\u202egpj', 'exe\\u202egpj'],
    ['zero width is named', 'pay\u200bpal', 'pay\\u200bpal'],
    ['lone surrogates are named', 'x\ud800y', 'x\\ud800y'],
    ['tags are named', 'a\u{e0041}b', 'a\\u{e0041}b'],
    ['fillers are named', 'a\u3164b', 'a\\u3164b'],
    ['pairs stay', 'x😀y', 'x😀y'],
  ])('%s', (_, text, shown) => {
    expect(showable(text)).toBe(shown)
  })
  test('cut at 255', () => {
    expect(showable('a'.repeat(300))).toBe(`${'a'.repeat(254)}…`)
    expect(showable('a'.repeat(255))).toBe('a'.repeat(255))
  })
})

describe('splitForCut', () => {
  test('head and tail make the text again', () => {
    const name = 'a-very-long-host-name.region-7.cloud.example.com'
    const [head, tail] = splitForCut(name)
    expect(head + tail).toBe(name)
    expect(tail).toBe('xample.com')
  })
  test('short texts have no tail', () => expect(splitForCut('printer.local')).toEqual(['printer.local', '']))
  test('a family is one character', () => {
    const family = '👨‍👩‍👧'
    const [, tail] = splitForCut(`${'x'.repeat(30)}${family}${'y'.repeat(9)}`)
    expect(tail).toBe(`${family}${'y'.repeat(9)}`)
  })
})

describe('middleCut', () => {
  test.each([
    ['abcdefgh', 8, 'abcdefgh'],
    ['abcdefghi', 8, 'abcd…ghi'],
    ['abcdefghi', 3, 'a…i'],
    ['😀😀😀😀😀', 3, '😀…😀'],
  ])('%s to %d', (text, max, cut) => {
    expect(middleCut(text, max)).toBe(cut)
  })
})
