import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { SourceError } from '../../lib/source.ts'
import { type AddressWords, parseAddress } from '../../wire/address.ts'
import { checked, libc } from '../native/libc.ts'
import { bindFault } from './endpoint-address.ts'

/** The kernel keeps so much until it is read: a second of 100,000 datagrams of 300 bytes. */
const RECEIVE_BYTES = 32 * 1024 * 1024
const AF_INET = 2
const AF_INET6 = 10
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000
const SOCKADDR_IN_BYTES = 16
const SOCKADDR_IN6_BYTES = 28
const SOL_SOCKET = 1
const SO_RCVBUFFORCE = 33
const SO_MEMINFO = 55
/** SK_MEMINFO_DROPS and the number of all, in 32-bit words (linux/sock_diag.h). */
const MEMINFO_DROPS = 8
const MEMINFO_WORDS = 9

/** Takes one datagram, which is valid during the call only. */
export type TakeDatagram = (datagram: Uint8Array, from: RemoteInfo) => void

/** Receives UDP datagrams, with as large a buffer as the system gives. */
export class DatagramListener {
  private readonly socket: Socket
  /** Of the socket, which closes it; -1 where the system has no use for it here. */
  private readonly fd: number
  /** As it was asked for. */
  readonly address: string
  /** Bytes that the kernel keeps; what root may have is more than others get. */
  readonly bufferBytes: number

  private constructor(socket: Socket, fd: number, address: string) {
    this.socket = socket
    this.fd = fd
    this.address = address
    this.bufferBytes = widened(socket)
  }

  /** Throws a SourceError of one line where the address is taken, not of this machine, or not permitted. */
  static async open(host: string, port: number, take: TakeDatagram): Promise<DatagramListener> {
    const where = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
    try {
      const { address, family } = await lookup(host)
      // Of :: too: IPv4 comes mapped into IPv6 (RFC 4291 §2.5.5.2).
      const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
      const fd = process.platform === 'linux' ? boundSocket(parseAddress(address)!, port, family === 6) : -1
      await bound(socket, fd < 0 ? { address, port, exclusive: true } : { fd })
      // An error of one datagram (ICMP unreachable) is none of ours.
      socket.on('error', () => undefined)
      socket.on('message', take)
      return new DatagramListener(socket, fd, where)
    } catch (error) {
      throw new SourceError(`UDP ${where}: ${bindFault(error as Error & { code?: string })}`)
    }
  }

  /** Datagrams that the kernel threw away because nobody read them in time. 0 where that is not told. */
  get dropped(): number {
    if (this.fd < 0) return 0
    const words = new Uint32Array(MEMINFO_WORDS)
    const failed = libc().getsockopt(this.fd, SOL_SOCKET, SO_MEMINFO, words, Uint32Array.of(words.byteLength)) !== 0
    return failed ? 0 : words[MEMINFO_DROPS]!
  }

  /** The port that the system chose where 0 was asked for. */
  get port(): number {
    return this.socket.address().port
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.socket.close(() => resolve()))
  }
}

/** A socket of our own, so that its descriptor is known; the buffer is forced where that is permitted. */
function boundSocket(address: AddressWords, port: number, isIpv6: boolean): number {
  const fd = checked('socket', libc().socket(isIpv6 ? AF_INET6 : AF_INET, SOCK_DGRAM_CLOEXEC, 0))
  try {
    libc().setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, Int32Array.of(RECEIVE_BYTES), 4)
    const name = isIpv6 ? sockaddrIn6(address, port) : sockaddrIn(address, port)
    checked('bind', libc().bind(fd, name, name.length))
    return fd
  } catch (error) {
    libc().close(fd)
    throw error
  }
}

function sockaddrIn(address: AddressWords, port: number): Uint8Array {
  const name = new Uint8Array(SOCKADDR_IN_BYTES)
  const view = familyAndPort(name, AF_INET, port)
  view.setInt32(4, address[3])
  return name
}
function sockaddrIn6(address: AddressWords, port: number): Uint8Array {
  const name = new Uint8Array(SOCKADDR_IN6_BYTES)
  const view = familyAndPort(name, AF_INET6, port)
  for (const [i, word] of address.entries()) view.setInt32(8 + 4 * i, word)
  return name
}
/** The family is in the host's order, all else in the network's. */
function familyAndPort(name: Uint8Array, family: number, port: number): DataView {
  new Uint16Array(name.buffer, 0, 1)[0] = family
  const view = new DataView(name.buffer)
  view.setUint16(2, port)
  return view
}

function bound(socket: Socket, to: { address: string; port: number; exclusive: boolean } | { fd: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.bind(to, () => {
      socket.removeAllListeners('error')
      resolve()
    })
  })
}

/** Without the right to force it, what everybody may have. */
function widened(socket: Socket): number {
  if (socket.getRecvBufferSize() < RECEIVE_BYTES) {
    try {
      socket.setRecvBufferSize(RECEIVE_BYTES)
    } catch {
      // Some systems refuse more than their limit instead of giving it.
    }
  }
  return socket.getRecvBufferSize()
}
