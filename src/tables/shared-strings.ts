const SLOTS = 1 << 15

/**
 * One object for equal texts: fingerprints, names and URLs of thousands of flows are mostly the same few. A direct-mapped table: the slot comes from a few
 * characters, which is far cheaper than a hash of all, and a text that finds another in its slot takes its place.
 */
export class SharedStrings {
  private readonly slots: (string | undefined)[] = new Array<string | undefined>(SLOTS)

  of(text: string): string {
    const n = text.length
    if (n === 0) return ''
    const ends = (text.charCodeAt(0) << 8) ^ text.charCodeAt(n - 1) ^ (text.charCodeAt(n >> 1) << 4)
    const inner = (text.charCodeAt(n >> 2) << 6) ^ (text.charCodeAt((3 * n) >> 2) << 2)
    const slot = (Math.imul(ends ^ n, 0x9e3779b1) ^ Math.imul(inner, 0x85ebca6b)) >>> 17
    const known = this.slots[slot]
    if (known === text) return known
    this.slots[slot] = text
    return text
  }
}
