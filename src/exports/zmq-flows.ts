import { deflateSync } from 'node:zlib'
import type { FlowBatch } from '../lib/flow-batch.ts'
import type { ExportStats, FlowExport } from '../lib/flow-export.ts'
import type { CurveOptions } from '../zmtp/curve.ts'
import { parseEndpoint, type ZmtpEndpoint } from '../zmtp/endpoint.ts'
import { PubSocket } from '../zmtp/pub-socket.ts'
import { Faults } from './faults.ts'
import { type ZmqRecordOptions, ZmqRecordWriter } from './zmq-record.ts'

export interface ZmqExportOptions extends ZmqRecordOptions {
  /** Layout of the header. 0: for ntopng 1.2, one record a message, of 8 KiB at most. 2: for all later ones. */
  readonly version?: 0 | 1 | 2 | 4 | undefined
  /** Payloads are compressed; not with version 0. */
  readonly compress?: boolean | undefined
  readonly curve?: CurveOptions | undefined
  /** Who we are among the sources of a collector. */
  readonly sourceId?: number | undefined
  /** What may wait for each subscriber, in bytes. */
  readonly queueBytes?: number | undefined
}

const TOPIC = 'flow'
const DEFAULT_VERSION = 2
/** Records of a message have about so many characters: the length in headers 1 and 2 has 16 bits. */
const CHUNK = 32 * 1024
/** What ntopng 1.2 reads of a message. */
const MAX_V0 = 8191
const COMPRESSED_V4 = 2

/** Publishes flows as JSON to whoever subscribes. With `c` at its end an endpoint connects to a collector that has bound; otherwise we bind. */
export class ZmqExport implements FlowExport {
  readonly name: string
  private readonly socket: PubSocket
  private readonly writer: ZmqRecordWriter
  private readonly faults = new Faults()
  private readonly version: 0 | 1 | 2 | 4
  private readonly compress: boolean
  private readonly header: Buffer
  private messageId = 0
  private records = 0
  private dropped = 0

  /** Throws an error of one line when `endpoint` (tcp://HOST:PORT, ipc://PATH, with c behind the port) is none. */
  constructor(
    name: string,
    endpoint: string,
    { version = DEFAULT_VERSION, compress = false, curve, queueBytes, sourceId = 0, ...record }: ZmqExportOptions = {},
  ) {
    this.name = name
    this.version = version
    this.compress = compress && version !== 0
    this.header = headerOf(version, sourceId)
    this.writer = new ZmqRecordWriter(record)
    this.socket = new PubSocket([publisherEndpoint(name, endpoint)], {
      curve,
      queueBytes,
      fault: (_, why) => this.faults.add(`${name}: ${why}`),
    })
    // What cannot be bound is a fault, and is tried again.
    this.socket.open().catch(() => undefined)
  }

  send(batch: FlowBatch): void {
    if (batch.count === 0) return
    // Nobody listens: nothing is lost that anybody wants, and it costs nothing.
    if (!this.socket.hasSubscriber(this.header)) {
      this.dropped += batch.count
      return
    }
    const isAlone = this.version === 0
    let texts = ''
    let count = 0
    for (let i = 0; i < batch.count; i++) {
      const json = this.writer.json(batch, i)
      if (isAlone) {
        this.single(json)
        continue
      }
      texts += count === 0 ? json : `,${json}`
      count++
      if (texts.length < CHUNK && i < batch.count - 1) continue
      this.publish(Buffer.from(`[${texts}]`), count)
      texts = ''
      count = 0
    }
  }

  private single(json: string): void {
    const payload = Buffer.from(json)
    if (payload.length <= MAX_V0) return this.publish(payload, 1)
    this.dropped++
    this.faults.add(`${this.name}: record longer than ${MAX_V0} bytes`)
  }

  private publish(plain: Buffer, count: number): void {
    const isAfterZero = this.compress && this.version !== 4
    const payload = !this.compress ? plain : isAfterZero ? Buffer.concat([Uint8Array.of(0), deflateSync(plain)]) : deflateSync(plain)
    this.stamp(plain.length, payload.length)
    const lost = this.socket.dropped
    if (this.socket.send([this.header, payload], count) > 0) this.records += count
    else if (this.socket.dropped === lost) this.dropped += count
  }

  private stamp(plain: number, sent: number): void {
    const { header, version } = this
    if (version === 0) {
      header.writeUInt32LE(sent, 36)
      return
    }
    this.messageId = (this.messageId + 1) >>> 0
    if (version === 4) {
      header[17] = this.compress ? COMPRESSED_V4 : 0
      header.writeUInt32BE(plain, 20)
      header.writeUInt32BE(this.compress ? sent : 0, 24)
      header.writeUInt32BE(this.messageId, 28)
      return
    }
    header.writeUInt16BE(Math.min(sent, 0xffff), 18)
    header.writeUInt32BE(this.messageId, 20)
  }

  /** Where it is bound. */
  get boundTo(): readonly string[] {
    return this.socket.boundTo
  }

  stats(): ExportStats {
    const { records, dropped, faults, socket } = this
    return {
      records,
      bytes: socket.bytes,
      dropped: dropped + socket.dropped,
      waiting: socket.waiting,
      peers: socket.connected,
      faults: faults.lines,
      faultCount: faults.count,
    }
  }

  async close(withinMs: number): Promise<void> {
    await this.socket.drained(withinMs)
    await this.socket.close()
  }
}

function publisherEndpoint(name: string, text: string): ZmtpEndpoint {
  const connects = /^(tcp:\/\/.*:\d+)c$/.exec(text)?.[1]
  const endpoint = parseEndpoint(connects ?? text, connects === undefined)
  if (typeof endpoint === 'string') throw new Error(`${name}: ${endpoint}`)
  return endpoint
}

/** A first frame, without what changes from one to the next. */
function headerOf(version: 0 | 1 | 2 | 4, sourceId: number): Buffer {
  const header = Buffer.alloc({ 0: 40, 1: 24, 2: 28, 4: 36 }[version])
  header.write(TOPIC)
  if (version === 0) return header
  header[16] = version
  if (version === 1) header[17] = sourceId
  else header.writeUInt32LE(sourceId >>> 0, version === 4 ? 32 : 24)
  return header
}
