/** The course of a figure in braille characters: two points a column, eight dots high over two lines (Unicode block U+2800). */

const BRAILLE = 0x2800
/** Bits of the dots of a cell's left and right half, from the bottom up. */
const DOTS = [
  [0x40, 0x04, 0x02, 0x01],
  [0x80, 0x20, 0x10, 0x08],
] as const
const DOTS_A_LINE = 4

/** `lines` texts of `width` characters, the upper one first; the latest values stand at the right. */
export function spark(values: readonly number[], width: number, lines: number): string[] {
  const shown = values.slice(-2 * width)
  const points = [...new Array<number>(2 * width - shown.length).fill(Number.NaN), ...shown]
  const peak = shown.reduce((most, value) => Math.max(most, value), 0)
  const heights = points.map((value) => dotsOf(value, peak, lines * DOTS_A_LINE))
  return Array.from({ length: lines }, (_, i) => {
    const bottom = (lines - 1 - i) * DOTS_A_LINE
    return Array.from({ length: width }, (_, x) => {
      const bits = [0, 1].reduce((sum, half) => sum | columnBits(heights[2 * x + half]! - bottom, DOTS[half]!), 0)
      return String.fromCharCode(BRAILLE + bits)
    }).join('')
  })
}

/** Nothing where no value is known, one dot for nothing at all, two and more for something. */
function dotsOf(value: number, peak: number, most: number): number {
  if (Number.isNaN(value)) return 0
  return value <= 0 || peak === 0 ? 1 : Math.max(2, Math.round((value / peak) * most))
}
const columnBits = (height: number, dots: readonly number[]) => dots.reduce((bits, bit, i) => (i < height ? bits | bit : bits), 0)

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
/** A bar of a share of 1. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.max(0, Math.min(1, share)) * width * 8)
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!
}
