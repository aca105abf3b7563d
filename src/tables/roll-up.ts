/** Rows that columns have at first: a quiet interface has few applications and ports. */
const FIRST_ROWS = 64

/** What a flow carried in the latest whole tick, and in the one before it. */
export interface Rates {
  readonly bits: number
  readonly bitsBefore: number
  readonly packets: number
}

/**
 * Traffic added up under one number: applications, layer-4 protocols, server ports, VLANs. Rows are few (bounded), so columns are plain arrays, doubled
 * when they are full; row 0 takes what finds no place ("Other").
 */
export class RollUp {
  /** Row of each key, where keys are below a bound (pages of keys that never come cost nothing); else in the map. 0: none. */
  private readonly dense: Int32Array | undefined
  private readonly sparse = new Map<number, number>()
  keys: Float64Array
  bytesC2s: Float64Array
  bytesS2c: Float64Array
  packetsC2s: Float64Array
  packetsS2c: Float64Array
  flows: Float64Array
  activeFlows: Int32Array
  lastSeenMs: Float64Array
  private tickBits: Float64Array
  private lastBits: Float64Array
  private tickPackets: Float64Array
  private lastPackets: Float64Array
  private tickNo: Uint32Array
  private readonly capacity: number
  /** Rows in use; the first is "Other". */
  count = 1
  refused = 0

  /** `keySpace`: all keys are below it; left out: any. */
  constructor(capacity: number, keySpace?: number) {
    this.dense = keySpace === undefined ? undefined : new Int32Array(keySpace)
    this.capacity = capacity
    const rows = Math.min(FIRST_ROWS, capacity)
    this.keys = new Float64Array(rows)
    this.bytesC2s = new Float64Array(rows)
    this.bytesS2c = new Float64Array(rows)
    this.packetsC2s = new Float64Array(rows)
    this.packetsS2c = new Float64Array(rows)
    this.flows = new Float64Array(rows)
    this.activeFlows = new Int32Array(rows)
    this.lastSeenMs = new Float64Array(rows)
    this.tickBits = new Float64Array(rows)
    this.lastBits = new Float64Array(rows)
    this.tickPackets = new Float64Array(rows)
    this.lastPackets = new Float64Array(rows)
    this.tickNo = new Uint32Array(rows)
    this.keys[0] = -1
  }

  private grow(): void {
    const rows = Math.min(2 * this.keys.length, this.capacity)
    this.keys = wider(this.keys, rows)
    this.bytesC2s = wider(this.bytesC2s, rows)
    this.bytesS2c = wider(this.bytesS2c, rows)
    this.packetsC2s = wider(this.packetsC2s, rows)
    this.packetsS2c = wider(this.packetsS2c, rows)
    this.flows = wider(this.flows, rows)
    this.activeFlows = wider(this.activeFlows, rows)
    this.lastSeenMs = wider(this.lastSeenMs, rows)
    this.tickBits = wider(this.tickBits, rows)
    this.lastBits = wider(this.lastBits, rows)
    this.tickPackets = wider(this.tickPackets, rows)
    this.lastPackets = wider(this.lastPackets, rows)
    this.tickNo = wider(this.tickNo, rows)
  }

  /** The row of a key, made when new; "Other" when there is no room. */
  upsert(key: number): number {
    const { dense, sparse } = this
    const there = dense === undefined ? sparse.get(key) : dense[key]
    if (there !== undefined && there > 0) return there
    if (this.count === this.capacity) {
      this.refused++
      return 0
    }
    if (this.count === this.keys.length) this.grow()
    const row = this.count++
    if (dense === undefined) sparse.set(key, row)
    else dense[key] = row
    this.keys[row] = key
    return row
  }

  /** `share`: how much of it belongs to the running tick's rate. */
  add(
    row: number,
    bytesC2s: number,
    bytesS2c: number,
    packetsC2s: number,
    packetsS2c: number,
    nowMs: number,
    tickNo: number,
    share = 1,
  ): void {
    this.bytesC2s[row]! += bytesC2s
    this.bytesS2c[row]! += bytesS2c
    this.packetsC2s[row]! += packetsC2s
    this.packetsS2c[row]! += packetsS2c
    if (nowMs > this.lastSeenMs[row]!) this.lastSeenMs[row] = nowMs
    this.rate(row, (bytesC2s + bytesS2c) * 8 * share, (packetsC2s + packetsS2c) * share, tickNo)
  }

  /** Adds to the rate of the running tick alone. */
  rate(row: number, bits: number, packets: number, tickNo: number): void {
    const behind = tickNo - this.tickNo[row]!
    if (behind !== 0) {
      this.lastBits[row] = behind === 1 ? this.tickBits[row]! : 0
      this.lastPackets[row] = behind === 1 ? this.tickPackets[row]! : 0
      this.tickBits[row] = 0
      this.tickPackets[row] = 0
      this.tickNo[row] = tickNo
    }
    this.tickBits[row]! += bits
    this.tickPackets[row]! += packets
  }

  /** Moves what one flow had gained to another row: it has got another name. When the flow was last seen, `add` says. */
  move(from: number, to: number, bytesC2s: number, bytesS2c: number, packetsC2s: number, packetsS2c: number): void {
    this.shift(from, -1, 1, bytesC2s, bytesS2c, packetsC2s, packetsS2c)
    this.shift(to, 1, 1, bytesC2s, bytesS2c, packetsC2s, packetsS2c)
  }

  /** Adds to a row, or takes from it (`sign` -1), what live flows had gained before: no rate of now. */
  shift(row: number, sign: 1 | -1, flows: number, bytesC2s: number, bytesS2c: number, packetsC2s: number, packetsS2c: number): void {
    this.bytesC2s[row]! += sign * bytesC2s
    this.bytesS2c[row]! += sign * bytesS2c
    this.packetsC2s[row]! += sign * packetsC2s
    this.packetsS2c[row]! += sign * packetsS2c
    this.flows[row]! += sign * flows
    this.activeFlows[row]! += sign * flows
  }

  /** Takes from the rates of the latest whole tick and of the one before it; of a row that has none, it adds what is negative. */
  unrate(row: number, { bits, bitsBefore, packets }: Rates, no: number): void {
    if (bits < 0) this.rate(row, 0, 0, no)
    const less = (column: Float64Array, by: number) => {
      column[row] = Math.max(0, column[row]! - by)
    }
    const behind = no - this.tickNo[row]!
    less(this.lastBits, behind === 0 ? bits : behind === 1 ? bitsBefore : 0)
    less(this.tickBits, behind === 1 ? bits : behind === 2 ? bitsBefore : 0)
    if (behind === 0) less(this.lastPackets, packets)
    else if (behind === 1) less(this.tickPackets, packets)
  }

  /** Leaves a share of what all rows have counted. */
  scale(share: number): void {
    for (const column of this.counters()) for (let row = 0; row < this.count; row++) column[row] = Math.round(column[row]! * share)
  }
  /** As if nothing had come. */
  clear(): void {
    for (const column of this.counters()) column.fill(0, 0, this.count)
    this.activeFlows.fill(0, 0, this.count)
    this.tickNo.fill(0, 0, this.count)
  }
  private counters(): readonly Float64Array[] {
    return [this.bytesC2s, this.bytesS2c, this.packetsC2s, this.packetsS2c, this.flows]
  }

  /** Keeps all rows as they are; returns how to have them again. Not beyond the next turn: rows may not come meanwhile. */
  save(): () => void {
    const columns = [...this.counters(), this.activeFlows, this.tickBits, this.lastBits, this.tickPackets, this.lastPackets, this.tickNo]
    const kept = columns.map((column) => column.slice(0, this.count))
    return () => {
      columns.forEach((column, i) => {
        column.set(kept[i]!)
      })
    }
  }

  /** Bits of the latest whole tick before tick `no`, and of the one before that. */
  bitsOfTick(row: number, no: number): number {
    return this.tickNo[row] === no ? this.lastBits[row]! : this.tickNo[row] === no - 1 ? this.tickBits[row]! : 0
  }
  bitsOfTickBefore(row: number, no: number): number {
    return this.tickNo[row] === no - 1 ? this.lastBits[row]! : this.tickNo[row] === no - 2 ? this.tickBits[row]! : 0
  }
  packetsOfTick(row: number, no: number): number {
    return this.tickNo[row] === no ? this.lastPackets[row]! : this.tickNo[row] === no - 1 ? this.tickPackets[row]! : 0
  }
}

function wider<T extends Float64Array | Int32Array | Uint32Array>(column: T, rows: number): T {
  const copy = new (column.constructor as new (rows: number) => T)(rows)
  copy.set(column)
  return copy
}
