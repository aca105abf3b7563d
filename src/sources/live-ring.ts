import { totalmem } from 'node:os'
import type { FanoutGroup } from '../lib/live-capture.ts'
import { type LinkState, newSourceStats, PacketBatch, type Sink, type Source, SourceError, type SourceStats } from '../lib/source.ts'
import { LINKTYPE_NONE, linkTypeOfHardware } from './arp-hardware.ts'
import { BLOCK_BYTES, blocksOf, type CaptureRing, RETIRE_MS } from './capture-ring.ts'
import { allArrived, arrive, joinGroup } from './fanout-join.ts'
import { MappingLedger } from './mapping-ledger.ts'
import { CallError, ENETDOWN } from './native/libc.ts'
import { IFF_LOOPBACK, IFF_UP, PacketSocket, REJECT_ALL } from './packet-socket.ts'
import type { PacketWait, WaitMember } from './packet-wait.ts'
import { type Capture, RingGrowth, startCapture } from './ring-growth.ts'
import { noteFault } from './source-stats.ts'

const MIB = 1024 * 1024
const MAX_RING_BYTES = 64 * MIB
const MAX_PART_OF_MEMORY = 1 / 64
/** What a ring begins with, of what it may become: 4 MiB hold 50 ms of 400,000 small packets a second, long enough for a pause of the collector. */
const FIRST_PART = 1 / 16
const GROWTH = 4
/** One that cannot grow for want of another socket begins with. */
const STEADY_PART = 1 / 4
/** A ring grows when, on taking a block, this part of it waits as well, or when this part of it fills within a WINDOW_MS. */
const BACKLOG = 1 / 4
const WINDOW_MS = 100
/** A block of small frames (144 bytes of ring each) becomes several batches. */
const BATCH_CAPACITY = 256
/** Other rings of the thread get their turn after so many blocks. */
const BLOCKS_A_TURN = 16
const HOUSEKEEPING_MS = 1000
/** How often we look whether an old ring, or that of an interface that is gone, is empty. */
const POLL_MS = 5
/** What lies in the block that the kernel still fills is handed over within RETIRE_MS; afterwards nothing more comes of an interface that is gone. */
const LAST_BLOCK_MS = 3 * RETIRE_MS

export interface LiveRingOptions {
  /** Where this thread waits; shared by all its rings. */
  readonly wait: PacketWait
  /**
   * Descriptors of unbound packet sockets: the first captures, each further one lets the ring grow once. They stay the caller's, who closes them after `run`:
   * until then all that were used name the socket that captures. Without any, the ring opens and closes its own.
   */
  readonly fds?: readonly number[]
  /** On unless false. */
  readonly promiscuous?: boolean
  /** Classic BPF: sock_filter instructions. */
  readonly filter?: Uint8Array
  /**
   * Shares the interface's packets with other rings (fanout-program.ts). Rings of a group do not grow, because a further member would move flows from one
   * worker to another: each begins with its part of the maximum.
   */
  readonly fanout?: FanoutGroup
  /** Where mapped memory is noted (mapping-ledger.ts). */
  readonly mapped?: SharedArrayBuffer
  /** `adapter`: hardware time stamps where the adapter has them. */
  readonly timestamps?: 'system' | 'adapter'
  /** How large the ring is at first and at most. */
  readonly ringBytes?: number
  readonly maxRingBytes?: number
}

const defaultMaxRingBytes = (): number => Math.min(MAX_RING_BYTES, Math.floor(totalmem() * MAX_PART_OF_MEMORY))

/** Packets of an interface, live, by a TPACKET_V3 ring: each block of the ring is a batch without a copy. */
export class LiveRing implements Source, WaitMember {
  readonly name: string
  readonly #options: LiveRingOptions
  readonly #maxRingBytes: number
  readonly #stats = newSourceStats()
  readonly #batch = new PacketBatch(BATCH_CAPACITY)
  readonly #spareFds: number[]
  #sink: Sink = { packets: () => undefined }
  #signal: AbortSignal = AbortSignal.abort()
  #ring: CaptureRing | undefined
  #capture: Capture | undefined
  /** The fanout group of our own in which a ring is exchanged for a larger one. */
  #groupId = 0
  #growth: RingGrowth | undefined
  /** The socket that the growth left over is being closed. */
  #releasing: Promise<void> | undefined
  #mayGrow = true
  /** Blocks that came full since then. */
  #fullBlocks = 0
  #windowMs = 0
  /** Counts of rings that larger ones have replaced, and of damage and unreadable packets already told. */
  readonly #past = { dropped: 0, freezes: 0 }
  readonly #told = { damaged: 0, unreadable: 0 }
  #housekeepingMs = 0
  #goneMs = 0
  #hasArrived = false

  constructor(name: string, options: LiveRingOptions) {
    this.name = name
    this.#options = options
    this.#maxRingBytes = options.maxRingBytes ?? defaultMaxRingBytes()
    this.#spareFds = [...(options.fds ?? [])]
  }

  stats(): SourceStats {
    return this.#stats
  }

  /** Bytes of the ring as it is now. */
  get ringBytes(): number {
    return this.#ring?.bytes ?? 0
  }

  /** Ends when the signal aborts, or when the interface is gone (`stats().link`); waits while it is down. */
  async run(sink: Sink, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    this.#sink = sink
    this.#signal = signal
    const socket = this.#openSocket()
    try {
      await this.#start(socket)
      await this.#options.wait.serve(this, signal)
      this.#readCounts()
    } catch (error) {
      throw this.#startError(error)
    } finally {
      this.#arrive()
      await this.#close(socket)
    }
  }

  // -- what the wait asks

  get fd(): number {
    return this.#ring!.socket.fd
  }
  dueMs = 0
  get isCalling(): boolean {
    return this.#growth !== undefined
  }

  async turn(hasError: boolean): Promise<boolean> {
    if (hasError) this.#checkError()
    await this.#takeBlocks()
    if (this.#signal.aborted) return false
    if (performance.now() >= this.#housekeepingMs) this.#keepHouse()
    if (this.#growth !== undefined) this.#grow(this.#growth)
    const isWaiting = this.#growth !== undefined || this.#goneMs > 0
    this.dueMs = isWaiting ? performance.now() + POLL_MS : this.#housekeepingMs
    return this.#goneMs === 0 || !(this.#ring!.isDrained() || performance.now() - this.#goneMs > LAST_BLOCK_MS)
  }

  // -- packets

  async #takeBlocks(): Promise<void> {
    const ring = this.#ring!
    const batch = this.#batch
    // While the ring is being exchanged, every block gives the exchange a chance to go on.
    const most = this.#growth === undefined ? BLOCKS_A_TURN : 1
    for (let blocks = 0; blocks < most && ring.isReady(); blocks++) {
      if (ring.isFull) this.#noteFullBlock()
      ring.open()
      while (ring.reader.more) {
        if (this.#mayGrow && this.#growth === undefined && this.#isBacklogged(ring)) this.#beginGrowth()
        ring.fill(batch)
        if (batch.count === 0) continue
        if (blocks === 0) this.#stats.lagMs = Math.max(0, Date.now() - batch.tsMs[0]!)
        this.#stats.packets += batch.count
        const turn = this.#sink.packets(batch)
        if (turn) await turn
        // The first blocks are slow, before code is compiled: the larger ring must not wait for their end.
        else if (this.#growth !== undefined) await turnOfLoop()
        if (this.#signal.aborted) return
      }
      ring.giveBack()
    }
  }

  #noteFullBlock(): void {
    const nowMs = performance.now()
    if (nowMs - this.#windowMs > WINDOW_MS) {
      this.#windowMs = nowMs
      this.#fullBlocks = 0
    }
    this.#fullBlocks++
  }

  #isBacklogged(ring: CaptureRing): boolean {
    const most = Math.ceil(ring.blocks * BACKLOG)
    return ring.isLosing || ring.isReady(most) || this.#fullBlocks > most
  }

  // -- start and end

  /** There is another socket to grow with. */
  get #hasSpare(): boolean {
    return this.#options.fds === undefined || this.#spareFds.length > 0
  }

  /** Throws a SourceError when there is none to be had. */
  #openSocket(): PacketSocket {
    if (this.#options.fds === undefined) return PacketSocket.open()
    const fd = this.#spareFds.shift()
    if (fd === undefined) throw new SourceError('no packet socket was opened for it beforehand')
    return PacketSocket.of(fd)
  }

  async #start(socket: PacketSocket): Promise<void> {
    const { fanout, filter, promiscuous, mapped } = this.#options
    const ifIndex = socket.indexOf(this.name)
    const isLoopback = (socket.flagsOf(ifIndex) & IFF_LOOPBACK) !== 0
    const capture: Capture = {
      ifIndex,
      promiscuous: promiscuous !== false,
      filter,
      ignoreOutgoing: isLoopback,
      prepare: (of) => this.#prepare(of, ifIndex, isLoopback),
      ledger: mapped && new MappingLedger(mapped),
    }
    this.#capture = capture
    const part = this.#hasSpare ? FIRST_PART : STEADY_PART
    const wanted = fanout === undefined ? (this.#options.ringBytes ?? this.#maxRingBytes * part) : this.#maxRingBytes / fanout.members
    const bytes = Math.min(wanted, this.#maxRingBytes)
    const ring = await startCapture(socket, bytes, capture, (of) => this.#join(of))
    this.#ring = ring
    this.#checkSize(ring, bytes)
    this.#checkLinkType(ring)
    this.#stats.link = (socket.flagsOf(ifIndex) & IFF_UP) === 0 ? 'down' : 'up'
    this.#housekeepingMs = performance.now() + HOUSEKEEPING_MS
    this.dueMs = this.#housekeepingMs
  }

  #prepare(socket: PacketSocket, ifIndex: number, isLoopback: boolean): void {
    if (isLoopback) {
      // Kernels before 4.20 have no such option; what comes twice is then left out when the block is read.
      attempt(() => socket.ignoreOutgoing())
    }
    if (this.#options.timestamps !== 'adapter') return
    const refused = attempt(() => socket.useAdapterTimestamps(socket.nameOf(ifIndex)))
    if (refused !== undefined) this.#note(`the adapter gives no time stamps (${refused.reason}): the system's are used`)
  }

  async #join(socket: PacketSocket): Promise<void> {
    const { fanout } = this.#options
    if (fanout !== undefined) {
      this.#mayGrow = false
      const why = await joinGroup(socket, fanout, this.#capture!)
      if (why !== undefined) this.#note(why)
      this.#arrive()
      return allArrived(fanout)
    }
    // Without a group its owner can use the socket again.
    if (!this.#hasSpare) {
      this.#mayGrow = false
      return
    }
    const refused = attempt(() => {
      this.#groupId = socket.joinSwitchedGroup(undefined, this.#capture!)
    })
    if (refused !== undefined) this.#mayGrow = false
  }

  /** Once, whether it has come to a ring or not: the others wait for it. */
  #arrive(): void {
    const { fanout } = this.#options
    if (fanout === undefined || this.#hasArrived) return
    this.#hasArrived = true
    arrive(fanout)
  }

  #checkSize(ring: CaptureRing, wantedBytes: number): void {
    if (ring.blocks >= blocksOf(wantedBytes)) return
    this.#mayGrow = false
    this.#note(
      `the system has no memory for a ring of ${inMiB(wantedBytes)}: it stays at ${inMiB(ring.bytes)}; free memory or capture fewer interfaces`,
    )
  }

  #checkLinkType(ring: CaptureRing): void {
    const { hatype } = ring.socket.bound()
    if (linkTypeOfHardware(hatype) !== LINKTYPE_NONE) return
    throw new SourceError(
      `${this.name}: link type ARPHRD ${hatype} is not supported: capture on an Ethernet, wireless, PPP or IP interface instead`,
    )
  }

  #startError(error: unknown): unknown {
    if (!(error instanceof CallError)) return error
    const advice = ADVICE[error.code] ?? `${error.call} failed (${error.reason}): is another program in the way?`
    return new SourceError(`${this.name}: ${advice}`)
  }

  /** Nothing reads from the ring any more. */
  async #close(first: PacketSocket): Promise<void> {
    // No descriptor may be given another meaning once the caller has them back.
    await this.#releasing
    if (this.#growth !== undefined) {
      await this.#growth.abandon()
      await this.#release(this.#growth.socket)
    }
    this.#ring?.unmap()
    await this.#release(this.#ring?.socket ?? first)
    this.#growth = undefined
    this.#ring = undefined
  }

  #release(socket: PacketSocket): Promise<void> {
    return this.#options.fds === undefined ? socket.close() : silence(socket)
  }

  // -- once a second

  #keepHouse(): void {
    this.#housekeepingMs = performance.now() + HOUSEKEEPING_MS
    this.#readCounts()
    this.#checkLink()
    const { reader } = this.#ring!
    if (reader.damaged > this.#told.damaged) this.#note('the ring held damaged blocks, of which the rest was skipped: report it')
    if (reader.unreadable > this.#told.unreadable && this.#told.unreadable === 0)
      this.#note(`packets of link type ARPHRD ${reader.unreadableHatype} cannot be read and are left out`)
    this.#told.damaged = reader.damaged
    this.#told.unreadable = reader.unreadable
  }

  #readCounts(): void {
    const { dropped, freezes } = this.#ring!.readCounts()
    this.#stats.dropped = this.#past.dropped + dropped
    this.#stats.freezes = this.#past.freezes + freezes
  }

  #checkError(): void {
    const errno = this.#ring!.socket.takeError()
    if (errno !== 0 && errno !== ENETDOWN) this.#note(new CallError('the socket reports', errno).message)
    this.#checkLink()
  }

  /** The kernel goes on by itself when the interface comes up again; when it is removed, the socket is bound to none. */
  #checkLink(): void {
    const link = linkOf(this.#ring!.socket)
    if (link === 'gone' && this.#goneMs === 0) this.#goneMs = performance.now()
    this.#stats.link = link
  }

  // -- growth

  #beginGrowth(): void {
    this.#readCounts()
    const ring = this.#ring!
    const bytes = Math.min(ring.bytes * GROWTH, this.#maxRingBytes)
    if (blocksOf(bytes) <= ring.blocks) this.#mayGrow = false
    if (!this.#mayGrow || this.#growth !== undefined) return
    try {
      this.#growth = new RingGrowth(ring, this.#openSocket(), bytes, this.#capture!, this.#groupId)
    } catch (error) {
      this.#mayGrow = false
      this.#note(`the ring stays at ${inMiB(ring.bytes)}: ${(error as Error).message}`)
    }
  }

  #grow(growth: RingGrowth): void {
    // Told and on its way out already.
    if (this.#releasing !== undefined) return
    const { failure, successor } = growth
    if (failure !== undefined) {
      this.#mayGrow = false
      this.#note(`the ring stays at ${inMiB(growth.old.bytes)}: ${failure.message}`)
      this.#endGrowth(this.#release(growth.socket))
    } else if (successor !== undefined) {
      this.#succeed(growth.old, successor)
      this.#checkSize(successor, growth.bytes)
      this.#endGrowth(this.#discard(growth.old.socket, successor.socket))
    }
  }

  #endGrowth(released: Promise<void>): void {
    const end = () => {
      this.#growth = undefined
      this.#releasing = undefined
    }
    this.#releasing = released.then(end, end)
  }

  #succeed(old: CaptureRing, successor: CaptureRing): void {
    this.#past.dropped += old.counts.dropped
    this.#past.freezes += old.counts.freezes
    this.#told.damaged = 0
    this.#told.unreadable = Math.min(1, this.#told.unreadable)
    old.unmap()
    this.#ring = successor
  }

  /** Closes the socket of a ring that has been replaced. Of the caller's descriptors all that named it name the new one from now on. */
  async #discard(old: PacketSocket, successor: PacketSocket): Promise<void> {
    const { fds } = this.#options
    if (fds === undefined) return old.close()
    for (const fd of fds.slice(0, fds.indexOf(successor.fd))) await successor.replace(PacketSocket.of(fd))
  }

  #note(text: string): void {
    noteFault(this.#stats, text)
  }
}

const inMiB = (bytes: number): string => `${Math.round((blocksOf(bytes) * BLOCK_BYTES) / MIB)} MiB`

const ADVICE: Readonly<Record<string, string>> = {
  ENODEV: 'no such interface: wiretop --help lists those that there are',
  ENXIO: 'no such interface: wiretop --help lists those that there are',
  EPERM: 'no right to capture: run as root or give the program CAP_NET_RAW',
  EACCES: 'no right to capture: run as root or give the program CAP_NET_RAW',
  ENOMEM: 'the system has no memory for the ring: free memory or capture fewer interfaces',
  EBADF: 'the descriptor given for it is not open: open the interface again',
}

/** The CallError when the kernel refuses. */
function attempt(call: () => void): CallError | undefined {
  try {
    call()
    return undefined
  } catch (error) {
    if (error instanceof CallError) return error
    throw error
  }
}

function linkOf(socket: PacketSocket): LinkState {
  const { index } = socket.bound()
  if (index < 0) return 'gone'
  let flags = 0
  const refused = attempt(() => {
    flags = socket.flagsOf(index)
  })
  if (refused !== undefined) return 'gone'
  return (flags & IFF_UP) === 0 ? 'down' : 'up'
}

const turnOfLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A socket that its owner will close receives nothing, holds no memory, and leaves the interface alone. */
async function silence(socket: PacketSocket): Promise<void> {
  attempt(() => socket.attachFilter(REJECT_ALL))
  // Where it had no ring, this changes nothing.
  await socket.setRing({ blockBytes: 0, blocks: 0, retireMs: 0 }).catch(() => undefined)
  attempt(() => {
    const { index } = socket.bound()
    if (index > 0) socket.setPromiscuous(index, false)
  })
}
