import { type Program, type ProgramAnswer, WANTED_WORDS } from '../lib/programs.ts'
import { readWhole } from './proc-file.ts'
import { readProcNet } from './proc-net.ts'
import { ProcSockets } from './proc-sockets.ts'
import { Processes } from './processes.ts'
import { AF_INET, AF_INET6, SocketDiag, type SocketEnds } from './socket-diag.ts'
import { SocketMemory } from './socket-memory.ts'
import { MAPPED_IPV4, PROTO_TCP, PROTO_UDP, type VisitSocket } from './socket-record.ts'
import { CONNECTED, MAX_CANDIDATES, NO_SOCKET, WantedSockets } from './wanted-sockets.ts'

/** They listen for what the kernel hands to containers past them: a connection that is not theirs by both ends is not theirs. */
const STAND_INS = ['docker-proxy', 'rootlessport']

/** About 50,000 sockets: the helper's heap is small. */
const MAX_PROC_NET_BYTES = 8 << 20

/** Up to so many connections are asked for one by one in any case; more, while the list of all sockets is LISTED_PER_ONE times as long: that much less costs a socket of it. */
const FEW = 32
const LISTED_PER_ONE = 8

/** How sockets are found. */
export type SocketsBy = 'whichever-is-cheaper' | 'list' | 'proc-net'

/** From sockets that are looked for to the programs that hold them. Blocking: for a process of its own. */
export class ProgramLookup {
  private readonly diag = new SocketDiag()
  private readonly sockets: ProcSockets
  private readonly processes: Processes
  private readonly memory = new SocketMemory()
  private readonly by: SocketsBy
  /** TCP sockets that the latest list of all had. */
  private listed = 0
  /** Netlink was refused at the latest look-up. */
  refused = false

  constructor(by: SocketsBy = 'whichever-is-cheaper') {
    this.by = by
    this.sockets = new ProcSockets()
    this.processes = new Processes()
  }

  find(words: Uint32Array, nowMs: number): ProgramAnswer {
    const wanted = new WantedSockets(words)
    this.listSockets(wanted)
    const owners = this.sockets.find(new Set(wanted.inodes.filter((inode) => inode !== 0)), nowMs)
    this.memory.forgetOld(nowMs)
    const programs: Program[] = []
    const indexOf = new Map<Program, number>()
    const of = new Uint16Array(wanted.count)
    for (let i = 0; i < wanted.count; i++) {
      const program = this.programOf(wanted, i, owners.pidOf, nowMs)
      if (program === undefined) continue
      let index = indexOf.get(program)
      if (index === undefined) {
        index = programs.push(program)
        indexOf.set(program, index)
      }
      of[i] = index
    }
    return { programs, of }
  }

  private listSockets(wanted: WantedSockets): void {
    this.refused = false
    if (this.by === 'whichever-is-cheaper' && this.oneByOne(wanted)) this.listAll(wanted, [PROTO_UDP])
    else this.listAll(wanted, [PROTO_TCP, PROTO_UDP])
  }

  /** False when it would cost more than the list of all, or cannot be done. */
  private oneByOne(wanted: WantedSockets): boolean {
    const connections: SocketEnds[] = []
    for (let i = 0; i < wanted.count; i++) if (wanted.proto(i) === PROTO_TCP) connections.push(wanted.ends(i))
    if (connections.length > Math.max(FEW, this.listed / LISTED_PER_ONE)) return false
    const listeners: SocketEnds[] = []
    const found = this.diag.lookUp(connections, (socket) => {
      // Not yet accepted, or over: whoever listens there is next to be meant.
      if (socket.inode === 0) listeners.push([...socket.local, ...anyAddressLike(socket.local), (socket.localPort << 16) >>> 0])
      else wanted.offer(socket)
    })
    return found && this.diag.lookUp(listeners, (socket) => wanted.offer(socket))
  }

  private listAll(wanted: WantedSockets, protos: readonly number[]): void {
    if (protos.includes(PROTO_TCP)) this.listed = 0
    for (const proto of protos) {
      let [any, ipv4] = [false, false]
      for (let i = 0; i < wanted.count; i++)
        if (wanted.proto(i) === proto) {
          any = true
          ipv4 ||= wanted.isIpv4(i)
        }
      // A socket of IPv6 may speak IPv4.
      if (any) this.listFamily(AF_INET6, proto, wanted)
      if (ipv4) this.listFamily(AF_INET, proto, wanted)
    }
  }
  private listFamily(family: number, proto: number, wanted: WantedSockets): void {
    const offer: VisitSocket = (socket) => {
      if (proto === PROTO_TCP) this.listed++
      wanted.offer(socket)
    }
    if (this.by !== 'proc-net' && this.diag.dump(family, proto, offer)) return
    this.refused = true
    const name = `${proto === PROTO_TCP ? 'tcp' : 'udp'}${family === AF_INET6 ? '6' : ''}`
    readProcNet(readWhole(`/proc/net/${name}`, MAX_PROC_NET_BYTES), proto, offer)
  }

  private programOf(wanted: WantedSockets, i: number, pidOf: ReadonlyMap<number, number>, nowMs: number): Program | undefined {
    const rank = wanted.rank[i]!
    const connection = endsOf(wanted.words, i, true)
    if (rank !== CONNECTED) {
      const remembered = this.memory.get(connection, nowMs)
      if (remembered !== undefined) return remembered
    }
    if (rank === NO_SOCKET) return wanted.proto(i) === PROTO_UDP ? this.memory.get(endsOf(wanted.words, i, false), nowMs) : undefined
    const found = this.holder(wanted, i, pidOf, nowMs)
    if (found === undefined) return undefined
    if (rank !== CONNECTED && STAND_INS.includes(found.name)) return undefined
    if (found.pid === undefined) return found
    this.memory.set(connection, found, nowMs)
    if (rank !== CONNECTED && wanted.proto(i) === PROTO_UDP) this.memory.set(endsOf(wanted.words, i, false), found, nowMs)
    return found
  }

  /** The program that holds the sockets that fit; undefined when they are of several programs, and it may be either. */
  private holder(wanted: WantedSockets, i: number, pidOf: ReadonlyMap<number, number>, nowMs: number): Program | undefined {
    let found: Program | undefined
    let unknown = 0
    for (let n = i * MAX_CANDIDATES; n < (i + 1) * MAX_CANDIDATES; n++) {
      const inode = wanted.inodes[n]!
      if (inode === 0) break
      const pid = pidOf.get(inode)
      const program = pid === undefined ? undefined : this.processes.get(pid, nowMs)
      if (program === undefined) unknown++
      else if (found === undefined) found = program
      else if (found.name !== program.name || found.uid !== program.uid || found.container !== program.container) return undefined
    }
    if (found !== undefined) return unknown === 0 ? found : undefined
    return unknown === 1 ? this.userOnly(wanted.uid[i]!, nowMs) : undefined
  }

  /** One object a user within an answer. */
  private userOnly(uid: number, nowMs: number): Program {
    if (this.usersAtMs !== nowMs) this.usersOnly.clear()
    this.usersAtMs = nowMs
    const there = this.usersOnly.get(uid)
    if (there !== undefined) return there
    const program = this.processes.userOnly(uid, nowMs)
    this.usersOnly.set(uid, program)
    return program
  }
  private readonly usersOnly = new Map<number, Program>()
  private usersAtMs = 0

  close(): void {
    this.diag.close()
  }
}

const anyAddressLike = (address: ArrayLike<number>): readonly number[] =>
  address[0] === 0 && address[1] === 0 && address[2] === MAPPED_IPV4 ? [0, 0, MAPPED_IPV4, 0] : [0, 0, 0, 0]

/** Both ends of a wanted socket, or only the local one, as a key. */
function endsOf(words: Uint32Array, i: number, whole: boolean): string {
  const at = i * WANTED_WORDS
  const ports = words[at + WANTED_WORDS - 1]!
  const local = words.subarray(at, at + 5).join()
  return whole ? `${local},${words.subarray(at + 5, at + WANTED_WORDS).join()}` : `${local},${ports >>> 16}`
}
