/** What of libpcap is used here (pcap(3PCAP)), called through koffi. Both are loaded only when somebody needs them: koffi alone takes 25 ms. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { SourceError } from '../../lib/source.ts'
import { BPF_INSTRUCTION_LEN } from '../../wire/bpf.ts'

type Koffi = typeof import('koffi')

/** A pcap_t *. Nobody may use it after `close`. */
export type PcapHandle = bigint & { readonly __brand: 'PcapHandle' }

export interface PcapDevice {
  readonly name: string
  readonly description: string
}

export interface LiveSettings {
  readonly snapLen: number
  readonly promiscuous: boolean
  /** How long the kernel may collect packets before it shows them. */
  readonly timeoutMs: number
  /** Bytes of the kernel's buffer; libpcap's own choice unless given. */
  readonly bufferBytes?: number
}

/** A libpcap call went wrong; `message` is libpcap's text. */
export class PcapError extends Error {
  override readonly name = 'PcapError'
  readonly status: number
  constructor(message: string, status = PCAP_ERROR) {
    super(message)
    this.status = status
  }
}

export const PCAP_ERROR = -1
export const PCAP_ERROR_NO_SUCH_DEVICE = -5
export const PCAP_ERROR_PERM_DENIED = -8
export const PCAP_ERROR_IFACE_NOT_UP = -9
export const PCAP_ERROR_PROMISC_PERM_DENIED = -11

const ERRBUF_BYTES = 256
const OPTIMISE = 1
/** struct pcap_stat; Npcap's has six words. */
const STAT_WORDS = 16
const PS_DROP = 1

/** Library names by system; the version in Debian's name is the one of 1998, and still the current one. */
const USUAL_NAMES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  win32: [join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'Npcap', 'wpcap.dll'), 'wpcap.dll'],
  darwin: ['libpcap.A.dylib', 'libpcap.dylib'],
}
const ELSEWHERE = ['libpcap.so.0.8', 'libpcap.so.1', 'libpcap.so']

const loaded = new Map<string, Libpcap>()

/** The system's libpcap, or the one at `path` (PF_RING brings its own). Throws a SourceError that says what to install. */
export function loadLibpcap(path?: string): Libpcap {
  const known = loaded.get(path ?? '')
  if (known !== undefined) return known
  const koffi = createRequire(import.meta.url)('koffi') as Koffi
  const library = path === undefined ? firstThatLoads(koffi) : given(koffi, path)
  loaded.set(path ?? '', library)
  return library
}

function given(koffi: Koffi, path: string): Libpcap {
  try {
    return new Libpcap(koffi, path)
  } catch (error) {
    throw new SourceError(`${path}: no libpcap that can be loaded (${reasonOf(error)}): check the path`)
  }
}

function firstThatLoads(koffi: Koffi): Libpcap {
  const names = USUAL_NAMES[process.platform] ?? ELSEWHERE
  for (const name of names) {
    try {
      return new Libpcap(koffi, name)
    } catch {
      // The next name may be the right one.
    }
  }
  throw new SourceError(
    `libpcap is not there (looked for ${names.join(', ')}): install libpcap0.8 on Debian and Ubuntu, Npcap on Windows, libpcap elsewhere`,
  )
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n')[0]!

export class Libpcap {
  readonly path: string
  readonly version: string
  readonly #koffi: Koffi
  readonly #calls: ReturnType<typeof bind>

  constructor(koffi: Koffi, path: string) {
    this.path = path
    this.#koffi = koffi
    this.#calls = bind(koffi, path)
    this.version = this.#calls.libVersion()
  }

  /** A handle on a savefile. Programs that it compiles fit files: nothing that only the kernel of a live capture knows. */
  openSavefile(path: string): PcapHandle {
    const why = new Uint8Array(ERRBUF_BYTES)
    return this.#opened(this.#calls.openOffline(path, why), why)
  }

  /** A live capture that runs. Throws a PcapError. */
  openLive(device: string, settings: LiveSettings): PcapHandle {
    const why = new Uint8Array(ERRBUF_BYTES)
    const handle = this.#opened(this.#calls.create(device, why), why)
    const { setSnapLen, setPromisc, setTimeout, setBufferSize, activate } = this.#calls
    setSnapLen(handle, settings.snapLen)
    setPromisc(handle, settings.promiscuous ? 1 : 0)
    setTimeout(handle, settings.timeoutMs)
    if (settings.bufferBytes !== undefined) setBufferSize(handle, settings.bufferBytes)
    const status = activate(handle)
    // Above 0 it runs and has something to say: a device that knows no promiscuous mode, or other time stamps.
    if (status >= 0) return handle
    const text = this.#calls.getErr(handle) || this.#calls.statusToStr(status)
    this.#calls.close(handle)
    throw new PcapError(text, status)
  }

  #opened(handle: PcapHandle | null, why: Uint8Array): PcapHandle {
    if (handle === null) throw new PcapError(textOf(why))
    return handle
  }

  close(handle: PcapHandle): void {
    this.#calls.close(handle)
  }

  /** The program of a filter as the kernel takes it: struct sock_filter after struct sock_filter. Throws a PcapError. */
  compile(handle: PcapHandle, filter: string, netmask: number): Uint8Array {
    return this.#withProgram(handle, filter, netmask, ({ bf_len, bf_insns }) =>
      new Uint8Array(this.#koffi.view(bf_insns, bf_len * BPF_INSTRUCTION_LEN)).slice(),
    )
  }

  /** From now on only packets that match. Throws a PcapError. */
  setFilter(handle: PcapHandle, filter: string, netmask: number): void {
    this.#withProgram(handle, filter, netmask, (program) => this.#check(handle, this.#calls.setFilter(handle, program)))
  }

  #withProgram<T>(handle: PcapHandle, filter: string, netmask: number, use: (program: CompiledProgram) => T): T {
    const program: CompiledProgram = { bf_len: 0, bf_insns: 0n }
    this.#check(handle, this.#calls.compile(handle, program, filter, OPTIMISE, netmask))
    try {
      return use(program)
    } finally {
      this.#calls.freeCode(program)
    }
  }

  #check(handle: PcapHandle, status: number): void {
    if (status < 0) throw new PcapError(this.#calls.getErr(handle), status)
  }

  /** Of the device's IPv4 network, in the byte order that `compile` wants; 0 where it has none. */
  netmaskOf(device: string): number {
    const net = new Uint32Array(1)
    const mask = new Uint32Array(1)
    return this.#calls.lookupNet(device, net, mask, new Uint8Array(ERRBUF_BYTES)) === 0 ? mask[0]! : 0
  }

  /** DLT_ value of the handle's packets. */
  dataLink(handle: PcapHandle): number {
    return this.#calls.dataLink(handle)
  }

  /** `nextPacket` returns at once from now on, whether there is one or not. */
  setNonBlocking(handle: PcapHandle): void {
    if (this.#calls.setNonBlock(handle, 1, new Uint8Array(ERRBUF_BYTES)) < 0) throw new PcapError(this.#calls.getErr(handle))
  }

  /** Becomes readable when there are packets; -1 where the system has nothing of the kind. */
  selectableFd(handle: PcapHandle): number {
    return this.#calls.getSelectableFd?.(handle) ?? -1
  }

  /** Packets that the kernel has dropped since the handle was opened, modulo 2^32. */
  dropped(handle: PcapHandle): number {
    const stat = new Uint32Array(STAT_WORDS)
    return this.#calls.stats(handle, stat) === 0 ? stat[PS_DROP]! : 0
  }

  /** A reader of the handle's packets, one by one. */
  reader(handle: PcapHandle): PacketReader {
    return new PacketReader(this.#koffi, this.#calls.nextEx, handle, () => this.#calls.getErr(handle))
  }

  devices(): PcapDevice[] {
    const koffi = this.#koffi
    const why = new Uint8Array(ERRBUF_BYTES)
    const first: [bigint | null] = [null]
    if (this.#calls.findAllDevs(first, why) < 0) throw new PcapError(textOf(why))
    const devices: PcapDevice[] = []
    for (let at = first[0]; at !== null; ) {
      const { next, name, description } = koffi.decode(at, this.#calls.deviceType) as RawDevice
      devices.push({ name, description: description ?? '' })
      at = next
    }
    if (first[0] !== null) this.#calls.freeAllDevs(first[0])
    return devices
  }
}

const textOf = (why: Uint8Array): string => {
  const end = why.indexOf(0)
  return Buffer.from(why.buffer, 0, end < 0 ? why.length : end).toString()
}

interface CompiledProgram {
  bf_len: number
  bf_insns: bigint
}

interface RawDevice {
  readonly next: bigint | null
  readonly name: string
  readonly description: string | null
}

type Status = number
type NextEx = (handle: PcapHandle, header: BigUint64Array, data: BigUint64Array) => Status

function bind(koffi: Koffi, path: string) {
  const library = koffi.load(path)
  const program = koffi.pointer(koffi.struct({ bf_len: 'uint', bf_insns: 'void *' }))
  const deviceType = koffi.struct({ next: 'void *', name: 'str', description: 'str', addresses: 'void *', flags: 'uint32' })
  const outPointer = koffi.out(koffi.pointer('void *'))
  return {
    deviceType,
    libVersion: library.func('pcap_lib_version', 'str', []) as () => string,
    openOffline: library.func('pcap_open_offline', 'void *', ['str', 'void *']) as (path: string, why: Uint8Array) => PcapHandle | null,
    create: library.func('pcap_create', 'void *', ['str', 'void *']) as (device: string, why: Uint8Array) => PcapHandle | null,
    setSnapLen: library.func('pcap_set_snaplen', 'int', ['void *', 'int']) as (handle: PcapHandle, bytes: number) => Status,
    setPromisc: library.func('pcap_set_promisc', 'int', ['void *', 'int']) as (handle: PcapHandle, on: number) => Status,
    setTimeout: library.func('pcap_set_timeout', 'int', ['void *', 'int']) as (handle: PcapHandle, ms: number) => Status,
    setBufferSize: library.func('pcap_set_buffer_size', 'int', ['void *', 'int']) as (handle: PcapHandle, bytes: number) => Status,
    activate: library.func('pcap_activate', 'int', ['void *']) as (handle: PcapHandle) => Status,
    close: library.func('pcap_close', 'void', ['void *']) as (handle: PcapHandle) => void,
    getErr: library.func('pcap_geterr', 'str', ['void *']) as (handle: PcapHandle) => string,
    statusToStr: library.func('pcap_statustostr', 'str', ['int']) as (status: Status) => string,
    compile: library.func('pcap_compile', 'int', ['void *', koffi.out(program), 'str', 'int', 'uint32']) as (
      handle: PcapHandle,
      program: CompiledProgram,
      filter: string,
      optimise: number,
      netmask: number,
    ) => Status,
    freeCode: library.func('pcap_freecode', 'void', [koffi.inout(program)]) as (program: CompiledProgram) => void,
    setFilter: library.func('pcap_setfilter', 'int', ['void *', program]) as (handle: PcapHandle, program: CompiledProgram) => Status,
    lookupNet: library.func('pcap_lookupnet', 'int', ['str', 'void *', 'void *', 'void *']) as (
      device: string,
      net: Uint32Array,
      mask: Uint32Array,
      why: Uint8Array,
    ) => Status,
    dataLink: library.func('pcap_datalink', 'int', ['void *']) as (handle: PcapHandle) => number,
    setNonBlock: library.func('pcap_setnonblock', 'int', ['void *', 'int', 'void *']) as (
      handle: PcapHandle,
      on: number,
      why: Uint8Array,
    ) => Status,
    // Windows has handles of events instead.
    getSelectableFd:
      process.platform === 'win32'
        ? undefined
        : (library.func('pcap_get_selectable_fd', 'int', ['void *']) as (handle: PcapHandle) => number),
    stats: library.func('pcap_stats', 'int', ['void *', 'void *']) as (handle: PcapHandle, stat: Uint32Array) => Status,
    nextEx: library.func('pcap_next_ex', 'int', ['void *', 'void *', 'void *']) as NextEx,
    findAllDevs: library.func('pcap_findalldevs', 'int', [outPointer, 'void *']) as (first: [bigint | null], why: Uint8Array) => Status,
    freeAllDevs: library.func('pcap_freealldevs', 'void', ['void *']) as (first: bigint) => void,
  }
}

/** struct pcap_pkthdr begins with a struct timeval of two longs, or of two words where a long is one, and on OpenBSD. */
const MAX_HEADER_BYTES = 24
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/**
 * Takes packets out of libpcap with three calls each and no objects but the addresses: a view of libpcap's memory instead of a copy was
 * measured at 3.6 µs a packet, this at 0.45.
 */
export class PacketReader {
  readonly #header = new Uint8Array(MAX_HEADER_BYTES)
  readonly #fields = new DataView(this.#header.buffer)
  /** Where libpcap says that header and bytes are; written by C, so a word each even where pointers are shorter. */
  readonly #headerAt = new BigUint64Array(1)
  readonly #dataAt = new BigUint64Array(1)
  readonly #nextEx: NextEx
  readonly #handle: PcapHandle
  readonly #error: () => string
  readonly #copyHeader: (to: Uint8Array, from: bigint, bytes: number) => void
  readonly #copy: (to: bigint, from: bigint, bytes: number) => void
  readonly #addressOf: (bytes: Uint8Array) => bigint
  readonly #word: number

  constructor(koffi: Koffi, nextEx: NextEx, handle: PcapHandle, error: () => string) {
    const c = koffi.load(process.platform === 'win32' ? 'msvcrt.dll' : null)
    this.#copyHeader = c.func('memcpy', 'void', ['void *', 'uintptr_t', 'size_t'])
    this.#copy = c.func('memcpy', 'void', ['uintptr_t', 'uintptr_t', 'size_t'])
    this.#addressOf = (bytes) => koffi.address(bytes)
    this.#nextEx = nextEx
    this.#handle = handle
    this.#error = error
    this.#word = process.platform === 'openbsd' ? 4 : koffi.sizeof('long')
  }

  /** False: there is none now. Throws a PcapError when there will be none any more. */
  next(): boolean {
    const status = this.#nextEx(this.#handle, this.#headerAt, this.#dataAt)
    if (status < 0) throw new PcapError(this.#error(), status)
    if (status === 0) return false
    this.#copyHeader(this.#header, this.#headerAt[0]!, 2 * this.#word + 8)
    return true
  }

  get tsMs(): number {
    const seconds = this.#fields.getUint32(IS_LITTLE_ENDIAN ? 0 : this.#word - 4, IS_LITTLE_ENDIAN)
    const micros = this.#fields.getUint32(this.#word + (IS_LITTLE_ENDIAN ? 0 : this.#word - 4), IS_LITTLE_ENDIAN)
    return seconds * 1000 + micros / 1000
  }
  get capLen(): number {
    return this.#fields.getUint32(2 * this.#word, IS_LITTLE_ENDIAN)
  }
  get wireLen(): number {
    return this.#fields.getUint32(2 * this.#word + 4, IS_LITTLE_ENDIAN)
  }

  /** Where `copyTo` counts from. The buffer must stay alive, and must be no Buffer from a pool. */
  addressOf(buf: Uint8Array): bigint {
    return this.#addressOf(buf)
  }

  /** The packet's bytes to the address. There must be room for `bytes` of them. */
  copyTo(address: bigint, bytes: number): void {
    this.#copy(address, this.#dataAt[0]!, bytes)
  }
}
