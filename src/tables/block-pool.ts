const FIRST_WORDS = 1 << 10
/** No block begins here. */
export const NO_BLOCK = 0

/**
 * Blocks of words of a few sizes, all in one array: thousands of small lists, as objects, would take three times the room. The low byte of a block's first
 * word is its size class; the other three, and all words behind it, are its owner's. What is released is given out again.
 */
export class BlockPool {
  words = new Int32Array(FIRST_WORDS)
  private readonly sizes: readonly number[]
  private readonly maxWords: number
  /** The first word belongs to nobody, so that no block begins at NO_BLOCK. */
  private used = 1
  /** First of the free blocks of each class, each of which begins with the place of the next. */
  private readonly free: Int32Array

  /** `sizes`: words of a block of each class, rising. No more than `maxWords` are ever held. */
  constructor(sizes: readonly number[], maxWords: number) {
    this.sizes = sizes
    this.maxWords = maxWords
    this.free = new Int32Array(sizes.length)
  }

  /** A block, all noughts but for its class; NO_BLOCK when there is no room. `words` may be another array afterwards. */
  take(sizeClass: number): number {
    const size = this.sizes[sizeClass]!
    let block = this.free[sizeClass]!
    if (block !== NO_BLOCK) this.free[sizeClass] = this.words[block]!
    else {
      if (this.used + size > this.words.length && !this.grow(size)) return NO_BLOCK
      block = this.used
      this.used += size
    }
    this.words.fill(0, block, block + size)
    this.words[block] = sizeClass
    return block
  }
  private grow(more: number): boolean {
    if (this.used + more > this.maxWords) return false
    const wider = new Int32Array(Math.min(this.maxWords, Math.max(2 * this.words.length, this.used + more)))
    wider.set(this.words)
    this.words = wider
    return true
  }

  /** The block in the next larger size, with what it holds; NO_BLOCK, and the block as it was, when there is no room. */
  widen(block: number): number {
    const sizeClass = this.classOf(block)
    const wider = this.take(sizeClass + 1)
    if (wider === NO_BLOCK) return NO_BLOCK
    const { words } = this
    words.copyWithin(wider + 1, block + 1, block + this.sizes[sizeClass]!)
    words[wider] = (words[block]! & ~0xff) | (sizeClass + 1)
    this.release(block)
    return wider
  }

  release(block: number): void {
    const sizeClass = this.classOf(block)
    this.words[block] = this.free[sizeClass]!
    this.free[sizeClass] = block
  }

  classOf(block: number): number {
    return this.words[block]! & 0xff
  }

  get bytesInUse(): number {
    return this.words.byteLength
  }
}
