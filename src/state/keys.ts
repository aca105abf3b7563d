/** Names of the keys of small state, as ntopng 1.2 had them in Redis, so that what people do there goes on working. What belongs to one of several wiretops that share a server ends in @ and its name (`-N`). */

/** Hash: interface, as `-i` names it → its number, which is the name of its folder. */
export const interfaceIdsKey = (instance: string) => `ntopng.prefs.iface_id@${instance}`

const PREFERENCES = 'ntopng.prefs.'
const NAME = '.name'
const NOT_IDLE = '_not_idle'
/** What an interface is called. */
export const interfaceNameKey = (name: string) => `${PREFERENCES}${name}${NAME}`
/** '0': it is not captured. 1.2's own key says so to every wiretop; ours to one. */
export const notIdleKey = (name: string, instance?: string) =>
  `${PREFERENCES}${name}${instance === undefined ? '' : `@${instance}`}${NOT_IDLE}`

/** The interface of a key that is one of the two above. */
export function interfaceOfKey(key: string): { readonly name: string; readonly what: 'name' | 'not-idle' } | undefined {
  if (!key.startsWith(PREFERENCES)) return undefined
  if (key.endsWith(NAME)) return { name: key.slice(PREFERENCES.length, -NAME.length), what: 'name' }
  if (key.endsWith(NOT_IDLE)) return { name: key.slice(PREFERENCES.length, -NOT_IDLE.length), what: 'not-idle' }
  return undefined
}
export const preferencesPrefix = PREFERENCES

/** Hash: address of an exporter → what users call it. 1.2 has none. */
export const exporterNamesKey = 'wiretop.exporter_names'
/** Hash: address of a host → what users call it. */
export const hostNamesKey = 'ntop.alternate_names'

/** Hash: number → a saved view of the past, as JSON. 1.2 has none. */
export const queriesKey = 'wiretop.queries'

/** A host that has left; `place` is its interface, with the number of the worker where there are several. */
export const hostKey = (address: string, vlan: number, instance: string, place: string) => `${address}.${vlan}.json@${instance}/${place}`
export const HOST_TTL_MS = 3_600_000

export const dnsKey = (address: string) => `dns.cache.${address}`
export const DNS_TTL_MS = 3_600_000
