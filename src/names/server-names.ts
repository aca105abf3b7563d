/** Longest name of a host (RFC 1035 §2.3.4); of longer text only the end is looked at. */
const MAX_NAME = 255
/** Shortest and longest text that may match anywhere inside a name. */
const MIN_INNER = 3
const MAX_INNER = 63
const INNER_ENDS = 1024
const NOTHING = -1

const DOT = 0x2e
const DASH = 0x2d

/**
 * Values by the ends of server names. What a lookup costs depends on the length of the name alone: it is hashed from its end, and at each boundary
 * the hash is looked up among the texts known. Three kinds of text, of which the longest that matches wins:
 * `example.com` matches itself and what ends in `.example.com`; `-cdn.example.com` and `.example.com` match what ends so; `tracker.` and `ads-`, by
 * their last character, match anywhere inside.
 */
export class ServerNames {
  private readonly ends = new TextTable()
  private readonly inner = new TextTable()
  /** Bit n: some inner text has n characters. */
  private readonly innerLengths = new Uint8Array(MAX_INNER + 1)
  private longestInner = 0
  /** Which last two characters before the dot or dash some inner text has: mostly spares the second pass. */
  private readonly innerEnds = new Uint8Array(INNER_ENDS)
  /** Where in the name the latest lookup found its text. */
  private foundFrom = 0
  private foundTo = 0

  get size(): number {
    return this.ends.size + this.inner.size
  }

  /** False when the text can match nothing or is longer than a name. A text given twice has the later value. */
  add(text: string, value: number): boolean {
    const lower = text.trim().toLowerCase()
    const last = lower.charCodeAt(lower.length - 1)
    if (lower.length < 2 || lower.length > MAX_NAME || !/^[\x21-\x7e]+$/.test(lower)) return false
    if (last !== DOT && last !== DASH) {
      this.ends.set(lower, value)
      return true
    }
    if (lower.length < MIN_INNER || lower.length > MAX_INNER) return false
    this.inner.set(lower, value)
    this.innerLengths[lower.length] = 1
    this.longestInner = Math.max(this.longestInner, lower.length)
    this.innerEnds[innerEnd(lower, lower.length - 1)] = 1
    return true
  }

  /** The longest text that matches, as a lookup finds it; undefined when none does. */
  textFor(name: string): string | undefined {
    if (this.lookup(name) === NOTHING) return undefined
    return name.slice(this.foundFrom, this.foundTo).toLowerCase()
  }

  /** The value of the longest text that matches, or -1. Any case, with or without the dot of the root. */
  lookup(name: string): number {
    let end = name.length
    if (end > 0 && name.charCodeAt(end - 1) === DOT) end--
    const stop = Math.max(0, end - MAX_NAME)
    let found = NOTHING
    let foundAt = end
    let hash = SEED
    let maybeInner = false
    // One character ahead, so that each is read once.
    let next = end > stop ? name.charCodeAt(end - 1) : 0
    for (let i = end - 1; i >= stop; i--) {
      const c = next
      next = i > 0 ? name.charCodeAt(i - 1) : DOT
      hash = mix(hash, c)
      if (c === DOT || c === DASH) maybeInner ||= i >= 2 && this.innerEnds[innerEnd(name, i)] !== 0
      else if (next !== DOT) continue
      const slot = this.ends.find(hash, name, i, end)
      if (slot < 0) continue
      found = this.ends.valueAt(slot)
      foundAt = i
    }
    this.foundFrom = foundAt
    this.foundTo = end
    return !maybeInner || this.longestInner === 0 ? found : this.lookupInner(name, stop, end, found, end - foundAt)
  }

  private lookupInner(name: string, stop: number, nameEnd: number, found: number, foundLength: number): number {
    for (let end = nameEnd; end > stop; end--) {
      const last = name.charCodeAt(end - 1)
      if (last !== DOT && last !== DASH) continue
      let hash = SEED
      const from = Math.max(stop, end - this.longestInner)
      for (let i = end - 1; i >= from; i--) {
        hash = mix(hash, name.charCodeAt(i))
        const length = end - i
        if (this.innerLengths[length] === 0 || length <= foundLength) continue
        const slot = this.inner.find(hash, name, i, end)
        if (slot < 0) continue
        found = this.inner.valueAt(slot)
        foundLength = length
        this.foundFrom = i
        this.foundTo = end
      }
    }
    return found
  }
}

// FNV-1a over the characters from the last to the first, without regard to case: what makes other characters alike is told apart when texts are compared.
const SEED = 0x811c9dc5 | 0
const mix = (hash: number, c: number): number => Math.imul(hash ^ (c | 0x20), 0x01000193)
const lowerAt = (text: string, i: number): number => {
  const c = text.charCodeAt(i)
  return c >= 0x41 && c <= 0x5a ? c | 0x20 : c
}
/** Place in `innerEnds` of the two characters before the one at `i`, which is at least 2. */
const innerEnd = (text: string, i: number): number => ((lowerAt(text, i - 2) << 5) ^ lowerAt(text, i - 1)) & (INNER_ENDS - 1)
const hashOf = (text: string): number => {
  let hash = SEED
  for (let i = text.length - 1; i >= 0; i--) hash = mix(hash, text.charCodeAt(i))
  return hash
}

/** Texts and their values: open addressing, the texts themselves in one array of bytes. */
class TextTable {
  size = 0
  private slots = new Int32Array(64).fill(NOTHING)
  private hashes = new Int32Array(32)
  private values = new Int32Array(32)
  /** Text n is bytes[starts[n] .. starts[n + 1]). */
  private starts = new Int32Array(33)
  private bytes = new Uint8Array(1024)

  valueAt(entry: number): number {
    return this.values[entry]!
  }

  set(text: string, value: number): void {
    const hash = hashOf(text)
    const known = this.find(hash, text, 0, text.length)
    if (known >= 0) {
      this.values[known] = value
      return
    }
    this.reserve(text.length)
    const entry = this.size++
    const start = this.starts[entry]!
    for (let i = 0; i < text.length; i++) this.bytes[start + i] = text.charCodeAt(i)
    this.starts[entry + 1] = start + text.length
    this.hashes[entry] = hash
    this.values[entry] = value
    this.place(entry, hash)
  }

  /** The entry whose text is name[start .. end), without regard to case, or -1. `hash` is that text's. */
  find(hash: number, name: string, start: number, end: number): number {
    const mask = this.slots.length - 1
    for (let slot = slotOf(hash, mask); ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot]!
      if (entry < 0) return NOTHING
      if (this.hashes[entry] === hash && this.isText(entry, name, start, end)) return entry
    }
  }

  private isText(entry: number, name: string, start: number, end: number): boolean {
    const at = this.starts[entry]!
    if (this.starts[entry + 1]! - at !== end - start) return false
    for (let i = start; i < end; i++) if (this.bytes[at + i - start] !== lowerAt(name, i)) return false
    return true
  }

  private place(entry: number, hash: number): void {
    const mask = this.slots.length - 1
    let slot = slotOf(hash, mask)
    while (this.slots[slot]! >= 0) slot = (slot + 1) & mask
    this.slots[slot] = entry
  }

  /** Room for one more text; at most a quarter of the slots are in use, so that a miss mostly costs one look. */
  private reserve(length: number): void {
    const end = this.starts[this.size]! + length
    if (end > this.bytes.length) this.bytes = grown(this.bytes, new Uint8Array(2 * end))
    if (this.size < this.values.length) return
    const capacity = 2 * this.values.length
    this.hashes = grown(this.hashes, new Int32Array(capacity))
    this.values = grown(this.values, new Int32Array(capacity))
    this.starts = grown(this.starts, new Int32Array(capacity + 1))
    this.slots = new Int32Array(4 * capacity).fill(NOTHING)
    for (let entry = 0; entry < this.size; entry++) this.place(entry, this.hashes[entry]!)
  }
}

const slotOf = (hash: number, mask: number): number => (hash ^ (hash >>> 15)) & mask

function grown<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
