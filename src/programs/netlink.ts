/** A netlink socket (netlink(7)) by the C library: blocking calls, for a process that has nothing else to do meanwhile. */
import koffi from 'koffi'

const AF_NETLINK = 16
const SOCK_RAW = 3
const SOCK_CLOEXEC = 0o2000000
const SOL_SOCKET = 1
const SO_RCVTIMEO = 20
/** A dump that stalls so long is over. */
const RECEIVE_TIMEOUT_S = 2

interface Libc {
  socket(domain: number, type: number, protocol: number): number
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, valueLen: number): number
  send(fd: number, bytes: Uint8Array, length: number, flags: number): number
  recv(fd: number, into: Uint8Array, length: number, flags: number): number
  close(fd: number): number
}

let bound: Libc | undefined
/** Of the running process itself: right for every C library. */
function libc(): Libc {
  if (bound !== undefined) return bound
  const library = koffi.load(null)
  bound = {
    socket: library.func('int socket(int, int, int)') as Libc['socket'],
    setsockopt: library.func('int setsockopt(int, int, int, const uint8_t*, uint32_t)') as Libc['setsockopt'],
    send: library.func('intptr_t send(int, const uint8_t*, size_t, int)') as Libc['send'],
    recv: library.func('intptr_t recv(int, uint8_t*, size_t, int)') as Libc['recv'],
    close: library.func('int close(int)') as Libc['close'],
  }
  return bound
}

export class NetlinkError extends Error {
  override readonly name = 'NetlinkError'
  readonly errno: number
  constructor(call: string, errno: number) {
    super(`netlink ${call} failed with errno ${errno}`)
    this.errno = errno
  }
}

export class Netlink {
  private readonly fd: number

  /** Throws NetlinkError where the kernel has no such family, or does not let us. */
  constructor(family: number) {
    const { socket, setsockopt } = libc()
    this.fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, family)
    if (this.fd < 0) throw new NetlinkError('socket', koffi.errno())
    // struct timeval: two longs.
    const timeout = new Uint8Array(new BigInt64Array([BigInt(RECEIVE_TIMEOUT_S), 0n]).buffer)
    if (setsockopt(this.fd, SOL_SOCKET, SO_RCVTIMEO, timeout, timeout.length) !== 0) this.fail('setsockopt')
  }

  send(message: Uint8Array): void {
    if (libc().send(this.fd, message, message.length, 0) !== message.length) this.fail('send')
  }

  /** Bytes of the next datagram, put into `into`; one that is longer loses its end. */
  receive(into: Uint8Array): number {
    const length = libc().recv(this.fd, into, into.length, 0)
    if (length < 0) this.fail('recv')
    return length
  }

  close(): void {
    libc().close(this.fd)
  }

  private fail(call: string): never {
    const errno = koffi.errno()
    this.close()
    throw new NetlinkError(call, errno)
  }
}
