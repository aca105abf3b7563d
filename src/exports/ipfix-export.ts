import type { FlowBatch } from '../lib/flow-batch.ts'
import type { ExportStats, FlowExport } from '../lib/flow-export.ts'
import type { Channel, ChannelEvents, OpenChannel } from './channel.ts'
import { PLAIN_TEMPLATES, templateOf } from './ipfix-elements.ts'
import { type IpfixMessage, IpfixMessages, MIN_MESSAGE, stamp } from './ipfix-messages.ts'
import type { QueueOptions } from './queued-export.ts'
import { SendQueue } from './send-queue.ts'

export interface IpfixOptions extends QueueOptions {
  /** Bytes of the longest datagram's payload. */
  readonly mtu?: number | undefined
  readonly observationDomain?: number | undefined
  /**
   * What sampled records tell: 'sampled', what was counted and the interval in each record, or 'scaled', counts multiplied already and no interval, for collectors that do
   * not multiply by an interval in records (as nfcapd).
   */
  readonly counts?: 'sampled' | 'scaled' | undefined
}

const DEFAULT_MTU = 1400
const STREAM_MESSAGE = 16 * 1024
/** Statistics, and over UDP templates, as nobody knows whether they came (RFC 7011 §8.4). */
const TOLD_EVERY_MS = 60_000
/** So many intervals of sampling are told by options; records bear theirs in any case. */
const MAX_SELECTORS = 256

/** RFC 7011 §4.1, §4.3 in one: by observationDomainId (149), what was exported and what could not be. */
const STATISTICS_TEMPLATE = 512
const STATISTICS = [
  { id: 149, length: 4 }, // observationDomainId
  { id: 41, length: 8 }, // exportedMessageTotalCount
  { id: 42, length: 8 }, // exportedFlowRecordTotalCount
  { id: 40, length: 8 }, // exportedOctetTotalCount
  { id: 166, length: 8 }, // notSentFlowTotalCount
] as const
/** RFC 5477 §8.2: by selectorId (302), one packet of so many. */
const SELECTORS_TEMPLATE = 513
const SELECTORS = [
  { id: 302, length: 4 }, // selectorId
  { id: 305, length: 4 }, // samplingPacketInterval
  { id: 306, length: 4 }, // samplingPacketSpace
] as const

/**
 * IPFIX (RFC 7011) with both directions in a record where the batch has them (RFC 5103). Templates go out when a channel opens, before the first record that needs
 * them, and over UDP every minute; statistics and samplers every minute.
 */
export class IpfixExport implements FlowExport {
  readonly name: string
  private readonly queue: SendQueue<IpfixMessage>
  private readonly isStream: boolean
  private readonly domain: number
  private readonly isScaled: boolean
  private readonly maxBytes: number
  private readonly flows: IpfixMessages
  /** Templates that were told; whoever connects is told all of them. */
  private readonly templates = new Set<number>(PLAIN_TEMPLATES)
  private readonly selectors = new Set<number>()
  private toldMs = Number.NEGATIVE_INFINITY
  private messagesSent = 0

  constructor(name: string, open: OpenChannel<Uint8Array>, carrier: 'datagrams' | 'stream', options: IpfixOptions = {}) {
    const { mtu = DEFAULT_MTU, observationDomain = 0, counts = 'sampled', queueBytes, firstRetryMs } = options
    this.name = name
    this.isStream = carrier === 'stream'
    this.domain = observationDomain
    this.isScaled = counts === 'scaled'
    this.maxBytes = this.isStream ? STREAM_MESSAGE : Math.max(MIN_MESSAGE, mtu)
    this.flows = this.messages((message) => this.queue.push(message, message.data.length, message.dataRecords))
    this.queue = new SendQueue((events) => this.session(open, events), { name, maxBytes: queueBytes, firstRetryMs })
  }

  send(batch: FlowBatch, nowMs: number): void {
    if (Math.abs(nowMs - this.toldMs) >= TOLD_EVERY_MS) this.tell(nowMs)
    for (let i = 0; i < batch.count; i++) {
      const template = templateOf(batch, i, this.isScaled)
      const sampling = batch.sampling[i]!
      if (!this.templates.has(template) && !this.announce(template)) {
        this.queue.refuse(1, 'the queue has no room for a template')
        continue
      }
      if (sampling > 1 && !this.isScaled && this.selectors.size < MAX_SELECTORS && !this.selectors.has(sampling))
        this.announceSelector(sampling)
      this.flows.flow(batch, i, template)
    }
    this.flows.flush()
  }

  stats(): ExportStats {
    return this.queue.stats()
  }
  close(withinMs: number): Promise<void> {
    return this.queue.close(withinMs)
  }

  private messages(emit: (message: IpfixMessage) => void): IpfixMessages {
    return new IpfixMessages(this.maxBytes, this.domain, emit)
  }

  /** A transport session (RFC 7011 §2): sequence numbers begin at 0, and it is told all templates first. */
  private session(open: OpenChannel<Uint8Array>, events: ChannelEvents): Channel<IpfixMessage> {
    let sequence = 0
    const channel = open({
      opened: () => {
        for (const message of this.control((to) => this.putTemplates(to))) write(message, () => {})
        events.opened()
      },
      lost: events.lost,
    })
    const write = (message: IpfixMessage, done: (error?: Error) => void) => {
      stamp(message, sequence, Date.now())
      sequence = (sequence + message.dataRecords) >>> 0
      channel.write(message.data, (error) => {
        if (error === undefined) this.messagesSent++
        // Whoever refused has no templates when he comes.
        else this.toldMs = Number.NEGATIVE_INFINITY
        done(error)
      })
    }
    return { write, close: () => channel.close() }
  }

  private tell(nowMs: number): void {
    this.toldMs = nowMs
    this.queueControl((to) => {
      if (!this.isStream) this.putTemplates(to)
      this.putStatistics(to)
      for (const selector of this.selectors) putSelector(to, selector)
    })
  }

  private announce(template: number): boolean {
    const hadRoom = this.queueControl((to) => to.template(template))
    if (hadRoom) this.templates.add(template)
    return hadRoom
  }

  private announceSelector(sampling: number): void {
    if (this.queueControl((to) => putSelector(to, sampling))) this.selectors.add(sampling)
  }

  private putTemplates(to: IpfixMessages): void {
    to.optionsTemplate(STATISTICS_TEMPLATE, STATISTICS)
    to.optionsTemplate(SELECTORS_TEMPLATE, SELECTORS)
    for (const template of this.templates) to.template(template)
  }

  private putStatistics(to: IpfixMessages): void {
    const { records, bytes, dropped } = this.queue.stats()
    to.options(STATISTICS_TEMPLATE, (out) => {
      out.u32(this.domain)
      out.u64(this.messagesSent)
      out.u64(records)
      out.u64(bytes)
      out.u64(dropped)
    })
  }

  /** Messages that hold no flows. */
  private control(put: (to: IpfixMessages) => void): IpfixMessage[] {
    const made: IpfixMessage[] = []
    const to = this.messages((message) => made.push(message))
    put(to)
    to.flush()
    return made
  }

  /** False when one had no room. They are queued before the records that are still being put together. */
  private queueControl(put: (to: IpfixMessages) => void): boolean {
    return this.control(put).every((message) => this.queue.push(message, message.data.length, 0))
  }
}

function putSelector(to: IpfixMessages, sampling: number): void {
  to.options(SELECTORS_TEMPLATE, (out) => {
    out.u32(sampling)
    out.u32(1)
    out.u32(sampling - 1)
  })
}
