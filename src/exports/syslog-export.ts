import { hostname } from 'node:os'
import type { FlowBatch } from '../lib/flow-batch.ts'
import type { OpenChannel } from './channel.ts'
import { type QueueOptions, TextExport } from './queued-export.ts'
import { type FieldVisitor, visitRecord } from './record-fields.ts'
import { recordJson } from './record-json.ts'

export interface SyslogOptions extends QueueOptions {
  /** What a record is in the message: JSON as its text, or parameters of structured data. */
  readonly form?: 'json' | 'structured' | undefined
  /** 0 to 23 (RFC 5424 §6.2.1); local0 when left out. */
  readonly facility?: number | undefined
  readonly hostName?: string | undefined
  /** Private enterprise number in the SD-ID; when left out that of RFC 5612, which is for documentation and belongs to nobody. */
  readonly enterprise?: number | undefined
}

const LOCAL0 = 16
const INFORMATIONAL = 6
const VERSION = 1
const MSG_ID = 'flow'
const DOCUMENTATION_ENTERPRISE = 32_473
/** Receivers take 2048 at least (RFC 5424 §6.1); usual ones 8192. */
const MAX_DATAGRAM = 8192

/** One message a record (RFC 5424): a datagram each (RFC 5426), or frames with their length in front (RFC 6587 §3.4.1; over TLS RFC 5425). */
export class SyslogExport extends TextExport {
  private readonly isStream: boolean
  private readonly isStructured: boolean
  /** Up to the time stamp, and behind it. */
  private readonly before: string
  private readonly behind: string
  private readonly data: StructuredData

  constructor(
    name: string,
    open: OpenChannel<Uint8Array>,
    carrier: 'datagrams' | 'stream',
    { form = 'json', facility = LOCAL0, hostName = hostname(), enterprise = DOCUMENTATION_ENTERPRISE, ...queue }: SyslogOptions = {},
  ) {
    super(name, open, queue)
    this.isStream = carrier === 'stream'
    this.isStructured = form === 'structured'
    this.before = `<${8 * facility + INFORMATIONAL}>${VERSION} `
    this.behind = ` ${headerWord(hostName, 255)} wiretop ${process.pid} ${MSG_ID} `
    this.data = new StructuredData(`flow@${enterprise}`)
  }

  send(batch: FlowBatch, nowMs: number): void {
    const head = `${this.before}${new Date(nowMs).toISOString()}${this.behind}`
    if (this.isStream) this.sendFrames(batch, head)
    else this.sendDatagrams(batch, head)
  }

  private message(batch: FlowBatch, i: number, head: string): string {
    return this.isStructured ? `${head}${this.data.of(batch, i)}` : `${head}- ${recordJson(batch, i)}`
  }

  private sendDatagrams(batch: FlowBatch, head: string): void {
    for (let i = 0; i < batch.count; i++) {
      const datagram = Buffer.from(this.message(batch, i, head))
      if (datagram.length > MAX_DATAGRAM) this.queue.refuse(1, 'a record longer than a datagram of syslog')
      else this.queue.push(datagram, datagram.length, 1)
    }
  }

  private sendFrames(batch: FlowBatch, head: string): void {
    this.sendTexts(batch.count, (i) => {
      const message = this.message(batch, i, head)
      return `${Buffer.byteLength(message)} ${message}`
    })
  }
}

/** PRINTUSASCII without blanks, or "-" (RFC 5424 §6.2). */
const headerWord = (text: string, max: number): string => text.replace(/[^!-~]/g, '').slice(0, max) || '-'

/** RFC 5424 §6.3: [SD-ID name="value" …]. */
class StructuredData implements FieldVisitor {
  private readonly id: string
  private params = ''

  constructor(id: string) {
    this.id = id
  }

  of(batch: FlowBatch, i: number): string {
    this.params = ''
    visitRecord(batch, i, this)
    return `[${this.id}${this.params}]`
  }

  number(name: string, value: number): void {
    this.plain(name, `${value}`)
  }
  flag(name: string, value: boolean): void {
    this.plain(name, `${value}`)
  }
  plain(name: string, value: string): void {
    this.params += ` ${name}="${value}"`
  }
  text(name: string, value: string): void {
    this.plain(name, escaped(value))
  }
  texts(name: string, values: readonly string[]): void {
    this.text(name, values.join(', '))
  }
  field(name: string, value: string | number): void {
    this.text(paramName(`fields.${name}`), `${value}`)
  }
}

/** SD-NAME: up to 32 of PRINTUSASCII without "=", "]", quotes and blanks. */
const paramName = (name: string): string => name.replace(/[^!-~]|[=\]"]/g, '_').slice(0, 32)
/** PARAM-VALUE: quotes, backslashes and brackets escaped; control characters would end lines where receivers write them. */
const escaped = (value: string): string =>
  value
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f]/g, '�')
    .replace(/["\\\]]/g, '\\$&')
