import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type InputEvent, InputParser } from './input.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const key = (name: string) => ({ type: 'key', key: name })
const text = (t: string) => ({ type: 'text', text: t })

function parse(...parts: (string | Uint8Array)[]): InputEvent[] {
  const parser = new InputParser()
  return [...parts.flatMap((part) => parser.feed(typeof part === 'string' ? bytes(part) : part)), ...parser.flush()]
}

describe('InputParser', () => {
  const cases: [string, string, object[]][] = [
    ['letters', 'jk', [text('j'), text('k')]],
    ['UTF-8', 'é東😀', [text('é'), text('東'), text('😀')]],
    ['a lone Escape', '\u001b', [key('escape')]],
    ['two Escapes', '\u001b\u001b', [key('escape'), key('escape')]],
    ['arrows', '\u001b[A\u001b[B\u001bOC\u001bOD', [key('up'), key('down'), key('right'), key('left')]],
    ['arrows with a modifier', '\u001b[1;5A', [key('up')]],
    ['keys with numbers', '\u001b[5~\u001b[6~\u001b[1~\u001b[4~\u001b[3~', ['page-up', 'page-down', 'home', 'end', 'delete'].map(key)],
    ['Home and End', '\u001b[H\u001b[F', [key('home'), key('end')]],
    [
      'controls',
      '\r\t\u007f\u0003\u001a',
      [key('enter'), key('tab'), key('backspace'), { type: 'control', letter: 'c' }, { type: 'control', letter: 'z' }],
    ],
    ['Shift and Tab', '\u001b[Z', [key('back-tab')]],
    ['a press', '\u001b[<0;10;5M\u001b[<0;10;5m', [{ type: 'mouse', what: 'press', x: 9, y: 4 }]],
    [
      'the wheel',
      '\u001b[<64;1;1M\u001b[<65;1;1M',
      [
        { type: 'mouse', what: 'wheel-up', x: 0, y: 0 },
        { type: 'mouse', what: 'wheel-down', x: 0, y: 0 },
      ],
    ],
    ['other buttons and motion are nothing', '\u001b[<2;1;1M\u001b[<35;1;1M\u001b[<66;1;1M', []],
    ['an old mouse report is left out whole', '\u001b[M !!x', [text('x')]],
    ['a paste', '\u001b[200~app = TLS\n\u001b[A\u001b[201~x', [{ type: 'paste', text: 'app = TLS\n\u001b[A' }, text('x')]],
    [
      'an answer about a mode',
      '\u001b[?2026;2$y\u001b[?2026;0$y',
      [
        { type: 'mode', mode: 2026, isKnown: true },
        { type: 'mode', mode: 2026, isKnown: false },
      ],
    ],
    ['an unknown sequence is left out whole', '\u001b[?1;2;3c\u001b[>41;366;0cq', [text('q')]],
    ['Alt and a letter is left out', '\u001bxq', [text('q')]],
    ['a sequence broken off by an Escape', '\u001b[12\u001b[A', [key('up')]],
    ['a sequence broken off by a letter of another script', '\u001b[1é', [text('é')]],
    ['a sequence without an end', `\u001b[${'1'.repeat(100)}A`, [...'1'.repeat(36)].map(text).concat([text('A')])],
    ['the beginning of a sequence alone', '\u001b[1;', []],
    ['C1 controls and NUL', '\u0000\u009b1mq', [text('1'), text('m'), text('q')]],
  ]
  it.each(cases)('%s', (_, input, events) => expect(parse(input)).toEqual(events))

  it('waits for the rest of a sequence', () => {
    const parser = new InputParser()
    expect(parser.feed(bytes('\u001b'))).toEqual([])
    expect(parser.isWaiting).toBe(true)
    expect(parser.feed(bytes('[<0;3'))).toEqual([])
    expect(parser.feed(bytes(';4Mx'))).toEqual([{ type: 'mouse', what: 'press', x: 2, y: 3 }, text('x')])
    expect(parser.isWaiting).toBe(false)
  })
  it('joins a character that came in two parts', () => {
    const [a, ...rest] = bytes('東')
    expect(parse(Uint8Array.of(a!), Uint8Array.from(rest))).toEqual([text('東')])
  })
  it('bytes that are no UTF-8 are replacement characters', () =>
    expect(parse(Uint8Array.of(0xff, 0x71))).toEqual([text('\ufffd'), text('q')]))
  it('cuts a paste that is too long, and goes on behind it', () => {
    const events = parse(`\u001b[200~${'a'.repeat(20_000)}\u001b[201~q`)
    expect(events).toEqual([{ type: 'paste', text: 'a'.repeat(8192) }, text('q')])
  })

  it('says the same however the bytes were split, and holds nothing back', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '\u001b[A',
        '\u001b[<64;3;4M',
        '\u001b[200~',
        '\u001b[201~',
        '\u001bO',
        '\u001b',
        '\u001b[',
        '\u001b[?2026;1$y',
        'é',
        '東',
        '\u001b[M',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    )
    const input = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((parts) => bytes(parts.join(''))),
      fc.uint8Array({ maxLength: 80 }),
    )
    fc.assert(
      fc.property(input, fc.array(fc.nat(80), { maxLength: 6 }), (all, cuts) => {
        const at = [...new Set(cuts.map((cut) => Math.min(cut, all.length)))].sort((a, b) => a - b)
        const parts = [...at, all.length].map((end, i) => all.subarray(at[i - 1] ?? 0, end))
        const parser = new InputParser()
        const split = [...parts.flatMap((part) => parser.feed(part)), ...parser.flush()]
        expect(split).toEqual(parse(all))
        expect(parser.isWaiting).toBe(false)
        for (const event of split) if (event.type === 'text') expect(event.text).not.toMatch(/\p{Cc}/u)
      }),
      { seed: 3, numRuns: 1500 },
    )
  })
})
