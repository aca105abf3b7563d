/** Names of hosts as threads tell each other of them. */

/**
 * Where the name of a host may come from, best last: reverse DNS, which we asked for; what DNS said to others; what the host says of itself; and 'given', what users call it.
 */
export const NAME_SOURCES = ['reverse', 'dns', 'netbios', 'mdns', 'dhcp', 'given'] as const
export type HostNameSource = (typeof NAME_SOURCES)[number]

/** The most characters that a name may have which a user gives. */
export const MAX_GIVEN_NAME = 64

/** Address → name; '': it has none any more. */
export type NamedHost = readonly [address: string, name: string]

/** Which hosts are looked up by reverse DNS. */
export type ResolvedHosts = 'none' | 'local' | 'all'

/** Hosts whose names are wanted, and how many more there were. */
export interface WantedNames {
  readonly addresses: readonly string[]
  readonly missed: number
}

/** A host that somebody looks at. */
export interface ShownHost {
  readonly address: string
  readonly isNamed: boolean
}

/** Who looks names up. Nobody waits for it: what it finds it tells by itself. */
export interface HostResolver {
  readonly which: ResolvedHosts
  /** These hosts are new, and nobody has told their names. */
  wanted(names: WantedNames): void
}

export interface ResolverStats {
  /** Addresses that DNS was asked for, and what it said of them. */
  readonly asked: number
  readonly named: number
  readonly nameless: number
  /** No answer came, or none that means anything. */
  readonly failed: number
  /** Names that were kept from before. */
  readonly kept: number
  /** Addresses that nobody was asked for, because too many waited. */
  readonly refused: number
  readonly waiting: number
  /** Why names are not found now: one line. */
  readonly fault?: string
}
