import { isIpv4, maskOf, type Network } from '../wire/address.ts'

const NOTHING = -1
const IPV4_BITS_BEFORE = 96
const PORTS = 65_536
/** Words of an entry: the address masked, its port or 0, the value. */
const ENTRY = 6
const PORT = 4
const VALUE = 5

/**
 * Values by address and prefix, with a port or for any. The longest prefix that matches wins, and of equals the one with a port. What a look-up costs depends
 * on how many lengths of prefix there are, not on how many prefixes.
 */
export class AddressPrefixes {
  /** Longest first, with ports before those without. */
  private readonly groups: Group[] = []
  /** A bit for each port that stands in one of them. */
  private readonly ports = new Uint8Array(PORTS / 8)
  size = 0

  /** `port` 0: any. A prefix given twice has the later value. */
  add({ words, bits }: Network, port: number, value: number): void {
    const isV4 = bits >= IPV4_BITS_BEFORE && isIpv4(words[0], words[1], words[2])
    const withPort = port !== 0
    let group = this.groups.find((g) => g.bits === bits && g.isV4 === isV4 && g.withPort === withPort)
    if (group === undefined) {
      group = new Group(bits, isV4, withPort)
      this.groups.push(group)
      this.groups.sort((a, b) => b.rank - a.rank)
    }
    if (withPort) this.ports[port >>> 3]! |= 1 << (port & 7)
    const before = group.size
    group.set(words[0], words[1], words[2], words[3], port, value)
    this.size += group.size - before
  }

  /** The value for this address and port, or -1. */
  lookup(w0: number, w1: number, w2: number, w3: number, port: number): number {
    return this.either({ w0, w1, w2, w3, port })
  }

  /** The value with the narrowest prefix that one of two ends lies in; of equals that of the first end. */
  either(first: End, second?: End): number {
    const firstKind = this.kindOf(first)
    const secondKind = second === undefined ? 0 : this.kindOf(second)
    for (const group of this.groups) {
      const value = (firstKind & group.kind) === 0 ? NOTHING : group.find(first)
      if (value >= 0) return value
      if ((secondKind & group.kind) === 0) continue
      const other = group.find(second!)
      if (other >= 0) return other
    }
    return NOTHING
  }

  /** The kinds of groups that can have it. */
  private kindOf({ w0, w1, w2, port }: End): number {
    const without = kind(isIpv4(w0, w1, w2), false)
    return (this.ports[port >>> 3]! & (1 << (port & 7))) === 0 ? without : without | kind(isIpv4(w0, w1, w2), true)
  }
}

const kind = (isV4: boolean, withPort: boolean): number => (isV4 ? 1 : 2) << (withPort ? 2 : 0)

/** An address and a port; 0 where there are no ports. */
export interface End {
  readonly w0: number
  readonly w1: number
  readonly w2: number
  readonly w3: number
  readonly port: number
}

/** The prefixes of one length: open addressing. */
class Group {
  readonly bits: number
  readonly isV4: boolean
  readonly withPort: boolean
  readonly rank: number
  readonly kind: number
  size = 0
  private readonly m0: number
  private readonly m1: number
  private readonly m2: number
  private readonly m3: number
  private entries = new Int32Array(ENTRY * 8)
  private slots = new Int32Array(32).fill(NOTHING)

  constructor(bits: number, isV4: boolean, withPort: boolean) {
    this.bits = bits
    this.isV4 = isV4
    this.withPort = withPort
    this.kind = kind(isV4, withPort)
    this.rank = bits * 2 + (withPort ? 1 : 0)
    this.m0 = maskOf(bits)
    this.m1 = maskOf(bits - 32)
    this.m2 = maskOf(bits - 64)
    this.m3 = maskOf(bits - 96)
  }

  find({ w0, w1, w2, w3, port }: End): number {
    const slot = this.slotOf(w0 & this.m0, w1 & this.m1, w2 & this.m2, w3 & this.m3, this.withPort ? port : 0)
    const entry = this.slots[slot]!
    return entry < 0 ? NOTHING : this.entries[entry * ENTRY + VALUE]!
  }

  set(w0: number, w1: number, w2: number, w3: number, port: number, value: number): void {
    const slot = this.slotOf(w0, w1, w2, w3, port)
    const there = this.slots[slot]!
    if (there >= 0) {
      this.entries[there * ENTRY + VALUE] = value
      return
    }
    const entry = this.size++
    if (this.size * ENTRY > this.entries.length) this.grow()
    this.entries.set([w0, w1, w2, w3, port, value], entry * ENTRY)
    this.slots[this.slotOf(w0, w1, w2, w3, port)] = entry
  }

  /** Where it is, or would be. */
  private slotOf(w0: number, w1: number, w2: number, w3: number, port: number): number {
    const { slots, entries } = this
    const mask = slots.length - 1
    for (let slot = hash(w0, w1, w2, w3, port) & mask; ; slot = (slot + 1) & mask) {
      const at = slots[slot]! * ENTRY
      if (at < 0) return slot
      if (entries[at + 3] === w3 && entries[at + PORT] === port && entries[at + 2] === w2 && entries[at + 1] === w1 && entries[at] === w0)
        return slot
    }
  }

  private grow(): void {
    const { entries } = this
    this.entries = new Int32Array(2 * entries.length)
    this.entries.set(entries)
    this.slots = new Int32Array(4 * (this.entries.length / ENTRY)).fill(NOTHING)
    for (let entry = 0; entry < this.size - 1; entry++) {
      const at = entry * ENTRY
      const slot = this.slotOf(entries[at]!, entries[at + 1]!, entries[at + 2]!, entries[at + 3]!, entries[at + PORT]!)
      this.slots[slot] = entry
    }
  }
}

function hash(w0: number, w1: number, w2: number, w3: number, port: number): number {
  let h = Math.imul(w0, 0x85ebca6b) ^ port
  h = Math.imul(h ^ (h >>> 15) ^ w1, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 13) ^ w2, 0x27d4eb2f)
  h = Math.imul(h ^ (h >>> 15) ^ w3, 0x165667b1)
  return h ^ (h >>> 16)
}
