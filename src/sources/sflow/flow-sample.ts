import { FLOW_RECORD_EGRESS, type FlowWriter } from '../../lib/flow-batch.ts'
import { SAMPLE_EGRESS, type SampleWriter } from '../../lib/sample-batch.ts'
import { MAX_WIRE_LEN } from '../../lib/source.ts'
import { PORT_IN, PORT_OUT } from '../../tables/port-series.ts'
import { i32 } from '../../wire/bytes.ts'
import { Cursor } from '../../wire/cursor.ts'
import type { Agent, DataSource } from './agents.ts'
import {
  EXTENDED_GATEWAY,
  EXTENDED_NAT,
  EXTENDED_NAT_PORT,
  EXTENDED_URL,
  EXTENDED_USER,
  ExtendedRecords,
  VNI_EGRESS,
  VNI_INGRESS,
} from './extended-records.ts'
import { type RecordReader, u32, WORD } from './xdr.ts'

const SAMPLED_HEADER = 1
const SAMPLED_ETHERNET = 2
const SAMPLED_IPV4 = 3
const SAMPLED_IPV6 = 4
const EXTENDED_SWITCH = 1001
const EXTENDED_ROUTER = 1002

const HEADER_HEAD = 4 * WORD
const ETHERNET_LEN = 6 * WORD
const IPV4_LEN = 8 * WORD
const IPV6_LEN = 14 * WORD
const SWITCH_LEN = 4 * WORD
const IPV4 = 1
const IPV6 = 2

/** header_protocol → LINKTYPE_; those that are not there cannot be read, but count. */
const LINK_TYPES: readonly (number | undefined)[] = (() => {
  const table: (number | undefined)[] = []
  table[1] = 1 // Ethernet
  table[7] = 9 // PPP
  table[11] = 228 // IPv4
  table[12] = 229 // IPv6
  table[13] = 219 // MPLS
  table[14] = 50 // PPP in HDLC-like framing, over SONET (RFC 1662, 2615)
  table[15] = 105 // IEEE 802.11
  return table
})()
const NO_LINK_TYPE = 0xffff
const ETHERNET = 1
/** Of Ethernet; `stripped` counts it among what was taken off, so less means that `frame_length` is without it too. */
const CHECK_SEQUENCE_LEN = 4
const MAX_VLAN = 4094
const MAC_BYTES = 6

const SOURCE_IS_INTERFACE = 0
/** Traffic of the switch itself. */
const INTERNAL = 0x3fff_ffff

const SHORT = 'record cut short'

/** An interface, of its two-bit format and value; 0 for discarded packets, several ways out, and the switch itself. */
export const ifIndexOf = (format: number, value: number): number =>
  format === 0 && value !== INTERNAL && value !== 0xffff_ffff ? value : 0

/**
 * The sample at hand: `begin`, then its records in any order, then `end` puts it where it belongs. A sample with the beginning of its packet becomes a sampled packet; one
 * with addresses alone becomes a flow record of as many packets as it stands for.
 */
export class FlowSample implements RecordReader {
  private readonly samples: SampleWriter
  private readonly flows: FlowWriter
  private readonly extended: ExtendedRecords
  private readonly cursor = new Cursor()
  private readonly made = new Uint8Array(2 * MAC_BYTES + 2)

  private agent: Agent | undefined
  private nowMs = 0
  private rate = 1
  private isEgress = false
  private source: DataSource | undefined
  private inIf = 0
  private outIf = 0
  private headerAt = -1
  private headerLen = 0
  private protocol = 0
  private frameLen = 0
  private ethernetAt = -1
  private ipAt = -1
  private ipVersion = 0
  private vlanIn = 0
  private vlanOut = 0
  private srcMask = 0
  private dstMask = 0
  private srcAs = 0
  private dstAs = 0
  private readonly nextHop = new Int32Array(4)
  private hasNextHop = false

  constructor(samples: SampleWriter, flows: FlowWriter, seed: number) {
    this.samples = samples
    this.flows = flows
    this.extended = new ExtendedRecords(seed)
  }

  begin(agent: Agent, kind: number, index: number, rate: number, inIf: number, outIf: number, nowMs: number): this {
    this.agent = agent
    this.nowMs = nowMs
    this.rate = rate
    this.inIf = inIf
    this.outIf = outIf
    this.isEgress = kind === SOURCE_IS_INTERFACE && index !== 0 && index === outIf && index !== inIf
    this.source = agent.source(kind, index)
    if (this.source !== undefined) {
      if (this.isEgress) this.source.samplesOut = true
      else this.source.samplesIn = true
    }
    this.headerAt = this.ethernetAt = this.ipAt = -1
    this.vlanIn = this.vlanOut = this.srcMask = this.dstMask = this.srcAs = this.dstAs = 0
    this.hasNextHop = false
    this.extended.begin()
    return this
  }

  /** `drops`: how many samples the agent has lost at this source since it started. */
  dropped(drops: number): void {
    const { source } = this
    if (source === undefined) return
    const more = (drops - source.drops) | 0
    if (source.drops >= 0 && more > 0) this.agent!.exporter.fault('packets dropped by the agent', more)
    source.drops = drops
  }

  record(format: number, b: Uint8Array, at: number, end: number): void {
    switch (format) {
      case SAMPLED_HEADER:
        return this.header(b, at, end)
      case EXTENDED_SWITCH:
        return this.switched(b, at, end)
      case EXTENDED_ROUTER:
        return this.routed(b, at, end)
      case EXTENDED_GATEWAY:
        this.extended.add(format, at, end)
        return this.gateway(b, at, end)
      case EXTENDED_USER:
      case EXTENDED_URL:
      case EXTENDED_NAT:
      case EXTENDED_NAT_PORT:
      case VNI_EGRESS:
      case VNI_INGRESS:
        return this.extended.add(format, at, end)
      case SAMPLED_ETHERNET:
        if (end - at < ETHERNET_LEN) this.fault(SHORT)
        else this.ethernetAt = at
        return
      case SAMPLED_IPV4:
      case SAMPLED_IPV6:
        if (end - at < (format === SAMPLED_IPV4 ? IPV4_LEN : IPV6_LEN)) return this.fault(SHORT)
        this.ipAt = at
        this.ipVersion = format === SAMPLED_IPV4 ? 4 : 6
    }
  }
  private fault(cause: string): void {
    this.agent!.exporter.fault(cause)
  }

  /** sampled_header. */
  private header(b: Uint8Array, at: number, end: number): void {
    if (end - at < HEADER_HEAD) return this.fault(SHORT)
    this.protocol = u32(b, at)
    const stripped = u32(b, at + 2 * WORD)
    let length = u32(b, at + 3 * WORD)
    if (length > end - at - HEADER_HEAD) {
      this.fault('header longer than its record')
      length = end - at - HEADER_HEAD
    }
    if (u32(b, at + WORD) > MAX_WIRE_LEN) this.fault('frame longer than there are any')
    this.headerAt = at + HEADER_HEAD
    this.headerLen = length
    this.frameLen = u32(b, at + WORD) - (stripped >= CHECK_SEQUENCE_LEN ? CHECK_SEQUENCE_LEN : 0)
  }

  /** extended_switch: VLAN and priority as it came in and goes out. */
  private switched(b: Uint8Array, at: number, end: number): void {
    if (end - at < SWITCH_LEN) return this.fault(SHORT)
    const vlanIn = u32(b, at)
    const vlanOut = u32(b, at + 2 * WORD)
    this.vlanIn = vlanIn <= MAX_VLAN ? vlanIn : 0
    this.vlanOut = vlanOut <= MAX_VLAN ? vlanOut : 0
  }

  /** extended_router: next hop, and the prefix lengths of both ends. */
  private routed(b: Uint8Array, at: number, end: number): void {
    const c = this.cursor.reset(b, at, end)
    this.readNextHop(c)
    const srcMask = c.u32()
    const dstMask = c.u32()
    if (c.bad) return this.fault(SHORT)
    this.srcMask = srcMask <= 128 ? srcMask : 0
    this.dstMask = dstMask <= 128 ? dstMask : 0
  }
  private readNextHop(c: Cursor): void {
    const { nextHop } = this
    const type = c.u32()
    if (type === IPV4) {
      nextHop[0] = nextHop[1] = 0
      nextHop[2] = 0xffff
      nextHop[3] = c.u32()
    } else if (type === IPV6) for (let word = 0; word < 4; word++) nextHop[word] = c.u32()
    else if (type !== 0) c.skip(-1)
    this.hasNextHop = !c.bad && ((type === IPV4 && nextHop[3] !== 0) || type === IPV6)
  }

  /** extended_gateway: the source's autonomous system, and the last one of the path to the destination. */
  private gateway(b: Uint8Array, at: number, end: number): void {
    const c = this.cursor.reset(b, at, end)
    if (this.hasNextHop) c.skip(addressLen(c.peek32()))
    else this.readNextHop(c)
    c.skip(WORD)
    const srcAs = c.u32()
    c.skip(WORD)
    let last = 0
    for (let segments = c.u32(); segments > 0 && !c.bad; segments--) {
      c.skip(WORD)
      const ases = c.u32()
      if (ases === 0) continue
      c.skip((ases - 1) * WORD)
      last = c.u32()
    }
    this.srcAs = srcAs
    if (c.bad) this.fault('gateway record cut short')
    else this.dstAs = last
  }

  /** All records have been shown. */
  end(b: Uint8Array): void {
    const { exporter } = this.agent!
    if (this.headerAt >= 0) this.packet(b, this.headerAt, this.headerLen, this.frameLen, this.linkType)
    else if (this.ipAt >= 0) this.flow(b)
    else if (this.ethernetAt >= 0) this.frame(b)
    else return this.fault('sample without a packet')
    exporter.records++
  }

  private get linkType(): number {
    const linkType = LINK_TYPES[this.protocol]
    if (linkType === undefined) this.fault('header of a link that is not known')
    return linkType ?? NO_LINK_TYPE
  }

  private packet(b: Uint8Array, at: number, length: number, frameLen: number, linkType: number): void {
    const { batch } = this.samples
    const i = this.samples.begin(this.agent!.exporter.number, b, at, length, frameLen, linkType, this.nowMs)
    batch.weight[i] = this.rate
    if (this.isEgress) batch.flags[i] = SAMPLE_EGRESS
    batch.vlan[i] = (this.isEgress ? this.vlanOut : 0) || this.vlanIn
    this.tell(batch, i)
    batch.extras[i] = this.extras(b)
    this.countPorts(batch.wireLen[i]! * this.rate)
  }
  private tell(batch: SampleWriter['batch'] | FlowWriter['batch'], i: number): void {
    batch.inIf[i] = this.inIf
    batch.outIf[i] = this.outIf
    batch.srcAs[i] = this.srcAs
    batch.dstAs[i] = this.dstAs
    batch.srcMask[i] = this.srcMask
    batch.dstMask[i] = this.dstMask
    if (!this.hasNextHop) return
    for (let word = 0; word < 4; word++) batch.nextHop[4 * i + word] = this.nextHop[word]!
  }
  private extras(b: Uint8Array) {
    const extras = this.extended.extras(b)
    if (this.extended.isBad) this.fault(SHORT)
    return extras
  }

  /** sampled_ethernet alone: both addresses and the type are a frame's beginning. */
  private frame(b: Uint8Array): void {
    const { made, ethernetAt: at } = this
    made.set(b.subarray(at + 3 * WORD, at + 3 * WORD + MAC_BYTES), 0)
    made.set(b.subarray(at + WORD, at + WORD + MAC_BYTES), MAC_BYTES)
    made[2 * MAC_BYTES] = b[at + 5 * WORD + 2]!
    made[2 * MAC_BYTES + 1] = b[at + 5 * WORD + 3]!
    const length = u32(b, at)
    const { batch } = this.samples
    const i = this.samples.begin(this.agent!.exporter.number, made, 0, made.length, length, ETHERNET, this.nowMs)
    batch.weight[i] = this.rate
  }

  /** sampled_ipv4 or sampled_ipv6: length, protocol, addresses, ports, TCP flags, type of service. */
  private flow(b: Uint8Array): void {
    const { flows, rate, ipAt: at, ipVersion } = this
    const { batch } = flows
    const i = flows.begin(this.agent!.exporter.number)
    const words = ipVersion === 4 ? 1 : 4
    const rest = at + (2 + 2 * words) * WORD
    batch.ipVersion[i] = ipVersion
    batch.proto[i] = u32(b, at + WORD)
    for (let word = 0; word < words; word++) {
      batch.src[4 * i + 4 - words + word] = i32(b, at + (2 + word) * WORD)
      batch.dst[4 * i + 4 - words + word] = i32(b, at + (2 + words + word) * WORD)
    }
    if (ipVersion === 4) batch.src[4 * i + 2] = batch.dst[4 * i + 2] = 0xffff
    batch.srcPort[i] = u32(b, rest)
    batch.dstPort[i] = u32(b, rest + WORD)
    batch.tcpFlags[2 * i] = u32(b, rest + 2 * WORD)
    batch.tos[i] = u32(b, rest + 3 * WORD)
    batch.bytes[2 * i] = u32(b, at) * rate
    batch.packets[2 * i] = rate
    batch.sampling[i] = rate
    batch.firstMs[i] = batch.lastMs[i] = this.nowMs
    batch.vlan[i] = (this.isEgress ? this.vlanOut : 0) || this.vlanIn
    if (this.isEgress) batch.flags[i] = FLOW_RECORD_EGRESS
    if (this.ethernetAt >= 0) {
      batch.srcMac[i] = mac(b, this.ethernetAt + WORD)
      batch.dstMac[i] = mac(b, this.ethernetAt + 3 * WORD)
    }
    this.tell(batch, i)
    batch.extras[i] = this.extras(b)
    this.countPorts(batch.bytes[2 * i]!)
  }

  /** Where an agent samples an interface both ways, each way counts by its own samples. */
  private countPorts(bytes: number): void {
    const { agent, inIf, outIf, isEgress } = this
    if (inIf !== 0 && !(isEgress && agent!.sourceOf(inIf)?.samplesIn)) {
      agent!.inPort(inIf)?.carried(PORT_IN, bytes, 1)
    }
    if (outIf !== 0 && (isEgress || !agent!.sourceOf(outIf)?.samplesOut)) {
      agent!.outPort(outIf)?.carried(PORT_OUT, bytes, 1)
    }
  }
}

/** Of an address with its type in front. A type that there is not is a fault. */
const addressLen = (type: number): number => (type === IPV4 ? 2 * WORD : type === IPV6 ? 5 * WORD : type === 0 ? WORD : -1)

const mac = (b: Uint8Array, at: number): number => ((b[at]! << 8) | b[at + 1]!) * 0x1_0000_0000 + u32(b, at + 2)
