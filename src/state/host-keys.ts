/** What small state has of hosts: those that have left, and the names of addresses. What users call them is theirs. */
import { type KeyValue, keysOf, type Write } from '../lib/key-value.ts'
import { dnsKey } from './keys.ts'

const MAX_KEYS = 10_000_000
const AT_ONCE = 1000
/** `hostKey`: address, VLAN, whose it is. */
const HOST_KEY = /^([0-9a-f.:]+)\.(\d+)\.json@/i
const DNS = dnsKey('')

/** Deletes keys of hosts that are meant (`address@vlan`), of whichever wiretop; with `isTrial` they are counted. Rejects with StoreAway. */
export async function deleteHostKeys(store: KeyValue, isMeant: (host: string) => boolean, isTrial: boolean): Promise<number> {
  const keys = (await keysOf(store, '', MAX_KEYS)).filter((key) => {
    const host = hostOfKey(key)
    return host !== undefined && isMeant(host)
  })
  if (!isTrial)
    for (let from = 0; from < keys.length; from += AT_ONCE)
      await store.write(keys.slice(from, from + AT_ONCE).map((key): Write => ({ op: 'delete', key })))
  return keys.length
}

function hostOfKey(key: string): string | undefined {
  if (key.startsWith(DNS)) return key.slice(DNS.length)
  const [, address, vlan] = HOST_KEY.exec(key) ?? []
  return address === undefined ? undefined : `${address}@${vlan}`
}
