import { flowFields } from '../lib/fields.ts'
import type { HostNetwork } from '../lib/history.ts'
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

/** Which addresses it means. Undefined: it is neither. */
export function hostNetwork(network: string): HostNetwork | undefined {
  const value = parsed(network)?.value
  return value && { words: value.words, bits: value.bits, ...(value.vlan !== undefined && { vlan: value.vlan }) }
}

/** The same of an address as text. */
export function hostMatcher(network: string): ((address: string) => boolean) | undefined {
  const value = hostNetwork(network)
  return value === undefined || value.vlan !== undefined ? undefined : (address) => isWithin(value, address)
}
function isWithin({ words, bits }: HostNetwork, address: string): boolean {
  return parseAddress(address)?.every((word, i) => ((word ^ words[i]!) & maskOf(bits - 32 * i)) === 0) ?? false
}

/** The same of a host by its name: an address, or address@vlan. What is neither is not meant. */
export function isHostMeant(network: HostNetwork, host: string): boolean {
  const [address = '', vlan = '0'] = host.split('@')
  return (network.vlan === undefined || network.vlan === Number(vlan)) && isWithin(network, address)
}
