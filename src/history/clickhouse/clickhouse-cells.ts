/** Values of ClickHouse's JSON as answers have them. */
import type { Cell } from '../../lib/history.ts'
import { formatAddress, parseAddress } from '../../wire/address.ts'
import { CLICKHOUSE_COLUMNS } from './clickhouse-columns.ts'
import type { CompactAnswer } from './clickhouse-http.ts'

const NOWHERE = '::'
/** As everywhere else: IPv4 without its prefix, IPv6 by RFC 5952. */
export function addressCell(text: string): string {
  const words = parseAddress(text)
  return words === undefined ? text : formatAddress(...words)
}

type Convert = (value: unknown) => Cell
const same: Convert = (value) => value as Cell
const optional =
  (absent: string | number): Convert =>
  (value) =>
    value === absent ? null : (value as Cell)

/** By the columns of a record, in their order. */
export const RECORD_CELLS: readonly Convert[] = CLICKHOUSE_COLUMNS.map(({ sent, isOptional }) => {
  if (sent === 'IPv6') return (value) => (value === NOWHERE ? null : addressCell(value as string))
  // A number of 32 bits, as it is.
  if (sent === 'Float32') return (value) => (value === 0 ? null : Math.fround(value as number))
  if (!isOptional) return same
  return optional(sent === 'LowCardinality(String)' ? '' : 0)
})

/** By the types of an answer to anything. */
export function cellsOf({ meta, data }: CompactAnswer): Cell[][] {
  const converts = meta.map(({ type }): Convert => {
    if (/^(?:Nullable\()?IPv[46]/.test(type)) return (value) => (value === null ? null : addressCell(String(value)))
    return (value) => (value === null || typeof value !== 'object' || !Array.isArray(value) ? (value as Cell) : JSON.stringify(value))
  })
  return data.map((row) => row.map((value, i) => converts[i]!(value)))
}
