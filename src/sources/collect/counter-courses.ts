import type { CounterCourse } from '../../lib/exporters.ts'

/** Of what sFlow and IF-MIB tell of an interface: what does not count. */
export const GAUGES_OF_PORT: ReadonlySet<string> = new Set([
  'ifAdminStatus',
  'ifOperStatus',
  'ifType',
  'ifDirection',
  'ifSpeed',
  'ifPromiscuousMode',
])

export const COURSE_STEP_MS = 60_000
/** Readings of an hour, and the one that it begins from. */
const READINGS = 61

/** How many counters of a collector have a course (some 0.5 KB each). */
export class CourseRoom {
  private readonly max: number
  taken = 0
  /** Counters that found no room: they have a value, and no course. */
  refused = 0

  constructor(max = 8192) {
    this.max = max
  }
  take(): boolean {
    if (this.taken >= this.max) {
      this.refused++
      return false
    }
    this.taken++
    return true
  }
}

interface Counter {
  value: number
  readonly isGauge: boolean
  /** Told since the last minute. */
  isFresh: boolean
  /** One reading a minute, the last is the latest; NaN: it was not told. Undefined: no minute has passed; null: there was no room. */
  readings: Float64Array | null | undefined
}

/** Counters by name as an agent tells them: their values now, and how they went over the last hour. */
export class CounterCourses {
  private readonly room: CourseRoom
  private readonly max: number
  private readonly byName = new Map<string, Counter>()

  /** At most `max` names; the others are left out. */
  constructor(max: number, room = new CourseRoom()) {
    this.max = max
    this.room = room
  }

  get size(): number {
    return this.byName.size
  }
  value(name: string): number | undefined {
    return this.byName.get(name)?.value
  }
  get values(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.byName].map(([name, { value }]) => [name, value]))
  }

  /** The value now; a gauge goes up and down, what is none counts. */
  tell(name: string, value: number, isGauge = false): void {
    const counter = this.byName.get(name)
    if (counter !== undefined) {
      counter.value = value
      counter.isFresh = true
    } else if (this.byName.size < this.max) this.byName.set(name, { value, isGauge, isFresh: true, readings: undefined })
  }

  /** `minutes` (1 or more) are over. */
  minutesPassed(minutes: number): void {
    const steps = Math.min(minutes, READINGS)
    for (const counter of this.byName.values()) {
      if (counter.readings === undefined) counter.readings = this.room.take() ? new Float64Array(READINGS).fill(Number.NaN) : null
      const { readings } = counter
      if (readings === null) continue
      readings.copyWithin(0, steps)
      readings.fill(Number.NaN, READINGS - steps)
      if (counter.isFresh) readings[READINGS - 1] = counter.value
      counter.isFresh = false
    }
  }

  get courses(): CounterCourse[] {
    return [...this.byName]
      .map(([name, { value, isGauge, readings }]) => ({ name, value, isGauge, course: readings ? courseOf(readings, isGauge) : [] }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }
}

/** A value for each minute: what a gauge said, or how much a counter grew a second. What is told more seldom than each minute holds for those since it was told before. */
function courseOf(readings: Float64Array, isGauge: boolean): (number | null)[] {
  const course: (number | null)[] = Array.from({ length: READINGS - 1 }, () => null)
  let before = -1
  for (let at = 0; at < READINGS; at++) {
    if (Number.isNaN(readings[at]!)) continue
    if (isGauge) course.fill(readings[at]!, Math.max(0, before < 0 ? at - 1 : before), at)
    else if (before >= 0) {
      // Less than before: it began anew, or went round.
      const grew = readings[at]! - readings[before]!
      course.fill(grew < 0 ? null : (grew * 1000) / (COURSE_STEP_MS * (at - before)), before, at)
    }
    before = at
  }
  return course
}
