import { takeMemory } from '../lib/table-memory.ts'

const FIRST_ROWS = 1024
/** Words a row: what matched where, its first bytes, and what named the application inside. */
const WORDS = 4
const MATCH = 0
const BYTES = 1
const SAID = 3
/** First bytes of a payload that are kept. */
export const MAX_BYTES = 8
const MAX_PACKET = 0xffff

// Of the words MATCH and SAID: the packet's number in the low 16 bits, then its direction, then the rest: how many bytes and whose signature, or which words.
const DIRECTION = 1 << 16
const REST_SHIFT = 17
const COUNT_BITS = 4
/** Different explanations that are kept; each is a constant of the program. */
const MAX_WHYS = 4096

/** On which packet a name rests. Packets are counted in the flow from 1, up to 65,535. */
export interface Evidence {
  readonly packet: number
  /** 0 from a to b. */
  readonly direction: 0 | 1
}
export interface MatchEvidence extends Evidence {
  /** Index of the dissector. */
  readonly dissector: number
  readonly bytes: Uint8Array
}
export interface SaidEvidence extends Evidence {
  /** '' when the dissector gave no words for it. */
  readonly why: string
}

/** Why flows have their names: written once or twice a flow, read when somebody asks. */
export class FlowEvidence {
  private words = new Int32Array(0)
  private readonly whys: string[] = ['']
  private readonly whyIds = new Map<string, number>([['', 0]])

  /** The payload that this dissector's signature matched begins with b[at .. end). */
  setMatch(row: number, dissector: number, packet: number, direction: number, b: Uint8Array, at: number, end: number): void {
    const count = Math.min(MAX_BYTES, end - at)
    const word = this.wordOf(row)
    this.words[word + MATCH] = packed(packet, direction, count | (dissector << COUNT_BITS))
    let high = 0
    let low = 0
    for (let i = 0; i < MAX_BYTES; i++) {
      const byte = i < count ? b[at + i]! : 0
      if (i < 4) high = (high << 8) | byte
      else low = (low << 8) | byte
    }
    this.words[word + BYTES] = high
    this.words[word + BYTES + 1] = low
  }
  setSaid(row: number, packet: number, direction: number, why: string): void {
    const word = this.wordOf(row)
    this.words[word + SAID] = packed(packet, direction, this.idOf(why))
  }

  match(row: number): MatchEvidence | undefined {
    const word = this.wordOrNone(row, MATCH)
    if (word === 0) return undefined
    const at = WORDS * row + BYTES
    const rest = word >>> REST_SHIFT
    const bytes = Uint8Array.from({ length: rest & ((1 << COUNT_BITS) - 1) }, (_, i) => this.words[at + (i >> 2)]! >>> (8 * (3 - (i & 3))))
    return { ...unpacked(word), dissector: rest >>> COUNT_BITS, bytes }
  }
  said(row: number): SaidEvidence | undefined {
    const word = this.wordOrNone(row, SAID)
    return word === 0 ? undefined : { ...unpacked(word), why: this.whys[word >>> REST_SHIFT] ?? '' }
  }

  forget(row: number): void {
    if (WORDS * row < this.words.length) this.words.fill(0, WORDS * row, WORDS * (row + 1))
  }

  private idOf(why: string): number {
    const known = this.whyIds.get(why)
    if (known !== undefined) return known
    if (this.whys.length >= MAX_WHYS) return 0
    const id = this.whys.push(why) - 1
    this.whyIds.set(why, id)
    return id
  }

  private wordOrNone(row: number, which: number): number {
    return this.words[WORDS * row + which] ?? 0
  }
  private wordOf(row: number): number {
    const word = WORDS * row
    if (word >= this.words.length) {
      const wider = new Int32Array(takeMemory(4 * Math.max(WORDS * FIRST_ROWS, 2 * this.words.length, word + WORDS)))
      wider.set(this.words)
      this.words = wider
    }
    return word
  }
}

const packed = (packet: number, direction: number, rest: number) =>
  Math.min(packet, MAX_PACKET) | (direction === 0 ? 0 : DIRECTION) | (rest << REST_SHIFT)
const unpacked = (word: number): Evidence => ({ packet: word & MAX_PACKET, direction: (word & DIRECTION) === 0 ? 0 : 1 })
