import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { LiveInterface } from '../lib/live.ts'
import type { PacketStream, RecordingAsk, StreamProgress } from '../lib/recording.ts'

/** Recordings that run at once, and that are kept, over all interfaces. */
export const MAX_RUNNING = 8
export const MAX_KEPT = 32
/** Of all files; what runs counts by its bound. */
export const MAX_TOTAL_BYTES = 2_000_000_000
const PRIVATE_DIR = 0o700
const PRIVATE_FILE = 0o600
const READ_BYTES = 65_536

export interface RecordingInfo extends StreamProgress {
  readonly id: number
  readonly interface: number
  readonly interfaceName: string
  /** Which packets, in words. */
  readonly about: string
  readonly ask: RecordingAsk
  readonly state: 'running' | 'ended' | 'failed'
  /** Why it failed: one line. */
  readonly failure?: string
  readonly startedMs: number
  readonly seconds: number
  readonly fileName: string
}

/** There are as many recordings, or bytes of them, as there may be. `message` says what to do. */
export class StoreFull extends Error {
  override readonly name = 'StoreFull'
}

/** Recordings as files of a folder; they are gone when the program is. */
export class RecordingStore {
  private readonly folder: string
  private readonly byId = new Map<number, StoredRecording>()
  private nextId = 1
  /** Asked for, and not yet among them. */
  private readonly starting: RecordingAsk[] = []

  constructor(folder: string) {
    this.folder = folder
  }

  /** Rejects with StoreFull, or as `Recordings.start` does. */
  async start(from: LiveInterface, ask: RecordingAsk): Promise<RecordingInfo> {
    this.refuse(ask)
    this.starting.push(ask)
    try {
      const stream = await from.recordings.start(ask)
      const recording = new StoredRecording(this.nextId++, from, ask, stream, join(this.folder, `recording-${randomUUID()}`))
      this.byId.set(recording.id, recording)
      await recording.open(this.folder)
      return recording.info()
    } finally {
      this.starting.splice(this.starting.indexOf(ask), 1)
    }
  }

  private refuse({ maxBytes }: RecordingAsk): void {
    const all = [...this.byId.values()]
    const running = all.filter(({ isRunning }) => isRunning).length + this.starting.length
    if (running >= MAX_RUNNING) throw new StoreFull(`${MAX_RUNNING} recordings run at most; wait for one, or stop one`)
    if (all.length + this.starting.length >= MAX_KEPT) throw new StoreFull(`${MAX_KEPT} recordings are kept at most; remove one first`)
    const bytes = [...all.map(({ reservedBytes }) => reservedBytes), ...this.starting.map((ask) => ask.maxBytes)].reduce((a, b) => a + b, 0)
    if (bytes + maxBytes > MAX_TOTAL_BYTES)
      throw new StoreFull(
        `all recordings may have ${MAX_TOTAL_BYTES} bytes, and ${bytes} are taken; remove one first, or ask for fewer than ${maxBytes}`,
      )
  }

  list(): RecordingInfo[] {
    return [...this.byId.values()].map((one) => one.info())
  }
  get(id: number): RecordingInfo | undefined {
    return this.byId.get(id)?.info()
  }
  /** Ends it; what was recorded stays. */
  stop(id: number): void {
    this.byId.get(id)?.stop()
  }
  async remove(id: number): Promise<void> {
    const one = this.byId.get(id)
    this.byId.delete(id)
    await one?.discard()
  }
  /** Its bytes: while it runs, as they come. Undefined: there is no such file. */
  read(id: number): AsyncIterable<Uint8Array> | undefined {
    return this.byId.get(id)?.read()
  }
  async close(): Promise<void> {
    await Promise.all([...this.byId.keys()].map((id) => this.remove(id)))
  }
}

class StoredRecording {
  readonly id: number
  private readonly from: { readonly id: number; readonly name: string }
  private readonly ask: RecordingAsk
  private readonly stream: PacketStream
  private readonly path: string
  private readonly startedMs = Date.now()
  private endedMs: number | undefined
  private failure: string | undefined
  private written = 0
  private file: FileHandle | undefined
  private saving: Promise<void> = Promise.resolve()
  private readonly waiting: (() => void)[] = []

  constructor(id: number, { info }: LiveInterface, ask: RecordingAsk, stream: PacketStream, path: string) {
    this.id = id
    this.from = { id: info.id, name: info.name }
    this.ask = ask
    this.stream = stream
    this.path = path
  }

  get isRunning(): boolean {
    return this.endedMs === undefined
  }
  get reservedBytes(): number {
    return this.isRunning ? this.ask.maxBytes : this.written
  }

  async open(folder: string): Promise<void> {
    try {
      await mkdir(folder, { recursive: true, mode: PRIVATE_DIR })
      this.file = await open(this.path, 'wx+', PRIVATE_FILE)
      this.saving = this.save(this.file)
    } catch (error) {
      this.fail(error)
    }
  }

  private async save(file: FileHandle): Promise<void> {
    try {
      for (let chunk = await this.stream.next(); chunk !== undefined; chunk = await this.stream.next()) {
        await file.writeFile(chunk)
        this.written += chunk.length
        this.wake()
      }
      this.endedMs = Date.now()
    } catch (error) {
      this.fail(error)
    }
    this.wake()
  }

  private fail(error: unknown): void {
    const { code, message } = error as NodeJS.ErrnoException
    this.failure = code === 'ENOSPC' || code === 'EDQUOT' ? 'there is no room left on the disk' : message
    this.endedMs = Date.now()
    this.stream.stop()
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve()
  }

  info(): RecordingInfo {
    const { ask, startedMs, endedMs, failure, from } = this
    const suffix = new Date(startedMs).toISOString().slice(0, 19).replace(/[-:]/g, '')
    return {
      ...this.stream.progress(),
      id: this.id,
      interface: from.id,
      interfaceName: from.name,
      about: this.stream.about,
      ask,
      state: failure !== undefined ? 'failed' : this.isRunning ? 'running' : 'ended',
      ...(failure !== undefined && { failure }),
      startedMs,
      seconds: ((endedMs ?? Date.now()) - startedMs) / 1000,
      fileName: `wiretop-${from.name.slice(0, 64)}-${suffix}.${ask.format}`,
    }
  }

  stop(): void {
    this.stream.stop()
  }

  async discard(): Promise<void> {
    this.stop()
    await this.saving
    if (this.file === undefined) return
    await this.file.close()
    await rm(this.path, { force: true })
    this.wake()
  }

  read(): AsyncGenerator<Uint8Array> | undefined {
    return this.file && this.bytes()
  }

  private async *bytes(): AsyncGenerator<Uint8Array> {
    // Empty: the head of an answer goes out although no packet has come yet.
    yield new Uint8Array(0)
    const file = await open(this.path, 'r')
    try {
      for (let at = 0; ; ) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(READ_BYTES), 0, Math.min(READ_BYTES, this.written - at), at)
        at += bytesRead
        if (bytesRead > 0) yield buffer.subarray(0, bytesRead)
        else if (!this.isRunning) return
        else await new Promise<void>((resolve) => this.waiting.push(resolve))
      }
    } finally {
      await file.close()
    }
  }
}
