/** The longest time over which an amount is spread; a power of two more is kept. */
export const MAX_SPREAD_S = 300
const SLOTS = 512

/** One rate in the course of time: adding costs the same however long an amount lasts, because only the changes of the rate are kept. */
export class Course {
  /** How the rate changes at each second to come. */
  private readonly changes = new Float64Array(SLOTS)
  /** What belongs to the running second of amounts that were added before it. */
  rate = 0
  /** What was added in the running second and belongs to later ones. */
  private deferred = 0
  private at = 0

  /** `amount` has been counted whole in the running second. 1 < `seconds` <= MAX_SPREAD_S. */
  add(amount: number, seconds: number): void {
    const rate = amount / seconds
    this.deferred += amount - rate
    this.changes[(this.at + 1) % SLOTS]! += rate
    this.changes[(this.at + seconds) % SLOTS]! -= rate
  }

  /** What the running second has more (or less, when negative) than was counted in it. */
  get more(): number {
    return this.rate - this.deferred
  }

  turn(seconds: number): void {
    this.deferred = 0
    for (let i = 1; i <= Math.min(seconds, SLOTS); i++) {
      const slot = (this.at + i) % SLOTS
      this.rate += this.changes[slot]!
      this.changes[slot] = 0
    }
    // What rounding leaves is no traffic.
    if (this.rate < 1e-6) this.rate = 0
    this.at = (this.at + seconds) % SLOTS
  }
}

/**
 * Amounts that were gained over many seconds and are told at the end of them: a flow record of a minute. Each is spread evenly over as many seconds to come, so
 * that rates are those of the traffic, as late as the record lasted.
 */
export class RateSpread {
  /** Bits and packets of the interface; bits that local hosts sent and received. */
  readonly all = new Course()
  readonly packets = new Course()
  readonly sent = new Course()
  readonly rcvd = new Course()
  /** Bits by row of the applications. */
  private readonly apps: (Course | undefined)[] = []

  app(row: number): Course {
    return (this.apps[row] ??= new Course())
  }

  /** Bits of applications that belong to the running second and were added before it. */
  eachApp(visit: (row: number, bits: number) => void): void {
    this.apps.forEach((course, row) => {
      if (course !== undefined && course.rate > 0) visit(row, course.rate)
    })
  }

  /** The running second is over, and `seconds` - 1 after it. */
  turn(seconds: number): void {
    for (const course of [this.all, this.packets, this.sent, this.rcvd]) course.turn(seconds)
    for (const course of this.apps) course?.turn(seconds)
  }
}
