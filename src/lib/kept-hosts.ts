/** Hosts on their way to where they are kept, and back: rows as they lie in the live tables (tables/layouts.ts), many at once, without a copy of each. */
export interface KeptHosts {
  readonly count: number
  /** Rows of HostRow. What they say of other rows, of rates and of live flows means nothing. */
  readonly hosts: ArrayBuffer
  /** Rows of HostAppRow and of TallyRow, whose `host` is the place among these hosts. */
  readonly apps: ArrayBuffer
  readonly tallies: ArrayBuffer
  /** What numbers in those rows mean. */
  readonly appNames: ReadonlyMap<number, string>
  readonly counterNames: ReadonlyMap<number, string>
  readonly systems: ReadonlyMap<number, string>
  readonly prints: ReadonlyMap<number, string>
  /** Of those that have a name. */
  readonly names: readonly { readonly at: number; readonly name: string; readonly source: string }[]
}

/** Words of one host in a list of those that are asked for: four of its address, and its VLAN. */
export const WANTED_WORDS = 5

/** Where hosts are kept that have left. Nobody waits. */
export interface HostKeeper {
  /** Of a place: an interface, or one worker of it. */
  save(place: string, hosts: KeptHosts): void
  /** Those that are there; resolves to nothing where they cannot be had. `wanted`: WANTED_WORDS each. */
  recall(place: string, wanted: Int32Array): Promise<KeptHosts | undefined>
}

export const buffersOfHosts = ({ hosts, apps, tallies }: KeptHosts): ArrayBuffer[] => [hosts, apps, tallies]
