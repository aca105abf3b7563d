/** UDP sockets by their descriptors: Linux alone. */
import { type AddressWords, parseAddress } from '../../wire/address.ts'
import { checked, libc } from '../native/libc.ts'
import { REJECT_ALL } from '../packet-socket.ts'

/** The kernel keeps so much until it is read: a second of 100,000 datagrams of 300 bytes. */
export const RECEIVE_BYTES = 32 * 1024 * 1024
const AF_INET = 2
const AF_INET6 = 10
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000
const SOCKADDR_IN_BYTES = 16
const SOCKADDR_IN6_BYTES = 28
const SOL_SOCKET = 1
const SO_RCVBUF = 8
const SO_ATTACH_FILTER = 26
const SO_DETACH_FILTER = 27
const SO_RCVBUFFORCE = 33
const SO_MEMINFO = 55
/** SK_MEMINFO_DROPS and the number of all, in 32-bit words (linux/sock_diag.h). */
const MEMINFO_DROPS = 8
const MEMINFO_WORDS = 9
const F_DUPFD_CLOEXEC = 1030
const INSTRUCTION_BYTES = 8

export interface UdpOptions {
  /** Hears nothing until `hear`. */
  readonly isDeaf?: boolean
}

/** A bound socket, with as large a buffer as the system gives. Throws a CallError. */
export function openUdp(address: string, port: number, isIpv6: boolean, { isDeaf = false }: UdpOptions = {}): number {
  const fd = checked('socket', libc().socket(isIpv6 ? AF_INET6 : AF_INET, SOCK_DGRAM_CLOEXEC, 0))
  try {
    const bytes = Int32Array.of(RECEIVE_BYTES)
    // Without the right to force it, what everybody may have.
    if (libc().setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes, bytes.byteLength) !== 0)
      libc().setsockopt(fd, SOL_SOCKET, SO_RCVBUF, bytes, bytes.byteLength)
    if (isDeaf) deafen(fd)
    const words = parseAddress(address)!
    const name = isIpv6 ? sockaddrIn6(words, port) : sockaddrIn(words, port)
    checked('bind', libc().bind(fd, name, name.length))
    return fd
  } catch (error) {
    libc().close(fd)
    throw error
  }
}

/** Another descriptor of the same socket. */
export const duplicate = (fd: number): number => checked('fcntl', libc().fcntl(fd, F_DUPFD_CLOEXEC, 0))

/** Nothing that comes from now on is kept. */
export function deafen(fd: number): void {
  const program = { len: REJECT_ALL.length / INSTRUCTION_BYTES, filter: REJECT_ALL }
  checked('SO_ATTACH_FILTER', libc().setProgram(fd, SOL_SOCKET, SO_ATTACH_FILTER, program, libc().sockFprogBytes))
}
/** What comes is kept again. */
export const hear = (fd: number): void => void libc().setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, Int32Array.of(0), 4)

/** Datagrams that the kernel threw away since the socket was opened: nobody read them in time, or it was deaf. */
export function droppedBy(fd: number): number {
  const words = new Uint32Array(MEMINFO_WORDS)
  const failed = libc().getsockopt(fd, SOL_SOCKET, SO_MEMINFO, words, Uint32Array.of(words.byteLength)) !== 0
  return failed ? 0 : words[MEMINFO_DROPS]!
}

function sockaddrIn(address: AddressWords, port: number): Uint8Array {
  const name = new Uint8Array(SOCKADDR_IN_BYTES)
  familyAndPort(name, AF_INET, port).setInt32(4, address[3])
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
