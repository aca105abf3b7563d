/** The few calls into the C library that live capture needs. Nothing is loaded before the first use. */
import { createRequire } from 'node:module'
import { getSystemErrorMap } from 'node:util'
import { SourceError } from '../../lib/source.ts'

type Bytes = Uint8Array | Int32Array | Uint32Array | Uint16Array

/** Each answers as its manual page says: -1 means that `errno` tells why. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number
  bind(fd: number, address: Bytes, bytes: number): number
  /** The messages are an array of mmsghdr, which point to their parts; waits for nothing longer than the flags say. */
  recvmmsg(fd: number, messages: Bytes, count: number, flags: number, timeout: null): number
  getsockname(fd: number, address: Bytes, bytes: Uint32Array): number
  setsockopt(fd: number, level: number, option: number, value: Bytes, bytes: number): number
  getsockopt(fd: number, level: number, option: number, value: Bytes, bytes: Uint32Array): number
  /** As setsockopt, with a sock_fprog, which points to its instructions. */
  setProgram(fd: number, level: number, option: number, program: SockFprog, bytes: number): number
  /** The argument is an ifreq, which holds its values. */
  ioctl(fd: number, request: number, argument: Bytes): number
  /** The argument is an ifreq, which points to its data. */
  ioctlData(fd: number, request: number, argument: IfreqData): number
  mmap(address: null, length: number, protection: number, flags: number, fd: number, offset: number): bigint
  munmap(address: bigint, length: number): number
  madvise(address: bigint, length: number, advice: number): number
  poll(fds: Bytes, count: number, timeoutMs: number): number
  eventfd(initial: number, flags: number): number
  read(fd: number, bytes: Bytes, length: number): number
  write(fd: number, bytes: Bytes, length: number): number
  close(fd: number): number
  fcntl(fd: number, command: number, argument: number): number
  /** 0 is the calling thread. */
  sched_setaffinity(thread: number, bytes: number, mask: Bytes): number
  /** `which` 0 and `who` 0 are the calling thread. */
  setpriority(which: number, who: number, priority: number): number
  /** Gives free memory of the allocator back to the system; undefined where the C library is another than glibc. */
  readonly malloc_trim: ((keep: number) => number) | undefined
  errno(): number
  /** The mapped memory itself, not a copy of it. Must be detached before it is unmapped. */
  view(address: bigint, length: number): ArrayBuffer
  /** Where the bytes of a buffer of ours lie, for as long as it lives. */
  addressOf(bytes: Bytes): bigint
  readonly pointerBytes: number
  readonly sockFprogBytes: number
  readonly background: Background
}

/**
 * The same calls on a thread of the runtime's pool, for those that wait for the kernel (synchronize_net takes tens of milliseconds): this thread goes on
 * meanwhile. They reject with a CallError. `call` names what is tried.
 */
export interface Background {
  setsockopt(call: string, fd: number, level: number, option: number, value: Bytes): Promise<void>
  setProgram(call: string, fd: number, level: number, option: number, program: SockFprog): Promise<void>
  close(fd: number): Promise<void>
  dup2(from: number, to: number): Promise<void>
}

export interface SockFprog {
  readonly len: number
  /** sock_filter instructions, eight bytes each. */
  readonly filter: Uint8Array
}
export interface IfreqData {
  /** IFNAMSIZ bytes. */
  readonly name: Uint8Array
  readonly data: Bytes
  readonly rest: Uint8Array
}

export const MAP_FAILED = 0xffff_ffff_ffff_ffffn
const MAP_FAILED_32 = 0xffff_ffffn
export const isMapFailed = (address: bigint): boolean => address === MAP_FAILED || address === MAP_FAILED_32

let loaded: Libc | undefined

/** Throws one clear SourceError where there is none. */
export function libc(): Libc {
  return (loaded ??= load())
}

/** Whether there is one that can be called. */
export function hasLibc(): boolean {
  try {
    libc()
    return true
  } catch {
    return false
  }
}

function load(): Libc {
  if (process.platform !== 'linux')
    throw new SourceError(`packet sockets: ${process.platform} has none, only Linux has: capture by libpcap or read capture files`)
  try {
    return bindings(createRequire(import.meta.url)('koffi') as typeof import('koffi'))
  } catch (error) {
    throw new SourceError(
      `packet sockets: the C library cannot be called (${(error as Error).message.split('\n')[0]}): install the koffi package for ${process.arch}`,
    )
  }
}

function bindings(koffi: typeof import('koffi')): Libc {
  const c = koffi.load(null)
  const sockFprog = koffi.struct({ len: 'uint16', filter: 'void *' })
  const ifreqData = koffi.struct({ name: koffi.array('uint8', 16), data: 'void *', rest: koffi.array('uint8', 16) })
  const setsockopt = c.func('int setsockopt(int, int, int, void *, uint32)')
  const setProgram = c.func('setsockopt', 'int', ['int', 'int', 'int', koffi.pointer(sockFprog), 'uint32'])
  const close = c.func('int close(int)')
  const dup2 = c.func('int dup2(int, int)')
  const sockFprogBytes = koffi.sizeof(sockFprog)
  const inBackground = (call: string, func: typeof close, ...args: readonly unknown[]): Promise<void> =>
    new Promise((resolve, reject) =>
      func.async(...args, (error: Error | null, result: number) => {
        if (error) reject(error)
        else if (result === -1) reject(new CallError(call, koffi.errno()))
        else resolve()
      }),
    )
  return {
    socket: c.func('int socket(int, int, int)'),
    bind: c.func('int bind(int, void *, uint32)'),
    recvmmsg: c.func('int recvmmsg(int, void *, uint, int, void *)'),
    getsockname: c.func('int getsockname(int, void *, void *)'),
    setsockopt,
    getsockopt: c.func('int getsockopt(int, int, int, void *, void *)'),
    setProgram,
    // Variadic in C; on these architectures such an argument is passed as any other.
    ioctl: c.func('int ioctl(int, ulong, void *)'),
    ioctlData: c.func('ioctl', 'int', ['int', 'ulong', koffi.pointer(ifreqData)]),
    mmap: c.func('void *mmap(void *, size_t, int, int, int, long)'),
    munmap: c.func('int munmap(void *, size_t)'),
    madvise: c.func('int madvise(void *, size_t, int)'),
    poll: c.func('int poll(void *, ulong, int)'),
    eventfd: c.func('int eventfd(uint, int)'),
    read: c.func('intptr_t read(int, void *, size_t)'),
    write: c.func('intptr_t write(int, void *, size_t)'),
    close,
    // Variadic as well.
    fcntl: c.func('int fcntl(int, int, int)'),
    setpriority: c.func('int setpriority(int, uint32_t, int)'),
    sched_setaffinity: c.func('int sched_setaffinity(int, size_t, void *)'),
    malloc_trim: optional(() => c.func('int malloc_trim(size_t)')),
    errno: () => koffi.errno(),
    view: (address, length) => koffi.view(address, length),
    addressOf: (bytes) => koffi.address(bytes),
    pointerBytes: koffi.sizeof('void *'),
    sockFprogBytes,
    background: {
      setsockopt: (call, fd, level, option, value) => inBackground(call, setsockopt, fd, level, option, value, value.byteLength),
      setProgram: (call, fd, level, option, program) => inBackground(call, setProgram, fd, level, option, program, sockFprogBytes),
      close: (fd) => inBackground('close', close, fd),
      dup2: (from, to) => inBackground('dup2', dup2, from, to),
    },
  }
}

function optional<T>(find: () => T): T | undefined {
  try {
    return find()
  } catch {
    return undefined
  }
}

/** A call that failed, with the system's code and words for it. */
export class CallError extends Error {
  override readonly name = 'CallError'
  readonly call: string
  readonly code: string
  /** The system's words: 'no such device'. */
  readonly reason: string
  constructor(call: string, errno: number) {
    const [code, reason] = errorOf(errno)
    super(`${call}: ${reason} (${code})`)
    this.call = call
    this.code = code
    this.reason = reason
  }
}

const errorOf = (errno: number): [code: string, reason: string] =>
  getSystemErrorMap().get(-errno) ?? EXTRA_ERRORS[errno] ?? [`errno ${errno}`, 'unknown error']
/** Those that the runtime has no words for. */
const EXTRA_ERRORS: Readonly<Record<number, [string, string]>> = {
  61: ['ENODATA', 'no data available'],
  95: ['EOPNOTSUPP', 'operation not supported'],
  100: ['ENETDOWN', 'network is down'],
}

/** The result, or a CallError when it is -1. `call` names what was tried. */
export function checked(call: string, result: number): number {
  if (result === -1) throw new CallError(call, libc().errno())
  return result
}

export const ENETDOWN = 100
export const EINTR = 4

/** The calling thread runs on this processor alone from now on. False when the system does not let it, or is not Linux. */
export function pinThread(processor: number): boolean {
  if (process.platform !== 'linux') return false
  const mask = new Uint8Array(CPU_SET_BYTES)
  mask[processor >> 3] = 1 << (processor & 7)
  return libc().sched_setaffinity(0, mask.length, mask) === 0
}
/** cpu_set_t: 1024 processors. */
const CPU_SET_BYTES = 128

const PRIO_PROCESS = 0
/** Before most programs, behind what the system needs itself (setpriority(2)). */
const CAPTURE_PRIORITY = -10

/** The calling thread is run before others: what waits in a ring is lost when it is full. False without the right (CAP_SYS_NICE), or off Linux. */
export const preferThread = (): boolean => process.platform === 'linux' && libc().setpriority(PRIO_PROCESS, 0, CAPTURE_PRIORITY) === 0

/** What the engine's compilers held while the path of a packet was compiled goes back to the system. All threads have one allocator. */
export const trimMemory = (): void => {
  if (process.platform === 'linux') libc().malloc_trim?.(0)
}
