import type { FlowBatch } from '../lib/flow-batch.ts'
import { ByteWriter } from './byte-writer.ts'
import { type Element, elementsOf } from './ipfix-elements.ts'

/** A message that lacks its sequence number and time: those are of the moment when it leaves. */
export interface IpfixMessage {
  readonly data: Uint8Array<ArrayBuffer>
  /** Data records, of flows or of options: by so many the sequence number grows. */
  readonly dataRecords: number
}

/** RFC 7011 §3.1, §3.3.2 */
const VERSION = 10
const LENGTH_AT = 2
const TIME_AT = 4
const SEQUENCE_AT = 8
const DOMAIN_AT = 12
const HEADER_LEN = 16
const SET_HEADER_LEN = 4
const TEMPLATE_SET = 2
const OPTIONS_TEMPLATE_SET = 3
const ENTERPRISE_BIT = 0x8000

/** The longest record stays below, and so does a template. */
const MAX_RECORD = 2048
/** The least that a path of IPv6 takes; every record fits. */
export const MIN_MESSAGE = 1280

export function stamp({ data }: IpfixMessage, sequence: number, nowMs: number): void {
  const view = new DataView(data.buffer, data.byteOffset)
  view.setUint32(TIME_AT, Math.floor(nowMs / 1000))
  view.setUint32(SEQUENCE_AT, sequence)
}

/** Puts records into sets and sets into messages of at most `maxBytes`. */
export class IpfixMessages {
  private readonly maxBytes: number
  private readonly out: ByteWriter
  private readonly emit: (message: IpfixMessage) => void
  private set = 0
  private setAt = 0
  private dataRecords = 0

  /** `emit` takes each message as it becomes full, and the last one at `flush`. */
  constructor(maxBytes: number, domain: number, emit: (message: IpfixMessage) => void) {
    this.maxBytes = maxBytes
    this.emit = emit
    this.out = new ByteWriter(maxBytes + MAX_RECORD)
    this.out.u16(VERSION)
    this.out.at = DOMAIN_AT
    this.out.u32(domain)
  }

  flow(batch: FlowBatch, i: number, template: number): void {
    const elements = elementsOf(template)
    this.record(template, 1, (out) => {
      for (let e = 0; e < elements.length; e++) elements[e]!.put(out, batch, i)
    })
  }

  /** RFC 7011 §3.4.1 */
  template(template: number): void {
    const elements = elementsOf(template)
    this.record(TEMPLATE_SET, 0, (out) => {
      out.u16(template)
      out.u16(elements.length)
      for (const element of elements) putSpecifier(out, element)
    })
  }

  /** RFC 7011 §3.4.2.2: the first element is the scope. */
  optionsTemplate(template: number, elements: readonly Pick<Element, 'id' | 'length'>[]): void {
    this.record(OPTIONS_TEMPLATE_SET, 0, (out) => {
      out.u16(template)
      out.u16(elements.length)
      out.u16(1)
      for (const element of elements) putSpecifier(out, element)
    })
  }

  options(template: number, put: (out: ByteWriter) => void): void {
    this.record(template, 1, put)
  }

  /** The message so far, if there is anything in it. */
  flush(): void {
    this.finish(this.out.at)
    this.out.at = HEADER_LEN
    this.set = 0
  }

  /** Writes it where it is to stand; what does not fit any more moves into the next message. */
  private record(set: number, dataRecords: number, put: (out: ByteWriter) => void): void {
    const { out } = this
    const before = out.at
    if (this.set !== set) this.beginSet(set)
    const begin = out.at
    put(out)
    if (out.at > this.maxBytes && before > HEADER_LEN) {
      const end = out.at
      this.finish(before)
      out.at = HEADER_LEN
      this.beginSet(set)
      out.buf.copyWithin(out.at, begin, end)
      out.at += end - begin
    }
    this.dataRecords += dataRecords
    out.u16At(this.setAt + 2, out.at - this.setAt)
  }

  private beginSet(set: number): void {
    this.set = set
    this.setAt = this.out.at
    this.out.u16(set)
    this.out.at += SET_HEADER_LEN - 2
  }

  private finish(end: number): void {
    if (end === HEADER_LEN) return
    this.out.u16At(LENGTH_AT, end)
    this.emit({ data: this.out.buf.slice(0, end), dataRecords: this.dataRecords })
    this.dataRecords = 0
  }
}

function putSpecifier(out: ByteWriter, { id, length, enterprise }: Pick<Element, 'id' | 'length' | 'enterprise'>): void {
  out.u16(enterprise === undefined ? id : id | ENTERPRISE_BIT)
  out.u16(length)
  if (enterprise !== undefined) out.u32(enterprise)
}
