/** What came from the wire is hostile: it is shown as text, cut, with what cannot be seen made visible. */

const MAX_SHOWN = 255
// C0 and C1 controls, direction marks and overrides, zero-width and tag characters, line separators, lone surrogates, letters that are drawn as nothing.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}\u115f\u1160\u2065\u3164\uffa0]|\u034f|\u17b4|\u17b5/gu

function visible(c: string): string {
  const code = c.codePointAt(0)!
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
}

/** Safe to show in one line. */
export function showable(text: string): string {
  const cut = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text
  return cut.replace(INVISIBLE, visible)
}

const TAIL = 10
const MIN_CUT = 20
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * The head and the tail of a text that is cut in the middle when there is no room: the head may shrink, the tail stays.
 * A short text has no tail. Never parts what is one character to the eye.
 */
export function splitForCut(text: string): [head: string, tail: string] {
  if (text.length < MIN_CUT) return [text, '']
  const parts = [...segmenter.segment(text)]
  const from = parts.at(-TAIL)
  return parts.length < MIN_CUT || !from ? [text, ''] : [text.slice(0, from.index), text.slice(from.index)]
}

/** Cut in the middle to at most `max` characters, for places that cannot shrink by themselves. */
export function middleCut(text: string, max: number): string {
  const parts = [...segmenter.segment(text)].map((part) => part.segment)
  if (parts.length <= max) return text
  const head = Math.ceil((max - 1) / 2)
  return `${parts.slice(0, head).join('')}…${parts.slice(parts.length - (max - 1 - head)).join('')}`
}
