/**
 * Classic BPF: what a program is, and whether it may run. The machine is that of McCanne and Jacobson, "The BSD Packet Filter" (1993): an
 * accumulator A, an index register X, 16 words of scratch memory, jumps that only go forward.
 */

/** As many as Linux attaches to a socket (BPF_MAXINSNS). */
export const MAX_BPF_INSTRUCTIONS = 4096
export const BPF_SCRATCH_WORDS = 16
/** struct sock_filter and struct bpf_insn: u16 code, u8 jt, u8 jf, u32 k, in the byte order of the host. */
export const BPF_INSTRUCTION_LEN = 8

// An instruction's low three bits are its class; of ALU and JMP bit 3 says that the operand is X, not k.
export const LD_IMM = 0x00
export const LD_W_ABS = 0x20
export const LD_H_ABS = 0x28
export const LD_B_ABS = 0x30
export const LD_W_IND = 0x40
export const LD_H_IND = 0x48
export const LD_B_IND = 0x50
export const LD_MEM = 0x60
export const LD_LEN = 0x80
export const LDX_IMM = 0x01
export const LDX_MEM = 0x61
export const LDX_LEN = 0x81
/** X = 4 × the low half of the byte at k: the length of an IPv4 header. */
export const LDX_MSH = 0xb1
export const ST = 0x02
export const STX = 0x03
export const ADD_K = 0x04
export const SUB_K = 0x14
export const MUL_K = 0x24
export const DIV_K = 0x34
export const OR_K = 0x44
export const AND_K = 0x54
export const LSH_K = 0x64
export const RSH_K = 0x74
export const NEG = 0x84
export const MOD_K = 0x94
export const XOR_K = 0xa4
export const ADD_X = 0x0c
export const SUB_X = 0x1c
export const MUL_X = 0x2c
export const DIV_X = 0x3c
export const OR_X = 0x4c
export const AND_X = 0x5c
export const LSH_X = 0x6c
export const RSH_X = 0x7c
export const MOD_X = 0x9c
export const XOR_X = 0xac
export const JA = 0x05
export const JEQ_K = 0x15
export const JGT_K = 0x25
export const JGE_K = 0x35
export const JSET_K = 0x45
export const JEQ_X = 0x1d
export const JGT_X = 0x2d
export const JGE_X = 0x3d
export const JSET_X = 0x4d
export const RET_K = 0x06
export const RET_A = 0x16
export const TAX = 0x07
export const TXA = 0x87

const CLASS = 0x07
const CLASS_JMP = 0x05
const CLASS_RET = 0x06

export const BPF_OPERATIONS: ReadonlySet<number> = new Set([
  ...[LD_IMM, LD_W_ABS, LD_H_ABS, LD_B_ABS, LD_W_IND, LD_H_IND, LD_B_IND, LD_MEM, LD_LEN],
  ...[LDX_IMM, LDX_MEM, LDX_LEN, LDX_MSH, ST, STX, TAX, TXA, RET_K, RET_A],
  ...[ADD_K, SUB_K, MUL_K, DIV_K, OR_K, AND_K, LSH_K, RSH_K, NEG, MOD_K, XOR_K],
  ...[ADD_X, SUB_X, MUL_X, DIV_X, OR_X, AND_X, LSH_X, RSH_X, MOD_X, XOR_X],
  ...[JA, JEQ_K, JGT_K, JGE_K, JSET_K, JEQ_X, JGT_X, JGE_X, JSET_X],
])

/**
 * Loads from here on (SKF_AD_OFF of linux/filter.h) read what the kernel knows beside a packet's bytes. A captured packet has nothing
 * beside them, and its VLAN tags are among them.
 */
export const ANCILLARY = 0xfffff000 | 0
export const ANCILLARY_VLAN_TAG = ANCILLARY + 44
export const ANCILLARY_VLAN_TAG_PRESENT = ANCILLARY + 48

/** A program that was found sound, in columns. */
export interface BpfProgram {
  readonly length: number
  readonly code: Uint16Array
  /** Instructions to skip when a comparison holds, and when it does not. */
  readonly jt: Uint8Array
  readonly jf: Uint8Array
  readonly k: Int32Array
}

/** How many bytes of the packet buf[start .. start + capLen) are to be kept; 0: none, the packet is refused. */
export type BpfFilter = (buf: Uint8Array, start: number, capLen: number, wireLen: number) => number

/** Reads and judges instructions; a text says what is wrong with them. */
export function bpfProgram(instructions: Uint8Array): BpfProgram | string {
  const length = instructions.length / BPF_INSTRUCTION_LEN
  if (!Number.isInteger(length) || length === 0) return `${instructions.length} bytes are no whole number of instructions`
  if (length > MAX_BPF_INSTRUCTIONS) return `${length} instructions, ${MAX_BPF_INSTRUCTIONS} are possible`
  const program = columnsOf(instructions, length)
  for (let at = 0; at < length; at++) {
    const why = faultAt(program, at)
    if (why !== undefined) return `instruction ${at}: ${why}`
  }
  return scratchFault(program) ?? program
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

function columnsOf(instructions: Uint8Array, length: number): BpfProgram {
  const view = new DataView(instructions.buffer, instructions.byteOffset, instructions.byteLength)
  const program = {
    length,
    code: new Uint16Array(length),
    jt: new Uint8Array(length),
    jf: new Uint8Array(length),
    k: new Int32Array(length),
  }
  for (let i = 0; i < length; i++) {
    const at = i * BPF_INSTRUCTION_LEN
    program.code[i] = view.getUint16(at, IS_LITTLE_ENDIAN)
    program.jt[i] = view.getUint8(at + 2)
    program.jf[i] = view.getUint8(at + 3)
    program.k[i] = view.getInt32(at + 4, IS_LITTLE_ENDIAN)
  }
  return program
}

/** What bpf_validate of libpcap and bpf_check_classic of Linux ask of each instruction, the stricter of both. */
function faultAt(program: BpfProgram, at: number): string | undefined {
  const code = program.code[at]!
  const k = program.k[at]!
  if (!BPF_OPERATIONS.has(code)) return `unknown operation 0x${code.toString(16)}`
  if ((code & CLASS) === CLASS_JMP) return jumpFault(program, at)
  if ((code === DIV_K || code === MOD_K) && k === 0) return 'division by 0'
  if ((code === LSH_K || code === RSH_K) && (k < 0 || k > 31)) return 'shift by more than 31'
  if (usesScratch(code) && (k < 0 || k >= BPF_SCRATCH_WORDS)) return `scratch word ${k >>> 0} of ${BPF_SCRATCH_WORDS}`
  if (at === program.length - 1 && (code & CLASS) !== CLASS_RET) return 'the last one does not return'
  return undefined
}

function jumpFault({ code, jt, jf, k, length }: BpfProgram, at: number): string | undefined {
  const furthest = code[at] === JA ? k[at]! : Math.max(jt[at]!, jf[at]!)
  // A negative k would go backwards, which nothing but the loop of `protochain` does.
  if (furthest < 0) return 'a jump backwards'
  return furthest >= length - at - 1 ? 'a jump past the end' : undefined
}

const usesScratch = (code: number) => code === LD_MEM || code === LDX_MEM || code === ST || code === STX

/** No word is read that was not written on every way there, so that scratch memory need not be cleared for each packet. */
function scratchFault({ length, code, jt, jf, k }: BpfProgram): string | undefined {
  const ALL = 0xffff
  const written = new Uint16Array(length).fill(ALL)
  written[0] = 0
  for (let at = 0; at < length; at++) {
    const op = code[at]!
    const word = 1 << k[at]!
    let now = written[at]!
    if ((op === LD_MEM || op === LDX_MEM) && (now & word) === 0)
      return `instruction ${at}: scratch word ${k[at]} is read before it is written`
    if (op === ST || op === STX) now |= word
    for (const next of successors(op, at, jt[at]!, jf[at]!, k[at]!)) written[next]! &= now
  }
  return undefined
}

function successors(code: number, at: number, jt: number, jf: number, k: number): number[] {
  if ((code & CLASS) === CLASS_RET) return []
  if (code === JA) return [at + 1 + k]
  return (code & CLASS) === CLASS_JMP ? [at + 1 + jt, at + 1 + jf] : [at + 1]
}
