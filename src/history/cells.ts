// Types alone: DuckDB is loaded with the first question, not with this.
import type { DuckDBValue } from '@duckdb/node-api'
import type { Cell } from '../lib/history.ts'

const US_A_MS = 1000n

/** A value of DuckDB's as JSON has it: times in epoch milliseconds. */
export function cellOf(value: DuckDBValue): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'object' && 'micros' in value && typeof value.micros === 'bigint') return Number(value.micros / US_A_MS)
  if (typeof value === 'object' && 'entries' in value && Array.isArray(value.entries))
    return Object.fromEntries(value.entries.map(({ key, value: of }) => [String(key), String(of)]))
  return String(value)
}
