import type { RiskFlow } from './risk-flow.ts'

export type { RiskFlow } from './risk-flow.ts'

export const SEVERITIES = ['Low', 'Medium', 'High', 'Severe'] as const
export type Severity = (typeof SEVERITIES)[number]
/** What a flow with the risk adds to its score. */
export const SCORES: Readonly<Record<Severity, number>> = { Low: 10, Medium: 50, High: 100, Severe: 150 }

/** Whose doing it is, and so who gets the larger part of the score. */
export type Blame = 'client' | 'server' | 'both'
const CLIENT_PART: Readonly<Record<Blame, number>> = { client: 0.9, both: 0.5, server: 0.1 }

export interface Risk {
  /** Its number in nDPI's published list, by which users of tools of this field may know it. Orders the list; 1 to 64. */
  readonly id: number
  /** The stable key, on disk and in URLs; spelled as in that list. */
  readonly name: string
  readonly severity: Severity
  readonly blame: Blame
  /** One line: what it means, and what to do. */
  readonly about: string
  /** The dissectors whose flows are asked. `any`: all flows, also those that nothing was recognised in. `raised`: said by dissectors alone. */
  readonly of: 'any' | 'raised' | readonly string[]
  // Asked only of flows that have what it looks for. Where several are given one of them will do; where none is, all are asked.
  /** Dissected fields, by name. */
  readonly fields?: readonly string[]
  /** Names of the protocol, or of the application inside it. */
  readonly names?: readonly string[]
  /** What else: the server's name, what the first bytes look like, lists of users with networks in them. */
  readonly given?: 'serverName' | 'looksRandom' | 'looksDense' | 'listedNetworks'

  /** Dissectors may say so too. */
  readonly alsoRaised?: true
  /** Looks at counters, flags or the time too: asked of a flow again when it is ten seconds old and when it is over, also where nothing new is known of it. */
  readonly counts?: true
  /** It can pass: a flow that has it is asked again whenever it gains packets. */
  readonly passing?: true
  /**
   * What speaks for it, in a few words; undefined when nothing does. Asked at ticks when recognition knows something new of the flow, and as `counts` says.
   * Cheap; keeps nothing.
   */
  check?(flow: RiskFlow): string | undefined
}

/** Declares a risk; the default export of its file. */
export const risk = <const R extends Risk>(r: R): R => r

export const clientScore = ({ severity, blame }: Pick<Risk, 'severity' | 'blame'>): number => SCORES[severity] * CLIENT_PART[blame]
