/** Live capture: what a worker is told to capture, and what the main thread, which owns all descriptors, does for it. */

/** One network interface of this machine, as a worker captures it. */
export interface LiveDevice {
  readonly name: string
  /** Unbound packet sockets that belong to the main thread: the first captures, each further one lets the ring grow once. Empty: the worker opens its own. */
  readonly fds: readonly number[]
  /** How large the ring is at first; undefined: as it fits a link where much passes. */
  readonly ringBytes?: number
  /** Classic BPF instructions of the packet filter, made for this interface. */
  readonly filter?: Uint8Array
  /** Where the worker notes what it maps, so that the main thread can unmap it when the worker dies. */
  readonly mapped?: SharedArrayBuffer
  /** The worker shares the packets with others. */
  readonly fanout?: FanoutGroup
}

/** Several workers share the packets of one interface (PACKET_FANOUT, packet(7)). The same for each of them. */
export interface FanoutGroup {
  /** Free in the network namespace, or that of this group. */
  readonly groupId: number
  readonly members: number
  /** Of the hash that decides who gets a packet. */
  readonly seed: number
  /** Counts the members that have joined or failed (one Int32): nobody takes a packet before all have. Left out: they are not waited for. */
  readonly arrived?: SharedArrayBuffer
}

export interface LiveSettings {
  readonly promiscuous: boolean
  /** The most that a ring may take; undefined: what fits the memory. */
  readonly maxRingBytes: number | undefined
  readonly timestamps: 'system' | 'adapter'
  /** Time and strip the trailers of an Ixia tap. */
  readonly ixia: boolean
  /** In the syntax of tcpdump, where libpcap captures. */
  readonly packetFilter: string | undefined
  readonly libpcapPath: string | undefined
}

/** What is known of an interface of the machine. */
export interface DeviceInfo {
  readonly name: string
  readonly kind: string
  readonly up: boolean
  /** Its packets can be read. */
  readonly readable: boolean
  readonly mac?: string
  readonly mtu: number
  readonly speedBps?: number
  /** With prefix lengths. */
  readonly addresses: readonly string[]
}

/** Wakes a thread that sleeps in the kernel until packets come. */
export interface Wake {
  /** The descriptor that the thread waits on. */
  readonly fd: number
  wake(): void
  close(): void
}

export type DeviceChange =
  | { readonly what: 'added' | 'removed' | 'changed'; readonly name: string }
  | { readonly what: 'renamed'; readonly name: string; readonly from: string }

/** Where fewer packets a second pass, an interface shares a thread with others. */
export const QUIET_PPS = 500

/** The main thread's side of live capture. */
export interface CaptureHost {
  readonly settings: LiveSettings
  devices(): readonly DeviceInfo[]
  /** True when so few packets pass there that it may share a thread with others. */
  isQuiet(device: string): boolean
  /** Whether several workers can share its packets. */
  isShareable(device: string): boolean
  /** For one worker of so many of an interface. Throws an Error of one line when it cannot be captured. */
  take(device: string, settings: LiveSettings, workers?: number): LiveDevice
  /** The worker is done with it: nothing is captured by these sockets any more. `isDead`: its thread is gone without having put away what it had. */
  giveBack(device: LiveDevice, isDead?: boolean): void
  newWake(): Wake
  onChange(listener: (changes: readonly DeviceChange[]) => void): void
}
