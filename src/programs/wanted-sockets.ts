import { WANTED_WORDS } from '../lib/programs.ts'
import { MAPPED_IPV4, type SocketRecord } from './socket-record.ts'

const PORTS = WANTED_WORDS - 1
const LOCAL = 1
const REMOTE = 5
/** Sockets of one rank that may be meant: a port that several share. */
export const MAX_CANDIDATES = 4

/** How well a socket fits, best last. */
export const NO_SOCKET = 0
export const BOUND_TO_PORT = 1
export const BOUND_TO_ADDRESS = 2
export const CONNECTED = 3

const hash = (portPair: number, local: number, remote: number): number => {
  const h = Math.imul(portPair ^ Math.imul(local, 0x9e3779b1) ^ Math.imul(remote, 0x85ebca6b), 0xc2b2ae35)
  return h ^ (h >>> 15)
}

/**
 * The sockets that are looked for, while all of the machine's pass by: each is held against those with its ports, so that a dump costs by the sockets it lists
 * and memory by those that are wanted.
 */
export class WantedSockets {
  readonly words: Uint32Array
  readonly count: number
  /** The best fit so far, by record. */
  readonly rank: Uint8Array
  /** Inodes of the sockets of that rank, MAX_CANDIDATES a record, 0 where there are fewer; and the user of the first. */
  readonly inodes: Uint32Array
  readonly uid: Uint32Array
  /** Chains of records: by hash of the whole, and by local port. */
  private readonly heads: Int32Array
  private readonly mask: number
  private readonly next: Int32Array
  private readonly byPort = new Map<number, number[]>()

  /** `words`: as a question has them, with whole records alone. */
  constructor(words: Uint32Array) {
    this.words = words
    this.count = words.length / WANTED_WORDS
    this.rank = new Uint8Array(this.count)
    this.inodes = new Uint32Array(this.count * MAX_CANDIDATES)
    this.uid = new Uint32Array(this.count)
    this.mask = (1 << (33 - Math.clz32(Math.max(1, this.count)))) - 1
    this.heads = new Int32Array(this.mask + 1).fill(-1)
    this.next = new Int32Array(this.count)
    for (let i = 0; i < this.count; i++) this.index(i)
  }

  private index(i: number): void {
    const at = i * WANTED_WORDS
    const ports = this.words[at + PORTS]!
    const slot = hash(ports, this.words[at + LOCAL + 3]!, this.words[at + REMOTE + 3]!) & this.mask
    this.next[i] = this.heads[slot]!
    this.heads[slot] = i
    const there = this.byPort.get(ports >>> 16)
    if (there === undefined) this.byPort.set(ports >>> 16, [i])
    else there.push(i)
  }

  proto(i: number): number {
    return this.words[i * WANTED_WORDS]!
  }
  /** Both addresses, and the ports. */
  ends(i: number): Uint32Array {
    return this.words.subarray(i * WANTED_WORDS + LOCAL, (i + 1) * WANTED_WORDS)
  }
  isIpv4(i: number): boolean {
    const at = i * WANTED_WORDS + LOCAL
    return this.words[at] === 0 && this.words[at + 1] === 0 && this.words[at + 2] === MAPPED_IPV4
  }

  /** Holds one socket of the machine against all that are wanted. */
  offer(socket: SocketRecord): void {
    if (socket.inode === 0) return
    if (socket.remotePort === 0) {
      for (const i of this.byPort.get(socket.localPort) ?? []) this.offerBound(i, socket)
      return
    }
    const slot = hash((socket.localPort << 16) | socket.remotePort, socket.local[3]!, socket.remote[3]!) & this.mask
    for (let i = this.heads[slot]!; i >= 0; i = this.next[i]!) if (this.isConnection(i, socket)) this.keep(i, CONNECTED, socket)
  }

  private isConnection(i: number, socket: SocketRecord): boolean {
    const at = i * WANTED_WORDS
    return (
      this.words[at] === socket.proto &&
      this.words[at + PORTS] === ((socket.localPort << 16) | socket.remotePort) >>> 0 &&
      this.has(at + LOCAL, socket.local) &&
      this.has(at + REMOTE, socket.remote)
    )
  }

  private offerBound(i: number, socket: SocketRecord): void {
    if (this.proto(i) !== socket.proto) return
    if (this.has(i * WANTED_WORDS + LOCAL, socket.local)) this.keep(i, BOUND_TO_ADDRESS, socket)
    else if (this.isAnyAddress(i, socket)) this.keep(i, BOUND_TO_PORT, socket)
  }

  private isAnyAddress(i: number, { local, v6Only }: SocketRecord): boolean {
    if (local[3] !== 0 || local[1] !== 0 || local[0] !== 0) return false
    // :: takes IPv4 too unless told otherwise (RFC 3493 §5.3).
    return local[2] === 0 ? !v6Only || !this.isIpv4(i) : local[2] === MAPPED_IPV4 && this.isIpv4(i)
  }

  private has(at: number, address: Int32Array): boolean {
    const { words } = this
    return (
      words[at + 3] === address[3]! >>> 0 &&
      words[at + 2] === address[2]! >>> 0 &&
      words[at + 1] === address[1]! >>> 0 &&
      words[at] === address[0]! >>> 0
    )
  }

  private keep(i: number, rank: number, { inode, uid }: SocketRecord): void {
    if (rank < this.rank[i]!) return
    const at = i * MAX_CANDIDATES
    if (rank > this.rank[i]!) {
      this.rank[i] = rank
      this.uid[i] = uid
      this.inodes.fill(0, at, at + MAX_CANDIDATES)
    }
    for (let n = at; n < at + MAX_CANDIDATES; n++) {
      if (this.inodes[n] === inode) return
      if (this.inodes[n] !== 0) continue
      this.inodes[n] = inode
      return
    }
  }
}
