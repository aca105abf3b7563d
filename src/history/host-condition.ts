import { flowFields } from '../lib/fields.ts'
import { parseFilter } from '../query/filter.ts'
import { filterSql } from '../query/sql.ts'
import { DUCK_COLUMNS } from './duck-columns.ts'
import { duckDialect } from './duck-dialect.ts'

/** Records that have this address, or one of this network, at one of their ends, as a condition in SQL. Undefined: it is neither. */
export function hostCondition(network: string): string | undefined {
  const parsed = parseFilter(`host = ${network}`, flowFields)
  // What would be an expression of its own is no network.
  if (!parsed.ok || parsed.filter.type !== 'test' || parsed.filter.values.length !== 1) return undefined
  if (parsed.filter.values[0]!.type !== 'network') return undefined
  return filterSql(parsed.filter, { fields: flowFields, columns: DUCK_COLUMNS, dialect: duckDialect, nowMs: 0 })
}
