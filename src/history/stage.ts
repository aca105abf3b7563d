/** What has come and is in no file of its own yet, as frames of a stage file: each length, CRC-32, and one message of packed records or of points. */
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { deserialize, serialize } from 'node:v8'
import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { PackedFlows } from '../lib/flow-batch.ts'

const HEAD_LEN = 8
/** A frame holds records of one message; what claims to be longer is damaged. */
const MAX_FRAME_LEN = 256 * 2 ** 20
const ZSTD_LEVEL = 100

export class Stage<T = PackedFlows> {
  readonly path: string
  bytes = 0
  private readonly fd: number
  private isDirty = false

  /** Throws as openSync does. A file of that name is begun anew. */
  constructor(path: string) {
    this.path = path
    this.fd = openSync(path, 'w', 0o600)
  }

  /** Is safe from a death of this process when it returns; from one of the machine after `sync`. Throws as writeSync does. */
  append(records: T): void {
    const body = zstdCompressSync(serialize(records), { params: { [ZSTD_LEVEL]: 1 } })
    const head = Buffer.allocUnsafe(HEAD_LEN)
    head.writeUInt32LE(body.length, 0)
    head.writeUInt32LE(crc32(body), 4)
    const frame = Buffer.concat([head, body])
    for (let at = 0; at < frame.length; ) at += writeSync(this.fd, frame, at, frame.length - at, this.bytes + at)
    this.bytes += frame.length
    this.isDirty = true
  }

  sync(): void {
    if (!this.isDirty) return
    fdatasyncSync(this.fd)
    this.isDirty = false
  }
  close(): void {
    closeSync(this.fd)
  }
}

/** Hands over what a stage file holds, up to where it is cut or damaged; returns how many bytes are lost there. */
export function readStage<T = PackedFlows>(path: string, each: (records: T) => void): number {
  const file = readFileSync(path)
  let at = 0
  while (at + HEAD_LEN <= file.length) {
    const length = file.readUInt32LE(at)
    const body = file.subarray(at + HEAD_LEN, at + HEAD_LEN + length)
    if (length > MAX_FRAME_LEN || body.length < length || crc32(body) !== file.readUInt32LE(at + 4)) break
    each(deserialize(zstdDecompressSync(body)) as T)
    at += HEAD_LEN + length
  }
  return file.length - at
}
