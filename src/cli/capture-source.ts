/** Where `wiretop capture` has its packets from: an input that it reads itself, or a wiretop that runs. */
import type { LiveInterface } from '../lib/live.ts'
import type { PacketStream, RecordingAsk, StreamProgress } from '../lib/recording.ts'
import type { ProbeOptions } from '../probe/probes.ts'
import { type ByItself, openByItself } from './by-itself.ts'
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE } from './usage-error.ts'

export interface CaptureSource {
  /** The next bytes of the capture file; undefined when it is whole. They may be used until the next ones are asked for. */
  next(): Promise<Uint8Array | undefined>
  progress(): StreamProgress | Promise<StreamProgress>
  /** What has been recorded still comes. */
  stop(): void
  /** After the last bytes: what was wrong with the input, one line each, and the exit status. */
  outcome(): Promise<{ readonly faults: readonly string[]; readonly status: number }>
  close(): Promise<void>
}

/** Packets cannot be had. `message` is one line. */
export class CaptureFault extends Error {
  override readonly name = 'CaptureFault'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Reads an input in a worker of its own, from its first packet on. */
export async function inputSource(
  input: string,
  ask: RecordingAsk,
  options: Omit<ProbeOptions, 'worker' | 'capture'>,
): Promise<CaptureSource> {
  const opened = openByItself([input], options)
  const probe = opened.interfaces[0]!
  try {
    // In the turn that opens it, so that no packet passes before.
    return new InputSource(opened, probe, await probe.recordings.start(ask))
  } catch (error) {
    await opened.close()
    throw new CaptureFault(EXIT_USAGE, error instanceof Error ? error.message : String(error))
  }
}

class InputSource implements CaptureSource {
  private readonly opened: ByItself
  private readonly probe: LiveInterface
  private readonly stream: PacketStream
  constructor(opened: ByItself, probe: LiveInterface, stream: PacketStream) {
    this.opened = opened
    this.probe = probe
    this.stream = stream
  }

  next(): Promise<Uint8Array | undefined> {
    return this.stream.next()
  }
  progress(): StreamProgress {
    return this.stream.progress()
  }
  stop(): void {
    this.stream.stop()
  }
  close(): Promise<void> {
    return this.opened.close()
  }

  async outcome(): Promise<{ faults: readonly string[]; status: number }> {
    const { end } = this.stream.progress()
    if (end === 'input-ended' || end === 'interface-gone') await this.settled()
    const { state, failure, progress, name } = this.probe.info
    const faults = progress.faults.map((fault) => `${name}: ${fault}`)
    if (state === 'failed') return { faults: [...faults, failure ?? `${name} has failed`], status: EXIT_USAGE }
    return { faults, status: EXIT_FINE }
  }

  /** The stream may end a moment before its interface does. */
  private settled(): Promise<void> {
    return new Promise((resolve) => {
      const look = () => (this.probe.info.state === 'ended' || this.probe.info.state === 'failed') && resolve()
      this.opened.probes.onChange(look)
      look()
    })
  }
}

/** Asks a running wiretop to record, and takes the packets over as they come. The recording is removed there at the end. */
export async function remoteSource(base: URL, parameters: Readonly<Record<string, string | number | undefined>>): Promise<CaptureSource> {
  const url = new URL('/api/v1/recordings', base)
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, String(value))
  const answer = await request(base, url, 'POST')
  const { id } = (await answer.json()) as { id: number }
  const one = new URL(`/api/v1/recordings/${id}`, base)
  try {
    const packets = await request(base, new URL(`${one.pathname}/packets`, base), 'GET')
    return new RemoteSource(base, one, packets.body!)
  } catch (error) {
    await request(base, one, 'DELETE').catch(() => undefined)
    throw error
  }
}

async function request(base: URL, url: URL, method: 'GET' | 'POST' | 'DELETE'): Promise<Response> {
  const answer = await fetch(url, { method }).catch(() => undefined)
  if (answer === undefined) throw new CaptureFault(EXIT_FAILED, `no wiretop answers on ${base.origin}: start one, or say where with --url`)
  if (answer.ok) return answer
  const body = (await answer.json().catch(() => undefined)) as { error?: { message?: string } } | undefined
  throw new CaptureFault(
    answer.status < 500 ? EXIT_USAGE : EXIT_FAILED,
    body?.error?.message ?? `the answer was ${answer.status} ${answer.statusText}`,
  )
}

class RemoteSource implements CaptureSource {
  private readonly base: URL
  private readonly one: URL
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>
  private stopping: Promise<unknown> = Promise.resolve()
  constructor(base: URL, one: URL, body: ReadableStream<Uint8Array>) {
    this.base = base
    this.one = one
    this.reader = body.getReader()
  }

  async next(): Promise<Uint8Array | undefined> {
    try {
      return (await this.reader.read()).value
    } catch {
      throw new CaptureFault(EXIT_FAILED, `${this.base.origin} has broken off: what came until then is in the file`)
    }
  }
  async progress(): Promise<StreamProgress> {
    return (await (await request(this.base, this.one, 'GET')).json()) as StreamProgress
  }
  stop(): void {
    this.stopping = request(this.base, new URL(`${this.one.pathname}/stop`, this.base), 'POST').catch(() => undefined)
  }
  async outcome(): Promise<{ faults: readonly string[]; status: number }> {
    const { failure } = (await this.progress()) as StreamProgress & { failure?: string }
    return failure === undefined ? { faults: [], status: EXIT_FINE } : { faults: [failure], status: EXIT_FAILED }
  }
  async close(): Promise<void> {
    await this.stopping
    await this.reader.cancel().catch(() => undefined)
    await request(this.base, this.one, 'DELETE').catch(() => undefined)
  }
}
