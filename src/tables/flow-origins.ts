import type { FlowTable } from './flow-table.ts'

const FIRST_ROWS = 1024

/** What records and samples have alike, by number: see FlowBatch. */
export interface OriginColumns {
  readonly inIf: Uint32Array
  readonly outIf: Uint32Array
  readonly srcAs: Uint32Array
  readonly dstAs: Uint32Array
  readonly srcMask: Uint8Array
  readonly dstMask: Uint8Array
  readonly nextHop: Int32Array
}

/**
 * What exporters say of a flow beyond its counters, beside the rows: only an interface that collects has any. Columns are by row, and of two directions where
 * both are told apart: 2 × row is a→b.
 */
export class FlowOrigins {
  private readonly flows: FlowTable
  /** By whom each direction is counted: 1 + number of the exporter, doubled, + 1 where it tells what went out; 0: nobody told of it. */
  who = new Uint32Array(2 * FIRST_ROWS)
  /** Records that told again what had been counted. */
  repeats = new Uint32Array(FIRST_ROWS)
  inIf = new Uint32Array(2 * FIRST_ROWS)
  outIf = new Uint32Array(2 * FIRST_ROWS)
  /** Autonomous systems and prefix lengths of the ends. */
  as = new Uint32Array(2 * FIRST_ROWS)
  mask = new Uint8Array(2 * FIRST_ROWS)
  tos = new Uint8Array(2 * FIRST_ROWS)
  sampling = new Uint32Array(FIRST_ROWS)
  /** Four words a row; all 0: not told. */
  nextHop = new Int32Array(4 * FIRST_ROWS)
  private rows = FIRST_ROWS

  constructor(flows: FlowTable) {
    this.flows = flows
  }

  /** The row is that of a new flow: nothing is told of it yet. */
  begin(row: number): void {
    if (row >= this.rows) this.widen(row)
    this.who[2 * row] = this.who[2 * row + 1] = 0
    this.repeats[row] = 0
    this.inIf[2 * row] = this.inIf[2 * row + 1] = 0
    this.outIf[2 * row] = this.outIf[2 * row + 1] = 0
    this.as[2 * row] = this.as[2 * row + 1] = 0
    this.mask[2 * row] = this.mask[2 * row + 1] = 0
    this.tos[2 * row] = this.tos[2 * row + 1] = 0
    this.sampling[row] = 1
    this.nextHop.fill(0, 4 * row, 4 * row + 4)
  }

  /** What number `i` says of one direction of the flow. */
  tell(row: number, direction: 0 | 1, of: OriginColumns, i: number, who: number, tos: number, sampling: number): void {
    const way = 2 * row + direction
    const there = 2 * row + 1 - direction
    this.who[way] = who
    this.inIf[way] = of.inIf[i]!
    this.outIf[way] = of.outIf[i]!
    this.tos[way] = tos
    this.sampling[row] = sampling
    if (of.srcAs[i] !== 0) this.as[way] = of.srcAs[i]!
    if (of.dstAs[i] !== 0) this.as[there] = of.dstAs[i]!
    if (of.srcMask[i] !== 0) this.mask[way] = of.srcMask[i]!
    if (of.dstMask[i] !== 0) this.mask[there] = of.dstMask[i]!
    const hop = 4 * i
    const { nextHop } = of
    if ((nextHop[hop]! | nextHop[hop + 1]! | nextHop[hop + 2]! | nextHop[hop + 3]!) === 0) return
    for (let word = 0; word < 4; word++) this.nextHop[4 * row + word] = nextHop[hop + word]!
  }

  private widen(row: number): void {
    const rows = Math.min(Math.max(row + 1, 2 * this.rows), Math.max(row + 1, this.flows.rows.capacity))
    const wider = <T extends Uint32Array | Uint8Array | Int32Array>(column: T, cells: number): T => {
      const copy = new (column.constructor as new (cells: number) => T)(cells)
      copy.set(column)
      return copy
    }
    this.who = wider(this.who, 2 * rows)
    this.repeats = wider(this.repeats, rows)
    this.inIf = wider(this.inIf, 2 * rows)
    this.outIf = wider(this.outIf, 2 * rows)
    this.as = wider(this.as, 2 * rows)
    this.mask = wider(this.mask, 2 * rows)
    this.tos = wider(this.tos, 2 * rows)
    this.sampling = wider(this.sampling, rows)
    this.nextHop = wider(this.nextHop, 4 * rows)
    this.rows = rows
  }

  /** Bytes of its columns. */
  get bytesInUse(): number {
    return this.rows * (8 + 4 + 8 + 8 + 8 + 2 + 2 + 4 + 16)
  }
}
