/** One figure over the last minutes: a point each ten seconds, the mean of what was asked meanwhile. Times are of a clock that only goes forward. */
export const COURSE_POINTS = 60
export const COURSE_STEP_MS = 10_000
/** Nobody looks, so it is asked more seldom: the points between two answers are filled up with the later one. */
const BRIDGED_STEPS = 4

export class Course {
  private readonly sums = new Float64Array(COURSE_POINTS)
  private readonly counts = new Uint32Array(COURSE_POINTS)
  /** The newest step, as steps of the epoch; -1: none yet. */
  private newest = -1
  /** The step of the last answer, unless it has been missed since. */
  private answered = -1

  add(value: number, nowMs: number): void {
    this.advance(nowMs)
    const step = this.newest
    const isBridged = this.answered >= 0 && step - this.answered <= BRIDGED_STEPS
    for (let i = this.answered + 1; isBridged && i < step; i++) this.set(i, value)
    this.sums[step % COURSE_POINTS]! += value
    this.counts[step % COURSE_POINTS]! += 1
    this.answered = step
  }

  /** An answer did not come: what lies between is not known. */
  miss(): void {
    this.answered = -1
  }

  /** Oldest first, up to now; null where nothing is known. */
  points(nowMs: number): (number | null)[] {
    this.advance(nowMs)
    const points: (number | null)[] = []
    for (let step = this.newest - COURSE_POINTS + 1; step <= this.newest; step++) {
      const at = ((step % COURSE_POINTS) + COURSE_POINTS) % COURSE_POINTS
      points.push(this.counts[at]! > 0 ? Math.round(this.sums[at]! / this.counts[at]!) : null)
    }
    return points
  }

  private advance(nowMs: number): void {
    const step = Math.floor(nowMs / COURSE_STEP_MS)
    for (let i = Math.max(this.newest + 1, step - COURSE_POINTS + 1); i <= step; i++) this.clear(i)
    this.newest = Math.max(this.newest, step)
  }
  private clear(step: number): void {
    this.sums[step % COURSE_POINTS] = 0
    this.counts[step % COURSE_POINTS] = 0
  }
  private set(step: number, value: number): void {
    this.sums[step % COURSE_POINTS] = value
    this.counts[step % COURSE_POINTS] = 1
  }
}
