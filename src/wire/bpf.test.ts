import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as bpf from './bpf.ts'
import { compiledBpf } from './bpf-compiler.ts'
import { interpretedBpf } from './bpf-interpreter.ts'

type Instruction = readonly [code: number, jt: number, jf: number, k: number]

function bytesOf(program: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(program.length * 8)
  program.forEach(([code, jt, jf, k], i) => {
    bytes.writeUInt16LE(code, i * 8)
    bytes.writeUInt8(jt, i * 8 + 2)
    bytes.writeUInt8(jf, i * 8 + 3)
    bytes.writeUInt32LE(k >>> 0, i * 8 + 4)
  })
  return new Uint8Array(bytes)
}

const plain = (code: number, k = 0): Instruction => [code, 0, 0, k]
const ACCEPT = plain(bpf.RET_K, 0x40000)
const REFUSE = plain(bpf.RET_K, 0)

function sound(program: readonly Instruction[]): bpf.BpfProgram {
  const checked = bpf.bpfProgram(bytesOf(program))
  if (typeof checked === 'string') throw new Error(checked)
  return checked
}

/**
 * The machine once more, written for nothing but being plain: every number a bigint below 2^32, the packet an array of its own. Undefined
 * where it reads outside the packet or divides by 0, which refuses the packet.
 */
function reference(program: readonly Instruction[], packet: readonly number[], wireLen: number): number {
  const word = (n: bigint) => BigInt.asUintN(32, n)
  let a = 0n
  let x = 0n
  const memory = new Map<number, bigint>()
  const load = (at: bigint, size: number): bigint | undefined => {
    if (at + BigInt(size) > BigInt(packet.length)) return undefined
    return packet.slice(Number(at), Number(at) + size).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
  }
  const SIZES: Record<number, number> = { 0: 4, 8: 2, 16: 1 }
  const OPERATIONS: Record<number, (p: bigint, q: bigint) => bigint> = {
    0: (p, q) => p + q,
    16: (p, q) => p - q,
    32: (p, q) => p * q,
    48: (p, q) => p / q,
    64: (p, q) => p | q,
    80: (p, q) => p & q,
    96: (p, q) => (q > 31n ? 0n : p << q),
    112: (p, q) => (q > 31n ? 0n : p >> q),
    128: (p) => -p,
    144: (p, q) => p % q,
    160: (p, q) => p ^ q,
  }
  const COMPARISONS: Record<number, (p: bigint, q: bigint) => boolean> = {
    16: (p, q) => p === q,
    32: (p, q) => p > q,
    48: (p, q) => p >= q,
    64: (p, q) => (p & q) !== 0n,
  }
  for (let pc = 0, steps = 0; ; pc++, steps++) {
    if (steps > program.length) throw new Error('it does not end')
    const [code, jt, jf, raw] = program[pc]!
    const k = word(BigInt(raw))
    const operand = (code & 8) !== 0 ? x : k
    const kind = code & 7
    const mode = code & 0xe0
    if (kind === 0 || kind === 1) {
      let value: bigint | undefined
      if (mode === 0x00) value = k
      else if (mode === 0x20) value = k === 0xfffff02cn || k === 0xfffff030n ? 0n : load(k, SIZES[code & 0x18]!)
      else if (mode === 0x40) value = load(x + k, SIZES[code & 0x18]!)
      else if (mode === 0x60) value = memory.get(Number(k))
      else if (mode === 0x80) value = BigInt(wireLen)
      else {
        const byte = load(k, 1)
        value = byte === undefined ? undefined : (byte & 15n) * 4n
      }
      if (value === undefined) return 0
      if (kind === 0) a = value
      else x = value
    } else if (kind === 2) memory.set(Number(k), a)
    else if (kind === 3) memory.set(Number(k), x)
    else if (kind === 4) {
      const operation = code & 0xf0
      if ((operation === 0x30 || operation === 0x90) && operand === 0n) return 0
      a = word(OPERATIONS[operation]!(a, operand))
    } else if (kind === 5) pc += (code & 0xf0) === 0 ? Number(k) : COMPARISONS[code & 0xf0]!(a, operand) ? jt : jf
    else if (kind === 6) return Number((code & 0x18) === 0x10 ? a : k)
    else if (code === bpf.TAX) x = a
    else a = x
  }
}

/** The packet in the midst of other bytes, so that a read outside it shows. */
function embedded(packet: readonly number[]): { buf: Uint8Array; start: number } {
  const buf = new Uint8Array(packet.length + 64).fill(0xee)
  buf.set(packet, 32)
  return { buf, start: 32 }
}

function results(program: readonly Instruction[], packet: readonly number[], wireLen = packet.length) {
  const checked = sound(program)
  const { buf, start } = embedded(packet)
  return {
    interpreted: interpretedBpf(checked)(buf, start, packet.length, wireLen),
    compiled: compiledBpf(checked)!(buf, start, packet.length, wireLen),
    reference: reference(program, packet, wireLen),
  }
}

const same = (n: number) => ({ interpreted: n, compiled: n, reference: n })

describe('a program that is refused', () => {
  const { LD_IMM, LD_MEM, LDX_MEM, ST, STX, JA, JEQ_K, DIV_K, MOD_K, LSH_K, RET_A } = bpf
  const cases: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(0), /no whole number/],
    ['half an instruction', new Uint8Array(12), /no whole number/],
    ['one too many', bytesOf(Array.from({ length: 4097 }, () => REFUSE)), /4097 instructions, 4096 are possible/],
    ['no end', bytesOf([plain(LD_IMM)]), /instruction 0: the last one does not return/],
    ['an end that jumps', bytesOf([REFUSE, plain(JA)]), /instruction 1: a jump past the end/],
    ['an unknown operation', bytesOf([plain(0x08), REFUSE]), /instruction 0: unknown operation 0x8/],
    ['RET X, which no machine knows', bytesOf([plain(0x0e)]), /unknown operation 0xe/],
    ['jt past the end', bytesOf([[JEQ_K, 1, 0, 0], REFUSE]), /instruction 0: a jump past the end/],
    ['jf past the end', bytesOf([[JEQ_K, 0, 1, 0], REFUSE]), /a jump past the end/],
    ['ja past the end', bytesOf([plain(JA, 1), REFUSE]), /a jump past the end/],
    ['ja far past the end', bytesOf([plain(JA, 0x7fffffff), REFUSE]), /a jump past the end/],
    ['ja backwards', bytesOf([REFUSE, plain(JA, -2), REFUSE]), /instruction 1: a jump backwards/],
    ['division by 0', bytesOf([plain(DIV_K, 0), REFUSE]), /division by 0/],
    ['remainder by 0', bytesOf([plain(MOD_K, 0), REFUSE]), /division by 0/],
    ['a shift by 32', bytesOf([plain(LSH_K, 32), REFUSE]), /shift by more than 31/],
    ['scratch word 16 stored', bytesOf([plain(ST, 16), REFUSE]), /scratch word 16 of 16/],
    ['scratch word 2^31 stored', bytesOf([plain(STX, 0x80000000), REFUSE]), /scratch word 2147483648/],
    ['scratch read before it is written', bytesOf([plain(LD_MEM, 3), plain(RET_A)]), /instruction 0: scratch word 3 is read before/],
    [
      'scratch written on one way only',
      bytesOf([[JEQ_K, 0, 1, 7], plain(ST, 2), plain(LDX_MEM, 2), REFUSE]),
      /instruction 2: scratch word 2 is read before/,
    ],
  ]
  it.each(cases)('%s', (_, bytes, why) => expect(bpf.bpfProgram(bytes)).toMatch(why))
})

describe('a program that runs', () => {
  const { LD_W_ABS, LD_H_ABS, LD_B_ABS, LD_W_IND, LD_B_IND, LD_IMM, LD_LEN, LDX_IMM, LDX_MSH, RET_A, TXA } = bpf
  const PACKET = [0x12, 0x34, 0x56, 0x78, 0x9a]
  const cases: [string, Instruction[], number][] = [
    ['a word', [plain(LD_W_ABS, 1), plain(RET_A)], 0x3456789a],
    ['a word with its highest bit', [plain(LD_W_ABS, 0), plain(bpf.OR_K, 0x80000000), plain(RET_A)], 0x92345678],
    ['a half word', [plain(LD_H_ABS, 3), plain(RET_A)], 0x789a],
    ['a byte', [plain(LD_B_ABS, 4), plain(RET_A)], 0x9a],
    ['a word past the end refuses', [plain(LD_W_ABS, 2), ACCEPT], 0],
    ['a half word past the end refuses', [plain(LD_H_ABS, 4), ACCEPT], 0],
    ['a byte past the end refuses', [plain(LD_B_ABS, 5), ACCEPT], 0],
    ['an offset of 2^31 refuses', [plain(LD_B_ABS, 0x80000000), ACCEPT], 0],
    ['an offset that sums to 2^32 refuses', [plain(LDX_IMM, 0xffffffff), plain(LD_B_IND, 1), ACCEPT], 0],
    ['X and k sum', [plain(LDX_IMM, 1), plain(LD_W_IND, 0), plain(RET_A)], 0x3456789a],
    ['X and k past the end refuse', [plain(LDX_IMM, 1), plain(LD_W_IND, 1), ACCEPT], 0],
    ['the length of an IPv4 header', [plain(LDX_MSH, 1), plain(TXA), plain(RET_A)], 16],
    ['its byte past the end refuses', [plain(LDX_MSH, 5), ACCEPT], 0],
    ['the length on the wire', [plain(LD_LEN), plain(RET_A)], 900],
    ['a VLAN tag beside the bytes: none', [plain(LD_B_ABS, bpf.ANCILLARY_VLAN_TAG_PRESENT), plain(bpf.ADD_K, 5), plain(RET_A)], 5],
    ['other things the kernel knows refuse', [plain(LD_W_ABS, bpf.ANCILLARY + 4), ACCEPT], 0],
    ['division without a sign', [plain(LD_IMM, 0xfffffffe), plain(bpf.DIV_K, 2), plain(RET_A)], 0x7fffffff],
    ['division by an X of 0 refuses', [plain(bpf.DIV_X), ACCEPT], 0],
    ['remainder by an X of 0 refuses', [plain(bpf.MOD_X), ACCEPT], 0],
    [
      'a shift by an X of 32 leaves nothing',
      [plain(LD_IMM, 1), plain(LDX_IMM, 32), plain(bpf.LSH_X), plain(bpf.ADD_K, 9), plain(RET_A)],
      9,
    ],
    ['comparison without a sign', [plain(LD_IMM, 0x80000000), [bpf.JGT_K, 0, 1, 1], ACCEPT, REFUSE], 0x40000],
  ]
  it.each(cases)('%s', (_, program, expected) => expect(results(program, PACKET, 900)).toEqual(same(expected)))

  it('an empty packet is met with its length alone', () => {
    expect(results([plain(LD_B_ABS, 0), ACCEPT], [])).toEqual(same(0))
    expect(results([plain(LD_LEN), plain(bpf.ADD_K, 1), plain(RET_A)], [])).toEqual(same(1))
  })

  it('is left to the interpreter when it has more jump targets than a parser may nest', () => {
    const jumps = Array.from({ length: 600 }, (_, i): Instruction => [bpf.JEQ_K, 1, 0, i])
    expect(compiledBpf(sound([...jumps, REFUSE, ACCEPT]))).toBeUndefined()
  })
})

const CODES = Array.from({ length: 256 }, (_, code) => code).filter((code) => bpf.BPF_OPERATIONS.has(code))
const seed = 1
const offset = fc.oneof(fc.nat(48), fc.nat(15), fc.integer(), fc.constantFrom(0x80000000, 0xffffffff, bpf.ANCILLARY_VLAN_TAG))
const skip = fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(255) })
const instruction = fc.tuple(fc.constantFrom(...CODES), skip, skip, offset)
const packet = fc.array(fc.nat(255), { maxLength: 48 })

/** What random numbers left unsound is mended, so that nearly all programs run. */
function mended(raw: readonly Instruction[]): Instruction[] {
  const end = raw.length
  const program = raw.map(([code, jt, jf, k], at): Instruction => {
    const room = end - at - 1
    if (code === bpf.JA) return [code, 0, 0, (k >>> 0) % (room + 1)]
    if ([bpf.ST, bpf.STX, bpf.LD_MEM, bpf.LDX_MEM].includes(code)) return [code, 0, 0, k & 15]
    if ([bpf.LSH_K, bpf.RSH_K].includes(code)) return [code, 0, 0, k & 31]
    if ([bpf.DIV_K, bpf.MOD_K].includes(code)) return [code, 0, 0, k === 0 ? 1 : k]
    return [code, jt % (room + 1), jf % (room + 1), k]
  })
  const written = Array.from({ length: 16 }, (_, word) => plain(bpf.ST, word))
  return [...written, ...program, plain(bpf.RET_A)]
}

describe('random programs', () => {
  it('of any bytes are refused, or end and read nothing outside the packet', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 96 }),
      fc.array(instruction, { minLength: 1, maxLength: 12 }).map((raw) => bytesOf([...raw, plain(bpf.RET_A)])),
    )
    let ran = 0
    fc.assert(
      fc.property(bytes, packet, (instructions, data) => {
        const program = bpf.bpfProgram(instructions)
        if (typeof program === 'string') return
        ran++
        // What lies around the packet differs: whoever reads it says different things.
        const [low, high] = [0x00, 0xff].map((fill) => new Uint8Array(data.length + 64).fill(fill))
        for (const buf of [low!, high!]) buf.set(data, 32)
        const said = [interpretedBpf(program), compiledBpf(program)!].flatMap((accepts) =>
          [low!, high!].map((buf) => accepts(buf, 32, data.length, 1500)),
        )
        expect(new Set(said).size).toBe(1)
        expect(said[0]).toBeGreaterThanOrEqual(0)
      }),
      { seed, numRuns: 4000 },
    )
    expect(ran).toBeGreaterThan(500)
  })

  it('that are sound give what a plain machine gives', () => {
    fc.assert(
      fc.property(fc.array(instruction, { maxLength: 40 }), packet, fc.nat(2000), (raw, data, wireLen) => {
        const { interpreted, compiled, reference } = results(mended(raw), data, wireLen)
        expect({ interpreted, compiled }).toEqual({ interpreted: reference, compiled: reference })
      }),
      { seed, numRuns: 3000 },
    )
  })
})
