import { ADD_K, BPF_INSTRUCTION_LEN, JA, TAX, TXA } from './bpf.ts'

interface Instruction {
  readonly code: number
  readonly k: number
  readonly jt: number
  readonly jf: number
  /** Where a JA goes. */
  readonly to?: string
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Puts a classic BPF program together: instructions in their order, jumps by the names of places further on. */
export class BpfAssembler {
  private readonly instructions: Instruction[] = []
  private readonly places = new Map<string, number>()

  op(code: number, k = 0): this {
    this.instructions.push({ code, k, jt: 0, jf: 0 })
    return this
  }

  /** The next instruction is known by this name; the name is new. */
  at(place: string): this {
    if (this.places.has(place)) throw new Error(`${place} is a place already`)
    this.places.set(place, this.instructions.length)
    return this
  }

  jump(to: string): this {
    this.instructions.push({ code: JA, k: 0, jt: 0, jf: 0, to })
    return this
  }

  // A comparison skips 255 instructions at most, a jump any number: so each has one behind it.

  /** Goes there when the comparison of A with `k` (or X) holds, else on. */
  when(comparison: number, k: number, to: string): this {
    this.instructions.push({ code: comparison, k, jt: 0, jf: 1 })
    return this.jump(to)
  }
  unless(comparison: number, k: number, to: string): this {
    this.instructions.push({ code: comparison, k, jt: 1, jf: 0 })
    return this.jump(to)
  }

  /** X += bytes. A is lost. */
  advance(bytes: number): this {
    return this.op(TXA).op(ADD_K, bytes).op(TAX)
  }

  /** struct sock_filter after struct sock_filter. */
  assemble(): Uint8Array {
    const bytes = new Uint8Array(this.instructions.length * BPF_INSTRUCTION_LEN)
    const view = new DataView(bytes.buffer)
    this.instructions.forEach(({ code, k, jt, jf, to }, i) => {
      const at = i * BPF_INSTRUCTION_LEN
      view.setUint16(at, code, IS_LITTLE_ENDIAN)
      view.setUint8(at + 2, jt)
      view.setUint8(at + 3, jf)
      view.setInt32(at + 4, to === undefined ? k : this.distance(i, to), IS_LITTLE_ENDIAN)
    })
    return bytes
  }

  private distance(from: number, to: string): number {
    const place = this.places.get(to)
    if (place === undefined || place <= from) throw new Error(`${to} is no place further on`)
    return place - from - 1
  }
}
