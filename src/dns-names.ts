/** Names of hosts by reverse DNS, as the program uses them. */
import { resolvedHosts } from './cli/dns-options.ts'
import type { Options } from './cli/options.ts'
import type { NamedHost } from './lib/host-naming.ts'
import type { KeyValue } from './lib/key-value.ts'
import { NameResolver } from './state/name-resolver.ts'
import { DnsServers } from './state/reverse-dns.ts'
import type { AddressWords } from './wire/address.ts'
import { DEFAULT_LOCAL_NETWORKS, LocalNetworks } from './wire/address-class.ts'

/** Networks of the machine are looked for anew after this time. */
const NETWORKS_MS = 10_000

export interface DnsNamesEnds {
  readonly store: KeyValue
  /** Networks that the interfaces of this machine are in. */
  networks(): readonly string[]
  found(names: readonly NamedHost[]): void
}

/** Undefined where nothing is looked up. */
export function dnsNames(
  { dnsMode, dnsServers, localNetworks }: Options,
  { store, networks, found }: DnsNamesEnds,
): NameResolver | undefined {
  const which = resolvedHosts(dnsMode)
  if (which === 'none') return undefined
  let local = LocalNetworks.default()
  let sinceMs = Number.NEGATIVE_INFINITY
  const isLocal = (words: AddressWords): boolean => {
    if (performance.now() - sinceMs > NETWORKS_MS) {
      const compiled = LocalNetworks.compile(localNetworks ?? [...DEFAULT_LOCAL_NETWORKS, ...networks()])
      if ('local' in compiled) local = compiled.local
      sinceMs = performance.now()
    }
    return local.contains(...words)
  }
  return new NameResolver({ store, dns: new DnsServers(dnsServers), which, isLocal, found })
}
