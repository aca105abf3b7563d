/** One socket of this machine, as the kernel lists it. One record is reused for all: read it during the visit. */
export class SocketRecord {
  proto = 0
  /** Four words each in network order, IPv4 mapped into ::ffff:0:0/96; all zero (IPv4: the last word) is any address. */
  readonly local = new Int32Array(4)
  readonly remote = new Int32Array(4)
  localPort = 0
  /** 0: not connected. */
  remotePort = 0
  uid = 0
  /** 0: no process holds it (not accepted yet, or closed and lingering). */
  inode = 0
  /** Bound to :: and takes no IPv4. */
  v6Only = false
}
export type VisitSocket = (socket: SocketRecord) => void

export const PROTO_TCP = 6
export const PROTO_UDP = 17
export const MAPPED_IPV4 = 0xffff
