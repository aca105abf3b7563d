/** Who contacted whom how often since that was last told: columns. */
export interface ContactRows {
  readonly clients: readonly string[]
  /** Addresses, or names that were asked for. */
  readonly servers: readonly string[]
  /** 65535: a contact of two hosts; else the number of the protocol by which a name was asked for. */
  readonly families: readonly number[]
  readonly counts: readonly number[]
}
/** Family of contacts of two hosts. */
export const HOST_CONTACT = 65_535

export const DUMP_MODES = ['none', 'all', 'local', 'remote'] as const
export type DumpMode = (typeof DUMP_MODES)[number]

/** What a thread that writes contacts down is given. */
export interface ContactDumpJob {
  /** Of the day's file. */
  readonly path: string
  readonly interfaceName: string
  readonly rows: ContactRows
}
