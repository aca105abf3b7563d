/**
 * A record as JSON by the keys of ntopng and nProbe: numbers of information elements (IANA's; those of ntop as 57472 + n), or their labels. What they have no key for goes by
 * words of ours, which others show as additional fields. docs/zmq.md lists them.
 */
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
} from '../lib/flow-batch.ts'
import { formatAddress } from '../wire/address.ts'
import { formatMac } from '../wire/mac.ts'
import { isTold } from './record-fields.ts'

const NTOP = 57_472

/** What stands before the value of each key, made of its number and its label. Not made from a list: the engine reads the fields of a literal quickest. */
const keysBy = (key: (id: number, label: string) => string) => ({
  inBytes: key(1, 'IN_BYTES'),
  inPackets: key(2, 'IN_PKTS'),
  proto: key(4, 'PROTOCOL'),
  tos: key(5, 'SRC_TOS'),
  tcpFlags: key(6, 'TCP_FLAGS'),
  srcPort: key(7, 'L4_SRC_PORT'),
  src: key(8, 'IPV4_SRC_ADDR'),
  srcMask: key(9, 'IPV4_SRC_MASK'),
  inIf: key(10, 'INPUT_SNMP'),
  dstPort: key(11, 'L4_DST_PORT'),
  dst: key(12, 'IPV4_DST_ADDR'),
  dstMask: key(13, 'IPV4_DST_MASK'),
  outIf: key(14, 'OUTPUT_SNMP'),
  hop: key(15, 'IPV4_NEXT_HOP'),
  srcAs: key(16, 'SRC_AS'),
  dstAs: key(17, 'DST_AS'),
  last: key(21, 'LAST_SWITCHED'),
  first: key(22, 'FIRST_SWITCHED'),
  outBytes: key(23, 'OUT_BYTES'),
  outPackets: key(24, 'OUT_PKTS'),
  src6: key(27, 'IPV6_SRC_ADDR'),
  dst6: key(28, 'IPV6_DST_ADDR'),
  srcMask6: key(29, 'IPV6_SRC_MASK'),
  dstMask6: key(30, 'IPV6_DST_MASK'),
  icmp: key(32, 'ICMP_TYPE'),
  interval: key(34, 'SAMPLING_INTERVAL'),
  srcMac: key(56, 'IN_SRC_MAC'),
  dstMac: key(80, 'OUT_DST_MAC'),
  srcVlan: key(58, 'SRC_VLAN'),
  dstVlan: key(59, 'DST_VLAN'),
  ipVersion: key(60, 'IP_PROTOCOL_VERSION'),
  direction: key(61, 'DIRECTION'),
  hop6: key(62, 'IPV6_NEXT_HOP'),
  endReason: key(136, 'FLOW_END_REASON'),
  firstMs: key(152, 'FLOW_START_MILLISECONDS'),
  lastMs: key(153, 'FLOW_END_MILLISECONDS'),
  biflowDirection: key(239, 'BIFLOW_DIRECTION'),
  frameBytes: key(352, 'LAYER2_OCTETS'),
  appId: key(NTOP + 118, 'L7_PROTO'),
  app: key(NTOP + 119, 'L7_PROTO_NAME'),
  url: key(NTOP + 180, 'HTTP_URL'),
  serverName: key(NTOP + 188, 'TLS_SERVER_NAME'),
  dnsQuery: key(NTOP + 205, 'DNS_QUERY'),
})
type Keys = ReturnType<typeof keysBy>

/** As `FlowProcess` names them; per cent are sent in hundredths. */
const PROCESS_KEYS = {
  srcProcess: {
    pid: [NTOP + 168, 'SRC_PROC_PID'],
    name: [NTOP + 169, 'SRC_PROC_NAME'],
    user: [NTOP + 372, 'SRC_PROC_USER_NAME'],
    fatherPid: [NTOP + 373, 'SRC_FATHER_PROC_PID'],
    fatherName: [NTOP + 374, 'SRC_FATHER_PROC_NAME'],
    memory: [NTOP + 383, 'SRC_PROC_ACTUAL_MEMORY'],
    peakMemory: [NTOP + 384, 'SRC_PROC_PEAK_MEMORY'],
    cpu: [NTOP + 385, 'SRC_PROC_AVERAGE_CPU_LOAD'],
    pageFaults: [NTOP + 386, 'SRC_PROC_NUM_PAGE_FAULTS'],
    ioWait: [NTOP + 393, 'SRC_PROC_PCTG_IOWAIT'],
    container: ['srcContainer', 'srcContainer'],
  },
  dstProcess: {
    pid: [NTOP + 375, 'DST_PROC_PID'],
    name: [NTOP + 376, 'DST_PROC_NAME'],
    user: [NTOP + 377, 'DST_PROC_USER_NAME'],
    fatherPid: [NTOP + 378, 'DST_FATHER_PROC_PID'],
    fatherName: [NTOP + 379, 'DST_FATHER_PROC_NAME'],
    memory: [NTOP + 387, 'DST_PROC_ACTUAL_MEMORY'],
    peakMemory: [NTOP + 388, 'DST_PROC_PEAK_MEMORY'],
    cpu: [NTOP + 389, 'DST_PROC_AVERAGE_CPU_LOAD'],
    pageFaults: [NTOP + 390, 'DST_PROC_NUM_PAGE_FAULTS'],
    ioWait: [NTOP + 394, 'DST_PROC_PCTG_IOWAIT'],
    container: ['dstContainer', 'dstContainer'],
  },
} as const satisfies Record<'srcProcess' | 'dstProcess', Record<keyof FlowProcess, readonly [number | string, string]>>
const HUNDREDTHS = 100

export interface ZmqRecordOptions {
  /** Labels instead of numbers. */
  readonly labels?: boolean | undefined
  /** For ntopng 1.2: IN and OUT exchanged, IPv6 under the keys of IPv4. */
  readonly compat?: boolean | undefined
  /** Added to the path of each record, unless it is its end already. */
  readonly instanceName?: string | undefined
}

const TCP = 6
const ACTIVE_TIMEOUT = 2
const IDLE_TIMEOUT = 1
const END_OF_FLOW = 3
const FIN_OR_RST = 5
const MAX_PATH = 16

/** Most texts hold nothing to escape. */
const quoted = (text: string): string => (/^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : JSON.stringify(text))
const isDns = (app: string | undefined): boolean => app !== undefined && /^(?:DNS|MDNS|LLMNR)\b/.test(app)
/** JSON has no word for what is no number. */
const whole = (value: number): number => (Number.isFinite(value) ? Math.round(value) : 0)
const sampledEvenly = (value: number, rate: number): boolean => value % rate === 0

/** Writes records one by one. */
export class ZmqRecordWriter {
  /** `,"8":` and so on: each key with what stands before its value; of texts also the quote. */
  private readonly k: Keys
  private readonly q: Keys
  private readonly column: 0 | 1
  private readonly compat: boolean
  private readonly instanceName: string | undefined

  constructor({ labels = false, compat = false, instanceName }: ZmqRecordOptions) {
    this.column = labels ? 1 : 0
    this.compat = compat
    this.instanceName = instanceName
    this.k = keysBy((id, label) => `,"${labels ? label : id}":`)
    this.q = keysBy((id, label) => `,"${labels ? label : id}":"`)
  }

  json(batch: FlowBatch, i: number): string {
    const { k, q } = this
    const flags = batch.flags[i]!
    const proto = batch.proto[i]!
    const is6 = batch.ipVersion[i] === 6 && !this.compat
    const src = addressAt(batch.src, i)
    const dst = addressAt(batch.dst, i)
    let json = `${(is6 ? q.src6 : q.src).slice(1)}${src}"${k.srcPort}${batch.srcPort[i]}${is6 ? q.dst6 : q.dst}${dst}"${k.dstPort}${batch.dstPort[i]}${k.proto}${proto}`
    if (is6 && !src.includes(':')) json += `${k.ipVersion}6`
    const vlan = batch.vlan[i]!
    if (vlan !== 0) json += `${k.srcVlan}${vlan}${k.dstVlan}${vlan}`
    json += this.counters(batch, i)
    const first = whole(batch.firstMs[i]!)
    const last = whole(batch.lastMs[i]!)
    json += `${k.first}${Math.floor(first / 1000)}${k.last}${Math.floor(last / 1000)}${k.firstMs}${first}${k.lastMs}${last}`
    if ((batch.tcpFlags[2 * i]! | batch.tcpFlags[2 * i + 1]!) !== 0)
      json += `${k.tcpFlags}${batch.tcpFlags[2 * i]! | batch.tcpFlags[2 * i + 1]!},"CLIENT_TCP_FLAGS":${batch.tcpFlags[2 * i]},"SERVER_TCP_FLAGS":${batch.tcpFlags[2 * i + 1]}`
    if ((flags & FLOW_RECORD_EGRESS) !== 0) json += `${k.direction}1`
    json += `${k.endReason}${endReason(batch, i)}`
    if ((flags & FLOW_RECORD_CLIENT_IS_DST) !== 0) json += `${k.biflowDirection}2`
    else if ((flags & FLOW_RECORD_CLIENT_IS_SRC) !== 0) json += `${k.biflowDirection}1`
    if (batch.srcMac[i]! >= 0) json += `${q.srcMac}${formatMac(batch.srcMac[i]!)}"`
    if (batch.dstMac[i]! >= 0) json += `${q.dstMac}${formatMac(batch.dstMac[i]!)}"`
    json += this.routing(batch, i, is6)
    const extras = batch.extras[i]
    if (extras !== undefined) json += this.extras(extras)
    if (this.instanceName !== undefined || extras?.path !== undefined) json += this.path(extras?.path ?? [])
    return `{${json}}`
  }

  /** An interval multiplies counts, so what was counted goes with it; where that is not known any more, counts stay scaled and the interval has a word of ours. */
  private counters(batch: FlowBatch, i: number): string {
    const { k } = this
    const { bytes, packets } = batch
    const there = 2 * i + (this.compat ? 1 : 0)
    const back = 2 * i + (this.compat ? 0 : 1)
    const rate = batch.sampling[i]!
    const flags = batch.flags[i]!
    const isEven =
      rate > 1 &&
      sampledEvenly(bytes[there]!, rate) &&
      sampledEvenly(bytes[back]!, rate) &&
      sampledEvenly(packets[there]!, rate) &&
      sampledEvenly(packets[back]!, rate)
    const by = isEven ? rate : 1
    let json = `${k.inBytes}${whole(bytes[there]! / by)}${k.inPackets}${whole(packets[there]! / by)}`
    if ((flags & FLOW_RECORD_BIFLOW) !== 0 || this.compat)
      json += `${k.outBytes}${whole(bytes[back]! / by)}${k.outPackets}${whole(packets[back]! / by)}`
    if (rate > 1) json += isEven ? `${k.interval}${rate}` : `,"sampling":${rate}`
    if ((flags & FLOW_RECORD_FRAME_BYTES) !== 0) json += `${k.frameBytes}${whole(bytes[2 * i]! / by)}`
    return json
  }

  private routing(batch: FlowBatch, i: number, is6: boolean): string {
    const { k, q } = this
    let json = ''
    if (batch.tos[i] !== 0) json += `${k.tos}${batch.tos[i]}`
    if (batch.icmp[i] !== 0) json += `${k.icmp}${batch.icmp[i]}`
    if (batch.inIf[i] !== 0) json += `${k.inIf}${batch.inIf[i]}`
    if (batch.outIf[i] !== 0) json += `${k.outIf}${batch.outIf[i]}`
    if (batch.srcAs[i] !== 0) json += `${k.srcAs}${batch.srcAs[i]}`
    if (batch.dstAs[i] !== 0) json += `${k.dstAs}${batch.dstAs[i]}`
    if (batch.srcMask[i] !== 0) json += `${is6 ? k.srcMask6 : k.srcMask}${batch.srcMask[i]}`
    if (batch.dstMask[i] !== 0) json += `${is6 ? k.dstMask6 : k.dstMask}${batch.dstMask[i]}`
    if (isTold(batch.nextHop, i)) {
      const hop = addressAt(batch.nextHop, i)
      json += `${hop.includes(':') ? q.hop6 : q.hop}${hop}"`
    }
    return json
  }

  private extras({ app, appId, serverName, info, exporter, srcProcess, dstProcess, fields }: FlowExtras): string {
    const { k } = this
    let json = ''
    if (appId !== undefined) json += `${k.appId}${appId}`
    if (app !== undefined) json += k.app + quoted(app)
    if (serverName !== undefined) json += k.serverName + quoted(serverName)
    if (info !== undefined) json += (isDns(app) ? k.dnsQuery : k.url) + quoted(info)
    if (exporter !== undefined) json += `,"exporter":${JSON.stringify(exporter)}`
    if (srcProcess !== undefined) json += this.process(srcProcess, PROCESS_KEYS.srcProcess)
    if (dstProcess !== undefined) json += this.process(dstProcess, PROCESS_KEYS.dstProcess)
    if (fields !== undefined) json += `,"fields":${JSON.stringify(fields)}`
    return json
  }

  private process(process: FlowProcess, keys: (typeof PROCESS_KEYS)['srcProcess' | 'dstProcess']): string {
    let json = ''
    for (const [field, key] of Object.entries(keys)) {
      const value = process[field as keyof FlowProcess]
      if (value === undefined) continue
      const told = field === 'cpu' || field === 'ioWait' ? HUNDREDTHS * Number(value) : value
      json += `,"${key[this.column]}":${JSON.stringify(told)}`
    }
    return json
  }

  private path(passed: readonly string[]): string {
    const path = this.instanceName === undefined || passed.at(-1) === this.instanceName ? passed : [...passed, this.instanceName]
    return `,"path":${JSON.stringify(path.slice(-MAX_PATH))}`
  }
}

const addressAt = (words: Int32Array, i: number): string =>
  formatAddress(words[4 * i]!, words[4 * i + 1]!, words[4 * i + 2]!, words[4 * i + 3]!)

function endReason({ flags, proto, tcpFlags }: FlowBatch, i: number): number {
  if ((flags[i]! & FLOW_RECORD_ENDED) === 0) return ACTIVE_TIMEOUT
  return proto[i] === TCP && ((tcpFlags[2 * i]! | tcpFlags[2 * i + 1]!) & FIN_OR_RST) !== 0 ? END_OF_FLOW : IDLE_TIMEOUT
}
