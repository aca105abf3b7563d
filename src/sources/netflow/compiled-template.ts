import type { FlowBatch } from '../../lib/flow-batch.ts'
import { uint } from './bytes.ts'
import { OP, type Op } from './elements.ts'
import type { MessageContext, RecordDecoder } from './record-decoder.ts'
import type { TemplateLayout } from './template.ts'

/** Reads the fields of one record at `at`, which lies within the message, into row `i` of the batch. */
export type ReadFields = (b: Uint8Array, at: number, batch: FlowBatch, i: number, decoder: RecordDecoder, context: MessageContext) => void

/** The expression that reads a number of so many bytes at an offset. */
function number(offset: number, length: number): string {
  const byte = (n: number) => `b[at + ${offset + n}]`
  const word = (n: number) => `((${byte(n)} << 24 | ${byte(n + 1)} << 16 | ${byte(n + 2)} << 8 | ${byte(n + 3)}) >>> 0)`
  if (length === 1) return byte(0)
  if (length === 2) return `(${byte(0)} << 8 | ${byte(1)})`
  if (length === 3) return `(${byte(0)} << 16 | ${byte(1)} << 8 | ${byte(2)})`
  if (length === 4) return word(0)
  if (length === 6) return `((${byte(0)} << 8 | ${byte(1)}) * 4294967296 + ${word(2)})`
  if (length === 8) return `(${word(0)} * 4294967296 + ${word(4)})`
  return `uint(b, at + ${offset}, ${length})`
}
const address4 = (column: string, value: string): string =>
  `{ const w = ${value}; if (w !== 0) { batch.${column}[4 * i + 2] = 65535; batch.${column}[4 * i + 3] = w | 0 } }`

/** What is in most templates, written out; all else goes through the decoder's own `field`. */
const WRITTEN_OUT: Partial<Record<Op, (value: string) => string>> = {
  [OP.bytes]: (v) => `batch.bytes[2 * i] = ${v}; decoder.hasBytes = true`,
  [OP.packets]: (v) => `batch.packets[2 * i] = ${v}`,
  [OP.proto]: (v) => `batch.proto[i] = ${v}`,
  [OP.tos]: (v) => `batch.tos[i] = ${v}`,
  [OP.tcpFlags]: (v) => `batch.tcpFlags[2 * i] = ${v}`,
  [OP.srcPort]: (v) => `batch.srcPort[i] = ${v}`,
  [OP.dstPort]: (v) => `batch.dstPort[i] = ${v}`,
  [OP.src4]: (v) => address4('src', v),
  [OP.dst4]: (v) => address4('dst', v),
  [OP.nextHop4]: (v) => address4('nextHop', v),
  [OP.inIf]: (v) => `batch.inIf[i] = ${v}`,
  [OP.outIf]: (v) => `batch.outIf[i] = ${v}`,
  [OP.srcAs]: (v) => `batch.srcAs[i] = ${v}`,
  [OP.dstAs]: (v) => `batch.dstAs[i] = ${v}`,
  [OP.srcMac]: (v) => `batch.srcMac[i] = ${v}`,
  [OP.dstMac]: (v) => `batch.dstMac[i] = ${v}`,
  [OP.vlan]: (v) => `batch.vlan[i] = ${v} & 4095`,
  [OP.firstUptime]: (v) => `decoder.firstUptime = ${v}`,
  [OP.lastUptime]: (v) => `decoder.lastUptime = ${v}`,
  [OP.firstMs]: (v) => `decoder.firstMs = ${v}`,
  [OP.samplerId]: (v) => `decoder.samplerId = ${v}`,
}

/**
 * A template of fixed lengths as a function: straight code without a branch a field, some four times as fast as going through its fields. The text is made of numbers of
 * ours alone: offsets, lengths and operations.
 */
export function compiledTemplate({ ops, lengths, elements, hasVariable }: TemplateLayout): ReadFields | undefined {
  if (hasVariable) return undefined
  const lines: string[] = []
  let offset = 0
  for (let f = 0; f < ops.length; f++) {
    const op = ops[f]! as Op
    const length = lengths[f]!
    const written = WRITTEN_OUT[op]
    if (length > 0 && written !== undefined) lines.push(written(number(offset, length)))
    else if (length > 0 && op !== OP.skip)
      lines.push(`decoder.field(${op}, b, at + ${offset}, ${length}, batch, i, elements[${f}], context)`)
    offset += length
  }
  const body = `return (b, at, batch, i, decoder, context) => { ${lines.join('; ')} }`
  return new Function('uint', 'elements', body)(uint, elements) as ReadFields
}
