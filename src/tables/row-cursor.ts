import { takeMemory } from '../lib/table-memory.ts'

/**
 * The rows of one table and a cursor on one of them: `rows.go(7).bytes(0)`. The accessors come from the layout (rows.gen.ts). There is one cursor a
 * table and nobody keeps a row across a call that may move it. Memory is taken for all rows at once: pages that no row has touched cost nothing.
 */
export class RowCursor {
  // The rows as each type, and the place of the cursor's row in words of 4 bytes: for the inner loops alone, where an accessor that is not inlined would
  // box a number. Take them afresh after anything that may grow the table.
  f64!: Float64Array
  i32!: Int32Array
  u32!: Uint32Array
  f32!: Float32Array
  u16!: Uint16Array
  u8!: Uint8Array
  at = 0
  private readonly words: number
  /** Rows that have been in use: 0 … used-1 are live or in the free list. */
  used = 0
  live = 0
  capacity: number
  private free: Int32Array = new Int32Array(0)
  private freeCount = 0

  constructor(rowBytes: number, capacity: number) {
    this.words = rowBytes / 4
    this.capacity = capacity
    this.view(takeMemory(rowBytes * capacity))
  }

  private view(buffer: ArrayBuffer): void {
    this.f64 = new Float64Array(buffer)
    this.i32 = new Int32Array(buffer)
    this.u32 = new Uint32Array(buffer)
    this.f32 = new Float32Array(buffer)
    this.u16 = new Uint16Array(buffer)
    this.u8 = new Uint8Array(buffer)
  }

  go(row: number): this {
    this.at = row * this.words
    return this
  }
  get row(): number {
    return this.at / this.words
  }

  /** Takes a row, all zero, and goes to it; -1 when there is none. */
  take(): number {
    let row: number
    if (this.freeCount > 0) {
      row = this.free[--this.freeCount]!
      this.i32.fill(0, row * this.words, (row + 1) * this.words)
    } else if (this.used < this.capacity) row = this.used++
    else return -1
    this.live++
    this.at = row * this.words
    return row
  }

  release(row: number): void {
    if (this.freeCount === this.free.length) {
      const wider = new Int32Array(Math.max(1024, this.free.length * 2))
      wider.set(this.free)
      this.free = wider
    }
    this.free[this.freeCount++] = row
    this.live--
  }

  /** Room for twice as many rows; the cursor stays on its row. */
  grow(): void {
    const old = this.u8
    this.capacity *= 2
    this.view(takeMemory(this.capacity * this.words * 4))
    this.u8.set(old)
  }

  /** Keeps all rows as they are; returns how to have them again. Not beyond the next turn: rows may not come or leave meanwhile. */
  save(): () => void {
    const kept = this.u8.slice(0, this.used * this.words * 4)
    const { live } = this
    return () => {
      this.u8.set(kept)
      this.live = live
    }
  }

  /** Bytes of the rows that have been touched. */
  get bytesInUse(): number {
    return this.used * this.words * 4 + this.free.byteLength
  }
}
