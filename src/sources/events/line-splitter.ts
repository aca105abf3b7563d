/** Lines in a stream, however it is cut: each ended by a newline, or with its length in front (RFC 6587 §3.4.1 and §3.4.2). */
import { MAX_LINE } from './event-line.ts'

const NEWLINE = 10
const BLANK = 32
const ZERO = 48
const NINE = 57
const MAX_DIGITS = 6
const decoder = new TextDecoder('utf-8')

export class LineSplitter {
  private kept = new Uint8Array(0)
  /** Lines that were too long, and are left out up to their end. */
  tooLong = 0
  private isSkipping = false

  take(bytes: Uint8Array, line: (text: string) => void): void {
    const b = this.kept.length === 0 ? bytes : joined(this.kept, bytes)
    let at = 0
    while (at < b.length) {
      const next = this.next(b, at, line)
      if (next < 0) break
      at = next
    }
    this.kept = b.slice(at)
    if (this.kept.length > MAX_LINE) {
      if (!this.isSkipping) this.tooLong++
      this.isSkipping = true
      this.kept = new Uint8Array(0)
    }
  }

  /** What is left when the stream ends. */
  end(line: (text: string) => void): void {
    if (this.kept.length > 0 && !this.isSkipping) line(decoder.decode(this.kept))
    this.kept = new Uint8Array(0)
  }

  /** Where the next line begins; -1: this one has not come whole. */
  private next(b: Uint8Array, at: number, line: (text: string) => void): number {
    const counted = this.isSkipping ? undefined : lengthAt(b, at)
    if (counted === 'more') return -1
    if (counted !== undefined) {
      const end = counted.from + counted.length
      if (end > b.length) return -1
      this.give(b, counted.from, end, line)
      return end
    }
    const end = b.indexOf(NEWLINE, at)
    if (end < 0) return -1
    if (this.isSkipping) this.isSkipping = false
    else this.give(b, at, end, line)
    return end + 1
  }
  private give(b: Uint8Array, from: number, to: number, line: (text: string) => void): void {
    if (to - from > MAX_LINE) {
      this.tooLong++
      return
    }
    const text = decoder.decode(b.subarray(from, to)).trimEnd()
    if (text !== '') line(text)
  }
}

/** A length in digits and a blank, before a priority; undefined: there is none; 'more': that cannot be told yet. */
function lengthAt(b: Uint8Array, from: number): { from: number; length: number } | 'more' | undefined {
  let length = 0
  let at = from
  for (; at < b.length && at - from < MAX_DIGITS && b[at]! >= ZERO && b[at]! <= NINE; at++) length = length * 10 + b[at]! - ZERO
  if (at === from || length === 0) return undefined
  if (at + 1 >= b.length) return at - from < MAX_DIGITS ? 'more' : undefined
  return b[at] === BLANK && b[at + 1] === 60 ? { from: at + 1, length } : undefined
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length)
  whole.set(a)
  whole.set(b, a.length)
  return whole
}
