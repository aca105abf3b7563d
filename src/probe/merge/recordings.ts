/** Recordings of an interface whose packets several workers share: one capture file, in the order of time. */
import { BadQuestion } from '../../lib/live.ts'
import type { KeptAsk, PacketChoice, PacketStream, RecordingAsk, Recordings, RingState } from '../../lib/recording.ts'
import type { PacketStreams, WorkerStream } from '../packet-streams.ts'
import { JointStream } from './joint-stream.ts'

export interface RecordingWorker {
  readonly number: number
  /** No packets come to it any more. */
  readonly hasEnded: boolean
  readonly recordings: PacketStreams
}

export interface JointOptions {
  readonly workers: readonly RecordingWorker[]
  /** The input does not wait for anybody. */
  readonly isLive: boolean
  /** Which workers have a part of a flow, and its id there. */
  partsOfFlow(id: string): Promise<readonly { readonly worker: number; readonly id: string }[]>
}

type Chosen = readonly { readonly worker: RecordingWorker; readonly choice: PacketChoice }[]

export class JointRecordings implements Recordings {
  private readonly options: JointOptions

  constructor(options: JointOptions) {
    this.options = options
  }

  /** Unless it is of a flow, all workers are asked in this turn: a recording of an input that was just opened misses no packet. */
  async start(ask: RecordingAsk): Promise<PacketStream> {
    const { workers, isLive } = this.options
    const running = workers.filter(({ hasEnded }) => !hasEnded)
    const chosen = ask.flow === undefined ? everywhere(running.length > 0 ? running : workers, ask) : await this.ofFlow(ask, ask.flow)
    if (chosen.length === 0) throw noFlow(ask.flow)
    // Bounds are of all together, but the one in time; and what a worker writes is not yet the file. Of a capture those that are ahead wait for the others.
    const ofWorker = { format: 'pcapng', maxBytes: Number.POSITIVE_INFINITY, inputWaits: !isLive, tellsTime: true } as const
    const streams = await allOrNone(chosen.map(({ worker, choice }) => worker.recordings.start({ ...ask, ...choice, ...ofWorker })))
    return new JointStream(streams, { ...ask, canWait: !isLive })
  }

  async kept(ask: KeptAsk): Promise<PacketStream | undefined> {
    const chosen = ask.flow === undefined ? everywhere(this.options.workers, ask) : await this.ofFlow(ask, ask.flow)
    const streams = await allOrNone(chosen.map(({ worker, choice }) => worker.recordings.kept({ ...ask, ...choice, format: 'pcapng' })))
    const found = streams.filter((stream) => stream !== undefined)
    const unbound = { maxBytes: Number.POSITIVE_INFINITY, maxPackets: Number.POSITIVE_INFINITY }
    return found.length === 0 ? undefined : new JointStream(found, { format: ask.format, ...unbound, canWait: true })
  }

  /** Since when all packets are kept: every ring must go back so far. */
  async ring(): Promise<RingState | undefined> {
    const states = await Promise.all(this.options.workers.map(({ recordings }) => recordings.ring()))
    const rings = states.filter((state) => state !== undefined)
    if (rings.length === 0) return undefined
    const since = rings.flatMap(({ sinceMs }) => sinceMs ?? [])
    return {
      capacityBytes: rings.reduce((sum, { capacityBytes }) => sum + capacityBytes, 0),
      packets: rings.reduce((sum, { packets }) => sum + packets, 0),
      ...(since.length > 0 && { sinceMs: Math.max(...since) }),
    }
  }

  private async ofFlow(choice: PacketChoice, flow: string): Promise<Chosen> {
    const parts = await this.options.partsOfFlow(flow)
    return parts.flatMap(({ worker: number, id }) => {
      const worker = this.options.workers.find((w) => w.number === number)
      return worker === undefined ? [] : [{ worker, choice: { ...choice, flow: id } }]
    })
  }
}

const everywhere = (workers: readonly RecordingWorker[], choice: PacketChoice): Chosen => workers.map((worker) => ({ worker, choice }))

const noFlow = (id = '') => new BadQuestion('flow', `there is no live flow ${JSON.stringify(id.slice(0, 64))}; it may have ended`)

/** Where one refuses, those that have begun are ended. */
async function allOrNone<S extends WorkerStream | undefined>(streams: readonly Promise<S>[]): Promise<S[]> {
  const outcomes = await Promise.allSettled(streams)
  const begun = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  const refused = outcomes.find((outcome) => outcome.status === 'rejected')
  if (refused === undefined) return begun
  for (const stream of begun) if (stream !== undefined) discard(stream)
  throw refused.reason
}

function discard(stream: WorkerStream): void {
  stream.stop()
  const drain = async () => {
    while ((await stream.next()) !== undefined);
  }
  void drain()
}
