/**
 * A broker for tests: one node, one topic, and of the protocol (kafka.apache.org/protocol) the three requests of a producer, each in one flexible version.
 * It keeps the values that it was given.
 */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

const PRODUCE = { key: 0, version: 9 }
const METADATA = { key: 3, version: 12 }
const API_VERSIONS = { key: 18, version: 3 }
const PARTITIONS = 3
/** Length of a record batch's header. */
const BATCH_HEADER = 61

export interface StubBroker {
  readonly port: number
  readonly values: readonly string[]
  readonly partitions: ReadonlySet<number>
  /** Kafka's error code that further produce requests are answered by; 0: none. */
  errorCode: number
  close(): Promise<void>
}

export async function stubBroker(topic: string, port = 0): Promise<StubBroker> {
  const values: string[] = []
  const partitions = new Set<number>()
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    let waiting = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (part) => {
      waiting = Buffer.concat([waiting, part])
      while (waiting.length >= 4 && waiting.length >= 4 + waiting.readInt32BE(0)) {
        const end = 4 + waiting.readInt32BE(0)
        const answer = handle(new Reader(waiting.subarray(4, end)))
        const length = Buffer.alloc(4)
        length.writeInt32BE(answer.length)
        socket.write(Buffer.concat([length, answer]))
        waiting = waiting.subarray(end)
      }
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const broker = {
    port: (server.address() as AddressInfo).port,
    values,
    partitions,
    errorCode: 0,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }

  function handle(request: Reader): Buffer {
    const key = request.i16()
    const version = request.i16()
    const out = new Writer().i32(request.i32())
    request.nullableString()
    request.i8() // tagged fields
    if (key === API_VERSIONS.key) {
      // Its header alone has no tagged fields.
      out.i16(0).array([PRODUCE, METADATA, API_VERSIONS], (api) => void out.i16(api.key).i16(api.version).i16(api.version).tags())
      return out.i32(0).tags().bytes()
    }
    out.tags()
    if (key === METADATA.key && version === METADATA.version) return metadata(out)
    if (key === PRODUCE.key && version === PRODUCE.version) return produced(request, out)
    throw new Error(`request ${key} in version ${version}`)
  }

  function metadata(out: Writer): Buffer {
    out.i32(0).array([1], (node) => void out.i32(node).string('127.0.0.1').i32(broker.port).string(null).tags())
    out.string('stub').i32(1)
    out.array([topic], (name) => {
      out.i16(0).string(name).raw(Buffer.alloc(16, 7)).i8(0)
      out.array(
        Array.from({ length: PARTITIONS }, (_, i) => i),
        (partition) => {
          out.i16(0).i32(partition).i32(1).i32(0)
          for (const nodes of [[1], [1], []]) out.array(nodes, (node) => void out.i32(node))
          out.tags()
        },
      )
      out.i32(-2147483648).tags()
    })
    return out.tags().bytes()
  }

  function produced(request: Reader, out: Writer): Buffer {
    request.compactString() // transactional id
    request.i16() // acks
    request.i32() // timeout
    const seen: number[] = []
    const topics = request.uvarint() - 1
    for (let t = 0; t < topics; t++) {
      request.compactString()
      const count = request.uvarint() - 1
      for (let p = 0; p < count; p++) {
        const partition = request.i32()
        seen.push(partition)
        const records = request.take(request.uvarint() - 1)
        request.i8()
        if (broker.errorCode !== 0) continue
        partitions.add(partition)
        values.push(...valuesOf(records))
      }
      request.i8()
    }
    out.array([topic], (name) => {
      out.string(name).array(
        seen,
        (partition) =>
          void out
            .i32(partition)
            .i16(broker.errorCode)
            .i64(0n)
            .i64(-1n)
            .i64(0n)
            .array([], () => {})
            .string(null)
            .tags(),
      )
      out.tags()
    })
    return out.i32(0).tags().bytes()
  }

  return broker
}

/** The values of a record batch, magic 2, not compressed. */
function valuesOf(batch: Buffer): string[] {
  const count = batch.readInt32BE(BATCH_HEADER - 4)
  const reader = new Reader(batch.subarray(BATCH_HEADER))
  return Array.from({ length: count }, () => {
    const record = new Reader(reader.take(reader.varint()))
    record.i8() // attributes
    record.varint() // time
    record.varint() // offset
    record.take(Math.max(0, record.varint())) // key
    return record.take(record.varint()).toString()
  })
}

class Reader {
  private readonly b: Buffer
  private at = 0
  constructor(b: Buffer) {
    this.b = b
  }
  i8 = () => this.b.readInt8(this.move(1))
  i16 = () => this.b.readInt16BE(this.move(2))
  i32 = () => this.b.readInt32BE(this.move(4))
  uvarint(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.b.readUInt8(this.move(1))
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
  }
  varint(): number {
    const value = this.uvarint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
  take(length: number): Buffer {
    const at = this.move(length)
    return this.b.subarray(at, at + length)
  }
  nullableString(): string {
    return this.take(Math.max(0, this.i16())).toString()
  }
  compactString(): string {
    return this.take(Math.max(0, this.uvarint() - 1)).toString()
  }
  private move(by: number): number {
    const { at } = this
    this.at += by
    return at
  }
}

class Writer {
  private readonly parts: Buffer[] = []
  i8(value: number): this {
    return this.raw(Buffer.from([value & 255]))
  }
  i16(value: number): this {
    return this.raw(Buffer.from([(value >> 8) & 255, value & 255]))
  }
  i32(value: number): this {
    const b = Buffer.alloc(4)
    b.writeInt32BE(value)
    return this.raw(b)
  }
  i64(value: bigint): this {
    const b = Buffer.alloc(8)
    b.writeBigInt64BE(value)
    return this.raw(b)
  }
  /** All here are shorter than 127. */
  string(value: string | null): this {
    return value === null ? this.i8(0) : this.i8(value.length + 1).raw(Buffer.from(value))
  }
  array<T>(items: readonly T[], put: (item: T) => void): this {
    this.i8(items.length + 1)
    for (const item of items) put(item)
    return this
  }
  tags(): this {
    return this.i8(0)
  }
  raw(b: Buffer): this {
    this.parts.push(b)
    return this
  }
  bytes(): Buffer {
    return Buffer.concat(this.parts)
  }
}
