import type { RiskName } from '../lib/risks.gen.ts'
import type { NameSource } from './dissector.ts'

/** Bits of a flow's `flags` that belong to recognition; tables use those from 1 << 8 on. */
export const FLOW_DECIDED = 1
/** The dissector wants the packets that follow. */
export const FLOW_MORE = 2
/** Nothing in this direction can match any more. */
export const FLOW_DEAD_AB = 4
export const FLOW_DEAD_BA = 8
/** The flow's beginning was not seen. */
export const FLOW_MID_STREAM = 16
/** The client's first bytes look encrypted (randomness.ts). */
export const FLOW_LOOKS_RANDOM = 32
/** The first bytes, of either end, look encrypted or packed. */
export const FLOW_LOOKS_DENSE = 64

/** What recognition keeps in the flow's row. `recognition` is -1 until there is more to remember. */
export interface RecognisedFlow {
  readonly row: number
  flags: number
  dissector: number
  recognition: number
  /** Payload packets shown so far, each way. */
  trials(direction: number): number
  setTrials(direction: number, n: number): void
}

/** What recognition does to the flow that is being shown, and to hosts. */
export interface Effects {
  /** `outer` is the index of the dissector that this one was found within, or -1; b[at .. end) is what its signature was shown. */
  matched(dissector: number, outer: number, b: Uint8Array, at: number, end: number): void
  gaveUp(): void
  becomes(name: string): void
  inside(app: string, why: string): void
  category(name: string): void
  serverName(name: string): void
  info(text: string, rest: string): void
  raise(risk: RiskName, evidence: string): void
  /** What one call of `extract` set. */
  fields(dissector: number, out: Readonly<Record<string, unknown>>): void
  /** `fromSender`: counts as sent for the sender's host and as received for the receiver's. */
  tally(dissector: number, counter: string, n: number): void
  nameAddress(bytes: Uint8Array, at: number, length: 4 | 16, name: string, from: NameSource): void
  nameHost(end: 'sender' | 'receiver' | 'client' | 'server', name: string, from: NameSource): void
  announced(): string
  expect(proto: number, bytes: Uint8Array, at: number, length: 4 | 16, port: number, app: string, seconds: number): void
  expectAt(proto: number, end: 'client' | 'server' | 'sender' | 'receiver', port: number, app: string, seconds: number): void
  /** Lets `act` do something to the flow of another row; all other effects are about that one meanwhile. */
  elsewhere(row: number, act: (flow: RecognisedFlow) => void): void
}
