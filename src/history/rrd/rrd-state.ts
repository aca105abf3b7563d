import {
  CDP_INTERCEPT,
  CDP_LAST_INTERCEPT,
  CDP_LAST_NULLS,
  CDP_LAST_SLOPE,
  CDP_NULLS,
  CDP_SEASONS,
  CDP_UNKNOWN,
  CDP_VALUE,
  CDP_WORDS,
  LAST_DS_LEN,
  PDP_UNKNOWN_S,
  PDP_VALUE,
  PDP_WORDS,
  type RrdLayout,
  textAt,
  WORD,
} from './rrd-layout.ts'

export const UNKNOWN = 'U'
const UNKNOWN_CODE = UNKNOWN.charCodeAt(0)
/** Words of the latest update's time. */
const LAST_S = 0
const LAST_US = 1

/** The part of a file that each update changes, as its bytes are in the file. */
export class RrdState {
  readonly layout: RrdLayout
  readonly bytes: Uint8Array
  readonly numbers: Float64Array
  private readonly halves: Uint32Array

  /** `bytes` are the state's own from then on, and begin on 8 bytes. */
  constructor(layout: RrdLayout, bytes: Uint8Array) {
    this.layout = layout
    this.bytes = bytes
    this.numbers = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / WORD)
    this.halves = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
  }

  /** Whole numbers, below 2^53. */
  count(word: number): number {
    return this.halves[2 * word + 1]! * 2 ** 32 + this.halves[2 * word]!
  }
  setCount(word: number, count: number): void {
    this.halves[2 * word] = count
    this.halves[2 * word + 1] = Math.floor(count / 2 ** 32)
  }

  /** Epoch seconds. */
  get lastS(): number {
    return this.count(LAST_S)
  }
  setLast(seconds: number): void {
    this.setCount(LAST_S, seconds)
    this.setCount(LAST_US, 0)
  }

  /** Word at which the running step of a source begins, and the running row of an archive for a source. */
  pdp(source: number): number {
    return this.layout.pdpAt + source * PDP_WORDS
  }
  cdp(archive: number, source: number): number {
    return this.layout.cdpAt + (archive * this.layout.sources.length + source) * CDP_WORDS
  }

  currentRow(archive: number): number {
    return this.count(this.layout.rowsAt + archive)
  }
  setCurrentRow(archive: number, row: number): void {
    this.setCount(this.layout.rowsAt + archive, row)
  }

  /** Text of the latest value that came; `U`: it was unknown. */
  lastText(source: number): string {
    return textAt(this.bytes, this.pdp(source) * WORD, LAST_DS_LEN)
  }
  hasLast(source: number): boolean {
    return this.bytes[this.pdp(source) * WORD] !== UNKNOWN_CODE
  }
  setLastText(source: number, text: string): void {
    const at = this.pdp(source) * WORD
    for (let i = 0; i < LAST_DS_LEN; i++) this.bytes[at + i] = i < LAST_DS_LEN - 1 && i < text.length ? text.charCodeAt(i) : 0
  }

  /** Of a file that begins at this time and knows nothing yet. */
  static begin(layout: RrdLayout, startS: number): RrdState {
    const state = new RrdState(layout, new Uint8Array(layout.stateBytes))
    state.setLast(startS)
    const intoStep = startS % layout.stepS
    for (let source = 0; source < layout.sources.length; source++) {
      state.setLastText(source, UNKNOWN)
      state.setCount(state.pdp(source) + PDP_UNKNOWN_S, intoStep)
      state.numbers[state.pdp(source) + PDP_VALUE] = Number.NaN
    }
    for (const [a, { rows }] of layout.archives.entries()) {
      for (let source = 0; source < layout.sources.length; source++)
        state.beginRow(a, state.cdp(a, source), (startS - intoStep) / layout.stepS)
      state.setCurrentRow(a, rows - 1)
    }
    return state
  }
  private beginRow(archive: number, at: number, stepsPast: number): void {
    const { numbers } = this
    const { cf, steps } = this.layout.archives[archive]!
    switch (cf) {
      case 'HWPREDICT':
        numbers.fill(Number.NaN, at + CDP_INTERCEPT, at + CDP_LAST_SLOPE + 1)
        this.setCount(at + CDP_NULLS, 1)
        this.setCount(at + CDP_LAST_NULLS, 1)
        return
      case 'SEASONAL':
      case 'DEVSEASONAL':
        numbers.fill(Number.NaN, at + CDP_INTERCEPT, at + CDP_LAST_INTERCEPT + 1)
        this.setCount(at + CDP_SEASONS, 1)
        return
      case 'FAILURES':
        return
      default:
        numbers[at + CDP_VALUE] = Number.NaN
        this.setCount(at + CDP_UNKNOWN, stepsPast % steps)
    }
  }
}
