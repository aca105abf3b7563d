import type { ExportStats } from '../lib/flow-export.ts'
import type { Channel, OpenChannel } from './channel.ts'
import { Faults } from './faults.ts'

export const DEFAULT_QUEUE_BYTES = 16 * 1024 * 1024
/** So much is on its way at once; the rest waits here, where it is counted. */
const MAX_IN_FLIGHT_BYTES = 256 * 1024
const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 30_000

interface Item<T> {
  readonly payload: T
  readonly bytes: number
  readonly records: number
}

export interface SendQueueOptions {
  /** As faults name it, as 'ipfix://collector:4739'. */
  readonly name: string
  readonly maxBytes?: number | undefined
  /** How long after the first loss it tries again; doubled each time up to half a minute. */
  readonly firstRetryMs?: number | undefined
}

/**
 * What waits for one peer. Bounded in bytes: when full, what is new is dropped and counted, so a slow or absent peer costs this memory and nobody else. A lost
 * channel is opened again, ever more rarely, and what it had not taken is written once more.
 */
export class SendQueue<T> {
  private readonly open: OpenChannel<T>
  private readonly name: string
  private readonly maxBytes: number
  private readonly firstRetryMs: number
  private readonly faults = new Faults()
  private items: Item<T>[] = []
  /** items[0 .. head) are done with; items[head .. next) are written, not yet taken. */
  private head = 0
  private next = 0
  private waitingBytes = 0
  private inFlightBytes = 0
  private records = 0
  private bytes = 0
  private dropped = 0
  private channel: Channel<T> | undefined
  private isOpen = false
  private retryMs: number
  private retry: NodeJS.Timeout | undefined
  private isClosed = false
  private whenEmpty: (() => void) | undefined

  constructor(open: OpenChannel<T>, { name, maxBytes = DEFAULT_QUEUE_BYTES, firstRetryMs = FIRST_RETRY_MS }: SendQueueOptions) {
    this.open = open
    this.name = name
    this.maxBytes = maxBytes
    this.firstRetryMs = firstRetryMs
    this.retryMs = firstRetryMs
    this.connect()
  }

  /** False: there was no room (or it is closed), and the records are counted as dropped. */
  push(payload: T, bytes: number, records: number): boolean {
    if (this.isClosed || this.waitingBytes + bytes > this.maxBytes) {
      this.dropped += records
      return false
    }
    this.items.push({ payload, bytes, records })
    this.waitingBytes += bytes
    this.pump()
    return true
  }

  /** Counts records that could not even be queued, and why. */
  refuse(records: number, why: string): void {
    this.dropped += records
    this.fault(why)
  }

  fault(why: string): void {
    this.faults.add(`${this.name}: ${why}`)
  }

  stats(): ExportStats {
    const { records, bytes, dropped, waitingBytes, isOpen, faults } = this
    return { records, bytes, dropped, waiting: waitingBytes, peers: isOpen ? 1 : 0, faults: faults.lines, faultCount: faults.count }
  }

  async close(withinMs: number): Promise<void> {
    if (this.isClosed) return
    if (this.waitingBytes > 0) await this.emptied(withinMs)
    this.isClosed = true
    clearTimeout(this.retry)
    for (let i = this.head; i < this.items.length; i++) this.dropped += this.items[i]!.records
    this.items = []
    this.waitingBytes = this.head = this.next = 0
    const { channel } = this
    this.channel = undefined
    this.isOpen = false
    await channel?.close()
  }

  private emptied(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs)
      this.whenEmpty = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  private connect(): void {
    const isCurrent = () => this.channel === channel && !this.isClosed
    const channel: Channel<T> = this.open({
      opened: () => {
        if (!isCurrent()) return
        this.isOpen = true
        this.pump()
      },
      lost: (why) => {
        if (!isCurrent()) return
        this.channel = undefined
        this.isOpen = false
        this.next = this.head
        this.inFlightBytes = 0
        this.fault(why)
        this.retry = setTimeout(() => this.connect(), this.retryMs)
        this.retryMs = Math.min(2 * this.retryMs, LAST_RETRY_MS)
      },
    })
    this.channel = channel
  }

  private pump(): void {
    const { channel } = this
    if (channel === undefined || !this.isOpen) return
    while (this.next < this.items.length && this.inFlightBytes < MAX_IN_FLIGHT_BYTES && this.channel === channel) {
      const item = this.items[this.next++]!
      this.inFlightBytes += item.bytes
      channel.write(item.payload, (error) => {
        if (this.channel === channel) this.taken(item, error)
      })
    }
  }

  /** Channels take in order, so it is the oldest. */
  private taken({ bytes, records }: Item<T>, error: Error | undefined): void {
    this.head++
    this.waitingBytes -= bytes
    this.inFlightBytes -= bytes
    if (error === undefined) {
      this.records += records
      this.bytes += bytes
      this.retryMs = this.firstRetryMs
    } else this.refuse(records, error.message)
    this.forget()
    this.pump()
    if (this.waitingBytes === 0) this.whenEmpty?.()
  }

  /** What is done with leaves the list now and then, so that each is moved about once. */
  private forget(): void {
    if (this.head < 64 || 2 * this.head < this.items.length) return
    this.items = this.items.slice(this.head)
    this.next -= this.head
    this.head = 0
  }
}
