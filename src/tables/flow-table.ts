import type { Packet } from '../wire/packet.ts'
import { hashEnd, mix } from './hash.ts'
import { KeyIndex, MAX_PROBES } from './key-index.ts'
import { FlowRow } from './rows.gen.ts'
import { FLOW_LIVE } from './tcp-analysis.ts'

/** Rows that are taken at once when there is no limit; doubled when they are full. */
const FIRST_ROWS = 1 << 18
/** As arrays begin: pages that no row has touched cost nothing. */
export const NEVER = 0

/**
 * Flows by VLAN, layer-4 protocol, both addresses and both ports; direction does not matter. The row keeps the ends in the order of its first packet: `find`
 * compares both ways round, so no packet's ends need to be put in order.
 */
export class FlowTable {
  readonly rows: FlowRow
  private readonly index: KeyIndex
  readonly limit: number
  private readonly seed: number
  private serial = 0
  /** When a row may leave, in seconds (whole, packet time); NEVER while it is free. Apart from the rows: the scan of all touches nothing else. */
  expireAt: Int32Array
  /** Hash of the packet that `find` was last asked for. */
  hash = 0
  private meta = 0
  private ports = 0

  /** `limit` undefined: as many as memory holds. */
  constructor(limit: number | undefined, seed: number) {
    this.limit = limit ?? Number.POSITIVE_INFINITY
    this.seed = seed
    const capacity = limit ?? FIRST_ROWS
    this.rows = new FlowRow(capacity)
    this.index = new KeyIndex(capacity)
    this.expireAt = new Int32Array(capacity)
  }

  /** Goes to the packet's flow. Returns row * 2 + direction (0: the packet goes from a to b), or -1 when it is not there. */
  find(p: Packet): number {
    const { index, rows } = this
    const meta = (p.vlan << 16) | (p.proto << 8) | p.ipVersion
    const ports = (p.srcPort << 16) | p.dstPort
    const swapped = (p.dstPort << 16) | p.srcPort
    const from = hashEnd(p.src0, p.src1, p.src2, p.src3, p.srcPort, this.seed)
    const to = hashEnd(p.dst0, p.dst1, p.dst2, p.dst3, p.dstPort, this.seed)
    const hash = mix((from + to) ^ Math.imul(meta, 0x9e3779b1))
    this.hash = hash
    this.meta = meta
    this.ports = ports
    const { pairs, mask } = index
    for (let i = hash & mask, n = 0; n < MAX_PROBES; i = (i + 1) & mask, n++) {
      const rowPlus1 = pairs[2 * i + 1]!
      if (rowPlus1 === 0) return -1
      if (pairs[2 * i] !== hash) continue
      rows.go(rowPlus1 - 1)
      if (rows.meta !== meta) continue
      const there = rows.ports
      if (there === ports && rows.a3 === p.src3 && rows.b3 === p.dst3 && (p.ipVersion === 4 || this.sameHigh(p))) return (rowPlus1 - 1) * 2
      if (there === swapped && rows.a3 === p.dst3 && rows.b3 === p.src3 && (p.ipVersion === 4 || this.sameHighSwapped(p)))
        return (rowPlus1 - 1) * 2 + 1
    }
    return -1
  }
  private sameHigh(p: Packet): boolean {
    const r = this.rows
    return r.a2 === p.src2 && r.b2 === p.dst2 && r.a1 === p.src1 && r.b1 === p.dst1 && r.a0 === p.src0 && r.b0 === p.dst0
  }
  private sameHighSwapped(p: Packet): boolean {
    const r = this.rows
    return r.a2 === p.dst2 && r.b2 === p.src2 && r.a1 === p.dst1 && r.b1 === p.src1 && r.a0 === p.dst0 && r.b0 === p.src0
  }

  get isFull(): boolean {
    return this.rows.live >= this.limit
  }

  /** Makes a row for the packet that `find` did not find, and goes to it. -1 when there is no room. */
  insert(p: Packet): number {
    const { rows } = this
    if (this.isFull) return -1
    if (rows.live === rows.capacity) this.grow()
    const row = rows.take()
    if (!this.index.insert(this.hash, row)) {
      rows.release(row)
      return -1
    }
    rows.hash = this.hash
    rows.meta = this.meta
    rows.ports = this.ports
    rows.a0 = p.src0
    rows.a1 = p.src1
    rows.a2 = p.src2
    rows.a3 = p.src3
    rows.b0 = p.dst0
    rows.b1 = p.dst1
    rows.b2 = p.dst2
    rows.b3 = p.dst3
    rows.flags = FLOW_LIVE
    rows.recognition = -1
    rows.appRow = -1
    rows.serial = ++this.serial
    return row
  }

  /** The row becomes free; its cells stay as they are until it is taken again. */
  remove(row: number): void {
    this.rows.go(row)
    this.index.remove(this.rows.hash, row)
    this.rows.flags = 0
    this.rows.release(row)
    this.expireAt[row] = NEVER
  }

  private grow(): void {
    this.rows.grow()
    this.index.grow()
    const wider = new Int32Array(this.rows.capacity)
    wider.set(this.expireAt)
    this.expireAt = wider
  }

  /** Bytes of rows in use, and of the whole index. */
  get bytesInUse(): number {
    return this.rows.bytesInUse + this.index.pairs.byteLength + 4 * this.rows.used
  }
}
