/**
 * How many columns of a terminal a text takes. Counted by code point, as wcwidth of most terminals does: terminals that put several into one
 * picture (flags, skin tones) need fewer, and the painter sets the cursor anew behind whatever is not plain.
 */
import { showable } from '../../lib/text.ts'

/** Drawn over the character before them. Variation selectors are among them. */
const MARK = /^[\p{Mn}\p{Me}]/u
const VARIATION_SELECTOR = /[\ufe00-\ufe0f\u180b-\u180d\u180f\u{e0100}-\u{e01ef}]/gu
/** More than any script stacks; what is above only smears over other rows. */
const MAX_MARKS = 3
const DOTTED_CIRCLE = '\u25cc'

/** East Asian Width W and F (UAX #11) and characters shown as pictures by default, in ranges of the code charts. */
const WIDE: readonly (readonly [from: number, to: number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
]
const PICTURE = /^\p{Emoji_Presentation}/u

function widthOf(char: string): number {
  const code = char.codePointAt(0)!
  if (code < 0x300) return 1
  if (MARK.test(char)) return 0
  if (code < 0x1100) return 1
  return WIDE.some(([from, to]) => code >= from && code <= to) || PICTURE.test(char) ? 2 : 1
}

export interface Glyph {
  /** A character with the marks over it. */
  readonly text: string
  readonly width: 1 | 2
}

/** The text as what stands in each column. Takes text that is safe to show. */
export function glyphsOf(text: string): Glyph[] {
  const glyphs: { text: string; width: 1 | 2; marks: number }[] = []
  for (const char of text) {
    const width = widthOf(char)
    const last = glyphs.at(-1)
    if (width !== 0) glyphs.push({ text: char, width: width === 2 ? 2 : 1, marks: 0 })
    else if (last === undefined) glyphs.push({ text: DOTTED_CIRCLE + char, width: 1, marks: 1 })
    else if (last.marks++ < MAX_MARKS) last.text += char
  }
  return glyphs
}

const PLAIN = /^[\x20-\x7e]*$/
export const textWidth = (text: string): number =>
  PLAIN.test(text) ? text.length : glyphsOf(text).reduce((sum, { width }) => sum + width, 0)

/** Text from the wire or from a user, made safe: nothing in it moves the cursor, hides or takes the place of its neighbours. */
export const safe = (text: string): string =>
  PLAIN.test(text) && text.length < 256 ? text : showable(text.replace(VARIATION_SELECTOR, ''))

const joined = (glyphs: readonly Glyph[]) => glyphs.map(({ text }) => text).join('')

/** As many of the first glyphs as fit. */
function fitting(glyphs: Iterable<Glyph>, width: number): Glyph[] {
  const taken: Glyph[] = []
  let left = width
  for (const glyph of glyphs) {
    left -= glyph.width
    if (left < 0) break
    taken.push(glyph)
  }
  return taken
}

/** Without its end where there is no room. */
export function cutEnd(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  return width < 1 ? '' : `${joined(fitting(glyphsOf(text), width - 1))}…`
}

/** Without its middle where there is no room: of a name both ends tell most. */
export function cutMiddle(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  if (width < 5) return cutEnd(text, width)
  const glyphs = glyphsOf(text)
  const head = joined(fitting(glyphs, Math.ceil((width - 1) / 2)))
  const tail = joined(fitting(glyphs.reverse(), width - 1 - textWidth(head)).reverse())
  return `${head}…${tail}`
}

export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - textWidth(text)))
export const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - textWidth(text))) + text

/** In lines of at most `width` columns, broken at spaces where there are some. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let rest = glyphsOf(text)
  while (rest.length > 0) {
    const taken = fitting(rest, Math.max(2, width))
    const space = taken.length < rest.length ? taken.findLastIndex((glyph) => glyph.text === ' ') : -1
    const count = space > taken.length / 2 ? space : taken.length
    lines.push(joined(rest.slice(0, count)))
    rest = rest.slice(space > taken.length / 2 ? count + 1 : count)
  }
  return lines.length === 0 ? [''] : lines
}
