import { BadQuestion } from '../lib/live.ts'
import type { KeptAsk, PacketTap, RecordingAsk, RecordingCommand, RecordingCommands } from '../lib/recording.ts'
import type { PacketBatch } from '../lib/source.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { Bytes } from './byte-copy.ts'
import { choiceText, isLiveFlow, matchOf } from './packet-match.ts'
import { commentText, PacketOutput, type SendChunk } from './packet-output.ts'
import type { PacketRing } from './packet-ring.ts'
import { Recording } from './recording.ts'
import { RingReader } from './ring-reader.ts'

/** What has gathered is sent this often, and bounds in time are looked at. */
const FLUSH_MS = 250
/** Sooner where the packets of several workers have to be put in order: none can go on before all have said how far they are. */
const JOINT_FLUSH_MS = 100
/** Of one interface at once; each matches every packet. */
const MAX_STREAMS = 16

type Handlers = {
  readonly [C in RecordingCommand]: (
    ask: RecordingCommands[C]['ask'],
  ) => RecordingCommands[C]['answer'] | Promise<RecordingCommands[C]['answer']>
}

/** Stands behind the tables of one interface: hands the packets of each batch to the recordings that want them, and keeps the last ones. */
export class Recorder implements PacketTap {
  private readonly t: LiveTables
  private readonly name: string
  private readonly ring: PacketRing | undefined
  private readonly send: SendChunk
  private readonly recordings = new Map<number, Recording>()
  private readonly readers = new Map<number, RingReader>()
  /** The recordings as a list, so that no iterator is made a batch. */
  private active: Recording[] = []
  /** The first packet of the batch that has not been looked at. */
  private from = 0
  private isOver = false
  private source = new Bytes(new ArrayBuffer(0))
  private timer: NodeJS.Timeout | undefined

  constructor(tables: LiveTables, name: string, ring: PacketRing | undefined, send: SendChunk) {
    this.t = tables
    this.name = name
    this.ring = ring
    this.send = send
    tables.beforeTick = (batch, upTo) => {
      this.takePart(batch, upTo)
    }
  }

  take(batch: PacketBatch, upTo: number): void | Promise<void> {
    this.takePart(batch, upTo)
    const { active } = this
    for (let i = 0; i < active.length; i++) if (active[i]!.inputWaits && active[i]!.output.whenRoomy()) return this.untilAllRoomy()
    return undefined
  }

  /** No packet comes meanwhile, so what has room keeps it. */
  private async untilAllRoomy(): Promise<void> {
    for (const { inputWaits, output } of this.active) if (inputWaits) await output.whenRoomy()
  }

  private takePart(batch: PacketBatch, upTo: number): void {
    const { from, active, ring } = this
    this.from = upTo === batch.count ? 0 : upTo
    if ((active.length === 0 && ring === undefined) || upTo === from) return
    const { buf } = batch
    const { buf: seen } = this.source
    if (seen.buffer !== buf.buffer || seen.byteOffset !== buf.byteOffset || seen.length !== buf.length) this.source = Bytes.of(buf)
    if (ring !== undefined) this.keep(ring, batch, from, upTo)
    for (let i = 0; i < active.length; i++) active[i]!.take(this.source, batch, this.t.rowOf, from, upTo)
    if (active.some((recording) => recording.isOver)) this.clear()
  }

  private keep(ring: PacketRing, { start, capLen, wireLen, tsMs, linkType }: PacketBatch, from: number, upTo: number): void {
    const { source } = this
    const { rowOf, flows } = this.t
    for (let i = from; i < upTo; i++) {
      const row = rowOf[i]!
      const serial = row < 0 ? 0 : flows.rows.go(row).serial
      ring.append(source, start[i]!, capLen[i]!, wireLen[i]!, tsMs[i]!, linkType[i]!, row, serial)
    }
  }

  do<C extends RecordingCommand>(
    command: C,
    ask: RecordingCommands[C]['ask'],
  ): RecordingCommands[C]['answer'] | Promise<RecordingCommands[C]['answer']> {
    return (this.handlers[command] as Handlers[C])(ask)
  }

  private readonly handlers: Handlers = {
    startRecording: (ask) => this.start(ask),
    stopRecording: ({ stream }) => {
      this.recordings.get(stream)?.stop()
      this.readers.get(stream)?.stop()
      this.clear()
      return null
    },
    ringPackets: (ask) => this.readRing(ask),
    ringState: () => this.ring?.state() ?? null,
    chunkTaken: ({ stream, memory }) => {
      this.recordings.get(stream)?.output.taken(memory)
      this.readers.get(stream)?.taken(memory)
      return null
    },
  }

  private start(ask: RecordingCommands['startRecording']['ask']): string {
    if (this.isOver) throw new BadQuestion('interface', `${this.name} is at its end: no packets pass any more`)
    if (ask.flow !== undefined && !isLiveFlow(this.t, ask.flow))
      throw new BadQuestion('flow', `there is no live flow ${JSON.stringify(ask.flow.slice(0, 64))}; it may have ended`)
    this.refuseMany()
    const match = matchOf(this.t, ask, this.t.options.seed)
    const about = choiceText(this.t, ask)
    this.recordings.set(ask.stream, new Recording(ask, match, this.outputOf(ask, about)))
    this.clear()
    this.timer ??= setInterval(() => this.tick(), ask.tellsTime === true ? JOINT_FLUSH_MS : FLUSH_MS)
    return about
  }

  /** Resolves when the first packet has been found, or there is none. */
  private async readRing(ask: KeptAsk & { readonly stream: number }): Promise<string | null> {
    if (this.ring === undefined) return null
    this.refuseMany()
    const match = matchOf(this.t, ask, this.t.options.seed)
    const about = choiceText(this.t, ask)
    const reader = new RingReader(
      this.ring,
      match,
      ask,
      () => this.outputOf(ask, about),
      () => this.readers.delete(ask.stream),
    )
    this.readers.set(ask.stream, reader)
    return (await reader.start()) ? about : null
  }

  private refuseMany(): void {
    if (this.recordings.size + this.readers.size >= MAX_STREAMS)
      throw new BadQuestion('interface', `${MAX_STREAMS} recordings of ${this.name} run already; stop one first`)
  }

  private outputOf({ stream, format }: (RecordingAsk | KeptAsk) & { readonly stream: number }, about: string): PacketOutput {
    return new PacketOutput(stream, format, commentText(`${about}, seen on ${this.name}`), this.send)
  }

  private tick(): void {
    const nowMs = performance.now()
    for (const recording of this.recordings.values()) recording.tick(nowMs, this.t.nowMs)
    this.clear()
  }

  /** Forgets the recordings that have ended. */
  private clear(): void {
    for (const [stream, recording] of this.recordings) if (recording.isOver) this.recordings.delete(stream)
    this.active = [...this.recordings.values()]
    if (this.active.length > 0 || this.timer === undefined) return
    clearInterval(this.timer)
    this.timer = undefined
  }

  inputEnded(): void {
    this.isOver = true
    for (const recording of this.recordings.values()) recording.end('input-ended')
    this.clear()
  }
}
