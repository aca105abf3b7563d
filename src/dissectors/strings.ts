/** Texts that end with a zero byte, as many games and messaging protocols have them. */
import type { Cursor } from '../wire/cursor.ts'

/** Length of the text at `ahead` without its zero, or -1 when none ends within `max` bytes or a control character lies in it; moves nothing. */
export function stringLength(c: Cursor, max: number, ahead = 0): number {
  for (let n = 0; n <= max; n++) {
    const b = c.peek(ahead + n)
    if (b === 0) return n
    if (b < 0x20) return -1
  }
  return -1
}

/** The text at the cursor; moves behind its zero. */
export function readString(c: Cursor, max: number): string {
  const length = stringLength(c, max)
  const value = c.text(length)
  c.skip(1)
  return value
}
