import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { SourceError } from '../../lib/source.ts'
import { libc } from '../native/libc.ts'

/** The kernel keeps so much until it is read: a second of 100,000 datagrams of 300 bytes. */
const RECEIVE_BYTES = 32 * 1024 * 1024
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
  private readonly where: string
  /** Bytes that the kernel keeps; what root may have is more than others get. */
  bufferBytes = 0

  private constructor(socket: Socket, where: string) {
    this.socket = socket
    this.where = where
  }

  /** Throws a SourceError of one line where the address is taken, not of this machine, or not permitted. */
  static async open(host: string, port: number, take: TakeDatagram): Promise<DatagramListener> {
    const isIpv6 = host.includes(':')
    const where = isIpv6 ? `[${host}]:${port}` : `${host}:${port}`
    // Of all addresses: IPv4 comes mapped into IPv6 (RFC 4291 §2.5.5.2).
    const socket = createSocket({ type: isIpv6 ? 'udp6' : 'udp4', reuseAddr: false })
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject)
        socket.bind({ address: host, port, exclusive: true }, () => resolve())
      })
    } catch (error) {
      socket.close()
      throw new SourceError(`UDP ${where}: ${reason(error as NodeJS.ErrnoException)}`)
    }
    const listener = new DatagramListener(socket, where)
    listener.widen()
    socket.removeAllListeners('error')
    // An error of one datagram (ICMP unreachable) is none of ours.
    socket.on('error', () => undefined)
    socket.on('message', take)
    return listener
  }

  private widen(): void {
    const fd = this.fd
    if (fd >= 0) libc().setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, Int32Array.of(RECEIVE_BYTES), 4)
    // Without the right to force it, what everybody may have.
    if (this.socket.getRecvBufferSize() < RECEIVE_BYTES) {
      try {
        this.socket.setRecvBufferSize(RECEIVE_BYTES)
      } catch {
        // Some systems refuse more than their limit instead of giving it.
      }
    }
    this.bufferBytes = this.socket.getRecvBufferSize()
  }

  /** Datagrams that the kernel threw away because nobody read them in time. 0 where that is not told. */
  get dropped(): number {
    const fd = this.fd
    if (fd < 0) return 0
    const words = new Uint32Array(MEMINFO_WORDS)
    const failed = libc().getsockopt(fd, SOL_SOCKET, SO_MEMINFO, words, Uint32Array.of(words.byteLength)) !== 0
    return failed ? 0 : words[MEMINFO_DROPS]!
  }

  /** Node tells the descriptor nowhere else. */
  private get fd(): number {
    if (process.platform !== 'linux') return -1
    const handle = (this.socket as unknown as { _handle?: { fd?: number } })._handle
    return handle?.fd ?? -1
  }

  get address(): string {
    return this.where
  }
  /** The port that the system chose where 0 was asked for. */
  get port(): number {
    return this.socket.address().port
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.socket.close(() => resolve()))
  }
}

function reason({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return 'in use by another program: give another port'
  if (code === 'EADDRNOTAVAIL') return 'no address of this machine: give one of its own, or 0.0.0.0 for all'
  if (code === 'EACCES') return 'not permitted: start as root, or give a port above 1023'
  return message
}
