import type { FlowBatch } from '../../lib/flow-batch.ts'
import type { PacketBatch } from '../../lib/source.ts'

/** Where a datagram came from. */
export interface Sender {
  /** IPv4 or IPv6 as text. */
  readonly address: string
  readonly port: number
}

/** Where decoders put what they read; each call empties what was full, so there is always room. */
export interface CollectorSink {
  /** The batch to write the next record into: never full. Ask again for each record. */
  flows(): FlowBatch
  /** Samples of packets (sFlow), with how many each stands for in `weight`. */
  packets(): PacketBatch
}

/** Reads the datagrams of one protocol. Never throws: what is wrong is counted with the exporter. */
export interface DatagramDecoder {
  /** The datagram is buf[at .. end); valid only during the call. `nowMs`: when it came. */
  decode(buf: Uint8Array, at: number, end: number, sender: Sender, nowMs: number, sink: CollectorSink): void
  /** A second is over: what has waited too long is given up. */
  tick(nowMs: number): void
}
