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

/** Whether all that lies at the cursor, to its end, is the beginning of one of these texts: more bytes may tell. */
export function isPartOf(c: Cursor, words: readonly string[]): boolean {
  for (const word of words) {
    let n = 0
    while (n < word.length && c.peek(n) === word.charCodeAt(n)) n++
    if (n === c.left && n < word.length) return true
  }
  return false
}
