import {
  FLOW_RECORD_BIFLOW,
  FLOW_RECORD_CLIENT_IS_DST,
  FLOW_RECORD_CLIENT_IS_SRC,
  FLOW_RECORD_EGRESS,
  FLOW_RECORD_ENDED,
  FLOW_RECORD_FRAME_BYTES,
  type FlowBatch,
  type FlowExtras,
  type FlowProcess,
  type FlowWriter,
} from '../../lib/flow-batch.ts'
import { isIpv4, parseAddress } from '../../wire/address.ts'
import { parseMac } from '../../wire/mac.ts'
import { WENT_IN_A_CIRCLE } from '../collect/decoder.ts'
import type { Exporter } from '../collect/exporters.ts'
import {
  ADDRESSES,
  type FlowKey,
  KIND_ADDRESS,
  KIND_APP,
  KIND_FIELDS,
  KIND_MAC,
  KIND_NESTED,
  KIND_NUMBER,
  KIND_PATH,
  KIND_TEXT,
  NUMBERS,
  TEXTS,
} from './flow-keys.ts'

const MAX_FIELDS = 64
const MAX_FIELD_NAME = 64
const MAX_TEXT = 1024
const MAX_PATH = 16
const MAX_INSTANCE = 64
const MAX_COUNT = Number.MAX_SAFE_INTEGER
/** flowEndReason (RFC 5102 §5.11.3): the flow goes on. */
const ACTIVE_TIMEOUT = 2
const HUNDREDTHS = 100
const TCP = 6
const EPP_PORT = 443

const N = NUMBERS
const A = ADDRESSES
const T = TEXTS
const ADDRESS_COUNT = Object.keys(ADDRESSES).length
const TEXT_COUNT = Object.keys(TEXTS).length

export interface FinishOptions {
  readonly ownName: string | undefined
  readonly compat: boolean
  /** One packet of so many was counted, whatever the record says. */
  readonly sampling: number | undefined
}

/** What a record has told so far, whatever the order of its keys; reused for each. */
export class FlowValues {
  /** NaN: not told. */
  readonly numbers = new Float64Array(Object.keys(NUMBERS).length).fill(Number.NaN)
  readonly words = new Int32Array(4 * ADDRESS_COUNT)
  private readonly texts: (string | undefined)[] = new Array(TEXT_COUNT).fill(undefined)
  private hasTexts = false
  private appId: number | undefined
  private path: string[] | undefined
  private fields: Record<string, string | number> | undefined
  private fieldCount = 0

  clear(): void {
    this.numbers.fill(Number.NaN)
    this.words.fill(0)
    this.appId = this.path = this.fields = undefined
    this.fieldCount = 0
    if (this.hasTexts) this.texts.fill(undefined)
    this.hasTexts = false
  }

  /** Takes the value of a known key, as JSON has it. What makes no sense for the key is not told. */
  set({ kind, slot, label }: FlowKey, value: unknown): void {
    if (kind === KIND_NUMBER) this.setNumber(slot, value)
    else if (kind === KIND_ADDRESS) this.setAddress(slot, value)
    else if (kind === KIND_TEXT) this.setText(slot, value)
    else if (kind === KIND_MAC) this.numbers[slot] = (typeof value === 'string' ? parseMac(value) : undefined) ?? Number.NaN
    else if (kind === KIND_APP) this.setApp(value)
    else if (kind === KIND_PATH) this.setPath(value)
    else if (kind === KIND_FIELDS) this.setFields(value)
    else if (kind === KIND_NESTED) this.setNested(label, value)
  }

  private setNumber(slot: number, value: unknown): void {
    const told = typeof value === 'string' && /^\d{1,15}(?:\.\d{1,15})?$/.test(value) ? Number(value) : value
    this.numbers[slot] = typeof told === 'number' && told >= 0 ? Math.min(told, MAX_COUNT) : Number.NaN
  }

  private setAddress(slot: number, value: unknown): void {
    const words = typeof value === 'string' ? parseAddress(value) : undefined
    for (let n = 0; n < 4; n++) this.words[4 * slot + n] = words?.[n] ?? 0
  }

  private setText(slot: number, value: unknown): void {
    this.hasTexts = true
    const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value : ''
    this.texts[slot] = text === '' ? undefined : text.slice(0, MAX_TEXT)
  }

  /** 91, "91", "91.126" (protocol and application), "TLS.Google". ntopng 1.2.0 sends a name where it should send a number. */
  private setApp(value: unknown): void {
    const text = typeof value === 'number' ? String(Math.trunc(value)) : typeof value === 'string' ? value : ''
    const [, master, app] = /^(\d{1,5})(?:\.(\d{1,5}))?$/.exec(text) ?? []
    if (master !== undefined) this.appId = Number(app ?? 0) || Number(master)
    else if (this.texts[T.app] === undefined) this.setText(T.app, text)
  }

  private setPath(value: unknown): void {
    if (!Array.isArray(value)) return
    this.path = value.slice(0, MAX_PATH).flatMap((name: unknown) => (typeof name === 'string' ? [name.slice(0, MAX_INSTANCE)] : []))
  }

  private setFields(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    let left = MAX_FIELDS
    for (const name in value) {
      if (left-- === 0) break
      this.setField(name, (value as Record<string, unknown>)[name])
    }
  }

  private setNested(label: string, value: unknown): void {
    if (typeof value !== 'string') return this.setFields(value)
    try {
      const parsed: unknown = JSON.parse(value)
      if (typeof parsed === 'object') return this.setFields(parsed)
    } catch {
      // It is shown as it stands.
    }
    this.setField(label, value)
  }

  /** A key that has no column. */
  setField(name: string, value: unknown): void {
    if (this.fieldCount === MAX_FIELDS || name.length > MAX_FIELD_NAME || name === '__proto__' || value === null) return
    this.fields ??= {}
    this.fieldCount++
    this.fields[name] = typeof value === 'number' ? value : (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, MAX_TEXT)
  }

  /** Makes a record of what was told; otherwise why not. */
  finish(flows: FlowWriter, exporter: Exporter, nowMs: number, { ownName, compat, sampling }: FinishOptions): string | undefined {
    const { numbers, words, path } = this
    if (path !== undefined && ownName !== undefined && path.includes(ownName)) return WENT_IN_A_CIRCLE
    const src = this.told(A.src6) ? A.src6 : A.src4
    const dst = this.told(A.dst6) ? A.dst6 : A.dst4
    if (!this.isThere(src) || !this.isThere(dst)) return 'record without addresses'
    const i = flows.begin(exporter.number)
    const { batch } = flows
    for (let n = 0; n < 4; n++) {
      batch.src[4 * i + n] = words[4 * src + n]!
      batch.dst[4 * i + n] = words[4 * dst + n]!
    }
    batch.ipVersion[i] = isIpv4(words[4 * src]!, words[4 * src + 1]!, words[4 * src + 2]!) && numbers[N.ipVersion] !== 6 ? 4 : 6
    batch.proto[i] = numbers[N.proto]!
    batch.srcPort[i] = numbers[N.srcPort]!
    batch.dstPort[i] = numbers[N.dstPort]!
    batch.vlan[i] = numbers[N.dstVlan]! || numbers[N.srcVlan]!
    batch.tos[i] = numbers[N.tos]!
    batch.icmp[i] = numbers[N.icmp]!
    batch.inIf[i] = numbers[N.inIf]!
    batch.outIf[i] = numbers[N.outIf]!
    batch.srcAs[i] = numbers[N.srcAs]!
    batch.dstAs[i] = numbers[N.dstAs]!
    batch.srcMask[i] = numbers[src === A.src6 ? N.srcMask6 : N.srcMask4]! || numbers[N.srcMask6]! || numbers[N.srcMask4]!
    batch.dstMask[i] = numbers[dst === A.dst6 ? N.dstMask6 : N.dstMask4]! || numbers[N.dstMask6]! || numbers[N.dstMask4]!
    if (numbers[N.srcMac]! >= 0) batch.srcMac[i] = numbers[N.srcMac]!
    if (numbers[N.dstMac]! >= 0) batch.dstMac[i] = numbers[N.dstMac]!
    const hop = this.told(A.hop6) ? A.hop6 : A.hop4
    for (let n = 0; n < 4; n++) batch.nextHop[4 * i + n] = words[4 * hop + n]!
    this.times(batch, i, nowMs)
    this.counters(batch, i, exporter, compat, sampling)
    batch.flags[i] = this.flags()
    if (batch.inIf[i] !== 0 || batch.outIf[i] !== 0) this.traffic(batch, i, exporter)
    if (this.hasTexts || this.appId !== undefined || path !== undefined || this.fields !== undefined || this.hasProcess())
      batch.extras[i] = this.extras(batch, i)
    return undefined
  }

  /** 0.0.0.0 is an address too, of who asks for one. */
  private isThere(address: number): boolean {
    return this.told(address) || this.words[4 * address + 2] === 0xffff
  }
  private told(address: number): boolean {
    const { words } = this
    const w = 4 * address
    return (words[w]! | words[w + 1]! | words[w + 3]!) !== 0 || (words[w + 2] !== 0 && words[w + 2] !== 0xffff)
  }

  private times(batch: FlowBatch, i: number, nowMs: number): void {
    const { numbers } = this
    const first = numbers[N.firstMs]! >= 0 ? numbers[N.firstMs]! : numbers[N.first]! * 1000
    const last = numbers[N.lastMs]! >= 0 ? numbers[N.lastMs]! : numbers[N.last]! * 1000
    batch.lastMs[i] = last >= 0 ? last : first >= 0 ? first : nowMs
    batch.firstMs[i] = first >= 0 ? first : batch.lastMs[i]!
  }

  private counters(batch: FlowBatch, i: number, exporter: Exporter, compat: boolean, user: number | undefined): void {
    const { numbers } = this
    const there = compat ? 1 : 0
    const interval = numbers[N.interval]! >= 1 ? Math.min(0xffff_ffff, Math.trunc(numbers[N.interval]!)) : 1
    const rate = user ?? interval
    if (rate > 1 || user !== undefined) exporter.sampled(rate, user === undefined ? 'records' : 'user')
    batch.bytes[2 * i + there] = rate * (numbers[N.inBytes]! || 0)
    batch.bytes[2 * i + 1 - there] = rate * (numbers[N.outBytes]! || 0)
    batch.packets[2 * i + there] = rate * (numbers[N.inPackets]! || 0)
    batch.packets[2 * i + 1 - there] = rate * (numbers[N.outPackets]! || 0)
    // Told of counts that are scaled already.
    batch.sampling[i] = rate === 1 && numbers[N.sampling]! >= 1 ? numbers[N.sampling]! : rate
    // The flags of both ways together say nothing of either; they stand at the first.
    const isEachWay = numbers[N.srcTcpFlags]! >= 0 || numbers[N.dstTcpFlags]! >= 0
    batch.tcpFlags[2 * i] = isEachWay ? numbers[N.srcTcpFlags]! : numbers[N.tcpFlags]!
    batch.tcpFlags[2 * i + 1] = numbers[N.dstTcpFlags]!
  }

  private traffic(batch: FlowBatch, i: number, exporter: Exporter): void {
    const isEgress = (batch.flags[i]! & FLOW_RECORD_EGRESS) !== 0
    const [bytes, back] = [batch.bytes[2 * i]!, batch.bytes[2 * i + 1]!]
    exporter.traffic(batch.inIf[i]!, batch.outIf[i]!, bytes, back, isEgress, batch.firstMs[i]!, batch.lastMs[i]!)
  }

  private flags(): number {
    const { numbers } = this
    const biflow = numbers[N.biflowDirection]
    return (
      (numbers[N.outBytes]! >= 0 || numbers[N.outPackets]! >= 0 ? FLOW_RECORD_BIFLOW : 0) |
      (numbers[N.direction] === 1 ? FLOW_RECORD_EGRESS : 0) |
      (numbers[N.endReason]! > 0 && numbers[N.endReason] !== ACTIVE_TIMEOUT ? FLOW_RECORD_ENDED : 0) |
      (biflow === 1 ? FLOW_RECORD_CLIENT_IS_SRC : biflow === 2 ? FLOW_RECORD_CLIENT_IS_DST : 0) |
      (numbers[N.frameBytes]! >= 0 ? FLOW_RECORD_FRAME_BYTES : 0)
    )
  }

  private hasProcess(): boolean {
    const { numbers, texts } = this
    for (let n: number = N.srcPid; n <= N.dstIoWait; n++) if (numbers[n]! >= 0) return true
    for (let n: number = T.srcProgram; n <= T.dstContainer; n++) if (texts[n] !== undefined) return true
    return false
  }

  private extras(batch: FlowBatch, i: number): FlowExtras | undefined {
    const { texts, appId, path, fields } = this
    const extras: FlowExtras = {}
    if (texts[T.eppCommand] !== undefined) this.epp(batch, i, extras)
    if (texts[T.app] !== undefined) extras.app = texts[T.app]!
    if (appId !== undefined && appId > 0) extras.appId = appId
    const serverName = texts[T.serverName] ?? texts[T.httpHost]
    if (serverName !== undefined) extras.serverName = serverName
    const info = texts[T.url] ?? texts[T.dnsQuery]
    if (info !== undefined) extras.info = info
    if (fields !== undefined) extras.fields = { ...fields, ...extras.fields }
    if (this.hasProcess()) this.processes(extras)
    const exporter = texts[T.exporter] ?? usual(texts[T.exporter4]) ?? usual(texts[T.exporter6])
    if (exporter !== undefined) extras.exporter = exporter
    if (path !== undefined) extras.path = path
    for (const _ in extras) return extras
    return undefined
  }

  /** As 1.2 has it: a command of EPP is a flow of its own, however it came. */
  private epp(batch: FlowBatch, i: number, extras: FlowExtras): void {
    batch.proto[i] = TCP
    batch.dstPort[i] = EPP_PORT
    batch.packets[2 * i] = batch.packets[2 * i + 1] = 1
    extras.app = 'EPP'
    extras.fields = { EPP_CMD: this.texts[T.eppCommand]! }
  }

  private processes(extras: FlowExtras): void {
    const srcProcess = this.process(SRC_PROCESS)
    const dstProcess = this.process(DST_PROCESS)
    if (srcProcess !== undefined) extras.srcProcess = srcProcess
    if (dstProcess !== undefined) extras.dstProcess = dstProcess
  }

  private process(end: ProcessSlots): FlowProcess | undefined {
    const { texts, numbers } = this
    const process: FlowProcess = {}
    let isTold = false
    for (const [field, slot] of end.texts) {
      if (texts[slot] === undefined) continue
      process[field] = texts[slot]!
      isTold = true
    }
    for (const [field, slot, scale] of end.numbers) {
      if (!(numbers[slot]! >= 0)) continue
      process[field] = numbers[slot]! / scale
      isTold = true
    }
    return isTold ? process : undefined
  }
}

/** Probes that have nothing to say send an address of zeros. */
const usual = (address: string | undefined): string | undefined => (address === '0.0.0.0' || address === '::' ? undefined : address)

interface ProcessSlots {
  readonly texts: readonly (readonly ['name' | 'user' | 'fatherName' | 'container', number])[]
  readonly numbers: readonly (readonly ['pid' | 'fatherPid' | 'memory' | 'peakMemory' | 'cpu' | 'pageFaults' | 'ioWait', number, number])[]
}
const SRC_PROCESS: ProcessSlots = {
  texts: [
    ['name', T.srcProgram],
    ['user', T.srcUser],
    ['fatherName', T.srcFather],
    ['container', T.srcContainer],
  ],
  numbers: [
    ['pid', N.srcPid, 1],
    ['fatherPid', N.srcFatherPid, 1],
    ['memory', N.srcMemory, 1],
    ['peakMemory', N.srcPeakMemory, 1],
    ['cpu', N.srcCpu, HUNDREDTHS],
    ['pageFaults', N.srcPageFaults, 1],
    ['ioWait', N.srcIoWait, HUNDREDTHS],
  ],
}
const DST_PROCESS: ProcessSlots = {
  texts: [
    ['name', T.dstProgram],
    ['user', T.dstUser],
    ['fatherName', T.dstFather],
    ['container', T.dstContainer],
  ],
  numbers: [
    ['pid', N.dstPid, 1],
    ['fatherPid', N.dstFatherPid, 1],
    ['memory', N.dstMemory, 1],
    ['peakMemory', N.dstPeakMemory, 1],
    ['cpu', N.dstCpu, HUNDREDTHS],
    ['pageFaults', N.dstPageFaults, 1],
    ['ioWait', N.dstIoWait, HUNDREDTHS],
  ],
}
