/**
 * Makes the tables of who owns addresses out of the files that ship with wiretop, in buffers that all threads share, says them, and is gone with all that it took to
 * make them.
 */
import { readFileSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { brotliDecompressSync } from 'node:zlib'
import type { OwnerTables } from './names/address-owners.ts'
import { decodeRanges } from './names/range-table.ts'

const WORD = 4

const allocate = (length: number) => new Uint32Array(new SharedArrayBuffer(WORD * length))

/** What lies behind the length of the ranges, and behind them. */
function read(file: string): { ranges: Buffer; rest: Buffer } {
  const bytes = brotliDecompressSync(readFileSync(new URL(`../assets/${file}`, import.meta.url)))
  const end = WORD + bytes.readUInt32LE(0)
  return { ranges: bytes.subarray(WORD, end), rest: bytes.subarray(end) }
}

/** Lines of the difference to the number before, a tab, and the name. */
function namesOf(lines: Buffer): Pick<OwnerTables, 'nameEnds' | 'names' | 'numbers'> {
  let count = 0
  for (const byte of lines) if (byte === NEW_LINE) count++
  const [numbers, nameEnds] = [allocate(count), allocate(count)]
  const names = new Uint8Array(new SharedArrayBuffer(lines.length))
  for (let at = 0, i = 0, number = 0, end = 0; i < count; i++) {
    const tab = lines.indexOf(TAB, at)
    const newLine = lines.indexOf(NEW_LINE, tab)
    number += Number(lines.toString('latin1', at, tab))
    names.set(lines.subarray(tab + 1, newLine), end)
    end += newLine - tab - 1
    numbers[i] = number
    nameEnds[i] = end
    at = newLine + 1
  }
  return { numbers, nameEnds, names }
}
const NEW_LINE = 10
const TAB = 9

const systems = read('autonomous-systems.br')
const countries = read('countries.br')
parentPort!.postMessage({
  systems: decodeRanges(systems.ranges, allocate),
  countries: decodeRanges(countries.ranges, allocate),
  ...namesOf(systems.rest),
} satisfies OwnerTables)
