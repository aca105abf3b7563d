import { type FlowKey, KIND_ADDRESS, KIND_MAC, KIND_NUMBER, keyLabelled, keyNumbered, keyOf } from './flow-keys.ts'
import type { FlowValues } from './flow-values.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const BRACE = 0x7b
const BRACE_END = 0x7d
const BRACKET = 0x5b
const BRACKET_END = 0x5d
const SPACE = 0x20
/** A double holds so many digits for sure. */
const MAX_DIGITS = 15
const SMALL_DIGITS = 9
const TENS = Array.from({ length: SMALL_DIGITS + 1 }, (_, n) => 10 ** n)
const MAX_KEY_DIGITS = 5
/** Texts that come again and again, as names of applications and servers, are made once. */
const MAX_KNOWN_TEXT = 48
const KNOWN_TEXTS = 1024
const MAPPED = 0xffff
const ODD = -1

export type JsonFault = 'payload that is no JSON'

/**
 * Reads flows out of the bytes of a JSON object or an array of them: values go straight to where they belong, without objects or texts between. What is not plain
 * (a value in a value, an escape) is given to JSON.parse, that piece or the whole record, so that both understand the same.
 */
export class FlowJson {
  private readonly values: FlowValues
  /** Called when `values` hold a whole record. */
  private readonly done: () => void
  private b: Uint8Array = new Uint8Array(0)
  private end = 0
  private buffer: Buffer | undefined
  private latest = ''
  private readonly known: string[] = new Array(KNOWN_TEXTS).fill('')

  constructor(values: FlowValues, done: () => void) {
    this.values = values
    this.done = done
  }

  read(bytes: Uint8Array): JsonFault | undefined {
    this.b = bytes
    this.buffer = undefined
    this.end = bytes.length
    // Who writes in C may leave the NUL at the end of a text.
    while (this.end > 0 && bytes[this.end - 1]! <= SPACE) this.end--
    const at = this.skip(0)
    const isSound = bytes[at] === BRACKET ? this.array(at + 1) : bytes[at] === BRACE && this.record(at) === this.end
    return isSound ? undefined : 'payload that is no JSON'
  }

  private array(from: number): boolean {
    let at = this.skip(from)
    if (this.b[at] === BRACKET_END) return at + 1 === this.end
    for (;;) {
      if (this.b[at] !== BRACE) return false
      at = this.record(at)
      if (at === ODD) return false
      at = this.skip(at)
      if (this.b[at] === BRACKET_END) return at + 1 === this.end
      if (this.b[at] !== COMMA || at >= this.end) return false
      at = this.skip(at + 1)
    }
  }

  /** Reads the object at `from`; returns where it ends, or ODD. */
  private record(from: number): number {
    this.values.clear()
    let at = this.object(from)
    if (at === ODD) {
      at = this.odd(from)
      if (at === ODD) return ODD
    }
    this.done()
    return at
  }

  /** The plain way. */
  private object(from: number): number {
    const { b, end } = this
    let at = this.skip(from + 1)
    if (b[at] === BRACE_END && at < end) return at + 1
    for (;;) {
      if (at >= end || b[at] !== QUOTE) return ODD
      const start = at + 1
      let id = 0
      at = start
      while (at < end && b[at]! >= ZERO && b[at]! <= NINE && at - start <= MAX_KEY_DIGITS) id = 10 * id + b[at++]! - ZERO
      const isNumber = at > start && b[at] === QUOTE && b[start] !== ZERO
      if (!isNumber) {
        at = this.plainEnd(at)
        if (at === ODD) return ODD
      }
      const key = isNumber ? keyNumbered(id) : keyLabelled(b, start, at)
      const nameEnd = at++
      if (at >= end || b[at] !== COLON) {
        at = this.skip(at)
        if (at >= end || b[at] !== COLON) return ODD
      }
      at++
      if (b[at] === SPACE) at = this.skip(at)
      at = this.value(key, start, nameEnd, at)
      if (at === ODD) return ODD
      if (b[at] !== COMMA || at >= end) at = this.skip(at)
      if (at >= end) return ODD
      if (b[at] === BRACE_END) return at + 1
      if (b[at] !== COMMA) return ODD
      at++
      if (b[at] !== QUOTE) at = this.skip(at)
    }
  }

  private value(key: FlowKey | undefined, nameAt: number, nameEnd: number, from: number): number {
    const { b, end, values } = this
    const first = from < end ? b[from]! : 0
    if (key !== undefined && key.kind === KIND_NUMBER) {
      const isQuoted = first === QUOTE
      const start = isQuoted ? from + 1 : from
      let at = start
      // Nine digits at a time are small integers, which is twice as quick as doubles.
      let number = 0
      while (at < end && b[at]! >= ZERO && b[at]! <= NINE && at - start < SMALL_DIGITS) number = (10 * number + b[at++]! - ZERO) | 0
      if (at - start === SMALL_DIGITS) {
        let rest = 0
        const restAt = at
        while (at < end && b[at]! >= ZERO && b[at]! <= NINE && at - restAt < SMALL_DIGITS) rest = (10 * rest + b[at++]! - ZERO) | 0
        number = number * TENS[at - restAt]! + rest
      }
      const digits = at - start
      const isWhole = isQuoted ? b[at] === QUOTE && at < end : (b[at] === COMMA || b[at] === BRACE_END) && (digits === 1 || first !== ZERO)
      if (digits > 0 && digits <= MAX_DIGITS && isWhole) {
        values.numbers[key.slot] = number
        return isQuoted ? at + 1 : at
      }
    } else if (first === QUOTE && key !== undefined && key.kind === KIND_ADDRESS) {
      const at = this.ipv4(key.slot, from + 1)
      if (at !== ODD) return at
    } else if (first === QUOTE && key !== undefined && key.kind === KIND_MAC) {
      const at = this.mac(key.slot, from + 1)
      if (at !== ODD) return at
    }
    return this.anyValue(key, nameAt, nameEnd, from)
  }

  /** Dotted, without leading zeros, up to its quote. */
  private ipv4(slot: number, from: number): number {
    const { b, end } = this
    let word = 0
    let at = from
    for (let part = 0; part < 4; part++) {
      const start = at
      let number = 0
      while (at < end && b[at]! >= ZERO && b[at]! <= NINE && at - start < 4) number = 10 * number + b[at++]! - ZERO
      if (at === start || number > 255 || (at - start > 1 && b[start] === ZERO)) return ODD
      if (b[at] !== (part < 3 ? DOT : QUOTE) || at >= end) return ODD
      at++
      word = (word << 8) | number
    }
    const { words } = this.values
    words[4 * slot] = words[4 * slot + 1] = 0
    words[4 * slot + 2] = MAPPED
    words[4 * slot + 3] = word
    return at
  }

  /** Six bytes with colons between, up to its quote. */
  private mac(slot: number, from: number): number {
    const { b, end } = this
    if (from + 18 > end) return ODD
    let number = 0
    for (let n = 0; n < 6; n++) {
      const at = from + 3 * n
      const high = HEX[b[at]!]!
      const low = HEX[b[at + 1]!]!
      if ((high | low) < 0 || b[at + 2] !== (n < 5 ? COLON : QUOTE)) return ODD
      number = 256 * number + 16 * high + low
    }
    this.values.numbers[slot] = number
    return from + 18
  }

  private anyValue(key: FlowKey | undefined, nameAt: number, nameEnd: number, from: number): number {
    const { b } = this
    let at = b[from] === QUOTE ? this.plainText(from + 1) : ODD
    let value: unknown = this.latest
    if (at === ODD) {
      at = this.valueEnd(from)
      if (at === ODD) return ODD
      try {
        value = JSON.parse(this.text(from, at))
      } catch {
        return ODD
      }
    }
    if (key !== undefined) this.values.set(key, value)
    else this.values.setField(this.text(nameAt, nameEnd), value)
    return at
  }

  /** Puts the string that begins at `from` into `latest` and returns where it ends behind its quote; ODD: it holds an escape, or no end. */
  private plainText(from: number): number {
    const { b, end } = this
    let all = 0
    let hash = 0
    let at = from
    for (; at < end && b[at] !== QUOTE; at++) {
      const c = b[at]!
      if (c === BACKSLASH || c < SPACE) return ODD
      all |= c
      hash = (Math.imul(hash, 31) + c) | 0
    }
    if (at >= end) return ODD
    if (all < 0x80 && at - from <= MAX_KNOWN_TEXT) {
      const place = (hash ^ (hash >>> 10) ^ (hash >>> 20)) & (KNOWN_TEXTS - 1)
      const known = this.known[place]!
      this.latest = isText(known, b, from, at) ? known : (this.known[place] = this.text(from, at, 'latin1'))
    } else this.latest = this.text(from, at, all < 0x80 ? 'latin1' : 'utf8')
    return at + 1
  }

  /** Where a value ends that begins at `from`, or ODD; what lies between may still be no JSON. */
  private valueEnd(from: number): number {
    const { b, end } = this
    if (from >= end) return ODD
    let depth = 0
    for (let at = from; at < end; at++) {
      const c = b[at]!
      if (c === QUOTE) {
        at = this.stringEnd(at + 1)
        if (at === ODD) return ODD
        if (depth === 0) return at + 1
      } else if (c === BRACE || c === BRACKET) depth++
      else if (depth === 0 && (c === COMMA || c === BRACE_END || c === BRACKET_END || c <= SPACE)) return at
      else if ((c === BRACE_END || c === BRACKET_END) && --depth === 0) return at + 1
    }
    return ODD
  }
  private stringEnd(from: number): number {
    const { b, end } = this
    for (let at = from; at < end; at++) {
      if (b[at] === QUOTE) return at
      if (b[at] === BACKSLASH) at++
    }
    return ODD
  }

  /** Where the quote of a key is that holds no escape. */
  private plainEnd(from: number): number {
    const { b, end } = this
    for (let at = from; at < end; at++) {
      if (b[at] === QUOTE) return at
      if (b[at] === BACKSLASH || b[at]! < SPACE) return ODD
    }
    return ODD
  }

  private text(from: number, to: number, encoding: 'utf8' | 'latin1' = 'utf8'): string {
    this.buffer ??= Buffer.from(this.b.buffer, this.b.byteOffset, this.b.length)
    return this.buffer.toString(encoding, from, to)
  }

  /** The way by objects. */
  private odd(from: number): number {
    const at = this.valueEnd(from)
    if (at === ODD) return ODD
    const { values } = this
    values.clear()
    try {
      const object = JSON.parse(this.text(from, at)) as Readonly<Record<string, unknown>>
      for (const name of Object.keys(object)) {
        const key = keyOf(name)
        if (key !== undefined) values.set(key, object[name])
        else values.setField(name, object[name])
      }
    } catch {
      return ODD
    }
    return at
  }

  private skip(from: number): number {
    const { b } = this
    let at = from
    while (at < this.end && isSpace(b[at]!)) at++
    return at
  }
}

function isText(text: string, b: Uint8Array, from: number, to: number): boolean {
  if (text.length !== to - from) return false
  for (let n = 0; n < text.length; n++) if (text.charCodeAt(n) !== b[from + n]) return false
  return true
}
const isSpace = (c: number): boolean => c === SPACE || (c >= 9 && c <= 13 && c !== 11 && c !== 12)
const HEX = Int8Array.from({ length: 256 }, (_, c) =>
  /[0-9a-f]/i.test(String.fromCharCode(c)) ? Number.parseInt(String.fromCharCode(c), 16) : -1,
)
