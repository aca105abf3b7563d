/** Packets kept or handed out as a capture: what can be asked of an interface, and how the packets come. */
import type { PacketBatch } from './source.ts'

export const CAPTURE_FORMATS = ['pcapng', 'pcap'] as const
export type CaptureFormat = (typeof CAPTURE_FORMATS)[number]

export interface HostChoice {
  readonly address: string
  /** Absent: in whichever VLAN. */
  readonly vlan?: number
}
/** Which packets: of one host, of one flow, of the flows that a filter lets through; with none of these, all. */
export interface PacketChoice {
  readonly host?: HostChoice
  /** Its id. */
  readonly flow?: string
  /** In the filter language, over the fields of flows. */
  readonly filter?: string
}

export interface RecordingBounds {
  readonly maxPackets: number
  /** Of the capture file, its heads included. */
  readonly maxBytes: number
  readonly maxSeconds: number
}
export const DEFAULT_BOUNDS: RecordingBounds = { maxPackets: 100_000, maxBytes: 100_000_000, maxSeconds: 60 }
export const BOUNDS_CEILING: RecordingBounds = { maxPackets: 10_000_000, maxBytes: 1_000_000_000, maxSeconds: 3600 }

export interface RecordingAsk extends PacketChoice, RecordingBounds {
  readonly format: CaptureFormat
  /** The input waits for a receiver that is behind, so that nothing is left out: where it can wait, and nobody else looks at it. */
  readonly inputWaits?: boolean
}
/** Packets that the ring still holds. */
export interface KeptAsk extends PacketChoice {
  readonly fromMs?: number
  readonly toMs?: number
  readonly format: CaptureFormat
}

/**
 * Why no more packets come: a bound was reached, somebody stopped it, the flow left the table, the input is at its end, all kept packets have been
 * read, or the interface is gone (failed, restarted, removed).
 */
export const STREAM_ENDS = ['packets', 'bytes', 'seconds', 'stopped', 'flow-ended', 'input-ended', 'complete', 'interface-gone'] as const
export type StreamEnd = (typeof STREAM_ENDS)[number]

export interface StreamProgress {
  readonly packets: number
  /** Of the capture file, its heads included. */
  readonly bytes: number
  /** Packets that matched while the receiver was behind; of the ring, all that were overwritten before they could be looked at. */
  readonly leftOut: number
  /** Packets that matched and that classic pcap cannot hold, because its file has one link type: that of the first packet. */
  readonly otherLinkType: number
  readonly end?: StreamEnd
}

/** The bytes of a capture file, as they come. */
export interface PacketStream {
  /** Which packets, in words. */
  readonly about: string
  /** The next bytes; undefined when the file is whole. They are the receiver's until it asks for the next ones. */
  next(): Promise<Uint8Array | undefined>
  progress(): StreamProgress
  /** What has been taken in still comes. */
  stop(): void
}

export interface RingState {
  readonly capacityBytes: number
  readonly packets: number
  /** Time of the oldest packet that it holds. */
  readonly sinceMs?: number
}

/** Recording, as the API and the command line see it of one interface. */
export interface Recordings {
  /** From now on. Rejects with BadQuestion when the filter is bad or the flow is gone, with an Error when no packets pass any more. */
  start(ask: RecordingAsk): Promise<PacketStream>
  /** Of the ring; undefined when it holds no such packet or is off. Oldest first. */
  kept(ask: KeptAsk): Promise<PacketStream | undefined>
  /** Undefined: it is off. */
  ring(): Promise<RingState | undefined>
}

/** What the main thread asks of the worker, and what it answers, beside the questions of live.ts. `stream` is numbered by the main thread. */
export interface RecordingCommands {
  /** Which packets, in words. */
  /** `tellsTime`: it also says, several times a second, up to which time it has sent all packets. */
  startRecording: { ask: RecordingAsk & { readonly stream: number; readonly tellsTime?: boolean }; answer: string }
  stopRecording: { ask: { readonly stream: number }; answer: null }
  /** Which packets, in words; null when it holds none of them, else the stream follows. */
  ringPackets: { ask: KeptAsk & { readonly stream: number }; answer: string | null }
  ringState: { ask: Record<never, never>; answer: RingState | null }
  /** The receiver has taken a chunk: its memory comes back, and with it leave to send another. */
  chunkTaken: { ask: { readonly stream: number; readonly memory: ArrayBuffer }; answer: null }
}
export type RecordingCommand = keyof RecordingCommands
export const RECORDING_COMMANDS: readonly string[] = [
  'startRecording',
  'stopRecording',
  'ringPackets',
  'ringState',
  'chunkTaken',
] satisfies RecordingCommand[]

/** What the worker sends of a stream: bytes, how far it is, and with `end` in the progress that this was all. */
export interface ChunkMessage {
  readonly type: 'chunk'
  readonly stream: number
  /** The first `length` bytes of `memory`, which is transferred. */
  readonly memory?: ArrayBuffer
  readonly length: number
  readonly progress: StreamProgress
  /** Packets that still come are not older than this, unless they come late. */
  readonly upToMs?: number
}

/** The worker's end: sees every batch, and does what is asked. */
export interface PacketTap {
  /** The packets of the batch up to `upTo` have been through the tables and none of their flows has left; called again when more have. A promise: no more should come before it resolves. */
  take(batch: PacketBatch, upTo: number): void | Promise<void>
  do<C extends RecordingCommand>(
    command: C,
    ask: RecordingCommands[C]['ask'],
  ): RecordingCommands[C]['answer'] | Promise<RecordingCommands[C]['answer']>
  /** No packets come any more. */
  inputEnded(): void
}

/** A recording as the API shows it. */
export interface ShownRecording extends StreamProgress, RecordingBounds {
  readonly id: number
  readonly interface: number
  readonly interfaceName: string
  /** Which packets, in words. */
  readonly about: string
  readonly host?: string
  readonly vlan?: number
  readonly flow?: string
  readonly filter?: string
  readonly format: CaptureFormat
  readonly state: 'running' | 'ended' | 'failed'
  readonly failure?: string
  readonly startedMs: number
  readonly seconds: number
  readonly fileName: string
}
