import { inflateSync } from 'node:zlib'
import { GAUGES_OF_PORT } from '../collect/counter-courses.ts'
import type { CollectorParts } from '../collect/decoder.ts'
import type { Exporter } from '../collect/exporters.ts'
import { FlowJson } from './flow-json.ts'
import { FlowTlv } from './flow-tlv.ts'
import { type FinishOptions, FlowValues } from './flow-values.ts'
import { isTlv, readTlv } from './tlv.ts'
import { readHeader, u32be, u32le, type ZmqHeader } from './zmq-header.ts'

export interface ZmqDecoderOptions {
  /** As this wiretop calls itself, when the parts do not say it: records that have passed it are not taken again. */
  readonly ownName?: string | undefined
  /** ntopng 1.2 exchanges IN and OUT. */
  readonly compat?: boolean | undefined
}

/** Topics that probes are known to send; all others are counted together. */
const TOPICS = ['flow', 'event', 'counter', 'template', 'option', 'hello', 'listening-ports', 'snmp-ifaces', 'custom-ie', 'other'] as const
export type ZmqTopic = (typeof TOPICS)[number]

const MAX_INFLATED = 16 * 1024 * 1024
const DEFLATE = 8
const BRACE = 0x7b
const BRACKET = 0x5b
const SPACE = 0x20

/** What is kept of one publisher's numbers. */
interface Stream {
  readonly exporter: Exporter
  lastBig: number
  lastLittle: number
  isLittle: boolean
}

/** Reads messages of flows of nProbe, ntopng and wiretop. What is wrong is counted at the exporter; nothing throws. */
export class ZmqDecoder {
  /** Messages by topic. */
  readonly topics = Object.fromEntries(TOPICS.map((topic) => [topic, 0])) as Record<ZmqTopic, number>
  private readonly parts: CollectorParts
  private readonly finish: { -readonly [K in keyof FinishOptions]: FinishOptions[K] }
  private readonly header: ZmqHeader = { topic: '', version: 0, sourceId: 0, messageIdAt: 0 }
  /** By endpoint and source: as many as there are exporters. */
  private readonly streams = new Map<string, Map<number, Stream>>()
  private readonly values = new FlowValues()
  private readonly json: FlowJson
  private readonly tlv: FlowTlv
  private exporter: Exporter | undefined
  private nowMs = 0

  constructor(parts: CollectorParts, { ownName = parts.instance, compat = false }: ZmqDecoderOptions = {}) {
    this.parts = parts
    this.finish = { ownName, compat, sampling: undefined }
    this.json = new FlowJson(this.values, () => this.record())
    this.tlv = new FlowTlv(this.values, () => this.record())
  }

  /** Takes both frames of a message; `from` names the publisher. */
  message(header: Uint8Array, payload: Uint8Array, from: string, nowMs: number): void {
    const wrong = readHeader(header, this.header)
    const stream = this.streamOf(from, wrong === undefined ? this.header.sourceId : 0, nowMs)
    if (stream === undefined) return
    const { exporter } = stream
    exporter.lastSeen = nowMs
    exporter.datagrams++
    exporter.bytesReceived += header.length + payload.length
    if (wrong !== undefined) return exporter.fault(wrong)
    if (this.header.messageIdAt > 0) this.sequence(stream, header)
    const topic = this.header.topic as ZmqTopic
    const isKnown = Object.hasOwn(this.topics, topic)
    this.topics[isKnown ? topic : 'other']++
    if (!isKnown) exporter.fault('message of an unknown topic')
    else if (topic === 'flow') this.flows(exporter, payload, from, nowMs)
    else {
      exporter.count(`messages: ${topic}`, 1)
      if (topic === 'counter') this.counters(exporter, payload)
    }
  }

  /** Takes a message that has not two frames. */
  oddMessage(frames: readonly Uint8Array[], from: string, nowMs: number): void {
    const exporter = this.streamOf(from, 0, nowMs)?.exporter
    if (exporter === undefined) return
    exporter.lastSeen = nowMs
    exporter.datagrams++
    for (const { length } of frames) exporter.bytesReceived += length
    exporter.fault('message without two frames')
  }

  private streamOf(from: string, sourceId: number, nowMs: number): Stream | undefined {
    const known = this.streams.get(from)?.get(sourceId)
    if (known !== undefined) return known
    const exporter = this.parts.exporters.of(from, 'ZMQ', sourceId, nowMs)
    if (exporter === undefined) return undefined
    const stream: Stream = { exporter, lastBig: -1, lastLittle: -1, isLittle: false }
    let sources = this.streams.get(from)
    if (sources === undefined) this.streams.set(from, (sources = new Map()))
    sources.set(sourceId, stream)
    return stream
  }

  /** Ids grow by one. Some senders leave them in host order: which it is shows when one way they grow by one, and the other way not. */
  private sequence(stream: Stream, header: Uint8Array): void {
    const at = this.header.messageIdAt
    const big = u32be(header, at)
    const little = u32le(header, at)
    const growsBig = big === (stream.lastBig + 1) >>> 0
    const growsLittle = little === (stream.lastLittle + 1) >>> 0
    if (stream.lastBig >= 0 && growsLittle !== growsBig) stream.isLittle = growsLittle
    stream.lastBig = big
    stream.lastLittle = little
    stream.exporter.sequence(stream.isLittle ? little : big, 1)
  }

  private flows(exporter: Exporter, payload: Uint8Array, from: string, nowMs: number): void {
    const text = this.plain(exporter, payload)
    if (text === undefined) return
    this.exporter = exporter
    this.nowMs = nowMs
    this.finish.sampling = this.parts.samplingOf(from)
    const fault = isJson(text) ? this.json.read(text) : this.tlv.read(text)
    if (fault !== undefined) exporter.fault(fault)
  }

  private record(): void {
    const exporter = this.exporter!
    const fault = this.values.finish(this.parts.flows, exporter, this.nowMs, this.finish)
    if (fault === undefined) exporter.records++
    else exporter.fault(fault)
  }

  /** Before version 4 a first byte of 0 says that the rest is compressed; then a flag does. Either way it shows, as no JSON begins like zlib. */
  private plain(exporter: Exporter, payload: Uint8Array): Uint8Array | undefined {
    const compressed = payload[0] === 0 && this.header.version < 4 ? payload.subarray(1) : payload
    if (!isZlib(compressed)) return payload
    try {
      return inflateSync(compressed, { maxOutputLength: MAX_INFLATED })
    } catch (error) {
      const isLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      exporter.fault(isLong ? 'compressed payload longer than 16 MiB' : 'compressed payload that does not open')
      return undefined
    }
  }

  /** Of an interface, as sFlow has them: {"deviceIP": …, "ifIndex": …, "ifName": …, "ifInOctets": …}. */
  private counters(exporter: Exporter, payload: Uint8Array): void {
    const text = this.plain(exporter, payload)
    if (text === undefined) return
    const told = objectOf(text)
    const ifIndex = Number(told?.['ifIndex'])
    if (told === undefined || !(ifIndex > 0 && ifIndex <= 0xffff_ffff)) return exporter.fault('counters of no interface')
    const port = exporter.port(ifIndex)
    if (port === undefined) return exporter.fault('too many interfaces')
    if (typeof told['ifName'] === 'string') port.name = told['ifName'].slice(0, 64)
    const speed = Number(told['ifSpeed'])
    if (speed > 0) port.speedBps = speed
    for (const [name, value] of Object.entries(told))
      if (/^if\w{1,40}$/.test(name) && name !== 'ifIndex' && name !== 'ifSpeed' && typeof value === 'number')
        port.counters.tell(name, value, GAUGES_OF_PORT.has(name))
  }

  tick(_nowMs: number): void {}
}

/** RFC 1950: the method is deflate, and the two bytes are a multiple of 31. */
const isZlib = (b: Uint8Array): boolean => b.length > 2 && (b[0]! & 15) === DEFLATE && ((b[0]! << 8) | b[1]!) % 31 === 0

function isJson(b: Uint8Array): boolean {
  let at = 0
  while (at < b.length && b[at]! <= SPACE && b[at] !== 0) at++
  return b[at] === BRACE || b[at] === BRACKET
}

function objectOf(b: Uint8Array): Record<string, unknown> | undefined {
  if (isTlv(b)) {
    const entries: [string, unknown][] = []
    const fault = readTlv(b, { value: (key, value) => void entries.push([String(key), value]), record: () => undefined })
    return fault === undefined ? Object.fromEntries(entries) : undefined
  }
  try {
    const value: unknown = JSON.parse(Buffer.from(b.buffer, b.byteOffset, b.length).toString().replace(/\0+$/, ''))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
