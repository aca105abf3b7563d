import type { Exporter } from '../collect/exporters.ts'

const DAY_MS = 86_400_000
/** Headers tell whole seconds, and a datagram may have waited: less is not a wrong clock. */
const RIGHT_WITHIN_MS = 5000
const SMOOTHING = 0.1
/** A step of the exporter's clock, not a datagram that was late. */
const STEP_MS = 60_000

/**
 * The clock of an exporter against ours, by the times of its headers. Where it is wrong by more than a few seconds times of flows are put right by it; so clocks of 1970 and of 2106 do
 * no harm. Times that lie further than a day from the exporter's own clock are those of now.
 */
export class ExporterClock {
  private readonly exporter: Exporter
  private offsetMs = Number.NaN
  private shiftMs = 0
  private nowMs = 0

  constructor(exporter: Exporter) {
    this.exporter = exporter
  }

  /** A message says that it was sent at `exportMs`. */
  header(exportMs: number, nowMs: number): void {
    const offset = exportMs - nowMs
    const isStep = !(Math.abs(offset - this.offsetMs) < STEP_MS)
    this.offsetMs = isStep ? offset : this.offsetMs + SMOOTHING * (offset - this.offsetMs)
    this.exporter.clockOffsetMs = Math.round(this.offsetMs)
    this.shiftMs = Math.abs(this.offsetMs) > RIGHT_WITHIN_MS ? this.offsetMs : 0
    this.nowMs = nowMs
    if (Math.abs(this.offsetMs) > DAY_MS) this.exporter.fault('clock wrong by more than a day')
  }

  /** A time of the exporter's as one of ours. */
  ours(ms: number): number {
    const ours = ms - this.shiftMs
    if (Math.abs(ours - this.nowMs) <= DAY_MS) return ours
    this.exporter.fault('time more than a day from that of its message')
    return this.nowMs
  }
}
