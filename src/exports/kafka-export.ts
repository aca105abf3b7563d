import type { Producer } from '@platformatic/kafka'
import type { FlowBatch } from '../lib/flow-batch.ts'
import { type ChannelEvents, inWords, type OpenChannel } from './channel.ts'
import { QueuedExport, type QueueOptions } from './queued-export.ts'
import { recordJson } from './record-json.ts'
import type { TlsOptions } from './socket-channels.ts'

export interface KafkaPeer {
  /** HOST:PORT each; one that answers names the others. */
  readonly brokers: readonly string[]
  readonly topic: string
  readonly tls?: TlsOptions | undefined
  readonly sasl?: KafkaCredentials | undefined
}

export interface KafkaCredentials {
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  readonly username: string
  readonly password: string
}

export interface KafkaOptions extends QueueOptions {
  readonly compression?: 'gzip' | 'zstd' | undefined
}

/** Messages that are sent together have about so many bytes: brokers refuse more than a megabyte. */
const CHUNK = 64 * 1024
const ANSWER_MS = 10_000

/** One message a record, its value JSON by the words of the glossary; partitions take turns. What a broker may or may not have taken is sent again. */
export class KafkaExport extends QueuedExport<Buffer[]> {
  constructor(name: string, peer: KafkaPeer, { compression, ...queue }: KafkaOptions = {}) {
    super(name, openKafka(peer, compression), queue)
  }

  send(batch: FlowBatch): void {
    let values: Buffer[] = []
    let bytes = 0
    for (let i = 0; i < batch.count; i++) {
      const value = Buffer.from(recordJson(batch, i))
      values.push(value)
      bytes += value.length
      if (bytes < CHUNK) continue
      this.queue.push(values, bytes, values.length)
      values = []
      bytes = 0
    }
    if (values.length > 0) this.queue.push(values, bytes, values.length)
  }
}

const openKafka =
  (peer: KafkaPeer, compression: KafkaOptions['compression']): OpenChannel<Buffer[]> =>
  (events) =>
    new KafkaChannel(peer, compression, events)

class KafkaChannel {
  private readonly topic: string
  private readonly events: ChannelEvents
  private producer: Producer | undefined
  private isOver = false
  private last: Promise<void>

  constructor(peer: KafkaPeer, compression: KafkaOptions['compression'], events: ChannelEvents) {
    this.topic = peer.topic
    this.events = events
    this.last = this.connect(peer, compression).then(
      () => this.isOver || events.opened(),
      (error: Error) => this.lose(error),
    ) as Promise<void>
  }

  write(values: Buffer[], done: (error?: Error) => void): void {
    this.last = this.last.then(() => this.produce(values, done))
  }

  async close(): Promise<void> {
    this.isOver = true
    await this.letGo()
  }

  /** By force: a broker that does not answer is not waited for. */
  private async letGo(): Promise<void> {
    try {
      await this.producer?.close(true)
    } catch {
      // It was lost already.
    }
  }

  private async connect({ brokers, topic, tls, sasl }: KafkaPeer, compression: KafkaOptions['compression']): Promise<void> {
    // The client is loaded only where a broker is named.
    const kafka = await import('@platformatic/kafka')
    this.producer = new kafka.Producer({
      clientId: 'wiretop',
      bootstrapBrokers: [...brokers],
      connectTimeout: ANSWER_MS,
      requestTimeout: ANSWER_MS,
      // Our queue tries again, and tells that it does.
      retries: false,
      autocreateTopics: true,
      ...(compression !== undefined && { compression }),
      ...(tls !== undefined && { tls: { ca: tls.ca, cert: tls.cert, key: tls.key }, tlsServerName: tls.serverName ?? true }),
      ...(sasl !== undefined && { sasl }),
    })
    await this.producer.metadata({ topics: [topic], autocreateTopics: true })
  }

  private async produce(values: Buffer[], done: (error?: Error) => void): Promise<void> {
    if (this.isOver) return
    try {
      await this.producer!.send({ messages: values.map((value) => ({ topic: this.topic, value })), acks: 1 })
      done()
    } catch (error) {
      if (isRefusal(error as Error)) done(new Error(reasonOf(error as Error)))
      else this.lose(error as Error)
    }
  }

  private lose(error: Error): void {
    if (this.isOver) return
    this.isOver = true
    void this.letGo()
    this.events.lost(reasonOf(error))
  }
}

/** Kafka's error codes of what would be refused again: CORRUPT_MESSAGE, MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_RECORD. */
const REFUSALS: ReadonlySet<number> = new Set([2, 10, 18, 87])
const isRefusal = (error: Error): boolean => causes(error).some((cause) => REFUSALS.has((cause as { apiCode?: number }).apiCode ?? 0))

/** What lies at the bottom says most: the errors above it tell that something failed. */
const reasonOf = (error: Error): string => inWords(causes(error).at(-1)!)

/** The error and all that it is made of, the first cause of each last. */
function causes(error: Error, depth = 0): Error[] {
  const below = [
    ...(error instanceof AggregateError ? (error.errors as Error[]) : []),
    ...(error.cause instanceof Error ? [error.cause] : []),
  ]
  return [error, ...(depth < 8 ? below.slice(0, 8).flatMap((cause) => causes(cause, depth + 1)) : [])]
}
