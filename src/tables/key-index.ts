import { takeMemory } from '../lib/table-memory.ts'

/**
 * From a hash to rows: open addressing over (hash, row + 1) pairs, at most half full. Probing is bounded, so that no choice of keys makes a look-up slow;
 * a key that finds no slot within the bound is refused like one that finds no row. Deleting shifts later entries back: no tombstones.
 */
export const MAX_PROBES = 128

export class KeyIndex {
  /** hash at 2i, row + 1 at 2i + 1 (0: empty). The owner's look-ups read it directly. */
  pairs: Int32Array
  mask: number
  count = 0

  constructor(rows: number) {
    let slots = 16
    while (slots < rows * 2) slots *= 2
    this.mask = slots - 1
    this.pairs = new Int32Array(takeMemory(4 * slots * 2))
  }

  /** False when there is no slot within the bound. */
  insert(hash: number, row: number): boolean {
    const { pairs, mask } = this
    for (let i = hash & mask, n = 0; n < MAX_PROBES; i = (i + 1) & mask, n++)
      if (pairs[2 * i + 1] === 0) {
        pairs[2 * i] = hash
        pairs[2 * i + 1] = row + 1
        this.count++
        return true
      }
    return false
  }

  remove(hash: number, row: number): void {
    const { pairs, mask } = this
    let hole = hash & mask
    for (let n = 0; pairs[2 * hole + 1] !== row + 1; hole = (hole + 1) & mask) if (n++ > MAX_PROBES) return
    this.count--
    for (let i = (hole + 1) & mask; pairs[2 * i + 1] !== 0; i = (i + 1) & mask) {
      const home = pairs[2 * i]! & mask
      // Move back unless its home lies cyclically in (hole, i].
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        pairs[2 * hole] = pairs[2 * i]!
        pairs[2 * hole + 1] = pairs[2 * i + 1]!
        hole = i
      }
    }
    pairs[2 * hole] = 0
    pairs[2 * hole + 1] = 0
  }

  /** Twice as many slots. */
  grow(): void {
    const old = this.pairs
    this.pairs = new Int32Array(takeMemory(4 * old.length * 2))
    this.mask = this.mask * 2 + 1
    this.count = 0
    for (let i = 0; i < old.length; i += 2) if (old[i + 1] !== 0) this.insert(old[i]!, old[i + 1]! - 1)
  }
}
