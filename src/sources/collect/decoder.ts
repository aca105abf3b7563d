import type { CollectorSocket } from '../../lib/collector-sockets.ts'
import type { NetworkEvent } from '../../lib/events.ts'
import type { FlowWriter } from '../../lib/flow-batch.ts'
import type { SampleWriter } from '../../lib/sample-batch.ts'
import type { Exporters } from './exporters.ts'

/** The fault of records that this wiretop had sent on itself. */
export const WENT_IN_A_CIRCLE = 'record that went in a circle'

/** What the decoders of a collector share. */
export interface CollectorParts {
  readonly exporters: Exporters
  readonly flows: FlowWriter
  readonly samples: SampleWriter
  /** Takes what other programs tell of the network; absent: nobody wants it. */
  event?(event: NetworkEvent): void
  /** What this wiretop is called: a record whose path it is on has gone in a circle, and is counted as a fault. */
  readonly instance?: string | undefined
  /** Of its endpoint, opened already; absent: it opens its own. */
  readonly socket?: CollectorSocket | undefined
  /** Where it may be kept what is learned of exporters; undefined: nowhere. */
  readonly stateFile?: string | undefined
  /** One packet of so many was counted, whatever the exporter says; undefined: the user says nothing of this address. */
  samplingOf(address: string): number | undefined
}

/** Reads the datagrams of one protocol or several. Nothing that comes makes it throw; what is wrong is counted at the exporter. */
export interface DatagramDecoder {
  /** `datagram` is valid only during the call; `from` is the sender's address as text. */
  datagram(datagram: Uint8Array, from: string, port: number, nowMs: number): void
  /** Called once a second. */
  tick(nowMs: number): void
  /** What it has learned of exporters, as a value for JSON; undefined: nothing new since it was last asked. */
  save?(): unknown
}
