import type { Keys } from './keys.ts'

const FIRST_SLOTS = 1024
const MAX_MET = 65_536
const LOCAL = 0x8000
const COUNT = 0x7fff

/** How many workers have each key: open addressing, at most half full. Keys are salted hashes, so their low bits are as good as any. */
export class KeyCounts {
  /** Keys that at least one worker has, those of them that are local, and how often a key was counted as one more. */
  distinct = 0
  local = 0
  tooMany = 0
  /** Keys that one more worker has than before, until they are taken; undefined: nobody wants to know. */
  private met: number[] | undefined
  private low = new Int32Array(FIRST_SLOTS)
  private high = new Int32Array(FIRST_SLOTS)
  /** How many have it, 0: the slot is free; and whether it is local. */
  private counts = new Uint16Array(FIRST_SLOTS)
  private mask = FIRST_SLOTS - 1

  /** `notesMet`: keys that come when there are such already are kept for `takeMet`. */
  constructor(notesMet = false) {
    if (notesMet) this.met = []
  }

  /** Keys that several workers have, since this was last asked; bounded. */
  takeMet(): Keys {
    const met = this.met?.splice(0) ?? []
    return {
      low: Int32Array.from({ length: met.length / 2 }, (_, i) => met[2 * i]!),
      high: Int32Array.from({ length: met.length / 2 }, (_, i) => met[2 * i + 1]!),
    }
  }

  clear(): void {
    this.counts.fill(0)
    this.distinct = 0
    this.local = 0
    this.tooMany = 0
  }

  add({ low, high }: Keys, local?: Uint8Array): void {
    for (let i = 0; i < low.length; i++) this.addOne(low[i]!, high[i]!, local?.[i] === 1)
  }
  remove({ low, high }: Keys): void {
    for (let i = 0; i < low.length; i++) this.removeOne(low[i]!, high[i]!)
  }

  /** The slot of the key, or the free one where it would be. */
  private slotOf(low: number, high: number): number {
    const { counts, mask } = this
    let slot = low & mask
    while (counts[slot] !== 0 && (this.low[slot] !== low || this.high[slot] !== high)) slot = (slot + 1) & mask
    return slot
  }

  private addOne(low: number, high: number, isLocal: boolean): void {
    if (2 * this.distinct > this.mask) this.grow()
    const slot = this.slotOf(low, high)
    if (this.counts[slot] !== 0) {
      this.counts[slot]! += 1
      this.tooMany++
      if (this.met !== undefined && this.met.length < 2 * MAX_MET) this.met.push(low, high)
      return
    }
    this.low[slot] = low
    this.high[slot] = high
    this.counts[slot] = isLocal ? LOCAL + 1 : 1
    this.distinct++
    if (isLocal) this.local++
  }

  private removeOne(low: number, high: number): void {
    const slot = this.slotOf(low, high)
    const count = this.counts[slot]!
    if (count === 0) return
    if ((count & COUNT) > 1) {
      this.counts[slot]! -= 1
      this.tooMany--
      return
    }
    this.distinct--
    if ((count & LOCAL) !== 0) this.local--
    this.free(slot)
  }

  /** Later keys that would not be found any more move up. */
  private free(slot: number): void {
    const { counts, low, high, mask } = this
    let hole = slot
    for (let i = (hole + 1) & mask; counts[i] !== 0; i = (i + 1) & mask) {
      // Stays where its home lies cyclically in (hole, i].
      if (((i - low[i]!) & mask) < ((i - hole) & mask)) continue
      low[hole] = low[i]!
      high[hole] = high[i]!
      counts[hole] = counts[i]!
      hole = i
    }
    counts[hole] = 0
  }

  private grow(): void {
    const { low, high, counts } = this
    const slots = 2 * (this.mask + 1)
    this.mask = slots - 1
    this.low = new Int32Array(slots)
    this.high = new Int32Array(slots)
    this.counts = new Uint16Array(slots)
    for (let i = 0; i < counts.length; i++) {
      if (counts[i] === 0) continue
      const slot = this.slotOf(low[i]!, high[i]!)
      this.low[slot] = low[i]!
      this.high[slot] = high[i]!
      this.counts[slot] = counts[i]!
    }
  }
}
