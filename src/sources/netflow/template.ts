import { u16, u32 } from './bytes.ts'
import type { ReadFields } from './compiled-template.ts'
import { type Element, elementOf, enterpriseElement, isNtop, OP } from './elements.ts'

/** No record has more: a template of a thousand fields is no description of a flow. */
const MAX_FIELDS = 512
/** In a field specifier: the length stands in front of each value (RFC 7011 §7). */
const VARIABLE = 0xffff
const ENTERPRISE_BIT = 0x8000
const MAX_V9_LENGTH = 4096

/** A field of a template: element (enterprise × 65536 + number), length, -1 where each value tells its own. */
export interface FieldSpec {
  readonly element: number
  readonly length: number
}

/** How the records of one set are read, field by field: operations and lengths, neighbours that are skipped as one. */
export class TemplateLayout {
  /** The same of templates that are alike. */
  readonly key: string
  /** Fields of scope, in front; only of options templates. */
  readonly scopes: number
  readonly fields: readonly FieldSpec[]
  readonly ops: Uint8Array
  readonly lengths: Int32Array
  readonly elements: readonly Element[]
  /** The shortest that a record can be. */
  readonly minLength: number
  readonly hasVariable: boolean
  /** Has ends and counts: a flow; otherwise it tells of something else. */
  readonly isFlow: boolean
  /** OUT counters are those of the way back: so do probes that count both ways. */
  readonly outIsBack: boolean
  readonly hasForward: boolean
  /** How its records are read, once one was. */
  read: ReadFields | 'by fields' | undefined

  constructor(fields: readonly FieldSpec[], scopes: number, key: string) {
    this.key = key
    this.scopes = scopes
    this.fields = fields
    const merged = mergeSkipped(fields)
    this.ops = Uint8Array.from(merged, ({ element }) => element.op)
    this.lengths = Int32Array.from(merged, ({ length }) => length)
    this.elements = merged.map(({ element }) => element)
    this.minLength = fields.reduce((sum, { length }) => sum + (length < 0 ? 1 : length), 0)
    this.hasVariable = fields.some(({ length }) => length < 0)
    const ops = new Set(this.ops)
    this.hasForward = ops.has(OP.bytes) || ops.has(OP.packets) || ops.has(OP.totalBytes) || ops.has(OP.frameBytes)
    const counts = this.hasForward || ops.has(OP.totalPackets) || ops.has(OP.outBytes) || ops.has(OP.bytesBack)
    this.isFlow = scopes === 0 && counts && (ops.has(OP.src4) || ops.has(OP.dst4) || ops.has(OP.src6) || ops.has(OP.dst6))
    this.outIsBack = fields.some(({ element }) => isNtop(element))
  }
}

const MAX_LAYOUTS = 4096
const layouts = new Map<string, TemplateLayout>()
/** Exporters of one make send the same templates: their layout is one object, compiled once. */
function layoutOf(fields: readonly FieldSpec[], scopes: number): TemplateLayout {
  const key = `${scopes} ${fields.map(({ element, length }) => `${element}:${length}`).join(' ')}`
  let layout = layouts.get(key)
  if (layout === undefined) {
    layout = new TemplateLayout(fields, scopes, key)
    // A flood of odd templates costs those that come after it their sharing, nothing else.
    if (layouts.size < MAX_LAYOUTS) layouts.set(key, layout)
  }
  return layout
}

/** A template of one exporter: a number, and how its records lie. */
export class Template {
  readonly id: number
  readonly layout: TemplateLayout
  receivedMs = 0

  constructor(id: number, fields: readonly FieldSpec[], scopes = 0) {
    this.id = id
    this.layout = layoutOf(fields, scopes)
  }

  isSame(other: Template): boolean {
    return this.layout === other.layout || this.layout.key === other.layout.key
  }
}

interface Step {
  readonly element: Element
  readonly length: number
}
function mergeSkipped(fields: readonly FieldSpec[]): Step[] {
  const steps: Step[] = []
  for (const { element: id, length } of fields) {
    const element = fitting(elementOf(id), length)
    const before = steps.at(-1)
    if (element.op === OP.skip && before?.element.op === OP.skip && before.length >= 0 && length >= 0)
      steps[steps.length - 1] = { element, length: before.length + length }
    else steps.push({ element, length })
  }
  return steps
}

/** Of addresses only whole ones, of numbers at most eight bytes are read: of other lengths a field is skipped. */
const WHOLE: Readonly<Record<number, number>> = {
  [OP.src4]: 4,
  [OP.dst4]: 4,
  [OP.nextHop4]: 4,
  [OP.src6]: 16,
  [OP.dst6]: 16,
  [OP.nextHop6]: 16,
  [OP.srcMac]: 6,
  [OP.dstMac]: 6,
  [OP.firstNtp]: 8,
  [OP.lastNtp]: 8,
}
const TEXTS: ReadonlySet<number> = new Set([
  OP.text,
  OP.appName,
  OP.serverName,
  OP.info,
  OP.srcProcess,
  OP.dstProcess,
  OP.ciscoHost,
  OP.appId,
  OP.path,
])
const SKIPPED: Element = { op: OP.skip }
function fitting(element: Element, length: number): Element {
  const whole = WHOLE[element.op]
  if (whole !== undefined) return length === whole ? element : SKIPPED
  if (element.op === OP.address) return length === 4 || length === 16 ? element : SKIPPED
  if (TEXTS.has(element.op)) return element
  return length >= 1 && length <= 8 ? element : SKIPPED
}

/** Where a template ended, or what is wrong with it. */
export type TemplateRead =
  | { readonly template: Template; readonly next: number }
  | { readonly withdrawn: number; readonly next: number }
  | string

/** A template record of v9 (RFC 3954 §5.2) or IPFIX (RFC 7011 §3.4.1) at `at`. */
export function readTemplate(b: Uint8Array, at: number, end: number, isIpfix: boolean): TemplateRead {
  if (end - at < 4) return 'template cut short'
  const id = u16(b, at)
  const count = u16(b, at + 2)
  if (count === 0 && isIpfix) return { withdrawn: id, next: at + 4 }
  return readFields(b, at + 4, end, id, count, 0, isIpfix)
}

/** An options template of IPFIX (RFC 7011 §3.4.2.2): counts of fields. */
export function readOptionsTemplate(b: Uint8Array, at: number, end: number): TemplateRead {
  if (end - at < 4) return 'options template cut short'
  const id = u16(b, at)
  const count = u16(b, at + 2)
  if (count === 0) return { withdrawn: id, next: at + 4 }
  if (end - at < 6) return 'options template cut short'
  const scopes = u16(b, at + 4)
  if (scopes === 0 || scopes > count) return 'options template without scope'
  return readFields(b, at + 6, end, id, count, scopes, true)
}

/** An options template of v9 (RFC 3954 §6.1): bytes of scopes and of options, four a field. */
export function readV9OptionsTemplate(b: Uint8Array, at: number, end: number): TemplateRead {
  if (end - at < 6) return 'options template cut short'
  const id = u16(b, at)
  const scopeBytes = u16(b, at + 2)
  const optionBytes = u16(b, at + 4)
  if (scopeBytes % 4 !== 0 || optionBytes % 4 !== 0) return 'options template of odd length'
  return readFields(b, at + 6, end, id, (scopeBytes + optionBytes) / 4, scopeBytes / 4, false)
}

const FIRST_DATA_ID = 256
/** Scopes of v9 (RFC 3954 §6.1) as elements: interface is ingressInterface; the others tell nothing that is asked for. */
const V9_SCOPES: Readonly<Record<number, number>> = { 2: 10 }

function readFields(b: Uint8Array, from: number, end: number, id: number, count: number, scopes: number, isIpfix: boolean): TemplateRead {
  if (id < FIRST_DATA_ID) return 'template number below 256'
  if (count === 0) return 'template without fields'
  if (count > MAX_FIELDS) return 'template of too many fields'
  const fields: FieldSpec[] = []
  let at = from
  for (let i = 0; i < count; i++) {
    if (end - at < 4) return 'template cut short'
    const number = u16(b, at)
    const length = u16(b, at + 2)
    at += 4
    const isOfEnterprise = isIpfix && (number & ENTERPRISE_BIT) !== 0
    if (isOfEnterprise && end - at < 4) return 'template cut short'
    const element = isOfEnterprise ? enterpriseElement(u32(b, at), number & ~ENTERPRISE_BIT) : number
    if (isOfEnterprise) at += 4
    if (!isIpfix && length > MAX_V9_LENGTH) return 'field of impossible length'
    const isScope = i < scopes
    fields.push({ element: isScope && !isIpfix ? (V9_SCOPES[number] ?? 0) : element, length: length === VARIABLE ? -1 : length })
  }
  const template = new Template(id, fields, scopes)
  // Records of no bytes would never end.
  return template.layout.minLength === 0 ? 'template of zero length' : { template, next: at }
}
