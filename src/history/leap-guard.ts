/** The clock may leap ahead by mistake and back again: what looks too old in between must not be gone by then. */
const LEAP_MS = 60_000
const SETTLED_MS = 3_600_000

/** Tells whether the clock may be believed about what is too old: not within an hour after it leapt ahead. */
export class LeapGuard {
  private readonly steady: () => number
  private ahead: number | undefined
  private leaptAt = Number.NEGATIVE_INFINITY

  /** `steady`: milliseconds of a clock that never leaps. */
  constructor(steady: () => number = () => performance.now()) {
    this.steady = steady
  }

  /** To be asked every second or so. */
  isSettled(nowMs: number): boolean {
    const steadyMs = this.steady()
    const ahead = nowMs - steadyMs
    if (this.ahead !== undefined && ahead - this.ahead > LEAP_MS) this.leaptAt = steadyMs
    this.ahead = ahead
    return steadyMs - this.leaptAt >= SETTLED_MS
  }
}
