import { SourceError } from '../lib/source.ts'
import {
  AF_PACKET,
  ETH_P_ALL,
  MR_IFINDEX_AT,
  MR_TYPE_AT,
  PACKET_ADD_MEMBERSHIP,
  PACKET_DROP_MEMBERSHIP,
  PACKET_FANOUT,
  PACKET_FANOUT_CBPF,
  PACKET_FANOUT_DATA,
  PACKET_FANOUT_FLAG_DEFRAG,
  PACKET_FANOUT_FLAG_IGNORE_OUTGOING,
  PACKET_FANOUT_FLAG_UNIQUEID,
  PACKET_FANOUT_HASH,
  PACKET_IGNORE_OUTGOING,
  PACKET_MR_PROMISC,
  PACKET_MREQ_BYTES,
  PACKET_RESERVE,
  PACKET_RX_RING,
  PACKET_STATISTICS,
  PACKET_TIMESTAMP,
  PACKET_VERSION,
  SLL_FAMILY_AT,
  SLL_HATYPE_AT,
  SLL_IFINDEX_AT,
  SLL_PROTOCOL_AT,
  SOCKADDR_LL_BYTES,
  SOL_PACKET,
  TPACKET_REQ3_WORDS,
  TPACKET_STATS_V3_WORDS,
  TPACKET_V3,
} from './native/if-packet.ts'
import { CallError, checked, libc } from './native/libc.ts'

const SOCK_RAW = 3
/** Local Experimental EtherType 1 (IEEE 802): what is bound to it costs other packets nothing. */
const ETHERTYPE_OF_NOBODY = 0x88b5
const ANY_INTERFACE = 0
const SOCK_CLOEXEC = 0o2000000
const SOL_SOCKET = 1
const SO_ERROR = 4
const SO_ATTACH_FILTER = 26
const SO_DETACH_FILTER = 27

const IFNAMSIZ = 16
const IFREQ_BYTES = 40
const SIOCGIFNAME = 0x8910
const SIOCGIFFLAGS = 0x8913
const SIOCGIFINDEX = 0x8933
const SIOCSHWTSTAMP = 0x89b0
export const IFF_UP = 1
export const IFF_LOOPBACK = 8

const HWTSTAMP_TX_OFF = 0
const HWTSTAMP_FILTER_ALL = 1
const SOF_TIMESTAMPING_RAW_HARDWARE = 1 << 6

/** sock_filter {code, jt, jf, k}: BPF_RET | BPF_K. */
const BPF_RET_K = 0x06
const SOCK_FILTER_BYTES = 8
const BPF_MAXINSNS = 4096

/** A classic BPF program that always answers `k`. */
function answering(k: number): Uint8Array {
  const instruction = new Uint32Array(SOCK_FILTER_BYTES >> 2)
  instruction[1] = k
  const bytes = new Uint8Array(instruction.buffer)
  new Uint16Array(instruction.buffer)[0] = BPF_RET_K
  return bytes
}
/** The filter of a socket that is to see nothing yet. */
export const REJECT_ALL = answering(0)

export interface RingRequest {
  readonly blockBytes: number
  readonly blocks: number
  /** A block that is not full is handed over after this time. */
  readonly retireMs: number
}

export interface GroupOptions {
  /** A group has a hook of its own, which does not look at `ignoreOutgoing` of its sockets. */
  readonly ignoreOutgoing?: boolean
}

export interface BoundInterface {
  /** -1: the interface that it was bound to is gone; 0: not bound. */
  readonly index: number
  /** ARPHRD_ */
  readonly hatype: number
}

/**
 * An AF_PACKET socket (packet(7)). Only opening it needs CAP_NET_RAW: opened before privileges are dropped, everything else works afterwards, in any thread,
 * because descriptors belong to the process. Every method throws a CallError when the kernel refuses.
 */
export class PacketSocket {
  readonly fd: number

  private constructor(fd: number) {
    this.fd = fd
  }

  /** Bound to nothing: it receives nothing. Throws a SourceError when it may not be opened. */
  static open(): PacketSocket {
    const fd = libc().socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)
    if (fd !== -1) return new PacketSocket(fd)
    const error = new CallError('socket', libc().errno())
    const advice = error.code === 'EPERM' ? 'run as root or give the program CAP_NET_RAW' : 'check that the kernel has packet sockets'
    throw new SourceError(`packet socket: ${error.reason}: ${advice}`)
  }

  /** A descriptor that somebody else opened. */
  static of(fd: number): PacketSocket {
    return new PacketSocket(fd)
  }

  /** Receives from now on what passes the interface, everything of it that the filter lets through. */
  bind(ifIndex: number): void {
    this.#bind(ifIndex, ETH_P_ALL)
  }
  #bind(ifIndex: number, ethertype: number): void {
    const address = new Uint8Array(SOCKADDR_LL_BYTES)
    const view = new DataView(address.buffer)
    // The family in the host's byte order, the protocol in the network's.
    new Uint16Array(address.buffer)[SLL_FAMILY_AT >> 1] = AF_PACKET
    view.setUint16(SLL_PROTOCOL_AT, ethertype)
    new Int32Array(address.buffer, 0, 2)[SLL_IFINDEX_AT >> 2] = ifIndex
    checked('bind', libc().bind(this.fd, address, address.length))
  }

  /**
   * A socket that is deaf and no longer promiscuous becomes as good as new for another capture. Rejects with a CallError where it cannot: while its ring is mapped, and in a
   * fanout group, which only closing leaves.
   */
  async reset(): Promise<void> {
    await this.setRing({ blockBytes: 0, blocks: 0, retireMs: 0 })
    this.#bind(ANY_INTERFACE, ETHERTYPE_OF_NOBODY)
    this.#setInt(PACKET_IGNORE_OUTGOING, 0)
    this.#setInt(PACKET_TIMESTAMP, 0)
    this.readStatistics(new Uint32Array(TPACKET_STATS_V3_WORDS))
    this.takeError()
  }

  bound(): BoundInterface {
    // Room for the longest link address.
    const address = new ArrayBuffer(32)
    checked('getsockname', libc().getsockname(this.fd, new Uint8Array(address), Uint32Array.of(address.byteLength)))
    return { index: new Int32Array(address)[SLL_IFINDEX_AT >> 2]!, hatype: new Uint16Array(address)[SLL_HATYPE_AT >> 1]! }
  }

  /** Counted by the kernel for each socket: it ends with the socket, also when the process is killed. */
  setPromiscuous(ifIndex: number, on: boolean): void {
    const request = new ArrayBuffer(PACKET_MREQ_BYTES)
    new Int32Array(request)[MR_IFINDEX_AT >> 2] = ifIndex
    new Uint16Array(request)[MR_TYPE_AT >> 1] = PACKET_MR_PROMISC
    this.#set(on ? PACKET_ADD_MEMBERSHIP : PACKET_DROP_MEMBERSHIP, new Uint8Array(request))
  }

  /** What this machine sends is not delivered. */
  ignoreOutgoing(): void {
    this.#setInt(PACKET_IGNORE_OUTGOING, 1)
  }

  /** The ring's format, and so many bytes kept free in front of each packet. Before the ring is set. */
  prepareRing(headroom: number): void {
    this.#setInt(PACKET_VERSION, TPACKET_V3)
    this.#setInt(PACKET_RESERVE, headroom)
  }

  /** Waits for the kernel, which makes sure that nobody uses the ring before. */
  setRing({ blockBytes, blocks, retireMs }: RingRequest): Promise<void> {
    const request = new Uint32Array(TPACKET_REQ3_WORDS)
    // Of the frame size V3 wants only that frames fill the block.
    request.set([blockBytes, blocks, blockBytes, blocks, retireMs])
    return libc().background.setsockopt('PACKET_RX_RING', this.fd, SOL_PACKET, PACKET_RX_RING, request)
  }

  /**
   * Time stamps of the adapter where it has them. Packets without one keep the system's. Turning them on in the adapter needs CAP_NET_ADMIN, and drivers that
   * cannot do it refuse.
   */
  useAdapterTimestamps(name: string): void {
    this.#setInt(PACKET_TIMESTAMP, SOF_TIMESTAMPING_RAW_HARDWARE)
    const data = Int32Array.of(0, HWTSTAMP_TX_OFF, HWTSTAMP_FILTER_ALL)
    const request = { name: nameBytes(name), data, rest: new Uint8Array(IFREQ_BYTES - IFNAMSIZ - 8) }
    checked('SIOCSHWTSTAMP', libc().ioctlData(this.fd, SIOCSHWTSTAMP, request))
  }

  /**
   * The members of a group share the packets: a classic BPF program answers with the number of the member, which the kernel takes modulo how many there are. Bind first; none is handed to
   * another whose ring is full. All members bring the same program.
   */
  async joinProgramGroup(groupId: number, program: Uint8Array, options: GroupOptions = {}): Promise<void> {
    this.#joinGroup(groupId, PACKET_FANOUT_CBPF, options)
    await this.#setGroupProgram(program)
  }

  /** The same by the kernel's own hash of the flow, which is the same both ways. It puts fragments of IPv4 together first: they come as one packet. */
  joinHashGroup(groupId: number, options: GroupOptions = {}): void {
    this.#joinGroup(groupId, PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_DEFRAG, options)
  }

  #joinGroup(groupId: number, type: number, { ignoreOutgoing }: GroupOptions): void {
    const flags = type | (ignoreOutgoing === true ? PACKET_FANOUT_FLAG_IGNORE_OUTGOING : 0)
    this.#setInt(PACKET_FANOUT, (groupId & 0xffff) | (flags << 16))
  }
  #setGroupProgram(filter: Uint8Array): Promise<void> {
    const program = { len: filter.length / SOCK_FILTER_BYTES, filter }
    return libc().background.setProgram('PACKET_FANOUT_DATA', this.fd, SOL_PACKET, PACKET_FANOUT_DATA, program)
  }

  /** A group of which one member gets everything (`routeTo`), the first one until told otherwise. Without a number a new one; returns its number. */
  joinSwitchedGroup(groupId?: number, options: GroupOptions = {}): number {
    const flags = PACKET_FANOUT_CBPF | (options.ignoreOutgoing === true ? PACKET_FANOUT_FLAG_IGNORE_OUTGOING : 0)
    if (groupId === undefined) this.#setInt(PACKET_FANOUT, (flags | PACKET_FANOUT_FLAG_UNIQUEID) << 16)
    else this.#setInt(PACKET_FANOUT, (groupId & 0xffff) | (flags << 16))
    return this.#getInt(PACKET_FANOUT) & 0xffff
  }

  /** The member of the switched group, counted in the order of joining, modulo their number. When it resolves, and it was not the first time in the group, no packet is on its way to another. */
  routeTo(member: number): Promise<void> {
    return this.#setGroupProgram(answering(member))
  }

  /** Classic BPF: sock_filter instructions, as `tcpdump -ddd` or pcap_compile give them. What was received already stays. */
  attachFilter(instructions: Uint8Array): void {
    const count = instructions.length / SOCK_FILTER_BYTES
    if (!Number.isInteger(count) || count < 1 || count > BPF_MAXINSNS)
      throw new SourceError(`capture filter: ${instructions.length} bytes are no BPF program: compile it again`)
    const program = { len: count, filter: instructions }
    checked('SO_ATTACH_FILTER', libc().setProgram(this.fd, SOL_SOCKET, SO_ATTACH_FILTER, program, libc().sockFprogBytes))
  }

  detachFilter(): void {
    checked('SO_DETACH_FILTER', libc().setsockopt(this.fd, SOL_SOCKET, SO_DETACH_FILTER, new Uint8Array(4), 4))
  }

  /** Fills tpacket_stats_v3 with what came since the last reading. */
  readStatistics(into: Uint32Array): void {
    const length = TPACKET_STATS_V3_WORDS * 4
    checked('PACKET_STATISTICS', libc().getsockopt(this.fd, SOL_PACKET, PACKET_STATISTICS, into, Uint32Array.of(length)))
  }

  /** The error that is waiting on the socket, 0 for none; reading it clears it. */
  takeError(): number {
    const error = new Uint32Array(1)
    checked('SO_ERROR', libc().getsockopt(this.fd, SOL_SOCKET, SO_ERROR, error, Uint32Array.of(4)))
    return error[0]!
  }

  /** In the network namespace of the socket. */
  indexOf(name: string): number {
    const request = ifreq(name)
    checked('SIOCGIFINDEX', libc().ioctl(this.fd, SIOCGIFINDEX, request))
    return new Int32Array(request.buffer)[IFNAMSIZ >> 2]!
  }

  nameOf(ifIndex: number): string {
    const request = ifreq('')
    new Int32Array(request.buffer)[IFNAMSIZ >> 2] = ifIndex
    checked('SIOCGIFNAME', libc().ioctl(this.fd, SIOCGIFNAME, request))
    return new TextDecoder().decode(request.subarray(0, request.indexOf(0)))
  }

  /** IFF_ flags. */
  flagsOf(ifIndex: number): number {
    const request = ifreq(this.nameOf(ifIndex))
    checked('SIOCGIFFLAGS', libc().ioctl(this.fd, SIOCGIFFLAGS, request))
    return new Uint16Array(request.buffer)[IFNAMSIZ >> 1]!
  }

  /** The descriptor of `other` becomes another name of this socket; its own socket is closed when no mapping holds it. */
  replace(other: PacketSocket): Promise<void> {
    return libc().background.dup2(this.fd, other.fd)
  }

  /** Closing waits for the kernel, too. */
  close(): Promise<void> {
    return libc().background.close(this.fd)
  }

  #set(option: number, value: Uint8Array | Uint32Array | Int32Array): void {
    checked(OPTION_NAMES[option] ?? 'setsockopt', libc().setsockopt(this.fd, SOL_PACKET, option, value, value.byteLength))
  }
  #setInt(option: number, value: number): void {
    this.#set(option, Int32Array.of(value))
  }
  #getInt(option: number): number {
    const value = new Int32Array(1)
    checked(OPTION_NAMES[option] ?? 'getsockopt', libc().getsockopt(this.fd, SOL_PACKET, option, value, Uint32Array.of(4)))
    return value[0]!
  }
}

const OPTION_NAMES: Readonly<Record<number, string>> = {
  [PACKET_ADD_MEMBERSHIP]: 'PACKET_ADD_MEMBERSHIP',
  [PACKET_DROP_MEMBERSHIP]: 'PACKET_DROP_MEMBERSHIP',
  [PACKET_VERSION]: 'PACKET_VERSION',
  [PACKET_RESERVE]: 'PACKET_RESERVE',
  [PACKET_TIMESTAMP]: 'PACKET_TIMESTAMP',
  [PACKET_FANOUT]: 'PACKET_FANOUT',
  [PACKET_IGNORE_OUTGOING]: 'PACKET_IGNORE_OUTGOING',
}

function nameBytes(name: string): Uint8Array {
  const bytes = new Uint8Array(IFNAMSIZ)
  // One byte stays 0.
  new TextEncoder().encodeInto(name, bytes.subarray(0, IFNAMSIZ - 1))
  return bytes
}

function ifreq(name: string): Uint8Array {
  const request = new Uint8Array(IFREQ_BYTES)
  request.set(nameBytes(name))
  return request
}
