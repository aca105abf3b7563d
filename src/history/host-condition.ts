import { flowFields } from '../lib/fields.ts'
import { parseFilter } from '../query/filter.ts'
import { filterSql } from '../query/sql.ts'
import { maskOf, parseAddress } from '../wire/address.ts'
import { DUCK_COLUMNS } from './duck-columns.ts'
import { duckDialect } from './duck-dialect.ts'

/** As a filter; what would be an expression of its own is no network. */
function parsed(network: string) {
  const asked = parseFilter(`host = ${network}`, flowFields)
  if (!asked.ok || asked.filter.type !== 'test' || asked.filter.values.length !== 1) return undefined
  const [value] = asked.filter.values
  return value?.type === 'network' ? { filter: asked.filter, value } : undefined
}

/** Records that have this address, or one of this network, at one of their ends, as a condition in SQL. Undefined: it is neither. */
export function hostCondition(network: string): string | undefined {
  const asked = parsed(network)
  return asked && filterSql(asked.filter, { fields: flowFields, columns: DUCK_COLUMNS, dialect: duckDialect, nowMs: 0 })
}

/** The same of an address as text. */
export function hostMatcher(network: string): ((address: string) => boolean) | undefined {
  const value = parsed(network)?.value
  if (value === undefined || value.vlan !== undefined) return undefined
  const masks = [0, 1, 2, 3].map((i) => maskOf(value.bits - 32 * i))
  return (address) => parseAddress(address)?.every((word, i) => ((word ^ value.words[i]!) & masks[i]!) === 0) ?? false
}
