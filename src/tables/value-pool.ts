const SLOTS = 1 << 15
const FIRST_VALUES = 1024
/** In the place of a value that nobody holds: equal to nothing. */
const FREE = Symbol('free')
/** The number of ''. */
export const EMPTY = 0

/**
 * Values by number, so that a row keeps four bytes of each. Equal texts mostly have one number: fingerprints, names and URLs of thousands of flows are
 * the same few. Whoever keeps a number holds it until `release`.
 */
export class ValuePool {
  private readonly values: unknown[] = ['']
  /** How many hold the number; of a free one, the next free one. */
  private holders = new Int32Array(FIRST_VALUES)
  private firstFree = -1
  /**
   * A direct-mapped table of the numbers given last: the slot comes from a few characters, which is far cheaper than a hash of all, and a value that finds
   * another in its slot takes its place. What is in it may have been released since: then another value is there, or none.
   */
  private readonly recent = new Int32Array(SLOTS)

  /** The number of the value, held once more. */
  of(value: unknown): number {
    if (value === '') return EMPTY
    const slot = slotOf(value)
    const known = this.recent[slot]!
    if (this.values[known] === value) {
      this.holders[known]! += 1
      return known
    }
    const id = this.take(value)
    this.recent[slot] = id
    return id
  }

  private take(value: unknown): number {
    let id = this.firstFree
    if (id >= 0) this.firstFree = this.holders[id]!
    else {
      id = this.values.length
      if (id === this.holders.length) {
        const wider = new Int32Array(2 * id)
        wider.set(this.holders)
        this.holders = wider
      }
    }
    this.values[id] = value
    this.holders[id] = 1
    return id
  }

  get(id: number): unknown {
    return this.values[id]
  }

  release(id: number): void {
    if (id === EMPTY || (this.holders[id]! -= 1) > 0) return
    this.values[id] = FREE
    this.holders[id] = this.firstFree
    this.firstFree = id
  }

  /** Bytes of its arrays beside the heap. */
  get bytesInUse(): number {
    return this.holders.byteLength + this.recent.byteLength
  }
}

function slotOf(value: unknown): number {
  if (typeof value === 'string') return slotOfText(value)
  if (typeof value === 'number') return Math.imul(value, 0x9e3779b1) >>> 17
  // Lists that several flows share are one object.
  if (Array.isArray(value) && typeof value[0] === 'string') return slotOfText(value[0]) ^ (value.length & 7)
  return 0
}
function slotOfText(text: string): number {
  const n = text.length
  const ends = (text.charCodeAt(0) << 8) ^ text.charCodeAt(n - 1) ^ (text.charCodeAt(n >> 1) << 4)
  const inner = (text.charCodeAt(n >> 2) << 6) ^ (text.charCodeAt((3 * n) >> 2) << 2)
  return (Math.imul(ends ^ n, 0x9e3779b1) ^ Math.imul(inner, 0x85ebca6b)) >>> 17
}
