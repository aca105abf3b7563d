/**
 * What of the information elements is read, and where it goes. IANA: "IP Flow Information Export (IPFIX) Entities"; those of v9 have the same numbers (RFC 3954 §8, RFC 7012).
 * Elements of enterprises are kept as enterprise × 65536 + number.
 */

/** What a field of a record does. Skip comes first: 0. */
export const OP = {
  skip: 0,
  bytes: 1,
  packets: 2,
  totalBytes: 3,
  totalPackets: 4,
  bytesBack: 5,
  packetsBack: 6,
  proto: 7,
  tos: 8,
  tcpFlags: 9,
  tcpFlagsBack: 10,
  srcPort: 11,
  dstPort: 12,
  src4: 13,
  dst4: 14,
  src6: 15,
  dst6: 16,
  srcMask: 17,
  dstMask: 18,
  inIf: 19,
  outIf: 20,
  nextHop4: 21,
  nextHop6: 22,
  srcAs: 23,
  dstAs: 24,
  srcMac: 25,
  dstMac: 26,
  vlan: 27,
  postVlan: 28,
  icmp: 29,
  icmpType: 30,
  icmpCode: 31,
  direction: 32,
  firstUptime: 33,
  lastUptime: 34,
  firstSeconds: 35,
  lastSeconds: 36,
  firstMs: 37,
  lastMs: 38,
  firstNtp: 39,
  lastNtp: 40,
  firstDeltaUs: 41,
  lastDeltaUs: 42,
  durationMs: 43,
  durationUs: 44,
  observedMs: 45,
  observedSeconds: 46,
  initMs: 47,
  sampling: 48,
  samplerId: 49,
  packetInterval: 50,
  packetSpace: 51,
  endReason: 52,
  biflowDirection: 53,
  appId: 54,
  ndpiId: 55,
  appName: 56,
  serverName: 57,
  info: 58,
  outBytes: 59,
  outPackets: 60,
  frameBytes: 61,
  srcProcess: 62,
  dstProcess: 63,
  number: 64,
  text: 65,
  address: 66,
  ciscoHost: 67,
  ipVersion: 68,
  path: 69,
} as const
export type Op = (typeof OP)[keyof typeof OP]

export interface Element {
  readonly op: Op
  /** Under which it is kept, where it has no column. */
  readonly name?: string
}

export const REVERSE = 29_305
export const NTOP = 35_632
export const CISCO = 9
export const VMWARE = 6876
const PALO_ALTO_APP = 56_701
const PALO_ALTO_USER = 56_702
export const enterpriseElement = (enterprise: number, id: number): number => enterprise * 0x1_0000 + id
/** In v9, elements of ntop begin here. */
const NTOP_BASE = 57_472

const kept = (op: Op, names: Readonly<Record<number, string>>): [number, Element][] =>
  Object.entries(names).map(([id, name]) => [Number(id), { op, name }])
const columns = (ops: Readonly<Record<number, keyof typeof OP>>): [number, Element][] =>
  Object.entries(ops).map(([id, op]) => [Number(id), { op: OP[op] }])
const of = (enterprise: number, elements: readonly [number, Element][]): [number, Element][] =>
  elements.map(([id, element]) => [enterpriseElement(enterprise, id), element])

/** Names are those of nProbe's documentation; a process at an end as ntopng reads it. */
const ntop: readonly [number, Element][] = [
  ...columns({ 118: 'ndpiId', 119: 'appName', 180: 'info', 187: 'serverName', 188: 'serverName', 205: 'info' }),
  ...kept(OP.text, { 121: 'userName', 182: 'httpReferer', 183: 'httpUserAgent', 184: 'httpContentType' }),
  ...kept(OP.number, {
    109: 'retransmittedPacketsIn',
    110: 'retransmittedPacketsOut',
    111: 'outOfOrderPacketsIn',
    112: 'outOfOrderPacketsOut',
    123: 'clientLatencyMs',
    124: 'serverLatencyMs',
    125: 'applicationLatencyMs',
    181: 'httpStatusCode',
    207: 'dnsQueryType',
    208: 'dnsResponseCode',
    209: 'dnsAnswers',
  }),
  ...kept(OP.srcProcess, {
    168: 'pid',
    169: 'name',
    372: 'user',
    373: 'fatherPid',
    374: 'fatherName',
    383: 'memory',
    384: 'peakMemory',
    385: 'cpu',
    386: 'pageFaults',
    393: 'ioWait',
  }),
  ...kept(OP.dstProcess, {
    375: 'pid',
    376: 'name',
    377: 'user',
    378: 'fatherPid',
    379: 'fatherName',
    387: 'memory',
    388: 'peakMemory',
    389: 'cpu',
    390: 'pageFaults',
    394: 'ioWait',
  }),
]

const iana: readonly [number, Element][] = [
  ...columns({
    1: 'bytes',
    2: 'packets',
    4: 'proto',
    5: 'tos',
    6: 'tcpFlags',
    7: 'srcPort',
    8: 'src4',
    9: 'srcMask',
    10: 'inIf',
    11: 'dstPort',
    12: 'dst4',
    13: 'dstMask',
    14: 'outIf',
    15: 'nextHop4',
    16: 'srcAs',
    17: 'dstAs',
    18: 'nextHop4',
    21: 'lastUptime',
    22: 'firstUptime',
    23: 'outBytes',
    24: 'outPackets',
    27: 'src6',
    28: 'dst6',
    29: 'srcMask',
    30: 'dstMask',
    32: 'icmp',
    34: 'sampling',
    48: 'samplerId',
    50: 'sampling',
    56: 'srcMac',
    58: 'vlan',
    59: 'postVlan',
    60: 'ipVersion',
    61: 'direction',
    291: 'path',
    62: 'nextHop6',
    63: 'nextHop6',
    80: 'dstMac',
    85: 'totalBytes',
    86: 'totalPackets',
    95: 'appId',
    96: 'appName',
    136: 'endReason',
    139: 'icmp',
    150: 'firstSeconds',
    151: 'lastSeconds',
    152: 'firstMs',
    153: 'lastMs',
    154: 'firstNtp',
    155: 'lastNtp',
    156: 'firstNtp',
    157: 'lastNtp',
    158: 'firstDeltaUs',
    159: 'lastDeltaUs',
    160: 'initMs',
    161: 'durationMs',
    162: 'durationUs',
    176: 'icmpType',
    177: 'icmpCode',
    178: 'icmpType',
    179: 'icmpCode',
    180: 'srcPort',
    181: 'dstPort',
    182: 'srcPort',
    183: 'dstPort',
    231: 'bytes',
    232: 'bytesBack',
    239: 'biflowDirection',
    243: 'vlan',
    254: 'postVlan',
    298: 'packets',
    299: 'packetsBack',
    302: 'samplerId',
    305: 'packetInterval',
    306: 'packetSpace',
    322: 'observedSeconds',
    323: 'observedMs',
    352: 'frameBytes',
    460: 'serverName',
    461: 'info',
  }),
  ...kept(OP.address, {
    47: 'mplsTopLabelIPv4Address',
    130: 'exporterIPv4Address',
    131: 'exporterIPv6Address',
    225: 'postNATSourceIPv4Address',
    226: 'postNATDestinationIPv4Address',
    281: 'postNATSourceIPv6Address',
    282: 'postNATDestinationIPv6Address',
  }),
  ...kept(OP.number, {
    148: 'flowId',
    192: 'ipTTL',
    227: 'postNAPTSourceTransportPort',
    228: 'postNAPTDestinationTransportPort',
    229: 'natOriginatingAddressRealm',
    230: 'natEvent',
    233: 'firewallEvent',
    234: 'ingressVRFID',
    235: 'egressVRFID',
    351: 'layer2SegmentId',
    457: 'httpStatusCode',
    33002: 'fwExtendedEvent',
  }),
  ...kept(OP.text, {
    82: 'interfaceName',
    147: 'wlanSSID',
    236: 'VRFname',
    371: 'userName',
    40000: 'userName',
    459: 'httpRequestMethod',
    468: 'httpUserAgent',
  }),
  [PALO_ALTO_APP, { op: OP.appName }],
  [PALO_ALTO_USER, { op: OP.text, name: 'userName' }],
]

/** The way back of the same flow (RFC 5103 §6.1). */
const reverse = columns({
  1: 'bytesBack',
  2: 'packetsBack',
  6: 'tcpFlagsBack',
  85: 'bytesBack',
  86: 'packetsBack',
  151: 'lastSeconds',
  153: 'lastMs',
  155: 'lastNtp',
  157: 'lastNtp',
})

const cisco: readonly [number, Element][] = [[12_235, { op: OP.ciscoHost }], ...kept(OP.text, { 12232: 'httpUriStatistics' })]
/** Of the traffic inside VXLAN. */
const vmware: readonly [number, Element][] = [
  ...kept(OP.address, { 881: 'tenantSourceIPv4', 882: 'tenantDestIPv4', 883: 'tenantSourceIPv6', 884: 'tenantDestIPv6' }),
  ...kept(OP.number, { 880: 'tenantProtocol', 886: 'tenantSourcePort', 887: 'tenantDestPort', 889: 'vxlanExportRole' }),
]

const ELEMENTS: ReadonlyMap<number, Element> = new Map([
  ...iana,
  ...ntop.map(([id, element]): [number, Element] => [NTOP_BASE + id, element]),
  ...of(NTOP, ntop),
  ...of(REVERSE, reverse),
  ...of(CISCO, cisco),
  ...of(VMWARE, vmware),
])
const SKIPPED: Element = { op: OP.skip }

export const elementOf = (id: number): Element => ELEMENTS.get(id) ?? SKIPPED
export const isNtop = (id: number): boolean => (id >= NTOP_BASE && id < 0x1_0000) || Math.floor(id / 0x1_0000) === NTOP
