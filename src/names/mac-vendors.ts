/** Who made a network card, by the prefix of its address (IEEE registries MA-L of 24 bits, MA-M of 28, MA-S of 36). */
export class MacVendors {
  private readonly names: readonly string[]
  /** By length of prefix, longest first: sorted prefixes, and the vendor's place in `names` for each. */
  private readonly tables: readonly PrefixTable[]

  constructor(names: readonly string[], tables: readonly PrefixTable[]) {
    this.names = names
    this.tables = tables
  }

  get prefixes(): number {
    return this.tables.reduce((sum, t) => sum + t.prefixes.length, 0)
  }

  /** The vendor of the address at bytes[at .. at + 6), or undefined: unknown, a group address, or made up by the host itself. */
  vendor(bytes: Uint8Array, at = 0): string | undefined {
    if (at < 0 || at + 6 > bytes.length) return undefined
    const high = ((bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!) * 0x1000
    return this.find(high + ((bytes[at + 3]! << 4) | (bytes[at + 4]! >> 4)))
  }

  /** The same for an address held as one number of 48 bits. */
  vendorOf(mac: number): string | undefined {
    return this.find(Math.floor(mac / 0x1000))
  }

  /** `high` is the first 36 bits. */
  private find(high: number): string | undefined {
    for (const table of this.tables) {
      const wanted = Math.floor(high / table.divisor)
      const i = search(table.prefixes, wanted)
      if (table.prefixes[i] === wanted) return this.names[table.vendors[i]!]
    }
    return undefined
  }
}

interface PrefixTable {
  /** First 36 bits of an address over this is the prefix. */
  readonly divisor: number
  readonly prefixes: Float64Array
  readonly vendors: Uint16Array | Uint32Array
}

/** First place whose value is not below `wanted`. */
function search(sorted: Float64Array, wanted: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < wanted) low = middle + 1
    else high = middle
  }
  return low
}

const PREFIX_DIGITS = [9, 7, 6]

/** Reads the text of assets/mac-vendors.txt: lines of a name, a tab and prefixes in hexadecimal. Lines that are nothing of the kind are passed over. */
export function loadMacVendors(text: string): MacVendors {
  const names: string[] = []
  const found = new Map<number, [prefix: number, vendor: number][]>(PREFIX_DIGITS.map((digits) => [digits, []]))
  for (const line of text.split('\n')) {
    const tab = line.indexOf('\t')
    if (tab <= 0 || line.startsWith('#')) continue
    const vendor = names.push(line.slice(0, tab)) - 1
    for (const prefix of line
      .slice(tab + 1)
      .trimEnd()
      .split(' '))
      if (/^[\dA-F]+$/i.test(prefix)) found.get(prefix.length)?.push([Number.parseInt(prefix, 16), vendor])
  }
  return new MacVendors(
    names,
    PREFIX_DIGITS.map((digits) => tableOf(digits, found.get(digits)!, names.length)),
  )
}

function tableOf(digits: number, entries: [prefix: number, vendor: number][], vendors: number): PrefixTable {
  entries.sort((a, b) => a[0] - b[0])
  const indexes = entries.map((e) => e[1])
  return {
    divisor: 16 ** (9 - digits),
    prefixes: Float64Array.from(entries, (e) => e[0]),
    vendors: vendors > 65_536 ? Uint32Array.from(indexes) : Uint16Array.from(indexes),
  }
}
