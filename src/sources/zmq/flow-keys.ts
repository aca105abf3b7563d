/**
 * Keys of flows in JSON: numbers of information elements (IANA's; those that ntop has published for its probes as 57472 + n), the labels that its probes write instead,
 * and a few words of ours. docs/zmq.md lists them.
 */

/** Places where numbers are kept until the record is complete. Masks, times, addresses of both versions come under keys of their own. */
export const NUMBERS = {
  inBytes: 0,
  inPackets: 1,
  proto: 2,
  tos: 3,
  tcpFlags: 4,
  srcPort: 5,
  srcMask4: 6,
  inIf: 7,
  dstPort: 8,
  dstMask4: 9,
  outIf: 10,
  srcAs: 11,
  dstAs: 12,
  last: 13,
  first: 14,
  outBytes: 15,
  outPackets: 16,
  srcMask6: 17,
  dstMask6: 18,
  icmp: 19,
  interval: 20,
  srcVlan: 21,
  dstVlan: 22,
  ipVersion: 23,
  direction: 24,
  endReason: 25,
  firstMs: 26,
  lastMs: 27,
  biflowDirection: 28,
  frameBytes: 29,
  srcTcpFlags: 30,
  dstTcpFlags: 31,
  sampling: 32,
  srcMac: 33,
  dstMac: 34,
  srcPid: 35,
  srcFatherPid: 36,
  srcMemory: 37,
  srcPeakMemory: 38,
  srcCpu: 39,
  srcPageFaults: 40,
  srcIoWait: 41,
  dstPid: 42,
  dstFatherPid: 43,
  dstMemory: 44,
  dstPeakMemory: 45,
  dstCpu: 46,
  dstPageFaults: 47,
  dstIoWait: 48,
} as const
export type NumberName = keyof typeof NUMBERS
export const ADDRESSES = {
  src4: 0,
  src6: 1,
  dst4: 2,
  dst6: 3,
  hop4: 4,
  hop6: 5,
} as const
export type AddressName = keyof typeof ADDRESSES
export const TEXTS = {
  app: 0,
  serverName: 1,
  httpHost: 2,
  url: 3,
  dnsQuery: 4,
  exporter: 5,
  exporter4: 6,
  exporter6: 7,
  srcProgram: 8,
  srcUser: 9,
  srcFather: 10,
  srcContainer: 11,
  dstProgram: 12,
  dstUser: 13,
  dstFather: 14,
  dstContainer: 15,
  eppCommand: 16,
} as const
export type TextName = keyof typeof TEXTS

export const KIND_NUMBER = 0
export const KIND_ADDRESS = 1
export const KIND_MAC = 2
export const KIND_TEXT = 3
/** An application by name or by number. */
export const KIND_APP = 4
export const KIND_PATH = 5
/** An object of further fields. */
export const KIND_FIELDS = 6
/** The same as text. */
export const KIND_NESTED = 7

export interface FlowKey {
  readonly kind: number
  /** Its place in NUMBERS, ADDRESSES or TEXTS. */
  readonly slot: number
  readonly label: string
}

const number = (id: number | undefined, label: string, name: NumberName) => ({ id, label, kind: KIND_NUMBER, slot: NUMBERS[name] })
const mac = (id: number, label: string, name: NumberName) => ({ id, label, kind: KIND_MAC, slot: NUMBERS[name] })
const address = (id: number, label: string, name: AddressName) => ({ id, label, kind: KIND_ADDRESS, slot: ADDRESSES[name] })
const text = (id: number | undefined, label: string, name: TextName) => ({ id, label, kind: KIND_TEXT, slot: TEXTS[name] })
const word = (label: string, kind: number) => ({ id: undefined, label, kind, slot: 0 })

export const VENDOR = 57_472

const ALL = [
  number(1, 'IN_BYTES', 'inBytes'),
  number(2, 'IN_PKTS', 'inPackets'),
  number(4, 'PROTOCOL', 'proto'),
  number(5, 'SRC_TOS', 'tos'),
  number(6, 'TCP_FLAGS', 'tcpFlags'),
  number(7, 'L4_SRC_PORT', 'srcPort'),
  address(8, 'IPV4_SRC_ADDR', 'src4'),
  number(9, 'IPV4_SRC_MASK', 'srcMask4'),
  number(10, 'INPUT_SNMP', 'inIf'),
  number(11, 'L4_DST_PORT', 'dstPort'),
  address(12, 'IPV4_DST_ADDR', 'dst4'),
  number(13, 'IPV4_DST_MASK', 'dstMask4'),
  number(14, 'OUTPUT_SNMP', 'outIf'),
  address(15, 'IPV4_NEXT_HOP', 'hop4'),
  number(16, 'SRC_AS', 'srcAs'),
  number(17, 'DST_AS', 'dstAs'),
  number(21, 'LAST_SWITCHED', 'last'),
  number(22, 'FIRST_SWITCHED', 'first'),
  number(23, 'OUT_BYTES', 'outBytes'),
  number(24, 'OUT_PKTS', 'outPackets'),
  address(27, 'IPV6_SRC_ADDR', 'src6'),
  address(28, 'IPV6_DST_ADDR', 'dst6'),
  number(29, 'IPV6_SRC_MASK', 'srcMask6'),
  number(30, 'IPV6_DST_MASK', 'dstMask6'),
  number(32, 'ICMP_TYPE', 'icmp'),
  number(34, 'SAMPLING_INTERVAL', 'interval'),
  mac(56, 'IN_SRC_MAC', 'srcMac'),
  mac(80, 'OUT_DST_MAC', 'dstMac'),
  number(58, 'SRC_VLAN', 'srcVlan'),
  number(59, 'DST_VLAN', 'dstVlan'),
  number(60, 'IP_PROTOCOL_VERSION', 'ipVersion'),
  number(61, 'DIRECTION', 'direction'),
  address(62, 'IPV6_NEXT_HOP', 'hop6'),
  text(130, 'EXPORTER_IPV4_ADDRESS', 'exporter4'),
  text(131, 'EXPORTER_IPV6_ADDRESS', 'exporter6'),
  number(136, 'FLOW_END_REASON', 'endReason'),
  number(152, 'FLOW_START_MILLISECONDS', 'firstMs'),
  number(153, 'FLOW_END_MILLISECONDS', 'lastMs'),
  number(239, 'BIFLOW_DIRECTION', 'biflowDirection'),
  number(352, 'LAYER2_OCTETS', 'frameBytes'),
  { id: VENDOR + 118, label: 'L7_PROTO', kind: KIND_APP, slot: 0 },
  text(VENDOR + 119, 'L7_PROTO_NAME', 'app'),
  text(VENDOR + 180, 'HTTP_URL', 'url'),
  text(VENDOR + 187, 'HTTP_HOST', 'httpHost'),
  text(VENDOR + 188, 'TLS_SERVER_NAME', 'serverName'),
  text(VENDOR + 205, 'DNS_QUERY', 'dnsQuery'),
  number(VENDOR + 168, 'SRC_PROC_PID', 'srcPid'),
  text(VENDOR + 169, 'SRC_PROC_NAME', 'srcProgram'),
  text(VENDOR + 372, 'SRC_PROC_USER_NAME', 'srcUser'),
  number(VENDOR + 373, 'SRC_FATHER_PROC_PID', 'srcFatherPid'),
  text(VENDOR + 374, 'SRC_FATHER_PROC_NAME', 'srcFather'),
  number(VENDOR + 375, 'DST_PROC_PID', 'dstPid'),
  text(VENDOR + 376, 'DST_PROC_NAME', 'dstProgram'),
  text(VENDOR + 377, 'DST_PROC_USER_NAME', 'dstUser'),
  number(VENDOR + 378, 'DST_FATHER_PROC_PID', 'dstFatherPid'),
  text(VENDOR + 379, 'DST_FATHER_PROC_NAME', 'dstFather'),
  number(VENDOR + 383, 'SRC_PROC_ACTUAL_MEMORY', 'srcMemory'),
  number(VENDOR + 384, 'SRC_PROC_PEAK_MEMORY', 'srcPeakMemory'),
  number(VENDOR + 385, 'SRC_PROC_AVERAGE_CPU_LOAD', 'srcCpu'),
  number(VENDOR + 386, 'SRC_PROC_NUM_PAGE_FAULTS', 'srcPageFaults'),
  number(VENDOR + 387, 'DST_PROC_ACTUAL_MEMORY', 'dstMemory'),
  number(VENDOR + 388, 'DST_PROC_PEAK_MEMORY', 'dstPeakMemory'),
  number(VENDOR + 389, 'DST_PROC_AVERAGE_CPU_LOAD', 'dstCpu'),
  number(VENDOR + 390, 'DST_PROC_NUM_PAGE_FAULTS', 'dstPageFaults'),
  number(VENDOR + 393, 'SRC_PROC_PCTG_IOWAIT', 'srcIoWait'),
  number(VENDOR + 394, 'DST_PROC_PCTG_IOWAIT', 'dstIoWait'),
  text(VENDOR + 365, 'EPP_CMD', 'eppCommand'),
  // Flags of each way have labels alone.
  number(undefined, 'CLIENT_TCP_FLAGS', 'srcTcpFlags'),
  number(undefined, 'SERVER_TCP_FLAGS', 'dstTcpFlags'),
  mac(80, 'IN_DST_MAC', 'dstMac'),
  word('json', KIND_NESTED),
  // Words of ours.
  word('path', KIND_PATH),
  word('fields', KIND_FIELDS),
  number(undefined, 'sampling', 'sampling'),
  text(undefined, 'exporter', 'exporter'),
  text(undefined, 'srcContainer', 'srcContainer'),
  text(undefined, 'dstContainer', 'dstContainer'),
]

/** Numbers of IANA are below this; those of ntop lie behind them. */
const RANGE = 512
const BY_NUMBER: (FlowKey | undefined)[] = new Array(2 * RANGE).fill(undefined)
const BY_TEXT = new Map<string, FlowKey>()
for (const { id, ...key } of ALL) {
  BY_TEXT.set(key.label, key)
  if (id === undefined) continue
  BY_TEXT.set(String(id), key)
  BY_NUMBER[id < VENDOR ? id : id - VENDOR + RANGE] = key
}

export const keyOf = (text: string): FlowKey | undefined => BY_TEXT.get(text)
export const keyNumbered = (id: number): FlowKey | undefined =>
  id < RANGE ? BY_NUMBER[id] : id >= VENDOR && id < VENDOR + RANGE ? BY_NUMBER[id - VENDOR + RANGE] : undefined

const TABLE = 512
const LABELS: ({ readonly bytes: Uint8Array; readonly key: FlowKey } | undefined)[] = new Array(TABLE).fill(undefined)
for (const [text, key] of BY_TEXT) {
  if (/^\d/.test(text)) continue
  const bytes = new TextEncoder().encode(text)
  let at = hashOf(bytes, 0, bytes.length) & (TABLE - 1)
  while (LABELS[at] !== undefined) at = (at + 1) & (TABLE - 1)
  LABELS[at] = { bytes, key }
}

function hashOf(b: Uint8Array, start: number, end: number): number {
  let hash = end - start
  for (let i = start; i < end; i++) hash = Math.imul(hash, 31) + b[i]!
  return hash ^ (hash >>> 9)
}

/** The key with this label, which lies in `b`. */
export function keyLabelled(b: Uint8Array, start: number, end: number): FlowKey | undefined {
  for (let at = hashOf(b, start, end) & (TABLE - 1); ; at = (at + 1) & (TABLE - 1)) {
    const entry = LABELS[at]
    if (entry === undefined) return undefined
    if (isAt(entry.bytes, b, start, end)) return entry.key
  }
}
function isAt(label: Uint8Array, b: Uint8Array, start: number, end: number): boolean {
  if (label.length !== end - start) return false
  for (let i = 0; i < label.length; i++) if (label[i] !== b[start + i]) return false
  return true
}
