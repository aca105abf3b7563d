/** Who asked for names, of several workers: each host once, wherever it was seen. */
import { DistinctCount, REGISTERS } from '../../tables/distinct-count.ts'
import { formatAddress } from '../../wire/address.ts'
import type { Joined } from './keys.ts'
import type { Column } from './part.ts'

export type AskerColumn = Extract<Column, { type: 'askers' }>
export type SketchColumn = Extract<Column, { type: 'sketches' }>

interface Asker {
  readonly words: readonly [number, number, number, number]
  count: number
}
/** Joint row → hash → who that is. */
export type RowAskers = ReadonlyMap<number, ReadonlyMap<number, Asker>>

export function jointAskers(parts: readonly AskerColumn[], rowOf: readonly Int32Array[]): RowAskers {
  const found = new Map<number, Map<number, Asker>>()
  parts.forEach(({ at, words, hashes, counts }, p) => {
    for (let i = 0; i < at.length; i++) {
      const row = rowOf[p]![at[i]!]!
      let ofRow = found.get(row)
      if (ofRow === undefined) found.set(row, (ofRow = new Map()))
      const there = ofRow.get(hashes[i]!)
      if (there !== undefined) there.count += counts[i]!
      else
        ofRow.set(hashes[i]!, {
          words: [words[4 * i]!, words[4 * i + 1]!, words[4 * i + 2]!, words[4 * i + 3]!],
          count: counts[i]!,
        })
    }
  })
  return found
}

/** Whoever asked most often first. */
export function askersText(askers: RowAskers, rows: number): Extract<Column, { type: 'text' }> {
  const dictionary = ['']
  const index = new Int32Array(rows)
  for (const [row, ofRow] of askers) {
    const inOrder = [...ofRow.values()].sort((a, b) => b.count - a.count)
    index[row] = dictionary.push(inOrder.map(({ words }) => formatAddress(...words)).join('\n')) - 1
  }
  return { type: 'text', dictionary, index }
}

/** Exact where every part has kept all who asked. */
export function hostCounts(
  askers: RowAskers,
  parts: readonly SketchColumn[],
  { rowOf, count }: Joined,
): Extract<Column, { type: 'number' }> {
  const values = Float64Array.from({ length: count }, (_, row) => askers.get(row)?.size ?? 0)
  const registers = new Map<number, Uint8Array[]>()
  parts.forEach((part, p) => {
    part.at.forEach((place, i) => {
      const row = rowOf[p]![place]!
      const there = registers.get(row) ?? []
      registers.set(row, there)
      there.push(part.registers.subarray(i * REGISTERS, (i + 1) * REGISTERS))
    })
  })
  for (const [row, ofRow] of registers) values[row] = distinctOf([...(askers.get(row)?.keys() ?? [])], ofRow)
  return { type: 'number', values }
}

/** How many there are of these, and of those whom the registers have counted. */
export function distinctOf(hashes: readonly number[], registers: readonly Uint8Array[]): number {
  const known = new Set(hashes)
  if (registers.length === 0) return known.size
  const all = new DistinctCount()
  for (const one of registers) all.join(one)
  for (const hash of known) all.add(hash)
  return Math.max(known.size, all.estimate)
}
