import { type Program, type ProgramAnswer, WANTED_WORDS } from '../lib/programs.ts'
import { readWhole } from './proc-file.ts'
import { readProcNet } from './proc-net.ts'
import { ProcSockets } from './proc-sockets.ts'
import { Processes } from './processes.ts'
import { AF_INET, AF_INET6, SocketDiag } from './socket-diag.ts'
import { SocketMemory } from './socket-memory.ts'
import { PROTO_TCP, PROTO_UDP } from './socket-record.ts'
import { CONNECTED, MAX_CANDIDATES, NO_SOCKET, WantedSockets } from './wanted-sockets.ts'

/** They listen for what the kernel hands to containers past them: a connection that is not theirs by both ends is not theirs. */
const STAND_INS = ['docker-proxy', 'rootlessport']

/** About 50,000 sockets: the helper's heap is small. */
const MAX_PROC_NET_BYTES = 8 << 20

/** From sockets that are looked for to the programs that hold them. Blocking: for a process of its own. */
export class ProgramLookup {
  private readonly diag = new SocketDiag()
  private readonly sockets: ProcSockets
  private readonly processes: Processes
  private readonly memory = new SocketMemory()
  private readonly useNetlink: boolean
  /** Netlink was refused at the latest look-up. */
  refused = false

  constructor(options: { readonly netlink?: boolean; readonly proc?: string } = {}) {
    this.useNetlink = options.netlink !== false
    this.sockets = new ProcSockets(options.proc)
    this.processes = new Processes(options.proc)
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
    for (const proto of [PROTO_TCP, PROTO_UDP]) {
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
    const offer = wanted.offer.bind(wanted)
    if (this.useNetlink && this.diag.dump(family, proto, offer)) return
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

/** Both ends of a wanted socket, or only the local one, as a key. */
function endsOf(words: Uint32Array, i: number, whole: boolean): string {
  const at = i * WANTED_WORDS
  const ports = words[at + WANTED_WORDS - 1]!
  const local = words.subarray(at, at + 5).join()
  return whole ? `${local},${words.subarray(at + 5, at + WANTED_WORDS).join()}` : `${local},${ports >>> 16}`
}
