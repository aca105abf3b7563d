import type { RepeatRule } from '../../lib/exporters.ts'
import type { CollectorParts } from './decoder.ts'

/** One opened endpoint of a collector: sockets, and the decoders behind them. */
export interface Receiver {
  /** Where it listens, or whom it asks, as people write it. */
  readonly address: string
  /** What the kernel threw away because nobody read it in time. */
  readonly dropped: number
  /** Bytes that the kernel keeps until they are read; 0 where that is not known. */
  readonly bufferBytes: number
  /** Datagrams or messages of senders that may not send. */
  readonly refused: number
  /** What went wrong with connections that no exporter is known of yet, one line each, and how often. */
  readonly faults?: ReadonlyMap<string, number>
  /** Called once a second. */
  tick(nowMs: number): void
  close(): Promise<void>
}

/** What a receiver tells its collector. */
export interface ReceiverEvents {
  /** A datagram or a message has been decoded: what it brought is in the writers. */
  received(bytes: number): void
  /** What is in the writers goes on. */
  handOn(): void
}

export interface UdpPlace {
  readonly host: string
  readonly port: number
}

/** A kind of endpoint, known by how its text begins. */
export interface ReceiverKind {
  readonly schemes: readonly string[]
  /** The endpoint as it was understood, or what is wrong with it: one line. */
  check(text: string): { readonly repeats?: RepeatRule } | string
  /** Where it listens for datagrams; undefined: it does not. */
  udpPlace(text: string): UdpPlace | undefined
  /** Throws a SourceError where it cannot be opened. */
  open(text: string, parts: CollectorParts, events: ReceiverEvents): Promise<Receiver>
}
