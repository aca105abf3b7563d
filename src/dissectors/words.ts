import type { Cursor } from '../wire/cursor.ts'

/** Which of these texts the bytes at the cursor begin with: its index, or -1. Neither moves nor allocates. */
export function beginsWith(c: Cursor, words: readonly string[], ahead = 0): number {
  for (let i = 0; i < words.length; i++) if (c.startsWith(words[i]!, ahead)) return i
  return -1
}

/** The same without regard to case; the texts are given in lower case. */
export function beginsWithFold(c: Cursor, words: readonly string[], ahead = 0): number {
  for (let i = 0; i < words.length; i++) if (c.startsWithFold(words[i]!, ahead)) return i
  return -1
}
