/** What kind of file begins here, by its first bytes: programs and scripts that have no place in a stream nobody knows. */

export type FileMark = 'Windows program' | 'ELF program' | 'Mach-O program' | 'Android package' | 'shell script' | undefined

const PE_OFFSET_AT = 0x3c
const MAX_PE_OFFSET = 1024
const INTERPRETERS = ['sh', 'bash', 'dash', 'zsh', 'ksh', 'python', 'perl', 'env', 'php', 'ruby']

/** Of the bytes in [at, end). `isProgram` of the answer tells programs from scripts. */
export function fileMark(b: Uint8Array, at: number, end: number): FileMark {
  if (end - at < 16) return undefined
  const first = b[at]!
  const second = b[at + 1]!
  if (first === 0x4d && second === 0x5a) return isPe(b, at, end) ? 'Windows program' : undefined
  if (first === 0x7f) return second === 0x45 && b[at + 2] === 0x4c && b[at + 3] === 0x46 && isSmall(b[at + 4]!) ? 'ELF program' : undefined
  if (first === 0xcf || first === 0xce || first === 0xfe) return isMachO(b, at) ? 'Mach-O program' : undefined
  if (first === 0x64) return second === 0x65 && b[at + 2] === 0x78 && b[at + 3] === 0x0a && b[at + 7] === 0 ? 'Android package' : undefined
  return first === 0x23 && second === 0x21 && isScript(b, at + 2, Math.min(end, at + 64)) ? 'shell script' : undefined
}

const isSmall = (elfClass: number) => elfClass === 1 || elfClass === 2

/** Microsoft's "PE Format": at 0x3c the offset of the signature. Loaders made to be run where they lie put code over what lies between. */
function isPe(b: Uint8Array, at: number, end: number): boolean {
  if (end - at < PE_OFFSET_AT + 4) return false
  const offset = b[at + PE_OFFSET_AT]! | (b[at + PE_OFFSET_AT + 1]! << 8)
  if (offset < 0x40 || offset > MAX_PE_OFFSET || (b[at + PE_OFFSET_AT + 2]! | b[at + PE_OFFSET_AT + 3]!) !== 0) return false
  const pe = at + offset
  return pe + 4 > end || (b[pe] === 0x50 && b[pe + 1] === 0x45 && b[pe + 2] === 0 && b[pe + 3] === 0)
}

/** mach-o/loader.h: 32 or 64 bits, either order of bytes, then a CPU type that is in use. */
function isMachO(b: Uint8Array, at: number): boolean {
  const isLittle = b[at + 1] === 0xfa && b[at + 2] === 0xed && b[at + 3] === 0xfe
  const isBig = b[at] === 0xfe && b[at + 1] === 0xed && b[at + 2] === 0xfa
  const cpu = isLittle ? b[at + 4]! : b[at + 7]!
  return (isLittle || isBig) && (cpu === 7 || cpu === 12 || cpu === 18)
}

function isScript(b: Uint8Array, at: number, end: number): boolean {
  let line = ''
  for (let i = at; i < end && b[i] !== 0x0a && b[i] !== 0x0d; i++) line += String.fromCharCode(b[i]!)
  const path = line.trim().split(' ')[0]!
  return path.startsWith('/') && INTERPRETERS.some((name) => path.slice(path.lastIndexOf('/') + 1).startsWith(name))
}
