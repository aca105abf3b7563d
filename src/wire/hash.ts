/** A seeded hash of the first `count` words, signed. Whoever does not know the seed cannot make collisions on purpose cheaply. */
export function hashWords(words: Int32Array, count: number, seed: number): number {
  let h = seed | 0
  for (let i = 0; i < count; i++) {
    h = Math.imul(h ^ words[i]!, 0x9e3779b1)
    h ^= h >>> 15
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
