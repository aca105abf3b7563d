import * as bpf from './bpf.ts'

/** Deeper nesting may be more than a parser's stack holds, and a program so long is better interpreted than refused. */
const MAX_TARGETS = 512

/**
 * The program as one JavaScript function, several times as fast as interpreting it; undefined where it has too many jump targets. Its text is
 * put together from the templates below and the numbers of a program that was checked, and from nothing else.
 *
 * Jumps go forward only, so each target is the end of a labelled block that begins at the function's top: `break L7` goes to instruction 7.
 */
export function compiledBpf(program: bpf.BpfProgram): bpf.BpfFilter | undefined {
  const targets = targetsOf(program)
  if (targets.length > MAX_TARGETS) return undefined
  const lines = ['"use strict"', 'let a = 0, x = 0, at = 0', ...scratchOf(program)]
  for (const target of targets.toReversed()) lines.push(`L${target}: {`)
  let next = 0
  for (let pc = 0; pc < program.length; pc++) {
    if (targets[next] === pc) {
      lines.push('}')
      next++
    }
    lines.push(statement(program, pc))
  }
  return new Function('buf', 'start', 'capLen', 'wireLen', lines.join('\n')) as bpf.BpfFilter
}

function scratchOf({ code, k }: bpf.BpfProgram): string[] {
  const words = new Set<number>()
  code.forEach((op, pc) => {
    if (op === bpf.ST || op === bpf.STX) words.add(k[pc]!)
  })
  return [...words].map((word) => `let m${word} = 0`)
}

/** Instructions that are jumped to, in order. The one behind a jump needs no label. */
function targetsOf({ length, code, jt, jf, k }: bpf.BpfProgram): number[] {
  const targets = new Set<number>()
  for (let pc = 0; pc < length; pc++) {
    const skips = code[pc] === bpf.JA ? [k[pc]!] : code[pc]! in CONDITIONS ? [jt[pc]!, jf[pc]!] : []
    for (const skip of skips) if (skip > 0) targets.add(pc + 1 + skip)
  }
  return [...targets].sort((x, y) => x - y)
}

const CONDITIONS: Readonly<Record<number, (k: number) => string>> = {
  [bpf.JEQ_K]: (k) => `a === ${k}`,
  [bpf.JEQ_X]: () => 'a === x',
  [bpf.JGT_K]: (k) => `(a >>> 0) > ${k >>> 0}`,
  [bpf.JGT_X]: () => '(a >>> 0) > (x >>> 0)',
  [bpf.JGE_K]: (k) => `(a >>> 0) >= ${k >>> 0}`,
  [bpf.JGE_X]: () => '(a >>> 0) >= (x >>> 0)',
  [bpf.JSET_K]: (k) => `(a & ${k}) !== 0`,
  [bpf.JSET_X]: () => '(a & x) !== 0',
}

const W = '(buf[at] << 24) | (buf[at + 1] << 16) | (buf[at + 2] << 8) | buf[at + 3]'
const H = '(buf[at] << 8) | buf[at + 1]'
const B = 'buf[at]'

const STATEMENTS: Readonly<Record<number, (k: number) => string>> = {
  [bpf.LD_IMM]: (k) => `a = ${k}`,
  [bpf.LD_W_ABS]: (k) => absolute(k, 4, W),
  [bpf.LD_H_ABS]: (k) => absolute(k, 2, H),
  [bpf.LD_B_ABS]: (k) => absolute(k, 1, B),
  [bpf.LD_W_IND]: (k) => indexed(k, 4, W),
  [bpf.LD_H_IND]: (k) => indexed(k, 2, H),
  [bpf.LD_B_IND]: (k) => indexed(k, 1, B),
  [bpf.LD_MEM]: (k) => `a = m${k}`,
  [bpf.LD_LEN]: () => 'a = wireLen',
  [bpf.LDX_IMM]: (k) => `x = ${k}`,
  [bpf.LDX_MEM]: (k) => `x = m${k}`,
  [bpf.LDX_LEN]: () => 'x = wireLen',
  [bpf.LDX_MSH]: (k) => (k < 0 ? 'return 0' : `if (capLen <= ${k}) return 0; x = (buf[start + ${k}] & 15) << 2`),
  [bpf.ST]: (k) => `m${k} = a`,
  [bpf.STX]: (k) => `m${k} = x`,
  [bpf.ADD_K]: (k) => `a = (a + ${k}) | 0`,
  [bpf.ADD_X]: () => 'a = (a + x) | 0',
  [bpf.SUB_K]: (k) => `a = (a - ${k}) | 0`,
  [bpf.SUB_X]: () => 'a = (a - x) | 0',
  [bpf.MUL_K]: (k) => `a = Math.imul(a, ${k})`,
  [bpf.MUL_X]: () => 'a = Math.imul(a, x)',
  [bpf.DIV_K]: (k) => `a = ((a >>> 0) / ${k >>> 0}) | 0`,
  [bpf.DIV_X]: () => 'if (x === 0) return 0; a = ((a >>> 0) / (x >>> 0)) | 0',
  [bpf.MOD_K]: (k) => `a = ((a >>> 0) % ${k >>> 0}) | 0`,
  [bpf.MOD_X]: () => 'if (x === 0) return 0; a = ((a >>> 0) % (x >>> 0)) | 0',
  [bpf.OR_K]: (k) => `a |= ${k}`,
  [bpf.OR_X]: () => 'a |= x',
  [bpf.AND_K]: (k) => `a &= ${k}`,
  [bpf.AND_X]: () => 'a &= x',
  [bpf.XOR_K]: (k) => `a ^= ${k}`,
  [bpf.XOR_X]: () => 'a ^= x',
  [bpf.LSH_K]: (k) => `a <<= ${k}`,
  [bpf.LSH_X]: () => 'a = (x >>> 0) > 31 ? 0 : a << x',
  [bpf.RSH_K]: (k) => `a = (a >>> ${k}) | 0`,
  [bpf.RSH_X]: () => 'a = (x >>> 0) > 31 ? 0 : (a >>> x) | 0',
  [bpf.NEG]: () => 'a = -a | 0',
  [bpf.RET_K]: (k) => `return ${k >>> 0}`,
  [bpf.RET_A]: () => 'return a >>> 0',
  [bpf.TAX]: () => 'x = a',
  [bpf.TXA]: () => 'a = x',
}

function absolute(k: number, size: number, load: string): string {
  if (k === bpf.ANCILLARY_VLAN_TAG || k === bpf.ANCILLARY_VLAN_TAG_PRESENT) return 'a = 0'
  return k < 0 ? 'return 0' : `if (capLen < ${k + size}) return 0; at = start + ${k}; a = ${load}`
}

const indexed = (k: number, size: number, load: string): string =>
  k < 0 ? 'return 0' : `if (x < 0 || x + ${k + size} > capLen) return 0; at = start + x + ${k}; a = ${load}`

function statement({ code, jt, jf, k }: bpf.BpfProgram, pc: number): string {
  const op = code[pc]!
  if (op === bpf.JA) return jump(pc, k[pc]!)
  const condition = CONDITIONS[op]?.(k[pc]!)
  if (condition === undefined) return STATEMENTS[op]!(k[pc]!)
  return `if (${condition}) { ${jump(pc, jt[pc]!)} } else { ${jump(pc, jf[pc]!)} }`
}

const jump = (pc: number, skip: number): string => (skip === 0 ? '' : `break L${pc + 1 + skip}`)
