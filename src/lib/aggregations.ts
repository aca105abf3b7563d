/** Names that traffic speaks of, added up: who asked for what, and how often. */
import type { HostActivity } from './activity.ts'

/** What a name is of. The places are the numbers by which ntopng 1.2 knows them. */
export const AGGREGATION_KINDS = ['client', 'server', 'domain', 'system', 'registrar'] as const
export type AggregationKind = (typeof AGGREGATION_KINDS)[number]

/** Where names are told: each by a protocol. `ndpi`: the number by which ntopng 1.2 writes the protocol down. */
export const AGGREGATION_FAMILIES = [
  { kind: 'domain', protocol: 'DNS', ndpi: 5 },
  { kind: 'domain', protocol: 'HTTP', ndpi: 7 },
  { kind: 'domain', protocol: 'TLS', ndpi: 91 },
  { kind: 'domain', protocol: 'QUIC', ndpi: 188 },
  { kind: 'domain', protocol: 'Whois', ndpi: 170 },
  { kind: 'domain', protocol: 'EPP', ndpi: 38 },
  { kind: 'client', protocol: 'HTTP', ndpi: 7 },
  { kind: 'system', protocol: 'HTTP', ndpi: 7 },
  { kind: 'server', protocol: 'EPP', ndpi: 38 },
  { kind: 'registrar', protocol: 'EPP', ndpi: 38 },
] as const satisfies readonly { readonly kind: AggregationKind; readonly protocol: string; readonly ndpi: number }[]
export type Family = (typeof AGGREGATION_FAMILIES)[number]
export const familyOf = (kind: Family['kind'], protocol: Family['protocol']): number =>
  AGGREGATION_FAMILIES.findIndex((one) => one.kind === kind && one.protocol === protocol)

/** Modes of -A: not, in memory, and with the seconds in which each name was asked for. */
export const AGGREGATION_MODES = [0, 1, 2] as const
export type AggregationMode = (typeof AGGREGATION_MODES)[number]

export interface AggregationAsk {
  readonly kind: string
  readonly protocol: string
  readonly name: string
}

/** A host that asked for a name. */
export interface AskingHost {
  readonly address: string
  readonly label?: string
  readonly queries: number
  /** So many of them, at most, were of another host whose place it took. */
  readonly uncertain: number
  readonly firstSeen: number
  readonly lastSeen: number
}

export interface AggregationDetail extends AggregationAsk {
  readonly queries: number
  readonly answered: boolean
  readonly hosts: number
  readonly firstSeen: number
  readonly lastSeen: number
  /** Those who asked most often, most first. */
  readonly topHosts: readonly AskingHost[]
  /** By the minute, over the last day; with -A 2. */
  readonly activity?: HostActivity
}
