import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import type { CollectorSocket } from '../../lib/collector-sockets.ts'
import { SourceError } from '../../lib/source.ts'
import { hasLibc } from '../native/libc.ts'
import { DatagramBurst } from './datagram-burst.ts'
import { bindFault, plainAddress } from './endpoint-address.ts'
import { droppedBy, duplicate, openUdp, RECEIVE_BYTES } from './udp-socket.ts'

/** Reading goes on this long before timers and messages get their turn. */
const SLICE_MS = 10

/** Whoever takes datagrams. */
export interface DatagramTaker {
  /** `datagram` is valid during the call only; `from` is the sender's address as text. */
  datagram(datagram: Uint8Array, from: string, port: number): void
  /** What has come is taken, or as much of it as goes without a pause. */
  taken(): void
}

/**
 * Receives UDP datagrams, with as large a buffer as the system gives. The event loop says that something is there by the first datagram of it; what is behind
 * that one is fetched with few calls, so that a busy socket costs little more than its bytes, and a quiet one nothing.
 */
export class DatagramListener {
  private readonly socket: Socket
  /** Of the socket, which closes it; -1 where the system has no use for it here. */
  private readonly fd: number
  private readonly droppedBefore: number
  private readonly taker: DatagramTaker
  private readonly burst: DatagramBurst | undefined
  /** In this turn of the event loop. */
  private hasFetched = false
  /** As it was asked for. */
  readonly address: string
  /** Bytes that the kernel keeps; what root may have is more than others get. */
  readonly bufferBytes: number

  private constructor(socket: Socket, fd: number, address: string, taker: DatagramTaker, droppedBefore: number) {
    this.socket = socket
    this.fd = fd
    this.address = address
    this.taker = taker
    this.droppedBefore = droppedBefore
    this.burst = fd < 0 ? undefined : DatagramBurst.open()
    this.bufferBytes = widened(socket)
    // An error of one datagram (ICMP unreachable) is none of ours.
    socket.on('error', () => undefined)
    socket.on('message', (datagram, from) => this.take(datagram, from))
  }

  /** Throws a SourceError of one line where the address is taken, not of this machine, or not permitted. `opened`: bound there already. */
  static async open(host: string, port: number, taker: DatagramTaker, opened?: CollectorSocket): Promise<DatagramListener> {
    const where = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
    try {
      const { address, family } = await lookup(host)
      // Of :: too: IPv4 comes mapped into IPv6 (RFC 4291 §2.5.5.2).
      const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
      // A socket of our own, so that its descriptor is known.
      const fd = opened !== undefined ? duplicate(opened.fd) : hasLibc() ? openUdp(address, port, family === 6) : -1
      await bound(socket, fd < 0 ? { address, port, exclusive: true } : { fd })
      return new DatagramListener(socket, fd, where, taker, opened?.droppedBefore ?? 0)
    } catch (error) {
      throw new SourceError(`UDP ${where}: ${bindFault(error as Error & { code?: string })}`)
    }
  }

  private take(datagram: Uint8Array, { address, port }: RemoteInfo): void {
    this.taker.datagram(datagram, plainAddress(address), port)
    if (this.burst !== undefined && !this.hasFetched) this.fetch(this.burst)
    this.taker.taken()
  }

  /** Once a turn of the event loop: what is left then tells of itself in the next one. */
  private fetch(burst: DatagramBurst): void {
    this.hasFetched = true
    setImmediate(() => {
      this.hasFetched = false
    })
    const untilMs = performance.now() + SLICE_MS
    for (let count = burst.capacity; count === burst.capacity && performance.now() < untilMs; ) {
      count = burst.receive(this.fd)
      for (let i = 0; i < count; i++) this.taker.datagram(burst.datagram(i), burst.sender(i), burst.port(i))
    }
  }

  /** Datagrams that the kernel threw away because nobody read them in time. 0 where that is not told. */
  get dropped(): number {
    return this.fd < 0 ? 0 : (droppedBy(this.fd) - this.droppedBefore) >>> 0
  }

  /** The port that the system chose where 0 was asked for. */
  get port(): number {
    return this.socket.address().port
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.socket.close(() => resolve()))
  }
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
