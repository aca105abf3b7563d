/** What other programs tell of the network: alerts of an IDS, verdicts of a firewall, log lines. */

export const EVENT_KINDS = ['alert', 'anomaly', 'firewall', 'flow', 'dns', 'http', 'tls', 'log'] as const
export type EventKind = (typeof EVENT_KINDS)[number]

/** All text comes from outside: hostile, cut, not escaped. */
export interface NetworkEvent {
  /** When it happened, as its teller says; where he does not, when it came. Epoch ms. */
  readonly atMs: number
  /** Address of who sent it, or the file that it stands in. */
  readonly sender: string
  /** Program that tells, where it says so. */
  readonly program?: string
  readonly kind: EventKind
  readonly title: string
  /** 0 to 10, 10 the gravest. */
  readonly severity?: number
  readonly category?: string
  readonly signatureId?: string
  /** What was done, as 'blocked' or 'allowed'. */
  readonly action?: string
  readonly src?: string
  readonly dst?: string
  readonly srcPort?: number
  readonly dstPort?: number
  /** IP protocol number. */
  readonly proto?: number
  readonly vlan?: number
  /** Master.App, where it is a name of ours. */
  readonly app?: string
  readonly serverName?: string
  /** All else, by the teller's names. */
  readonly fields: Readonly<Record<string, string | number>>
}

export const MAX_EVENT_FIELDS = 64
export const MAX_EVENT_TEXT = 512
