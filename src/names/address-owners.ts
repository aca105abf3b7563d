/** Whose an address is, and where: its autonomous system, and the country that it is registered in. Both are guesses of public lists, of their day. */
import { type RangeTable, valueAt } from './range-table.ts'

/** In buffers that threads share. */
export interface OwnerTables {
  readonly systems: RangeTable
  /** Numbers of autonomous systems, sorted; their names one after the other in UTF-8, each ending where `nameEnds` says. */
  readonly numbers: Uint32Array
  readonly nameEnds: Uint32Array
  readonly names: Uint8Array
  /** Values are two letters of ISO 3166-1: the first's code × 256 + the second's. */
  readonly countries: RangeTable
}

const utf8 = new TextDecoder()

export class AddressOwners {
  private readonly tables: OwnerTables
  private readonly known = new Map<number, string>()

  constructor(tables: OwnerTables) {
    this.tables = tables
  }

  /** Number of the autonomous system that announces the address; 0: none is known. Words as in wire/address.ts. */
  systemOf(w0: number, w1: number, w2: number, w3: number): number {
    return valueAt(this.tables.systems, w0, w1, w2, w3)
  }
  /** ISO 3166-1 alpha-2; '': none is known. */
  countryOf(w0: number, w1: number, w2: number, w3: number): string {
    const code = valueAt(this.tables.countries, w0, w1, w2, w3)
    return code === 0 ? '' : countryText(code)
  }

  /** Name of an autonomous system; '': none is known. */
  nameOf(system: number): string {
    let name = this.known.get(system)
    if (name === undefined) {
      name = this.read(system)
      if (this.known.size > MAX_KNOWN) this.known.clear()
      this.known.set(system, name)
    }
    return name
  }
  private read(system: number): string {
    const { numbers, nameEnds, names } = this.tables
    let [low, high] = [0, numbers.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (numbers[middle]! < system) low = middle + 1
      else high = middle
    }
    if (numbers[low] !== system) return ''
    return utf8.decode(names.slice(low === 0 ? 0 : nameEnds[low - 1]!, nameEnds[low]!))
  }
}
const MAX_KNOWN = 10_000

/** Two letters as one number; 0: none. */
export const countryCode = (text: string): number => (text.length === 2 ? text.charCodeAt(0) * 256 + text.charCodeAt(1) : 0)

const texts = new Map<number, string>()
/** What `countryCode` made a number of: one string a country, however many addresses. */
export function countryText(code: number): string {
  let text = texts.get(code)
  if (text === undefined) {
    text = String.fromCharCode(code >> 8, code & 255)
    texts.set(code, text)
  }
  return text
}
