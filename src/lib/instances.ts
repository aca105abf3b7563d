/** Other wiretops that this one looks at: their state and figures, asked for over HTTP. Their traffic stays where it is. */

export const INSTANCE_STATES = ['asking', 'up', 'unreachable', 'untrusted', 'refused', 'not-wiretop'] as const
/**
 * asking: not answered yet; unreachable: no answer; untrusted: its certificate is not accepted; refused: it answers, but not to us;
 * not-wiretop: something else answers.
 */
export type InstanceState = (typeof INSTANCE_STATES)[number]

/** What a user says of an instance. */
export interface InstanceSettings {
  readonly name: string
  /** http or https, without a slash at its end. */
  readonly url: string
  readonly token?: string
  /** SHA-256 fingerprint of the one certificate that it is believed with, whoever signed that: `AB:CD:…`. */
  readonly certificate?: string
}

export interface InstanceInterface {
  readonly id: number
  readonly name: string
  readonly kind: string
  /** As theirs calls it, `running` for instance; a newer one may have states that this one has not. */
  readonly state: string
  /** Why it failed. */
  readonly failure?: string
  readonly totals?: InstanceTotals
}
export interface InstanceTotals {
  /** Of now: nought of a capture that has been read to its end. */
  readonly bps: number
  readonly pps: number
  /** Live ones. Of all interfaces together: what is on two of them counts twice. */
  readonly flows: number
  readonly hosts: number
  /** Since the start. */
  readonly packets: number
  readonly dropped: number
}

export interface CertificateShown {
  readonly fingerprint: string
  readonly subject: string
  readonly issuer: string
  readonly validFrom: string
  readonly validTo: string
}

/** Whoever asks is told whether there is a token, never which. */
export interface InstanceInfo extends Omit<InstanceSettings, 'token'> {
  readonly id: string
  readonly hasToken: boolean
  /** On the command line: it can neither be removed nor be called otherwise. */
  readonly isGiven: boolean
  readonly state: InstanceState
  /** Since when it is in this state. */
  readonly sinceMs: number
  /** Unless it is up: one line. */
  readonly why?: string
  /** Of an untrusted one: the certificate that could be accepted. */
  readonly offered?: CertificateShown
  /** What it answered last, also while it is away. */
  readonly version?: string
  readonly interfaces: readonly InstanceInterface[]
  /** More interfaces than are listed; the totals are of all. */
  readonly moreInterfaces: number
  readonly totals?: InstanceTotals
  readonly lastAnswerMs?: number
  /** Of the last answer, from the question until all of it was there; a new connection is part of it. */
  readonly roundTripMs?: number
  /** Its clock less ours, to about a second. */
  readonly clockOffsetMs?: number
  /** Bits a second over the last ten minutes, oldest first; null where nothing is known. */
  readonly course: readonly (number | null)[]
}

export interface InstancesAnswer {
  /** By the clock of whoever asks the instances. */
  readonly nowMs: number
  readonly instances: readonly InstanceInfo[]
  /** Where the list is kept; absent: nowhere, it lasts as long as the program. */
  readonly file?: string
}

/** Bounds of what may be said of an instance. */
export const MAX_INSTANCE_NAME = 64
export const MAX_INSTANCE_URL = 512
export const MAX_INSTANCE_TOKEN = 1024
