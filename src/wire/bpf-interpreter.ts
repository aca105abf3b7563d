import * as bpf from './bpf.ts'

/**
 * Runs a program instruction by instruction: for where code may not be made at run time (a page under a content security policy). As
 * libpcap does it in user space, a load outside the packet refuses it, and so does a division by an X of 0.
 */
export function interpretedBpf({ code, jt, jf, k }: bpf.BpfProgram): bpf.BpfFilter {
  const scratch = new Int32Array(bpf.BPF_SCRATCH_WORDS)
  return (buf, start, capLen, wireLen) => {
    let a = 0
    let x = 0
    // Every jump goes forward and the last instruction returns: bpfProgram has seen to it. Codes stand as literals, because only of these
    // does V8 make a jump table: with the imported names it took three times as long.
    for (let pc = 0; ; pc++) {
      const n = k[pc]!
      switch (code[pc]!) {
        case 0x00: // LD_IMM
          a = n
          break
        case 0x20: // LD_W_ABS
          if (n < 0 || n > capLen - 4) {
            if (!isVlanAncillary(n)) return 0
            a = 0
          } else a = u32(buf, start + n)
          break
        case 0x28: // LD_H_ABS
          if (n < 0 || n > capLen - 2) {
            if (!isVlanAncillary(n)) return 0
            a = 0
          } else a = u16(buf, start + n)
          break
        case 0x30: // LD_B_ABS
          if (n < 0 || n >= capLen) {
            if (!isVlanAncillary(n)) return 0
            a = 0
          } else a = buf[start + n]!
          break
        case 0x40: // LD_W_IND
          if (x < 0 || n < 0 || x + n > capLen - 4) return 0
          a = u32(buf, start + x + n)
          break
        case 0x48: // LD_H_IND
          if (x < 0 || n < 0 || x + n > capLen - 2) return 0
          a = u16(buf, start + x + n)
          break
        case 0x50: // LD_B_IND
          if (x < 0 || n < 0 || x + n >= capLen) return 0
          a = buf[start + x + n]!
          break
        case 0x60: // LD_MEM
          a = scratch[n]!
          break
        case 0x80: // LD_LEN
          a = wireLen
          break
        case 0x01: // LDX_IMM
          x = n
          break
        case 0x61: // LDX_MEM
          x = scratch[n]!
          break
        case 0x81: // LDX_LEN
          x = wireLen
          break
        case 0xb1: // LDX_MSH
          if (n < 0 || n >= capLen) return 0
          x = (buf[start + n]! & 15) << 2
          break
        case 0x02: // ST
          scratch[n] = a
          break
        case 0x03: // STX
          scratch[n] = x
          break
        case 0x04: // ADD_K
          a = (a + n) | 0
          break
        case 0x0c: // ADD_X
          a = (a + x) | 0
          break
        case 0x14: // SUB_K
          a = (a - n) | 0
          break
        case 0x1c: // SUB_X
          a = (a - x) | 0
          break
        case 0x24: // MUL_K
          a = Math.imul(a, n)
          break
        case 0x2c: // MUL_X
          a = Math.imul(a, x)
          break
        case 0x34: // DIV_K
          a = ((a >>> 0) / (n >>> 0)) | 0
          break
        case 0x3c: // DIV_X
          if (x === 0) return 0
          a = ((a >>> 0) / (x >>> 0)) | 0
          break
        case 0x94: // MOD_K
          a = ((a >>> 0) % (n >>> 0)) | 0
          break
        case 0x9c: // MOD_X
          if (x === 0) return 0
          a = ((a >>> 0) % (x >>> 0)) | 0
          break
        case 0x44: // OR_K
          a |= n
          break
        case 0x4c: // OR_X
          a |= x
          break
        case 0x54: // AND_K
          a &= n
          break
        case 0x5c: // AND_X
          a &= x
          break
        case 0xa4: // XOR_K
          a ^= n
          break
        case 0xac: // XOR_X
          a ^= x
          break
        case 0x64: // LSH_K
          a <<= n
          break
        case 0x6c: // LSH_X
          // Where JavaScript would take the low five bits alone.
          a = x >>> 0 > 31 ? 0 : a << x
          break
        case 0x74: // RSH_K
          a = (a >>> n) | 0
          break
        case 0x7c: // RSH_X
          a = x >>> 0 > 31 ? 0 : (a >>> x) | 0
          break
        case 0x84: // NEG
          a = -a | 0
          break
        case 0x05: // JA
          pc += n
          break
        case 0x15: // JEQ_K
          pc += a === n ? jt[pc]! : jf[pc]!
          break
        case 0x1d: // JEQ_X
          pc += a === x ? jt[pc]! : jf[pc]!
          break
        case 0x25: // JGT_K
          pc += a >>> 0 > n >>> 0 ? jt[pc]! : jf[pc]!
          break
        case 0x2d: // JGT_X
          pc += a >>> 0 > x >>> 0 ? jt[pc]! : jf[pc]!
          break
        case 0x35: // JGE_K
          pc += a >>> 0 >= n >>> 0 ? jt[pc]! : jf[pc]!
          break
        case 0x3d: // JGE_X
          pc += a >>> 0 >= x >>> 0 ? jt[pc]! : jf[pc]!
          break
        case 0x45: // JSET_K
          pc += (a & n) !== 0 ? jt[pc]! : jf[pc]!
          break
        case 0x4d: // JSET_X
          pc += (a & x) !== 0 ? jt[pc]! : jf[pc]!
          break
        case 0x06: // RET_K
          return n >>> 0
        case 0x16: // RET_A
          return a >>> 0
        case 0x07: // TAX
          x = a
          break
        case 0x87: // TXA
          a = x
          break
        default:
          return 0
      }
    }
  }
}

const u32 = (buf: Uint8Array, at: number) => (buf[at]! << 24) | (buf[at + 1]! << 16) | (buf[at + 2]! << 8) | buf[at + 3]!
const u16 = (buf: Uint8Array, at: number) => (buf[at]! << 8) | buf[at + 1]!
const isVlanAncillary = (k: number) => k === bpf.ANCILLARY_VLAN_TAG || k === bpf.ANCILLARY_VLAN_TAG_PRESENT
