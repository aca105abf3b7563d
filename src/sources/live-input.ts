import type { LiveDevice, LiveSettings } from '../lib/live-capture.ts'
import { type LinkState, newSourceStats, type Sink, type Source, SourceError, type SourceStats } from '../lib/source.ts'
import { isKnownLinkType } from '../wire/link-types.ts'
import { IxiaTimed } from './ixia-trailer.ts'
import { LibpcapLive } from './libpcap-live.ts'
import { LiveRing } from './live-ring.ts'
import type { PacketWait } from './packet-wait.ts'
import { allRefused, statsOfParts } from './sequence.ts'
import { noteFault, sumStats } from './source-stats.ts'

/** Captured by libpcap: it is no interface of the kernel's own. */
const ANY = 'any'
export const isForLibpcap = (device: string): boolean => device === ANY || process.platform !== 'linux'

/** One of the interfaces. */
interface Place {
  source: Source | undefined
  /** It has vanished, and is waited for. */
  isGone: boolean
  /** How often it was there. One that is being opened again is not yet. */
  lives: number
  resume: (device: LiveDevice) => void
}

/**
 * One or several interfaces of the machine as one source, packets in the order in which their rings are read. Of one that vanishes `onGone` is told; it is waited for until
 * `reopen` says that it is there again.
 */
export class LiveInput implements Source {
  readonly name: string
  private readonly devices: readonly LiveDevice[]
  private readonly settings: LiveSettings
  private readonly wait: PacketWait
  private readonly onGone: (at: number) => void
  private readonly places: readonly Place[]
  private readonly refused: SourceError[] = []
  /** What the captures of interfaces that vanished had counted. */
  private readonly past = newSourceStats()

  constructor(name: string, devices: readonly LiveDevice[], settings: LiveSettings, wait: PacketWait, onGone: (at: number) => void) {
    this.name = name
    this.devices = devices
    this.settings = settings
    this.wait = wait
    this.onGone = onGone
    this.places = devices.map(() => ({ source: undefined, isGone: false, lives: 0, resume: () => undefined }))
  }

  async run(sink: Sink, signal: AbortSignal): Promise<void> {
    await Promise.all(this.devices.map((device, at) => this.capture(device, at, sink, signal)))
    if (this.refused.length === this.devices.length && !signal.aborted) throw allRefused(this.refused)
  }

  /** The interface is there again, with sockets of its own. After `onGone` alone. */
  reopen(at: number, device: LiveDevice): void {
    this.places[at]?.resume(device)
  }

  stats(): SourceStats {
    const sources = this.places.flatMap(({ source }) => source ?? [])
    const stats = sumStats([{ name: this.name, stats: this.past }], statsOfParts(sources, this.refused))
    const { link } = this
    return link === undefined ? stats : { ...stats, link }
  }

  /** The best of several interfaces speaks for all; undefined until each is open or has been refused. */
  private get link(): LinkState | undefined {
    const links = this.places.map(({ source, isGone, lives }) =>
      isGone ? 'gone' : (source?.stats().link ?? (lives > 1 ? 'gone' : undefined)),
    )
    const known = links.filter((link) => link !== undefined)
    return known.length + this.refused.length < links.length ? undefined : BEST_FIRST.find((state) => known.includes(state))
  }

  private async capture(first: LiveDevice, at: number, sink: Sink, signal: AbortSignal): Promise<void> {
    try {
      await this.captureOnce(first, at, sink, signal)
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      this.refused.push(error)
      return
    }
    while (!signal.aborted) {
      const device = await this.untilReturned(at, signal)
      if (device === undefined) return
      try {
        await this.captureOnce(device, at, sink, signal)
      } catch (error) {
        if (!(error instanceof SourceError)) throw error
        // It may have vanished again in this moment.
        noteFault(this.past, error.message)
      }
    }
  }

  private async captureOnce(device: LiveDevice, at: number, sink: Sink, signal: AbortSignal): Promise<void> {
    const place = this.places[at]!
    const { source: before } = place
    if (before !== undefined) sumStats([{ name: before.name, stats: { ...before.stats(), faults: [], faultCount: 0 } }], this.past)
    const source = this.open(device)
    place.source = source
    place.isGone = false
    place.lives++
    await source.run(sink, signal)
  }

  private open(device: LiveDevice): Source {
    const { promiscuous, maxRingBytes, timestamps, packetFilter, libpcapPath, ixia } = this.settings
    const source = isForLibpcap(device.name)
      ? new LibpcapLive(device.name, { promiscuous, filter: packetFilter, libpcapPath, knowsLinkType: isKnownLinkType })
      : new LiveRing(device.name, {
          wait: this.wait,
          promiscuous,
          timestamps,
          ...(device.fds.length > 0 && { fds: device.fds }),
          ...(device.ringBytes !== undefined && { ringBytes: device.ringBytes }),
          ...(device.filter !== undefined && { filter: device.filter }),
          ...(device.fanout !== undefined && { fanout: device.fanout }),
          ...(device.mapped !== undefined && { mapped: device.mapped }),
          ...(maxRingBytes !== undefined && { maxRingBytes }),
        })
    return ixia ? new IxiaTimed(source) : source
  }

  /** Undefined when the signal comes first. */
  private untilReturned(at: number, signal: AbortSignal): Promise<LiveDevice | undefined> {
    const place = this.places[at]!
    place.isGone = true
    const { promise, resolve } = Promise.withResolvers<LiveDevice | undefined>()
    const stop = () => resolve(undefined)
    signal.addEventListener('abort', stop, { once: true })
    place.resume = (device) => {
      signal.removeEventListener('abort', stop)
      resolve(device)
    }
    if (signal.aborted) stop()
    else this.onGone(at)
    return promise
  }
}

const BEST_FIRST: readonly LinkState[] = ['up', 'down', 'gone']
