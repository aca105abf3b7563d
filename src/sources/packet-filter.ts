import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MAX_WIRE_LEN, SourceError } from '../lib/source.ts'
import { type BpfFilter, bpfProgram } from '../wire/bpf.ts'
import { compiledBpf } from '../wire/bpf-compiler.ts'
import { interpretedBpf } from '../wire/bpf-interpreter.ts'
import { LINK_TYPES } from '../wire/link-types.ts'
import { fileError } from './file-error.ts'
import { offsetOfFault } from './filter-offset.ts'
import { type Libpcap, loadLibpcap, PcapError, type PcapHandle } from './native/libpcap.ts'
import { pcapFileHeader } from './pcap-writer.ts'

/** A filter for one link type. */
export interface PacketProgram {
  /** For SO_ATTACH_FILTER: struct sock_filter after struct sock_filter, 8 bytes each in the byte order of the host. */
  readonly instructions: Uint8Array
  readonly accepts: BpfFilter
}

/** Why there is no program: libpcap's words, and where in the expression when that can be told. */
export interface FilterFault {
  readonly message: string
  readonly offset?: number
}

export const isFault = (compiled: PacketProgram | FilterFault): compiled is FilterFault => 'message' in compiled

/** tcpdump's choice for files: `ip broadcast` then means 0.0.0.0 and 255.255.255.255. */
const NO_NETMASK = 0

/** A filter in the syntax of tcpdump (pcap-filter(7)), for packets of captures: one program a link type, each made when it is first asked for. */
export class PacketFilter {
  readonly text: string
  readonly #libpcap: Libpcap
  readonly #programs = new Map<number, PacketProgram | FilterFault>()

  /** Throws a SourceError where there is no libpcap. */
  constructor(text: string, libpcapPath?: string) {
    this.text = text
    this.#libpcap = loadLibpcap(libpcapPath)
  }

  /** `linkType` is a LINKTYPE_ value, as captures have it. */
  programFor(linkType: number): PacketProgram | FilterFault {
    let program = this.#programs.get(linkType)
    if (program === undefined) {
      const lib = this.#libpcap
      program = withSavefile(lib, linkType, (handle) => compiled(this.text, (text) => lib.compile(handle, text, NO_NETMASK)))
      this.#programs.set(linkType, program)
    }
    return program
  }

  /** Undefined when some link type takes it: `wlan type mgt` is a good filter, though not for Ethernet. */
  fault(): FilterFault | undefined {
    let first: FilterFault | undefined
    for (const linkType of COMMON_FIRST) {
      const program = this.programFor(linkType)
      if (!isFault(program)) return undefined
      first ??= program
      if (ALWAYS_WRONG.test(program.message)) break
    }
    return first
  }
}

const ETHERNET = 1
const COMMON_FIRST = [ETHERNET, ...[...LINK_TYPES.keys()].filter((linkType) => linkType !== ETHERNET)]
/** Whatever the link type; a name is not asked for again and again. */
const ALWAYS_WRONG = /syntax error|^unknown (host|network|port)\b/

/**
 * A filter for a socket on the device. The kernel takes VLAN tags out of frames before a socket's filter sees them: only a handle that
 * captures there makes libpcap ask the kernel for them. Throws a SourceError when the device cannot be opened.
 */
export function programForDevice(text: string, device: string, libpcapPath?: string): PacketProgram | FilterFault {
  const lib = loadLibpcap(libpcapPath)
  const handle = openDevice(lib, device)
  try {
    const netmask = lib.netmaskOf(device)
    return compiled(text, (part) => lib.compile(handle, part, netmask))
  } finally {
    lib.close(handle)
  }
}

function openDevice(lib: Libpcap, device: string): PcapHandle {
  try {
    // Nothing is read from it: the smallest buffer does.
    return lib.openLive(device, { snapLen: MAX_WIRE_LEN, promiscuous: false, timeoutMs: 1000, bufferBytes: 2 * MAX_WIRE_LEN })
  } catch (error) {
    if (!(error instanceof PcapError)) throw error
    throw new SourceError(`${device}: cannot be opened to make its packet filter: ${error.message}`)
  }
}

function compiled(text: string, compile: (text: string) => Uint8Array): PacketProgram | FilterFault {
  let instructions: Uint8Array
  try {
    instructions = compile(text)
  } catch (error) {
    if (!(error instanceof PcapError)) throw error
    return withOffset(
      error.message,
      offsetOfFault(text, error.message, (part) => complaintOf(() => compile(part))),
    )
  }
  const program = bpfProgram(instructions)
  if (typeof program !== 'string') return { instructions, accepts: compiledBpf(program) ?? interpretedBpf(program) }
  // Its loop over headers is the one backward jump that libpcap makes; no kernel takes it either.
  if (program.includes('backwards')) return withOffset('protochain needs a loop, which packet filters here and in the kernel have not')
  return withOffset(`libpcap made a program that cannot be used: ${program}`)
}

const withOffset = (message: string, offset?: number): FilterFault => (offset === undefined ? { message } : { message, offset })

function complaintOf(compile: () => unknown): string | undefined {
  try {
    compile()
    return undefined
  } catch (error) {
    if (!(error instanceof PcapError)) throw error
    return error.message
  }
}

/**
 * A handle as for a capture file of the link type. pcap_open_dead would compile for this machine's live captures instead: `inbound` would ask
 * the kernel, and `ip6` on BSD loopback would know this system's number for it alone.
 */
function withSavefile<T>(lib: Libpcap, linkType: number, use: (handle: PcapHandle) => T): T {
  const folder = newFolder()
  try {
    const path = join(folder, 'empty.pcap')
    writeFileSync(path, pcapFileHeader({ linkType: savedAs(linkType) }))
    const handle = lib.openSavefile(path)
    try {
      return use(handle)
    } finally {
      lib.close(handle)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function newFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'wiretop-filter-'))
  } catch (error) {
    throw fileError(tmpdir(), error)
  }
}

const LINKTYPE_RAW = 101
/** 12 and 14 are DLT_RAW of some systems, which files of theirs hold; libpcap may know another one there. */
const savedAs = (linkType: number) => (linkType === 12 || linkType === 14 ? LINKTYPE_RAW : linkType)
