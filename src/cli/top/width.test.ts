import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutEnd, cutMiddle, glyphsOf, safe, textWidth, wrap } from './width.ts'

describe('textWidth', () => {
  const cases: [string, string, number][] = [
    ['plain letters', 'wiretop', 7],
    ['wide characters', '東京', 4],
    ['half-width katakana', 'ｶﾅ', 2],
    ['Hangul', '한국', 4],
    ['a combining mark takes no room', 'e\u0301te\u0301', 3],
    ['marks alone stand on a dotted circle', '\u0301', 1],
    ['pictures', '😀!', 3],
    ['blocks, braille and arrows', '▁⣿↑↗…', 5],
    ['Hebrew and Arabic letters', 'שלוםمرحبا', 9],
  ]
  it.each(cases)('%s', (_, text, width) => expect(textWidth(text)).toBe(width))

  it('a heap of marks is cut down', () => expect(glyphsOf(`a${'\u0300'.repeat(50)}`)[0]!.text).toBe(`a${'\u0300'.repeat(3)}`))
})

describe('cutting', () => {
  const cases: [string, number, string][] = [
    ['abcdefgh', 8, 'abcdefgh'],
    ['abcdefghi', 8, 'abcd…ghi'],
    ['東京都庁舎案内所', 9, '東京…内所'],
    ['e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301', 5, 'e\u0301e\u0301…e\u0301e\u0301'],
    ['abcdef', 4, 'abc…'],
  ]
  it.each(cases)('%s to %d', (text, width, cut) => expect(cutMiddle(text, width)).toBe(cut))

  it('never takes more columns than given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 0, max: 40 }), (raw, width) => {
        const text = safe(raw)
        expect(textWidth(cutMiddle(text, width))).toBeLessThanOrEqual(width)
        expect(textWidth(cutEnd(text, width))).toBeLessThanOrEqual(width)
        for (const line of wrap(text, width)) expect(textWidth(line)).toBeLessThanOrEqual(Math.max(2, width))
      }),
      { seed: 1, numRuns: 150 },
    )
  })
})

describe('safe', () => {
  it('nothing of it is a control, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        expect(safe(raw)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
      }),
      { seed: 2, numRuns: 1000 },
    )
  })
  it('shows an escape sequence', () => expect(safe('\u001b]0;owned\u0007')).toBe('␛]0;owned␇'))
  it('shows C1 controls and a join of pictures', () => expect(safe('\u009b1m👨\u200d👩')).toBe('\\u009b1m👨\\u200d👩'))
  it('drops variation selectors', () => expect(safe('❤\ufe0f')).toBe('❤'))
})

describe('wrap', () => {
  it('breaks at spaces', () => expect(wrap('the payload is TLS', 12)).toEqual(['the payload', 'is TLS']))
  it('breaks a word that is too long', () => expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']))
})
