/** TCP and UDP sockets of our network namespace, by netlink (sock_diag(7)): all of them, or one by its ends. */
import { Netlink, NetlinkError } from './netlink.ts'
import { MAPPED_IPV4, PROTO_TCP, SocketRecord, type VisitSocket } from './socket-record.ts'

const NETLINK_SOCK_DIAG = 4
const SOCK_DIAG_BY_FAMILY = 20
const NLM_F_REQUEST = 1
const NLM_F_REQUEST_DUMP = 0x301
const NLMSG_ERROR = 2
const NLMSG_DONE = 3

export const AF_INET = 2
export const AF_INET6 = 10

// struct nlmsghdr
const HEADER_LEN = 16
const HEADER_TYPE = 4
const HEADER_FLAGS = 6
const HEADER_SEQ = 8
// struct inet_diag_req_v2
const REQUEST_LEN = 56
const REQUEST_STATES = 4
const REQUEST_ID = 8
/** In struct inet_diag_sockid: ports, addresses, interface, cookie. */
const ID_DESTINATION_PORT = 2
const ID_SOURCE = 4
const ID_DESTINATION = 20
const ID_COOKIE = 40
// struct inet_diag_msg: family, state, timer, retrans; struct inet_diag_sockid; expires, rqueue, wqueue, uid, inode
const SOURCE_PORT = 4
const DESTINATION_PORT = 6
const SOURCE = 8
const DESTINATION = 24
const UID = 64
const INODE = 68
export const DIAG_LEN = 72
const INET_DIAG_SKV6ONLY = 11

/**
 * ESTABLISHED, SYN_SENT, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT, LAST_ACK, LISTEN, CLOSING (include/net/tcp_states.h). Those of TIME_WAIT and SYN_RECV belong to
 * nobody, and a busy server has tens of thousands.
 */
const TCP_STATES = (1 << 1) | (1 << 2) | (1 << 4) | (1 << 5) | (1 << 8) | (1 << 9) | (1 << 10) | (1 << 11)
const ALL_STATES = 0xffff_ffff
/** Sockets that one dump lists at most; one that goes on is left. */
const MAX_SOCKETS = 1 << 20
/** Asked for in one message, so that the answers find room in the socket's buffer of 200 KB. */
const MAX_AT_ONCE = 32
const ENOENT = 2
/** The kernel fills at most 32 KiB a datagram. */
const BUFFER_LEN = 1 << 16

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

export function dumpRequest(family: number, proto: number, seq: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_LEN + REQUEST_LEN)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, bytes.length, LITTLE_ENDIAN)
  view.setUint16(HEADER_TYPE, SOCK_DIAG_BY_FAMILY, LITTLE_ENDIAN)
  view.setUint16(HEADER_FLAGS, NLM_F_REQUEST_DUMP, LITTLE_ENDIAN)
  view.setUint32(HEADER_SEQ, seq, LITTLE_ENDIAN)
  bytes[HEADER_LEN] = family
  bytes[HEADER_LEN + 1] = proto
  view.setUint32(HEADER_LEN + REQUEST_STATES, proto === PROTO_TCP ? TCP_STATES : ALL_STATES, LITTLE_ENDIAN)
  return bytes
}

/** As a question has them: eight words, both ports in the ninth. */
export type SocketEnds = ArrayLike<number>
const ENDS_PORTS = 8

/** Asks for the socket of a connection, or the one that would take it. */
export function oneRequest(proto: number, ends: SocketEnds, seq: number): Uint8Array {
  const isIpv4 = ends[0] === 0 && ends[1] === 0 && ends[2] === MAPPED_IPV4
  const bytes = dumpRequest(isIpv4 ? AF_INET : AF_INET6, proto, seq)
  const view = new DataView(bytes.buffer)
  view.setUint16(HEADER_FLAGS, NLM_F_REQUEST, LITTLE_ENDIAN)
  const id = HEADER_LEN + REQUEST_ID
  view.setUint16(id, ends[ENDS_PORTS]! >>> 16)
  view.setUint16(id + ID_DESTINATION_PORT, ends[ENDS_PORTS]! & 0xffff)
  for (let i = 0; i < 4; i++) {
    if (isIpv4 && i > 0) break
    view.setUint32(id + ID_SOURCE + 4 * i, ends[isIpv4 ? 3 : i]! >>> 0)
    view.setUint32(id + ID_DESTINATION + 4 * i, ends[isIpv4 ? 7 : 4 + i]! >>> 0)
  }
  // INET_DIAG_NOCOOKIE: whichever socket it is.
  bytes.fill(0xff, id + ID_COOKIE, id + ID_COOKIE + 8)
  return bytes
}

/** What a datagram said beyond its sockets: that more come, that it was the last, or that something is wrong. */
export type DumpStep = 'more' | 'done' | 'malformed' | { readonly errno: number }

/** Reads one datagram of a dump. Messages of another dump (an older one that was left) are passed over. */
export function readDump(bytes: Uint8Array, end: number, seq: number, proto: number, socket: SocketRecord, visit: VisitSocket): DumpStep {
  const view = new DataView(bytes.buffer, bytes.byteOffset, end)
  for (let at = 0; at < end; ) {
    if (end - at < HEADER_LEN) return 'malformed'
    const length = view.getUint32(at, LITTLE_ENDIAN)
    if (length < HEADER_LEN || length > end - at) return 'malformed'
    const type = view.getUint16(at + HEADER_TYPE, LITTLE_ENDIAN)
    if (view.getUint32(at + HEADER_SEQ, LITTLE_ENDIAN) === seq) {
      if (type === NLMSG_DONE) return 'done'
      if (type === NLMSG_ERROR) return length < HEADER_LEN + 4 ? 'malformed' : { errno: -view.getInt32(at + HEADER_LEN, LITTLE_ENDIAN) }
      if (type === SOCK_DIAG_BY_FAMILY) {
        if (length < HEADER_LEN + DIAG_LEN) return 'malformed'
        if (readSocket(view, at + HEADER_LEN, at + length, proto, socket)) visit(socket)
      }
    }
    // Messages begin at multiples of four.
    at += (length + 3) & ~3
  }
  return 'more'
}

function readSocket(view: DataView, at: number, end: number, proto: number, socket: SocketRecord): boolean {
  const family = view.getUint8(at)
  if (family !== AF_INET && family !== AF_INET6) return false
  socket.proto = proto
  socket.localPort = view.getUint16(at + SOURCE_PORT)
  socket.remotePort = view.getUint16(at + DESTINATION_PORT)
  readAddress(view, at + SOURCE, family, socket.local)
  readAddress(view, at + DESTINATION, family, socket.remote)
  socket.uid = view.getUint32(at + UID, LITTLE_ENDIAN)
  socket.inode = view.getUint32(at + INODE, LITTLE_ENDIAN)
  socket.v6Only = family === AF_INET6 && isV6Only(view, at + DIAG_LEN, end)
  return true
}

function readAddress(view: DataView, at: number, family: number, words: Int32Array): void {
  if (family === AF_INET) {
    words[0] = 0
    words[1] = 0
    words[2] = MAPPED_IPV4
    words[3] = view.getInt32(at)
  } else for (let i = 0; i < 4; i++) words[i] = view.getInt32(at + 4 * i)
}

/** struct rtattr: length, type, value; each begins at a multiple of four. */
function isV6Only(view: DataView, start: number, end: number): boolean {
  for (let at = start; at + 4 <= end; ) {
    const length = view.getUint16(at, LITTLE_ENDIAN)
    if (length < 4 || length > end - at) return false
    if (view.getUint16(at + 2, LITTLE_ENDIAN) === INET_DIAG_SKV6ONLY && length >= 5) return view.getUint8(at + 4) !== 0
    at += (length + 3) & ~3
  }
  return false
}

/** Asks through one netlink socket, opened when it is first needed and again after a fault. */
export class SocketDiag {
  private netlink: Netlink | undefined
  private seq = 0
  private readonly buffer = new Uint8Array(BUFFER_LEN)
  private readonly socket = new SocketRecord()

  /** Visits every socket. False when netlink cannot be used: then ask /proc/net. */
  dump(family: number, proto: number, visit: VisitSocket): boolean {
    return this.guarded((netlink, seq) => {
      netlink.send(dumpRequest(family, proto, seq))
      return this.receive(netlink, seq, proto, visit)
    })
  }

  /**
   * Visits the TCP socket of each connection, or the listener that would take it: the kernel finds both by hash, however many there are. False when
   * netlink cannot do that.
   */
  lookUp(wanted: readonly SocketEnds[], visit: VisitSocket): boolean {
    for (let from = 0; from < wanted.length; from += MAX_AT_ONCE) {
      const some = wanted.slice(from, from + MAX_AT_ONCE)
      const done = this.guarded((netlink, seq) => {
        netlink.send(Buffer.concat(some.map((ends) => oneRequest(PROTO_TCP, ends, seq))))
        return this.receiveEach(netlink, some.length, seq, visit)
      })
      if (!done) return false
    }
    return true
  }

  /** One answer a request: a socket, or that there is none. */
  private receiveEach(netlink: Netlink, count: number, seq: number, visit: VisitSocket): boolean {
    for (let n = 0; n < count; n++) {
      const step = readDump(this.buffer, netlink.receive(this.buffer), seq, PROTO_TCP, this.socket, visit)
      if (step === 'more' || (typeof step === 'object' && step.errno === ENOENT)) continue
      this.close()
      return false
    }
    return true
  }

  private guarded(ask: (netlink: Netlink, seq: number) => boolean): boolean {
    try {
      this.netlink ??= new Netlink(NETLINK_SOCK_DIAG)
      this.seq = (this.seq + 1) >>> 0
      return ask(this.netlink, this.seq)
    } catch (error) {
      if (!(error instanceof NetlinkError)) throw error
      // It has closed itself.
      this.netlink = undefined
      return false
    }
  }

  private receive(netlink: Netlink, seq: number, proto: number, visit: VisitSocket): boolean {
    let left = MAX_SOCKETS
    const count: VisitSocket = (socket) => {
      left--
      visit(socket)
    }
    for (;;) {
      const step = readDump(this.buffer, netlink.receive(this.buffer), seq, proto, this.socket, count)
      if (step === 'done') return true
      if (step === 'more' && left > 0) continue
      // Whatever else the kernel has to say of it goes with the socket.
      this.close()
      return step === 'more'
    }
  }

  close(): void {
    this.netlink?.close()
    this.netlink = undefined
  }
}
