// draft-ietf-opsawg-pcapng, if_tsresol and if_tsoffset.
const DEFAULT_RESOLUTION = 6
const BASE_TWO = 0x80
const TWO_32 = 4_294_967_296
/** 2^53 over 2^32: up to here a 64-bit count of ticks is exact in a double. */
const EXACT_HIGH = 2_097_152
/** The last moment that a Date can hold; a clock that says more is set to it, so that nobody further down has to mind. */
export const MAX_TIME_MS = 8.64e15

/** Turns the two halves of an interface's time stamps into epoch milliseconds. */
export class PcapngClock {
  readonly #ticksPerMs: number
  readonly #wholeMsPerHigh: number
  readonly #restPerHigh: number
  readonly #offsetMs: number

  constructor(resolution = DEFAULT_RESOLUTION, offsetSeconds = 0) {
    const ticksPerSecond = resolution & BASE_TWO ? 2 ** (resolution & 0x7f) : 10 ** resolution
    this.#ticksPerMs = ticksPerSecond / 1000
    this.#wholeMsPerHigh = Math.floor(TWO_32 / this.#ticksPerMs)
    this.#restPerHigh = TWO_32 - this.#wholeMsPerHigh * this.#ticksPerMs
    this.#offsetMs = offsetSeconds * 1000
  }

  /** high × 2^32 is split by whole milliseconds, because as nanoseconds since 1970 it is beyond what a double holds exactly. */
  toMs(high: number, low: number): number {
    const ms =
      high < EXACT_HIGH
        ? (high * TWO_32 + low) / this.#ticksPerMs
        : high * this.#wholeMsPerHigh + (high * this.#restPerHigh + low) / this.#ticksPerMs
    return Math.min(Math.max(ms + this.#offsetMs, 0), MAX_TIME_MS)
  }
}
