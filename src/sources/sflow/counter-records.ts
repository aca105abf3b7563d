import { Cursor } from '../../wire/cursor.ts'
import { GAUGES_OF_PORT } from '../collect/counter-courses.ts'
import type { ExporterPort } from '../collect/exporters.ts'
import type { Agent } from './agents.ts'
import { type RecordReader, u32, u64, WORD } from './xdr.ts'

const GENERIC_INTERFACE = 1
const ETHERNET_INTERFACE = 2
const VLAN = 5
const PROCESSOR = 1001
const PORT_NAME = 1005

const OF_INTERFACE = 0
const UNKNOWN_32 = 0xffff_ffff
const UNKNOWN_64 = UNKNOWN_32 * 0x1_0000_0000 + UNKNOWN_32

/** A counter's name and its width in bytes, in the order in which they follow one another. */
type Counters = readonly (readonly [name: string, bytes: 4 | 8])[]

/** if_counters (RFC 2233) behind ifIndex, ifType, ifSpeed, ifDirection and ifStatus. */
const OF_GENERIC: Counters = [
  ['ifInOctets', 8],
  ['ifInUcastPkts', 4],
  ['ifInMulticastPkts', 4],
  ['ifInBroadcastPkts', 4],
  ['ifInDiscards', 4],
  ['ifInErrors', 4],
  ['ifInUnknownProtos', 4],
  ['ifOutOctets', 8],
  ['ifOutUcastPkts', 4],
  ['ifOutMulticastPkts', 4],
  ['ifOutBroadcastPkts', 4],
  ['ifOutDiscards', 4],
  ['ifOutErrors', 4],
  ['ifPromiscuousMode', 4],
]
const GENERIC_HEAD = 6 * WORD
const IN_OCTETS = GENERIC_HEAD
const OUT_OCTETS = IN_OCTETS + 2 * WORD + 6 * WORD
/** ethernet_counters (RFC 2358). */
const OF_ETHERNET: Counters = [
  ['dot3StatsAlignmentErrors', 4],
  ['dot3StatsFCSErrors', 4],
  ['dot3StatsSingleCollisionFrames', 4],
  ['dot3StatsMultipleCollisionFrames', 4],
  ['dot3StatsSQETestErrors', 4],
  ['dot3StatsDeferredTransmissions', 4],
  ['dot3StatsLateCollisions', 4],
  ['dot3StatsExcessiveCollisions', 4],
  ['dot3StatsInternalMacTransmitErrors', 4],
  ['dot3StatsCarrierSenseErrors', 4],
  ['dot3StatsFrameTooLongs', 4],
  ['dot3StatsInternalMacReceiveErrors', 4],
  ['dot3StatsSymbolErrors', 4],
]
const OF_VLAN: Counters = [
  ['octets', 8],
  ['ucastPkts', 4],
  ['multicastPkts', 4],
  ['broadcastPkts', 4],
  ['discards', 4],
]
const OF_PROCESSOR: Counters = [
  ['cpu5s', 4],
  ['cpu1m', 4],
  ['cpu5m', 4],
  ['totalMemory', 8],
  ['freeMemory', 8],
]
const HUNDREDTHS = new Set(['cpu5s', 'cpu1m', 'cpu5m'])

const sizeOf = (counters: Counters): number => counters.reduce((sum, [, bytes]) => sum + bytes, 0)
const GENERIC_LEN = GENERIC_HEAD + sizeOf(OF_GENERIC)
const ETHERNET_LEN = sizeOf(OF_ETHERNET)
const VLAN_LEN = WORD + sizeOf(OF_VLAN)
const PROCESSOR_LEN = sizeOf(OF_PROCESSOR)

const TOO_SHORT = 'counters cut short'

/** Reads counter samples: what an agent counts itself, of its interfaces and of itself. Counters that it does not know (all ones) are left as they are. */
export class CounterRecords implements RecordReader {
  private agent: Agent | undefined
  private sourceKind = 0
  private sourceIndex = 0
  private nowMs = 0
  private readonly cursor = new Cursor()

  begin(agent: Agent, sourceKind: number, sourceIndex: number, nowMs: number): this {
    this.agent = agent
    this.sourceKind = sourceKind
    this.sourceIndex = sourceIndex
    this.nowMs = nowMs
    return this
  }

  record(format: number, b: Uint8Array, at: number, end: number): void {
    const { exporter } = this.agent!
    const length = end - at
    if (format === GENERIC_INTERFACE) {
      if (length < GENERIC_LEN) exporter.fault(TOO_SHORT)
      else this.generic(b, at)
    } else if (format === ETHERNET_INTERFACE) {
      if (length < ETHERNET_LEN) exporter.fault(TOO_SHORT)
      else this.toPort(this.portOfSource(), OF_ETHERNET, b, at)
    } else if (format === VLAN) {
      if (length < VLAN_LEN) exporter.fault(TOO_SHORT)
      else this.toExporter(`vlan${u32(b, at)}.`, OF_VLAN, b, at + WORD)
    } else if (format === PROCESSOR) {
      if (length < PROCESSOR_LEN) exporter.fault(TOO_SHORT)
      else this.toExporter('', OF_PROCESSOR, b, at)
    } else if (format === PORT_NAME) this.portName(b, at, end)
  }

  private generic(b: Uint8Array, at: number): void {
    const port = this.agent!.exporter.port(u32(b, at))
    if (port === undefined) return
    const speed = u64(b, at + 2 * WORD)
    if (speed > 0 && speed < UNKNOWN_64) port.speedBps = speed
    this.toPort(port, OF_GENERIC, b, at + GENERIC_HEAD)
    const inOctets = u64(b, at + IN_OCTETS)
    const outOctets = u64(b, at + OUT_OCTETS)
    if (inOctets !== UNKNOWN_64 && outOctets !== UNKNOWN_64) port.counted('sflow', this.nowMs, inOctets, outOctets, 64)
    const status = u32(b, at + 5 * WORD)
    if (status === UNKNOWN_32) return
    // Bits of the agent's word; as IF-MIB has them 1 is up, 2 is down.
    port.counters.tell('ifAdminStatus', (status & 1) !== 0 ? 1 : 2, true)
    port.counters.tell('ifOperStatus', (status & 2) !== 0 ? 1 : 2, true)
    port.counters.tell('ifType', u32(b, at + WORD), true)
    port.counters.tell('ifDirection', u32(b, at + 4 * WORD), true)
  }

  private portOfSource(): ExporterPort | undefined {
    return this.sourceKind === OF_INTERFACE ? this.agent!.exporter.port(this.sourceIndex) : undefined
  }

  private toPort(port: ExporterPort | undefined, of: Counters, b: Uint8Array, from: number): void {
    if (port === undefined) return
    port.countersAt = this.nowMs
    let at = from
    for (const [name, bytes] of of) {
      const value = bytes === 8 ? u64(b, at) : u32(b, at)
      if (value !== (bytes === 8 ? UNKNOWN_64 : UNKNOWN_32)) port.counters.tell(name, value, GAUGES_OF_PORT.has(name))
      at += bytes
    }
  }

  private toExporter(prefix: string, of: Counters, b: Uint8Array, from: number): void {
    const { exporter } = this.agent!
    let at = from
    for (const [name, bytes] of of) {
      const value = bytes === 8 ? u64(b, at) : u32(b, at)
      if (value !== (bytes === 8 ? UNKNOWN_64 : UNKNOWN_32))
        exporter.counter(prefix + name, HUNDREDTHS.has(name) ? value / 100 : value, of === OF_PROCESSOR)
      at += bytes
    }
  }

  private portName(b: Uint8Array, at: number, end: number): void {
    const c = this.cursor.reset(b, at, end)
    const name = c.text(c.u32())
    if (c.bad) this.agent!.exporter.fault('text longer than its record')
    else if (name !== '') {
      const port = this.portOfSource()
      if (port !== undefined) port.name = name
    }
  }
}
