import { listFolder } from './proc-file.ts'
import { socketOfLink } from './socket-link.ts'

/** Links read in one round: about 0.2 s of one core. What is not found by then is looked for in the next. */
const MAX_LINKS_PER_ROUND = 40_000
/** Of one process, its youngest: one with a hundred thousand connections does not use up every round. */
const MAX_LINKS_PER_PROCESS = 16_000
const MAX_OWNERS = 16_384
/** Nobody's sockets (the kernel's own, or of processes that are hidden from us) are not looked for again at once. */
const UNOWNED_MS = 10_000
const MAX_UNOWNED = 4096

interface Holder {
  readonly pid: number
  readonly fd: string
}

/** What a round found out. */
export interface SocketOwners {
  readonly pidOf: ReadonlyMap<number, number>
  /** All processes have been looked through: whose socket was not found now is nobody's that we may see. */
  readonly complete: boolean
}

/**
 * Which process holds a socket, by the links in /proc/PID/fd. A full scan costs by all open files of the machine, so it comes last: first the descriptor that held
 * the socket before, then processes that had sockets, then those that are new, then the others.
 */
export class ProcSockets {
  private readonly root: string
  private readonly maxLinks: number
  private readonly maxLinksPerProcess: number
  private readonly owners = new Map<number, Holder>()
  private readonly unownedUntil = new Map<number, number>()
  /** Round in which a process was last found to hold a wanted socket; 0: looked through, none found. */
  private lastHit = new Map<number, number>()
  private round = 0
  /** Where the scan of the others goes on, when a round could not end it. */
  private cursor = 0
  /** A process was not looked through to its oldest descriptor. */
  private cut = false
  /** Processes whose descriptors we may not see, in the latest scan. */
  denied = 0
  /** Links read in the latest round. */
  linksRead = 0

  constructor(root = '/proc', maxLinks = MAX_LINKS_PER_ROUND, maxLinksPerProcess = MAX_LINKS_PER_PROCESS) {
    this.root = root
    this.maxLinks = maxLinks
    this.maxLinksPerProcess = maxLinksPerProcess
  }

  find(inodes: ReadonlySet<number>, nowMs: number): SocketOwners {
    this.round++
    this.linksRead = 0
    const pidOf = new Map<number, number>()
    const left = new Set<number>()
    for (const inode of inodes) {
      const pid = this.stillHeldBy(inode)
      if (pid !== undefined) pidOf.set(inode, pid)
      else if (!((this.unownedUntil.get(inode) ?? 0) > nowMs)) left.add(inode)
    }
    const complete = left.size === 0 || this.scan(left, pidOf)
    if (complete) for (const inode of left) this.noteUnowned(inode, nowMs)
    for (const pid of pidOf.values()) this.lastHit.set(pid, this.round)
    return { pidOf, complete }
  }

  private stillHeldBy(inode: number): number | undefined {
    const holder = this.owners.get(inode)
    if (holder === undefined) return undefined
    this.linksRead++
    if (socketOfLink(`${this.root}/${holder.pid}/fd/${holder.fd}`) === inode) return holder.pid
    this.owners.delete(inode)
    return undefined
  }

  /** Takes from `left` what it finds. False when it could not look everywhere. */
  private scan(left: Set<number>, pidOf: Map<number, number>): boolean {
    const { likely, others } = this.processes()
    this.denied = 0
    this.cut = false
    for (const pid of likely) {
      if (left.size === 0) return true
      if (!this.scanProcess(pid, left, pidOf)) return false
    }
    const from = others.findIndex((pid) => pid >= this.cursor)
    const start = Math.max(0, from)
    for (let n = 0; n < others.length; n++) {
      if (left.size === 0) return true
      const pid = others[(start + n) % others.length]!
      if (!this.scanProcess(pid, left, pidOf)) {
        this.cursor = pid
        return false
      }
    }
    return !this.cut
  }

  /** Those that had sockets, the latest first, and new ones; then all others. Init comes last: it holds listeners that it hands to services. */
  private processes(): { likely: number[]; others: number[] } {
    const known = this.lastHit
    const pids: number[] = []
    for (const name of this.names()) if (/^\d+$/.test(name)) pids.push(Number(name))
    pids.sort((a, b) => a - b)
    // Of the dead nothing is kept.
    this.lastHit = new Map(pids.map((pid) => [pid, known.get(pid) ?? 0]))
    const isLikely = (pid: number) => pid !== 1 && (!known.has(pid) || known.get(pid)! > 0)
    const rank = (pid: number) => known.get(pid) ?? Number.MAX_SAFE_INTEGER - 1
    return {
      likely: pids.filter(isLikely).sort((a, b) => rank(b) - rank(a)),
      others: pids.filter((pid) => pid !== 1 && !isLikely(pid)).concat(pids.includes(1) ? [1] : []),
    }
  }
  private names(): readonly string[] {
    const names = listFolder(this.root)
    return names === undefined || names === 'denied' ? [] : names
  }

  /** False when this round may read no more. */
  private scanProcess(pid: number, left: Set<number>, pidOf: Map<number, number>): boolean {
    const folder = `${this.root}/${pid}/fd`
    const fds = listFolder(folder)
    if (fds === 'denied') this.denied++
    if (fds === undefined || fds === 'denied') return true
    // Young sockets have high numbers.
    const oldest = Math.max(0, fds.length - this.maxLinksPerProcess)
    if (oldest > 0) this.cut = true
    for (let i = fds.length - 1; i >= oldest && left.size > 0; i--) {
      if (this.linksRead >= this.maxLinks) return false
      this.linksRead++
      const fd = fds[i]!
      const inode = socketOfLink(`${folder}/${fd}`)
      if (inode === 0) continue
      this.noteOwner(inode, { pid, fd })
      if (left.delete(inode)) pidOf.set(inode, pid)
    }
    return true
  }

  private noteOwner(inode: number, holder: Holder): void {
    this.owners.delete(inode)
    if (this.owners.size >= MAX_OWNERS) this.owners.delete(this.owners.keys().next().value!)
    this.owners.set(inode, holder)
  }
  private noteUnowned(inode: number, nowMs: number): void {
    this.unownedUntil.delete(inode)
    if (this.unownedUntil.size >= MAX_UNOWNED) this.unownedUntil.delete(this.unownedUntil.keys().next().value!)
    this.unownedUntil.set(inode, nowMs + UNOWNED_MS)
  }
}
