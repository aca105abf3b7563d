import { takeMemory } from '../lib/table-memory.ts'
import { EMPTY, ValuePool } from './value-pool.ts'

// The words of a block; then field, value, field, value …, values by their numbers in the pool.
/** Size class | values << 8 | category + 1 << 16 | CATEGORY_GIVEN. */
const HEAD = 0
const SERVER_NAME = 1
const INFO = 2
const INFO_REST = 3
const FIRST_VALUE = 4

/** A user gave the category. */
const CATEGORY_GIVEN = 1 << 31

/** Dissected fields of one flow that are kept. */
export const MAX_VALUES = 64
/** Words of a block by size class: each is less than half as long again as the one before. */
const SIZES = [4, 6, 8, 10, 12, 16, 20, 28, 40, 56, 80, FIRST_VALUE + 2 * MAX_VALUES] as const
const CLASS_OF = Uint8Array.from({ length: SIZES.at(-1)! + 1 }, (_, words) => SIZES.findIndex((size) => size >= words))

const FIRST_ROWS = 1024
const FIRST_WORDS = 1 << 13
const NONE = 0

/**
 * What is known of flows beyond their counters: names, the telling detail, dissected values. A block of words a flow of which something is known, all in
 * one array: hundreds of thousands of flows have one, and as objects they would take three times the room and keep the collector busy.
 */
export class FlowDetails {
  private readonly pool = new ValuePool()
  /** Where each row's block begins; NONE where there is none. */
  private blocks = new Int32Array(FIRST_ROWS)
  private words = new Int32Array(FIRST_WORDS)
  /** The first word belongs to nobody, so that no block begins at NONE. */
  private used = 1
  /** First of the free blocks of each size class, each of which begins with the place of the next. */
  private readonly free = new Int32Array(SIZES.length)

  /** '' when it is not known. */
  serverName(row: number): string {
    return this.text(row, SERVER_NAME)
  }
  setServerName(row: number, name: string): void {
    this.put(this.blockOf(row) + SERVER_NAME, name)
  }

  info(row: number): string {
    const rest = this.text(row, INFO_REST)
    const info = this.text(row, INFO)
    return rest === '' ? info : `${info} ${rest}`
  }
  /** Two parts that will be shown with a blank between: a name in the second part need not be kept twice. */
  setInfo(row: number, info: string, rest: string): void {
    const block = this.blockOf(row)
    this.put(block + INFO, info)
    this.put(block + INFO_REST, rest)
  }

  /** Category that the server's own name or address has, or -1: then it is the application's. */
  category(row: number): number {
    const block = this.blockOrNone(row)
    return block === NONE ? -1 : ((this.words[block + HEAD]! >>> 16) & 0x7fff) - 1
  }
  /** A user gave that category: it holds whatever the protocol. */
  isCategoryGiven(row: number): boolean {
    const block = this.blockOrNone(row)
    return block !== NONE && (this.words[block + HEAD]! & CATEGORY_GIVEN) !== 0
  }
  setCategory(row: number, category: number, isGiven = false): void {
    const head = this.blockOf(row) + HEAD
    this.words[head] = (this.words[head]! & 0xffff) | ((category + 1) << 16) | (isGiven ? CATEGORY_GIVEN : 0)
  }

  /** Adds the first `n` of these values, later ones in the place of earlier ones. */
  setValues(row: number, fields: ArrayLike<number>, values: readonly unknown[], n: number): void {
    let block = this.blockOrNone(row)
    if (block === NONE) block = this.blockOf(row, Math.min(n, MAX_VALUES))
    const begun = this.count(block)
    let fresh = n
    if (begun > 0) for (let i = 0; i < n; i++) if (this.find(block, begun, fields[i]!) >= 0) fresh--
    const most = Math.min(MAX_VALUES, begun + fresh)
    block = this.widen(row, block, most)
    let count = begun
    for (let i = 0; i < n; i++) {
      const there = begun === 0 ? -1 : this.find(block, begun, fields[i]!)
      if (there >= 0) this.put(there, values[i])
      else if (count < most) {
        const at = block + FIRST_VALUE + 2 * count++
        this.words[at] = fields[i]!
        this.words[at + 1] = this.pool.of(values[i])
      }
    }
    this.words[block + HEAD] = (this.words[block + HEAD]! & ~0xff00) | (count << 8)
  }

  eachValue(row: number, visit: (field: number, value: unknown) => void): void {
    const block = this.blockOrNone(row)
    if (block === NONE) return
    const end = block + FIRST_VALUE + 2 * this.count(block)
    for (let at = block + FIRST_VALUE; at < end; at += 2) visit(this.words[at]!, this.pool.get(this.words[at + 1]!))
  }

  /** The latest value of a field for which `nameOf` gives this number; undefined when there is none. */
  valueNamed(row: number, nameOf: Int32Array, name: number): unknown {
    const block = this.blockOrNone(row)
    if (block === NONE) return undefined
    const { words } = this
    for (let at = block + FIRST_VALUE + 2 * (this.count(block) - 1); at >= block + FIRST_VALUE; at -= 2)
      if (nameOf[words[at]!] === name) return this.pool.get(words[at + 1]!)
    return undefined
  }

  /** The marks of all fields that have a value, in one: `marks` has `words` of them a field, of which this is the one at `word`. */
  marksOf(row: number, marks: Int32Array, words: number, word: number): number {
    const block = this.blockOrNone(row)
    if (block === NONE) return 0
    const end = block + FIRST_VALUE + 2 * this.count(block)
    let all = 0
    for (let at = block + FIRST_VALUE; at < end; at += 2) all |= marks[words * this.words[at]! + word]!
    return all
  }

  forget(row: number): void {
    const block = this.blockOrNone(row)
    if (block === NONE) return
    const { words, pool } = this
    for (const part of [SERVER_NAME, INFO, INFO_REST]) pool.release(words[block + part]!)
    for (let i = 0; i < this.count(block); i++) pool.release(words[block + FIRST_VALUE + 2 * i + 1]!)
    this.giveBack(block)
    this.blocks[row] = NONE
  }

  /** Bytes of its arrays that are in use, beside the heap. */
  get bytesInUse(): number {
    return 4 * this.used + this.blocks.byteLength + this.pool.bytesInUse
  }

  private text(row: number, part: number): string {
    const block = this.blockOrNone(row)
    return block === NONE ? '' : (this.pool.get(this.words[block + part]!) as string)
  }

  /** Puts a value in the place of the one whose number stands at `at`. */
  private put(at: number, value: unknown): void {
    const before = this.words[at]!
    this.words[at] = this.pool.of(value)
    this.pool.release(before)
  }

  private count(block: number): number {
    return (this.words[block + HEAD]! >>> 8) & 0xff
  }

  /** Place of the field's value, or -1. */
  private find(block: number, count: number, field: number): number {
    const { words } = this
    const end = block + FIRST_VALUE + 2 * count
    for (let at = block + FIRST_VALUE; at < end; at += 2) if (words[at] === field) return at + 1
    return -1
  }

  private blockOrNone(row: number): number {
    return row < this.blocks.length ? this.blocks[row]! : NONE
  }
  /** The row's block, made with room for `values` when there is none. */
  private blockOf(row: number, values = 0): number {
    const there = this.blockOrNone(row)
    if (there !== NONE) return there
    if (row >= this.blocks.length) {
      const wider = new Int32Array(Math.max(row + 1, 2 * this.blocks.length))
      wider.set(this.blocks)
      this.blocks = wider
    }
    const block = this.take(CLASS_OF[FIRST_VALUE + 2 * values]!)
    this.words.fill(EMPTY, block + SERVER_NAME, block + FIRST_VALUE)
    this.blocks[row] = block
    return block
  }

  private take(sizeClass: number): number {
    let block = this.free[sizeClass]!
    if (block !== NONE) this.free[sizeClass] = this.words[block]!
    else {
      block = this.used
      this.used += SIZES[sizeClass]!
      if (this.used > this.words.length) {
        const wider = new Int32Array(takeMemory(4 * 2 * this.words.length))
        wider.set(this.words)
        this.words = wider
      }
    }
    this.words[block + HEAD] = sizeClass
    return block
  }
  private giveBack(block: number): void {
    const sizeClass = this.words[block + HEAD]! & 0xff
    this.words[block] = this.free[sizeClass]!
    this.free[sizeClass] = block
  }

  /** Makes room for so many values; where the block is then. */
  private widen(row: number, block: number, values: number): number {
    const sizeClass = this.words[block + HEAD]! & 0xff
    const wanted = CLASS_OF[FIRST_VALUE + 2 * values]!
    if (wanted <= sizeClass) return block
    const wider = this.take(wanted)
    const { words } = this
    words.copyWithin(wider + 1, block + 1, block + SIZES[sizeClass]!)
    words[wider + HEAD] = (words[block + HEAD]! & ~0xff) | wanted
    this.giveBack(block)
    this.blocks[row] = wider
    return wider
  }
}
