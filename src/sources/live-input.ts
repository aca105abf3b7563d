import type { LiveDevice, LiveSettings } from '../lib/live-capture.ts'
import { type LinkState, newSourceStats, type Sink, type Source, SourceError, type SourceStats } from '../lib/source.ts'
import { isKnownLinkType } from '../wire/link-types.ts'
import { IxiaTimed } from './ixia-trailer.ts'
import { LibpcapLive } from './libpcap-live.ts'
import { LiveRing } from './live-ring.ts'
import type { PacketWait } from './packet-wait.ts'
import { allRefused, statsOfParts } from './sequence.ts'
import { sumStats } from './source-stats.ts'

/** Captured by libpcap: it is no interface of the kernel's own. */
const ANY = 'any'
export const isForLibpcap = (device: string): boolean => device === ANY || process.platform !== 'linux'

/**
 * One or several interfaces of the machine as one source, packets in the order in which their rings are read. An interface that vanishes is waited for: `reopen` says
 * that it is there again.
 */
export class LiveInput implements Source {
  readonly name: string
  private readonly devices: readonly LiveDevice[]
  private readonly settings: LiveSettings
  private readonly wait: PacketWait
  private readonly refused: SourceError[] = []
  private readonly sources = new Map<string, Source>()
  /** What the captures of interfaces that vanished had counted. */
  private readonly past = newSourceStats()
  private readonly returned = new Map<string, (device: LiveDevice) => void>()

  constructor(name: string, devices: readonly LiveDevice[], settings: LiveSettings, wait: PacketWait) {
    this.name = name
    this.devices = devices
    this.settings = settings
    this.wait = wait
  }

  async run(sink: Sink, signal: AbortSignal): Promise<void> {
    await Promise.all(this.devices.map((device) => this.capture(device, sink, signal)))
    if (this.refused.length === this.devices.length && !signal.aborted) throw allRefused(this.refused)
  }

  /** The interface is there again, with sockets of its own. */
  reopen(device: LiveDevice): void {
    this.returned.get(device.name)?.(device)
  }

  stats(): SourceStats {
    const sources = [...this.sources.values()]
    const stats = sumStats([{ name: this.name, stats: this.past }], statsOfParts(sources, this.refused))
    const links = sources.map((source) => source.stats().link)
    const link = LINKS.find((state) => links.includes(state))
    return link === undefined ? stats : { ...stats, link }
  }

  private async capture(first: LiveDevice, sink: Sink, signal: AbortSignal): Promise<void> {
    let device: LiveDevice | undefined = first
    try {
      while (device !== undefined && !signal.aborted) {
        const source = this.open(device)
        this.sources.set(device.name, source)
        await source.run(sink, signal)
        device = await this.untilReturned(device.name, signal)
        sumStats([{ name: source.name, stats: { ...source.stats(), faults: [], faultCount: 0 } }], this.past)
      }
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      this.refused.push(error)
    }
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
  private untilReturned(name: string, signal: AbortSignal): Promise<LiveDevice | undefined> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(undefined)
      this.returned.set(name, resolve)
      signal.addEventListener('abort', () => resolve(undefined), { once: true })
    })
  }
}

/** The best of several interfaces speaks for all. */
const LINKS: readonly LinkState[] = ['up', 'down', 'gone']
