/** One cache line of tags. */
const WAYS = 16

/**
 * Places for what is remembered for a while, found by two hashes of its key: the first says in which set of 16 it may lie, the second is kept as its tag. A full
 * set gives up what has not been asked for or set for longest: no flood of keys costs more than a look at one set. Whoever needs more certainty than 32 bits keeps the key with the rest.
 */
export class RecentSlots {
  private readonly tags: Int32Array
  /** When each was last asked for, by `clock`; 0: free. */
  private readonly usedAt: Float64Array
  private readonly sets: number
  private clock = 0
  count = 0
  /** Whether `claim` found it new, and whether something was given up for it. */
  isNew = false
  hasReplaced = false

  /** `size`: a power of two, at least 16. */
  constructor(size: number) {
    this.tags = new Int32Array(size)
    this.usedAt = new Float64Array(size)
    this.sets = size / WAYS
  }

  /** Its place, or -1. */
  find(hash: number, tag: number): number {
    const from = (hash & (this.sets - 1)) * WAYS
    const { tags, usedAt } = this
    for (let i = from; i < from + WAYS; i++) {
      if (tags[i] !== tag || usedAt[i] === 0) continue
      usedAt[i] = ++this.clock
      return i
    }
    return -1
  }

  /** Its place, taken when it has none. */
  claim(hash: number, tag: number): number {
    const there = this.find(hash, tag)
    this.isNew = there < 0
    this.hasReplaced = false
    if (there >= 0) return there
    const from = (hash & (this.sets - 1)) * WAYS
    const { usedAt } = this
    let oldest = from
    for (let i = from + 1; i < from + WAYS; i++) if (usedAt[i]! < usedAt[oldest]!) oldest = i
    if (usedAt[oldest] === 0) this.count++
    else this.hasReplaced = true
    this.tags[oldest] = tag
    usedAt[oldest] = ++this.clock
    return oldest
  }
}
