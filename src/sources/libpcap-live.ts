import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { MAX_WIRE_LEN, newSourceStats, PacketBatch, type Sink, type Source, SourceError, type SourceStats } from '../lib/source.ts'
import {
  type Libpcap,
  loadLibpcap,
  type PacketReader,
  PCAP_ERROR_IFACE_NOT_UP,
  PCAP_ERROR_NO_SUCH_DEVICE,
  PCAP_ERROR_PERM_DENIED,
  PCAP_ERROR_PROMISC_PERM_DENIED,
  PcapError,
  type PcapHandle,
} from './native/libpcap.ts'
import { noteFault } from './source-stats.ts'

export interface LibpcapLiveOptions {
  /** In the syntax of tcpdump. */
  readonly filter?: string | undefined
  /** Also frames that are for others. Unless given, yes. */
  readonly promiscuous?: boolean
  /** Bytes of the kernel's buffer; libpcap's own choice (2 MiB on Linux) unless given. */
  readonly bufferBytes?: number
  /** PF_RING, for one, brings its own libpcap. */
  readonly libpcapPath?: string | undefined
  readonly knowsLinkType?: (linkType: number) => boolean
  /**
   * Resolves when the descriptor may have packets, or when it is time to look again; `fd` is -1 where libpcap has none. Unless given, that is
   * after IDLE_MS.
   */
  readonly wait?: (fd: number, signal: AbortSignal) => Promise<void>
}

const BATCH_CAPACITY = 4096
/** A batch is handed over when it has come so far; there is room for one more packet behind. */
const FULL_BYTES = 262_144
/** How long the kernel may collect packets before it shows them. */
const TIMEOUT_MS = 50
/** A buffer of 2 MiB holds what 1 Gbit/s brings in 16 ms. */
const IDLE_MS = 10
/** libpcap reads files of the kernel to tell drops. */
const STATS_EVERY_MS = 1000

/** libpcap lists them among the interfaces: what comes from there are no frames of a network. */
const NOT_A_NETWORK = /^(usbmon|XHC|bluetooth|nflog|nfqueue|dbus-)/
const ANY = 'any'

/** Live capture by libpcap: where there is no AF_PACKET ring, and of devices that it alone knows. */
export class LibpcapLive implements Source {
  readonly name: string
  readonly #options: LibpcapLiveOptions
  readonly #stats = newSourceStats()
  readonly #batch = new PacketBatch(BATCH_CAPACITY)
  #droppedBefore = 0
  #statsAtMs = 0

  constructor(device: string, options: LibpcapLiveOptions = {}) {
    this.name = device
    this.#options = options
    this.#batch.buf = new Uint8Array(FULL_BYTES + MAX_WIRE_LEN)
  }

  stats(): SourceStats {
    return this.#stats
  }

  async run(sink: Sink, signal: AbortSignal): Promise<void> {
    if (NOT_A_NETWORK.test(this.name)) throw new SourceError(`${this.name}: not a network interface: give one that carries packets`)
    const lib = loadLibpcap(this.#options.libpcapPath)
    const handle = this.#open(lib)
    try {
      const linkType = this.#prepare(lib, handle)
      this.#stats.link = 'up'
      await this.#pump(lib, handle, linkType, sink, signal)
      this.#countDrops(lib, handle)
    } finally {
      lib.close(handle)
    }
  }

  #open(lib: Libpcap): PcapHandle {
    const { promiscuous = true, bufferBytes } = this.#options
    const settings = { snapLen: MAX_WIRE_LEN, promiscuous: promiscuous && this.name !== ANY, timeoutMs: TIMEOUT_MS }
    try {
      return lib.openLive(this.name, bufferBytes === undefined ? settings : { ...settings, bufferBytes })
    } catch (error) {
      if (!(error instanceof PcapError)) throw error
      throw new SourceError(`${this.name}: ${whyNot(lib, this.name, error)}`)
    }
  }

  /** Its DLT_ value: where that is not the LINKTYPE_ value, it is raw IP, which `wire/link-types.ts` knows by both. */
  #prepare(lib: Libpcap, handle: PcapHandle): number {
    const { filter, knowsLinkType = () => true } = this.#options
    const linkType = lib.dataLink(handle)
    if (!knowsLinkType(linkType))
      throw new SourceError(`${this.name}: link type ${linkType} is not supported: capture on another interface`)
    try {
      if (filter !== undefined) lib.setFilter(handle, filter, lib.netmaskOf(this.name))
      lib.setNonBlocking(handle)
    } catch (error) {
      if (!(error instanceof PcapError)) throw error
      throw new SourceError(`${this.name}: the capture cannot be set up (packet filter ${filter ?? 'none'}): ${error.message}`)
    }
    return linkType
  }

  async #pump(lib: Libpcap, handle: PcapHandle, linkType: number, sink: Sink, signal: AbortSignal): Promise<void> {
    const reader = lib.reader(handle)
    const address = reader.addressOf(this.#batch.buf)
    const { wait = afterIdleTime } = this.#options
    const fd = lib.selectableFd(handle)
    this.#batch.linkType.fill(linkType)
    for (let state: Fill = 'drained'; state !== 'ended' && !signal.aborted; ) {
      state = this.#fill(reader, address)
      if (this.#batch.count > 0) {
        this.#stats.packets += this.#batch.count
        await sink.packets(this.#batch)
      }
      if (performance.now() - this.#statsAtMs > STATS_EVERY_MS) this.#countDrops(lib, handle)
      if (state === 'full') await turn()
      else if (state === 'drained') await wait(fd, signal)
    }
  }

  #fill(reader: PacketReader, address: bigint): Fill {
    const { start, capLen, wireLen, tsMs, capacity } = this.#batch
    let count = 0
    let end = 0
    let state: Fill = 'full'
    while (count < capacity && end < FULL_BYTES) {
      state = this.#next(reader)
      if (state !== 'full') break
      const captured = Math.min(reader.capLen, MAX_WIRE_LEN)
      reader.copyTo(address + BigInt(end), captured)
      start[count] = end
      capLen[count] = captured
      wireLen[count] = Math.min(Math.max(reader.wireLen, captured), MAX_WIRE_LEN)
      tsMs[count] = reader.tsMs
      end += captured
      count++
    }
    this.#stats.bytesRead += end
    this.#batch.count = count
    return state
  }

  #next(reader: PacketReader): Fill {
    try {
      return reader.next() ? 'full' : 'drained'
    } catch (error) {
      if (!(error instanceof PcapError)) throw error
      noteFault(this.#stats, `the capture has ended: ${error.message}`)
      return 'ended'
    }
  }

  #countDrops(lib: Libpcap, handle: PcapHandle): void {
    this.#statsAtMs = performance.now()
    const dropped = lib.dropped(handle)
    // A counter of 32 bits that goes round.
    this.#stats.dropped += (dropped - this.#droppedBefore) >>> 0
    this.#droppedBefore = dropped
  }
}

/** What ended the filling of a batch: no more room, no more packets for now, no more at all. */
type Fill = 'full' | 'drained' | 'ended'

// Being woken by the signal is not an error here.
const afterIdleTime = (_fd: number, signal: AbortSignal): Promise<void> => sleep(IDLE_MS, undefined, { signal }).catch(() => undefined)

function whyNot(lib: Libpcap, name: string, { status, message }: PcapError): string {
  switch (status) {
    case PCAP_ERROR_NO_SUCH_DEVICE:
      return `no such network interface: there are ${networkDevices(lib).join(', ')}`
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
      return 'no permission to capture: run it as root, or with CAP_NET_RAW; where root was given up since the start (-U), restart it'
    case PCAP_ERROR_IFACE_NOT_UP:
      return `the interface is down: bring it up (ip link set ${name} up)`
    default:
      return `cannot be captured from: ${message}`
  }
}

const networkDevices = (lib: Libpcap): string[] =>
  lib
    .devices()
    .map(({ name }) => name)
    .filter((name) => !NOT_A_NETWORK.test(name))
