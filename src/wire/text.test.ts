import { describe, expect, test } from 'vitest'
import { MAX_TEXT, visible, wireText } from './text.ts'

const show = (text: string | readonly number[]) => {
  const b = typeof text === 'string' ? new TextEncoder().encode(text) : Uint8Array.from(text)
  const amid = new Uint8Array(b.length + 4).fill(0x58)
  amid.set(b, 2)
  return wireText(amid, 2, 2 + b.length)
}

describe('text from the wire', () => {
  test.each<[string, string | readonly number[], string]>([
    ['plain', 'www.example.org', 'www.example.org'],
    ['nothing', '', ''],
    ['longer than the short way', 'a'.repeat(30), 'a'.repeat(30)],
    ['markup stays text', '<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['control characters', 'a\0b\x1b[31m\r\n\x7f', 'a␀b␛[31m␍␊␡'],
    ['second controls', [0x61, 0xc2, 0x9b, 0x62], 'a<009b>b'],
    ['bidirectional controls', 'exe\u202egpj\u061c', 'exe<202e>gpj<061c>'],
    ['characters without width', 'a\u200b\u2060b', 'a<200b><2060>b'],
    ['byte order mark in front', '\ufeffa', '<feff>a'],
    ['line separators', 'a\u2028b', 'a<2028>b'],
    ['UTF-8', 'grün 日本 😀', 'grün 日本 😀'],
    ['not UTF-8', [0x61, 0xff, 0xfe, 0x62], 'a\ufffd\ufffdb'],
    ['cut in a character', [0x61, 0xe6, 0x97], 'a\ufffd'],
  ])('%s', (_name, bytes, expected) => expect(show(bytes)).toBe(expected))

  test('is cut', () => {
    expect(show('x'.repeat(300))).toBe('x'.repeat(MAX_TEXT))
    expect(show('ü'.repeat(300))).toBe('ü'.repeat(MAX_TEXT))
    expect(show('\x01'.repeat(300))).toHaveLength(MAX_TEXT)
  })

  test('is not cut in the middle of a pair', () => {
    const text = show('😀'.repeat(200))
    expect(text).toBe('😀'.repeat(127))
    expect(visible('😀'.repeat(200)).isWellFormed()).toBe(true)
  })

  test('texts that share a place in the table of recent ones stay apart', () => {
    const texts = Array.from({ length: 40_000 }, (_, i) => `host-${i}.example`)
    for (const text of texts) expect(show(text) === text, text).toBe(true)
    for (const text of texts.slice(0, 100)) expect(show(text)).toBe(text)
  })

  test('whatever the bytes, nothing in it steers a terminal', () => {
    let state = 1
    for (let n = 0; n < 5000; n++) {
      const bytes = Array.from({ length: n % 40 }, () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 24)
      expect(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(show(bytes)), bytes.join()).toBe(false)
    }
  })
})
