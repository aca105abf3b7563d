/** The main thread's side of live capture: it owns every descriptor, so that a worker that dies leaves none behind. */
import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { join } from 'node:path'
import {
  type CaptureHost,
  type DeviceChange,
  type DeviceInfo,
  type LiveDevice,
  type LiveSettings,
  QUIET_PPS,
  type Wake,
} from '../lib/live-capture.ts'
import { SourceError } from '../lib/source.ts'
import { watchInterfaces } from './interface-watch.ts'
import { deviceInfo, type NetworkInterface, networkInterfaceList, SYSFS } from './interfaces.ts'
import { isForLibpcap } from './live-input.ts'
import { MappingLedger, newLedgerMemory } from './mapping-ledger.ts'
import { libc } from './native/libc.ts'
import { isFault, programForDevice } from './packet-filter.ts'
import { PacketSocket, REJECT_ALL } from './packet-socket.ts'
import { closeWake, openWake, wake } from './packet-wait.ts'

/**
 * Unbound sockets that are kept for interfaces that return or are enabled, and for workers that are restarted, when root has been given up. One is enough each time: without
 * another its ring does not grow, so it joins no fanout group, and is a spare again afterwards. Workers that share an interface use theirs up.
 */
const SPARE_SOCKETS = 64
/** The first captures, each further one lets the ring grow once. One of a fanout group does not grow. */
const SOCKETS_A_RING = 4
const MIB = 1024 * 1024
/** What the rings of quiet interfaces may take together at first; each begins with its part, and reaches the maximum in three steps at most. A sudden burst must fit until it has grown. */
const QUIET_RINGS_BYTES = 32 * MIB
const LEAST_RING_BYTES = MIB
const MOST_RING_BYTES = 8 * MIB

export class LiveHost implements CaptureHost {
  readonly settings: LiveSettings
  private known: readonly NetworkInterface[]
  private readonly spares: PacketSocket[] = []
  private keepsSpares = false
  private readonly open = new Map<number, PacketSocket>()
  private readonly filters = new Map<string, { readonly linkType: number | undefined; readonly instructions: Uint8Array }>()
  private readonly stop = new AbortController()
  private readonly listeners: ((changes: readonly DeviceChange[]) => void)[] = []

  constructor(settings: LiveSettings) {
    this.settings = settings
    this.known = networkInterfaceList()
    watchInterfaces((changes, all) => this.changed(changes, all), this.stop.signal)
  }

  devices(): readonly DeviceInfo[] {
    return this.known.map(deviceInfo)
  }

  onChange(listener: (changes: readonly DeviceChange[]) => void): void {
    this.listeners.push(listener)
  }
  private changed(changes: Parameters<Parameters<typeof watchInterfaces>[0]>[0], all: readonly NetworkInterface[]): void {
    this.known = all
    for (const change of changes) if (change.what === 'renamed') this.renameFilter(change.from, change.interface.name)
    const told = changes.map((change): DeviceChange => {
      const { name } = change.interface
      if (change.what === 'renamed') return { what: 'renamed', name, from: change.from }
      return { what: change.what === 'added' || change.what === 'removed' ? change.what : 'changed', name }
    })
    for (const listener of this.listeners) listener(told)
  }

  /** By what has passed since the system started. */
  isQuiet(device: string): boolean {
    const count = (name: string) => Number(readFileSync(join(SYSFS, device, 'statistics', name), 'latin1'))
    try {
      return (count('rx_packets') + count('tx_packets')) / uptime() < QUIET_PPS
    } catch {
      return true
    }
  }

  private quietRingBytes(): number {
    return Math.min(MOST_RING_BYTES, Math.max(LEAST_RING_BYTES, Math.floor(QUIET_RINGS_BYTES / this.known.length)))
  }

  /** Whether this process may capture. */
  mayCapture(): boolean {
    if (process.platform !== 'linux' || this.spares.length > 0) return true
    try {
      this.spares.push(PacketSocket.open())
      return true
    } catch {
      return false
    }
  }

  /** Before root is given up. */
  keepSpares(): void {
    this.keepsSpares = true
    while (this.spares.length < SPARE_SOCKETS) this.spares.push(PacketSocket.open())
  }

  isShareable(device: string): boolean {
    return !isForLibpcap(device)
  }

  take(device: string, settings: LiveSettings, workers = 1): LiveDevice {
    const { packetFilter } = settings
    if (isForLibpcap(device)) return { name: device, fds: [] }
    const filter = packetFilter === undefined ? undefined : this.filterFor(device, packetFilter)
    const count = workers > 1 || this.keepsSpares ? 1 : SOCKETS_A_RING
    const sockets: PacketSocket[] = []
    try {
      while (sockets.length < count) sockets.push(this.socket(device))
    } catch (error) {
      for (const socket of sockets) void this.retire(socket)
      throw error
    }
    for (const socket of sockets) this.open.set(socket.fd, socket)
    return {
      name: device,
      fds: sockets.map(({ fd }) => fd),
      mapped: newLedgerMemory(),
      ...(workers === 1 && this.isQuiet(device) && { ringBytes: this.quietRingBytes() }),
      ...(filter !== undefined && { filter }),
    }
  }

  private socket(device: string): PacketSocket {
    const spare = this.spares.pop()
    if (spare !== undefined) return spare
    if (this.keepsSpares) throw new SourceError(`${device}: all ${SPARE_SOCKETS} spare sockets are in use: restart wiretop`)
    try {
      return PacketSocket.open()
    } catch (error) {
      throw new SourceError(`${device}: ${(error as Error).message}`)
    }
  }

  /** Made with the rights that we have at the start; an interface that returns takes the one it had. */
  private filterFor(device: string, text: string): Uint8Array {
    const linkType = this.known.find(({ name }) => name === device)?.linkType
    const there = this.filters.get(device)
    if (there !== undefined && (linkType === undefined || there.linkType === linkType)) return there.instructions
    let program: ReturnType<typeof programForDevice>
    try {
      program = programForDevice(text, device, this.settings.libpcapPath)
    } catch (error) {
      // Once root has been given up, libpcap may not open the device; the same link type makes the same instructions.
      const alike = [...this.filters.values()].find((one) => one.linkType === linkType)
      if (alike !== undefined) return alike.instructions
      throw error
    }
    if (isFault(program)) throw new SourceError(`${device}: the packet filter does not fit it: ${program.message}`)
    this.filters.set(device, { linkType, instructions: program.instructions })
    return program.instructions
  }
  private renameFilter(from: string, to: string): void {
    const filter = this.filters.get(from)
    if (filter === undefined) return
    this.filters.delete(from)
    this.filters.set(to, filter)
  }

  /** A socket lives, and has its share of a fanout group, as long as its ring is mapped: it is made deaf in any case. */
  giveBack({ fds, mapped }: LiveDevice, isDead = false): void {
    if (isDead && mapped !== undefined) for (const { address, bytes } of new MappingLedger(mapped).takeAll()) libc().munmap(address, bytes)
    for (const fd of fds) {
      const socket = this.open.get(fd)
      this.open.delete(fd)
      if (socket !== undefined) void this.retire(socket)
    }
  }

  private async retire(socket: PacketSocket): Promise<void> {
    deafen(socket)
    try {
      if (!this.keepsSpares) throw new Error('a new one can be opened when it is needed')
      await socket.reset()
      this.spares.push(socket)
    } catch {
      await socket.close().catch(() => undefined)
    }
  }

  newWake(): Wake {
    const fd = openWake()
    let isOpen = true
    return {
      fd,
      wake: () => {
        if (isOpen) wake(fd)
      },
      close: () => {
        isOpen = false
        void closeWake(fd)
      },
    }
  }

  close(): void {
    this.stop.abort()
    this.keepsSpares = false
    for (const socket of [...this.open.values(), ...this.spares.splice(0)]) void this.retire(socket)
    this.open.clear()
  }
}

export const HOW_TO_BE_ALLOWED =
  'start it with sudo, or as a systemd unit with AmbientCapabilities=CAP_NET_RAW (not setcap on the run time, which would arm every script)'

/** Receives nothing any more, and leaves the interface alone. */
function deafen(socket: PacketSocket): void {
  try {
    const { index } = socket.bound()
    socket.attachFilter(REJECT_ALL)
    if (index > 0) socket.setPromiscuous(index, false)
  } catch {
    // Not bound any more, or not promiscuous.
  }
}
