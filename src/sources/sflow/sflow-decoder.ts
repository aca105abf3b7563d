import type { CollectorParts, DatagramDecoder } from '../collect/decoder.ts'
import { type Agent, Agents, addressBytes } from './agents.ts'
import { CounterRecords } from './counter-records.ts'
import { FlowSample, ifIndexOf } from './flow-sample.ts'
import { eachRecord, RECORD_CUT, RECORD_TOO_LONG, type RecordReader, u32, WORD } from './xdr.ts'

const VERSION = 5

const FLOW_SAMPLE = 1
const COUNTERS_SAMPLE = 2
const FLOW_SAMPLE_EXPANDED = 3
const COUNTERS_SAMPLE_EXPANDED = 4
const DISCARDED_PACKET = 5

const FLOW_HEAD = 8 * WORD
const FLOW_EXPANDED_HEAD = 11 * WORD
const COUNTERS_HEAD = 3 * WORD
const COUNTERS_EXPANDED_HEAD = 4 * WORD
const DISCARDED_HEAD = 8 * WORD

const SAMPLE_SHORT = 'sample cut short'
const DATAGRAM_SHORT = 'datagram cut short'

/**
 * sFlow version 5 (sflow.org, sflow_version_5.txt). An exporter is the address that the agent tells, and its sub-agent: that is how switches with several addresses, and relays, are
 * one. Who sent the datagram is kept where it is somebody else.
 *
 * Bytes of a sampled packet are those of its frame as captures have them, without check sequence: frame_length counts it where `stripped` does.
 */
export class SflowDecoder implements DatagramDecoder, RecordReader {
  private readonly parts: CollectorParts
  private readonly agents: Agents
  private readonly flow: FlowSample
  private readonly counters = new CounterRecords()
  private agent: Agent | undefined
  /** What the user says of this agent's sampling. */
  private userRate: number | undefined
  private nowMs = 0

  constructor(parts: CollectorParts, seed = Math.floor(Math.random() * 0x1_0000_0000)) {
    this.parts = parts
    this.agents = new Agents(parts.exporters, seed)
    this.flow = new FlowSample(parts.samples, parts.flows, seed)
  }

  datagram(b: Uint8Array, from: string, _port: number, nowMs: number): void {
    const version = b.length < WORD ? -1 : u32(b, 0)
    if (version !== VERSION) return this.refuse(b, from, nowMs, version < 0 ? DATAGRAM_SHORT : 'unsupported version')
    if (b.length < 2 * WORD) return this.refuse(b, from, nowMs, DATAGRAM_SHORT)
    const type = u32(b, WORD)
    const addressLen = addressBytes(type)
    if (addressLen < 0) return this.refuse(b, from, nowMs, 'address of a type that there is not')
    const at = 2 * WORD + addressLen
    if (b.length < at + 4 * WORD) return this.refuse(b, from, nowMs, DATAGRAM_SHORT)
    const agent = this.agents.of(type, b, 2 * WORD, u32(b, at), from, nowMs)
    if (agent === undefined) return
    const { exporter } = agent
    this.arrived(exporter, b, nowMs)
    if (from === exporter.address) exporter.sender = undefined
    else {
      exporter.sender = from
      exporter.fault('agent differs from sender')
    }
    exporter.sequence(u32(b, at + WORD), 1)
    this.agent = agent
    this.nowMs = nowMs
    this.userRate = this.parts.samplingOf(exporter.address) ?? this.parts.samplingOf(from)
    const wrong = eachRecord(b, at + 4 * WORD, b.length, u32(b, at + 3 * WORD), this)
    if (wrong !== '') exporter.fault(SAMPLE_FAULTS[wrong]!)
  }

  tick(): void {
    // Nothing waits here.
  }

  /** Of what cannot be read only the sender is known. */
  private refuse(b: Uint8Array, from: string, nowMs: number, cause: string): void {
    const exporter = this.parts.exporters.of(from, 'sFlow v5', 0, nowMs)
    if (exporter === undefined) return
    this.arrived(exporter, b, nowMs)
    exporter.fault(cause)
  }
  private arrived(exporter: Agent['exporter'], b: Uint8Array, nowMs: number): void {
    exporter.lastSeen = nowMs
    exporter.datagrams++
    exporter.bytesReceived += b.length
  }

  /** A sample of the datagram. Those of other enterprises are passed over. */
  record(format: number, b: Uint8Array, at: number, end: number): void {
    if (format === FLOW_SAMPLE || format === FLOW_SAMPLE_EXPANDED) this.flowSample(b, at, end, format === FLOW_SAMPLE_EXPANDED)
    else if (format === COUNTERS_SAMPLE) this.countersSample(b, at, end, false)
    else if (format === COUNTERS_SAMPLE_EXPANDED) this.countersSample(b, at, end, true)
    else if (format === DISCARDED_PACKET) this.discarded(end - at)
  }

  /** flow_sample: sequence, source, rate, pool, drops, ways in and out, records; the expanded one has a word more for each kind. */
  private flowSample(b: Uint8Array, at: number, end: number, isExpanded: boolean): void {
    const { flow, agent } = this
    const head = isExpanded ? FLOW_EXPANDED_HEAD : FLOW_HEAD
    if (end - at < head) return agent!.exporter.fault(SAMPLE_SHORT)
    const source = u32(b, at + WORD)
    const kind = isExpanded ? source : source >>> 24
    const index = isExpanded ? u32(b, at + 2 * WORD) : source & 0xff_ffff
    const rest = at + (isExpanded ? 3 : 2) * WORD
    const rate = this.rateOf(u32(b, rest))
    const way = rest + 3 * WORD
    const inIf = isExpanded ? ifIndexOf(u32(b, way), u32(b, way + WORD)) : compactIfIndex(u32(b, way))
    const outIf = isExpanded ? ifIndexOf(u32(b, way + 2 * WORD), u32(b, way + 3 * WORD)) : compactIfIndex(u32(b, way + WORD))
    flow.begin(agent!, kind, index, rate, inIf, outIf, this.nowMs)
    flow.dropped(u32(b, rest + 2 * WORD))
    const wrong = eachRecord(b, at + head, end, u32(b, at + head - WORD), flow)
    if (wrong !== '') agent!.exporter.fault(wrong)
    flow.end(b)
  }

  private rateOf(told: number): number {
    const agent = this.agent!
    const { exporter } = agent
    if (told === 0 && this.userRate === undefined) exporter.fault('sampling rate of 0')
    const rate = this.userRate ?? (told || 1)
    if (rate !== agent.rate) {
      agent.rate = rate
      exporter.sampled(rate, this.userRate === undefined ? 'records' : 'user')
    }
    return rate
  }

  /** counters_sample: sequence, source, records. */
  private countersSample(b: Uint8Array, at: number, end: number, isExpanded: boolean): void {
    const { exporter } = this.agent!
    const head = isExpanded ? COUNTERS_EXPANDED_HEAD : COUNTERS_HEAD
    if (end - at < head) return exporter.fault(SAMPLE_SHORT)
    const source = u32(b, at + WORD)
    const kind = isExpanded ? source : source >>> 24
    const index = isExpanded ? u32(b, at + 2 * WORD) : source & 0xff_ffff
    const reader = this.counters.begin(this.agent!, kind, index, this.nowMs)
    const wrong = eachRecord(b, at + head, end, u32(b, at + head - WORD), reader)
    if (wrong !== '') exporter.fault(wrong)
  }

  /** discarded_packet: what the switch threw away. It is no traffic that passed, and only counted. */
  private discarded(length: number): void {
    const { exporter } = this.agent!
    if (length < DISCARDED_HEAD) exporter.fault(SAMPLE_SHORT)
    else exporter.count('discardedPackets', 1)
  }
}

/** Where the samples themselves are the records. */
const SAMPLE_FAULTS: Readonly<Record<string, string>> = {
  [RECORD_CUT]: 'fewer samples than told',
  [RECORD_TOO_LONG]: 'sample longer than its datagram',
}

/** The upper two bits are the format. */
const compactIfIndex = (word: number): number => ifIndexOf(word >>> 30, word & 0x3fff_ffff)
