// Written by tools/gen-rows.ts from layouts.ts: npm run gen. Not to be edited.
import { RowCursor } from './row-cursor.ts'

// Places of the cells of a FlowRow, in elements of their type, from its beginning.
export const FLOW_ROW_HASH = 0
export const FLOW_ROW_META = 1
export const FLOW_ROW_A0 = 2
export const FLOW_ROW_A1 = 3
export const FLOW_ROW_A2 = 4
export const FLOW_ROW_A3 = 5
export const FLOW_ROW_B0 = 6
export const FLOW_ROW_B1 = 7
export const FLOW_ROW_B2 = 8
export const FLOW_ROW_B3 = 9
export const FLOW_ROW_PORTS = 10
export const FLOW_ROW_FLAGS = 11
export const FLOW_ROW_LAST_SEEN_MS = 6
export const FLOW_ROW_FIRST_SEEN_MS = 7
export const FLOW_ROW_PENDING_BYTES = 16
export const FLOW_ROW_PENDING_PACKETS = 36
export const FLOW_ROW_TCP_FLAGS = 76
export const FLOW_ROW_TRIALS = 78
export const FLOW_ROW_NEXT_SEQ = 20
export const FLOW_ROW_PENDING_SIZES = 44
export const FLOW_ROW_BYTES = 16
export const FLOW_ROW_PACKETS = 36
export const FLOW_ROW_RETRANSMISSIONS = 38
export const FLOW_ROW_OUT_OF_ORDER = 40
export const FLOW_ROW_LOST = 42
export const FLOW_ROW_ZERO_WINDOW = 88
export const FLOW_ROW_CLIENT_LATENCY_US = 45
export const FLOW_ROW_SERVER_LATENCY_US = 46
export const FLOW_ROW_MASTER = 94
export const FLOW_ROW_APP = 95
export const FLOW_ROW_CONFIDENCE = 192
export const FLOW_ROW_TUNNEL = 193
export const FLOW_ROW_DISSECTOR = 97
export const FLOW_ROW_RECOGNITION = 49
export const FLOW_ROW_BOOKED = 50
export const FLOW_ROW_HOST = 51
export const FLOW_ROW_HOST_APP = 53
export const FLOW_ROW_MAC = 55
export const FLOW_ROW_APP_ROW = 57
export const FLOW_ROW_TICK_BITS = 58
export const FLOW_ROW_LAST_BITS = 60
export const FLOW_ROW_TICK_NO = 62
export const FLOW_ROW_SERIAL = 63

/** 256 bytes a row. */
export class FlowRow extends RowCursor {
  static readonly bytes = 256
  constructor(capacity: number) {
    super(256, capacity)
  }
  get hash(): number {
    return this.i32[this.at]!
  }
  set hash(value: number) {
    this.i32[this.at] = value
  }
  get meta(): number {
    return this.u32[this.at + 1]!
  }
  set meta(value: number) {
    this.u32[this.at + 1] = value
  }
  get a0(): number {
    return this.i32[this.at + 2]!
  }
  set a0(value: number) {
    this.i32[this.at + 2] = value
  }
  get a1(): number {
    return this.i32[this.at + 3]!
  }
  set a1(value: number) {
    this.i32[this.at + 3] = value
  }
  get a2(): number {
    return this.i32[this.at + 4]!
  }
  set a2(value: number) {
    this.i32[this.at + 4] = value
  }
  get a3(): number {
    return this.i32[this.at + 5]!
  }
  set a3(value: number) {
    this.i32[this.at + 5] = value
  }
  get b0(): number {
    return this.i32[this.at + 6]!
  }
  set b0(value: number) {
    this.i32[this.at + 6] = value
  }
  get b1(): number {
    return this.i32[this.at + 7]!
  }
  set b1(value: number) {
    this.i32[this.at + 7] = value
  }
  get b2(): number {
    return this.i32[this.at + 8]!
  }
  set b2(value: number) {
    this.i32[this.at + 8] = value
  }
  get b3(): number {
    return this.i32[this.at + 9]!
  }
  set b3(value: number) {
    this.i32[this.at + 9] = value
  }
  get ports(): number {
    return this.i32[this.at + 10]!
  }
  set ports(value: number) {
    this.i32[this.at + 10] = value
  }
  get flags(): number {
    return this.u32[this.at + 11]!
  }
  set flags(value: number) {
    this.u32[this.at + 11] = value
  }
  get lastSeenMs(): number {
    return this.f64[(this.at >> 1) + 6]!
  }
  set lastSeenMs(value: number) {
    this.f64[(this.at >> 1) + 6] = value
  }
  get firstSeenMs(): number {
    return this.f64[(this.at >> 1) + 7]!
  }
  set firstSeenMs(value: number) {
    this.f64[(this.at >> 1) + 7] = value
  }
  pendingBytes(i: number): number {
    return this.u32[this.at + 16 + i]!
  }
  setPendingBytes(i: number, value: number): void {
    this.u32[this.at + 16 + i] = value
  }
  pendingPackets(i: number): number {
    return this.u16[(this.at << 1) + 36 + i]!
  }
  setPendingPackets(i: number, value: number): void {
    this.u16[(this.at << 1) + 36 + i] = value
  }
  tcpFlags(i: number): number {
    return this.u8[(this.at << 2) + 76 + i]!
  }
  setTcpFlags(i: number, value: number): void {
    this.u8[(this.at << 2) + 76 + i] = value
  }
  trials(i: number): number {
    return this.u8[(this.at << 2) + 78 + i]!
  }
  setTrials(i: number, value: number): void {
    this.u8[(this.at << 2) + 78 + i] = value
  }
  nextSeq(i: number): number {
    return this.i32[this.at + 20 + i]!
  }
  setNextSeq(i: number, value: number): void {
    this.i32[this.at + 20 + i] = value
  }
  pendingSizes(i: number): number {
    return this.u16[(this.at << 1) + 44 + i]!
  }
  setPendingSizes(i: number, value: number): void {
    this.u16[(this.at << 1) + 44 + i] = value
  }
  bytes(i: number): number {
    return this.f64[(this.at >> 1) + 16 + i]!
  }
  setBytes(i: number, value: number): void {
    this.f64[(this.at >> 1) + 16 + i] = value
  }
  packets(i: number): number {
    return this.u32[this.at + 36 + i]!
  }
  setPackets(i: number, value: number): void {
    this.u32[this.at + 36 + i] = value
  }
  retransmissions(i: number): number {
    return this.u32[this.at + 38 + i]!
  }
  setRetransmissions(i: number, value: number): void {
    this.u32[this.at + 38 + i] = value
  }
  outOfOrder(i: number): number {
    return this.u32[this.at + 40 + i]!
  }
  setOutOfOrder(i: number, value: number): void {
    this.u32[this.at + 40 + i] = value
  }
  lost(i: number): number {
    return this.u32[this.at + 42 + i]!
  }
  setLost(i: number, value: number): void {
    this.u32[this.at + 42 + i] = value
  }
  zeroWindow(i: number): number {
    return this.u16[(this.at << 1) + 88 + i]!
  }
  setZeroWindow(i: number, value: number): void {
    this.u16[(this.at << 1) + 88 + i] = value
  }
  get clientLatencyUs(): number {
    return this.u32[this.at + 45]!
  }
  set clientLatencyUs(value: number) {
    this.u32[this.at + 45] = value
  }
  get serverLatencyUs(): number {
    return this.u32[this.at + 46]!
  }
  set serverLatencyUs(value: number) {
    this.u32[this.at + 46] = value
  }
  get master(): number {
    return this.u16[(this.at << 1) + 94]!
  }
  set master(value: number) {
    this.u16[(this.at << 1) + 94] = value
  }
  get app(): number {
    return this.u16[(this.at << 1) + 95]!
  }
  set app(value: number) {
    this.u16[(this.at << 1) + 95] = value
  }
  get confidence(): number {
    return this.u8[(this.at << 2) + 192]!
  }
  set confidence(value: number) {
    this.u8[(this.at << 2) + 192] = value
  }
  get tunnel(): number {
    return this.u8[(this.at << 2) + 193]!
  }
  set tunnel(value: number) {
    this.u8[(this.at << 2) + 193] = value
  }
  get dissector(): number {
    return this.u16[(this.at << 1) + 97]!
  }
  set dissector(value: number) {
    this.u16[(this.at << 1) + 97] = value
  }
  get recognition(): number {
    return this.i32[this.at + 49]!
  }
  set recognition(value: number) {
    this.i32[this.at + 49] = value
  }
  get booked(): number {
    return this.u32[this.at + 50]!
  }
  set booked(value: number) {
    this.u32[this.at + 50] = value
  }
  host(i: number): number {
    return this.i32[this.at + 51 + i]!
  }
  setHost(i: number, value: number): void {
    this.i32[this.at + 51 + i] = value
  }
  hostApp(i: number): number {
    return this.i32[this.at + 53 + i]!
  }
  setHostApp(i: number, value: number): void {
    this.i32[this.at + 53 + i] = value
  }
  mac(i: number): number {
    return this.i32[this.at + 55 + i]!
  }
  setMac(i: number, value: number): void {
    this.i32[this.at + 55 + i] = value
  }
  get appRow(): number {
    return this.i32[this.at + 57]!
  }
  set appRow(value: number) {
    this.i32[this.at + 57] = value
  }
  tickBits(i: number): number {
    return this.f32[this.at + 58 + i]!
  }
  setTickBits(i: number, value: number): void {
    this.f32[this.at + 58 + i] = value
  }
  lastBits(i: number): number {
    return this.f32[this.at + 60 + i]!
  }
  setLastBits(i: number, value: number): void {
    this.f32[this.at + 60 + i] = value
  }
  get tickNo(): number {
    return this.u32[this.at + 62]!
  }
  set tickNo(value: number) {
    this.u32[this.at + 62] = value
  }
  get serial(): number {
    return this.u32[this.at + 63]!
  }
  set serial(value: number) {
    this.u32[this.at + 63] = value
  }
}

// Places of the cells of a HostRow, in elements of their type, from its beginning.
export const HOST_ROW_HASH = 0
export const HOST_ROW_VLAN = 1
export const HOST_ROW_A0 = 2
export const HOST_ROW_A1 = 3
export const HOST_ROW_A2 = 4
export const HOST_ROW_A3 = 5
export const HOST_ROW_FLAGS = 6
export const HOST_ROW_MAC = 7
export const HOST_ROW_FIRST_SEEN_MS = 4
export const HOST_ROW_LAST_SEEN_MS = 5
export const HOST_ROW_BYTES_SENT = 6
export const HOST_ROW_BYTES_RCVD = 7
export const HOST_ROW_PACKETS_SENT = 8
export const HOST_ROW_PACKETS_RCVD = 9
export const HOST_ROW_NON_IP_BYTES = 10
export const HOST_ROW_L4BYTES = 11
export const HOST_ROW_L4PACKETS = 38
export const HOST_ROW_SIZES_SENT = 46
export const HOST_ROW_SIZES_RCVD = 56
export const HOST_ROW_TICK_BITS = 66
export const HOST_ROW_LAST_BITS = 68
export const HOST_ROW_TICK_PACKETS = 70
export const HOST_ROW_LAST_PACKETS = 71
export const HOST_ROW_TICK_NO = 72
export const HOST_ROW_ACTIVE_FLOWS = 73
export const HOST_ROW_FLOWS_AS_CLIENT = 74
export const HOST_ROW_FLOWS_AS_SERVER = 75
export const HOST_ROW_SCORE_AS_CLIENT = 76
export const HOST_ROW_SCORE_AS_SERVER = 77
export const HOST_ROW_RETRANSMISSIONS = 78
export const HOST_ROW_OUT_OF_ORDER = 79
export const HOST_ROW_LOST = 80
export const HOST_ROW_ZERO_WINDOW = 81
export const HOST_ROW_FIRST_APP = 82
export const HOST_ROW_FIRST_TALLY_PLUS1 = 83
export const HOST_ROW_TCP_PRINT = 168
export const HOST_ROW_SYSTEM = 169
export const HOST_ROW_NOTED_SECONDS = 85

/** 344 bytes a row. */
export class HostRow extends RowCursor {
  static readonly bytes = 344
  constructor(capacity: number) {
    super(344, capacity)
  }
  get hash(): number {
    return this.i32[this.at]!
  }
  set hash(value: number) {
    this.i32[this.at] = value
  }
  get vlan(): number {
    return this.u32[this.at + 1]!
  }
  set vlan(value: number) {
    this.u32[this.at + 1] = value
  }
  get a0(): number {
    return this.i32[this.at + 2]!
  }
  set a0(value: number) {
    this.i32[this.at + 2] = value
  }
  get a1(): number {
    return this.i32[this.at + 3]!
  }
  set a1(value: number) {
    this.i32[this.at + 3] = value
  }
  get a2(): number {
    return this.i32[this.at + 4]!
  }
  set a2(value: number) {
    this.i32[this.at + 4] = value
  }
  get a3(): number {
    return this.i32[this.at + 5]!
  }
  set a3(value: number) {
    this.i32[this.at + 5] = value
  }
  get flags(): number {
    return this.u32[this.at + 6]!
  }
  set flags(value: number) {
    this.u32[this.at + 6] = value
  }
  get mac(): number {
    return this.i32[this.at + 7]!
  }
  set mac(value: number) {
    this.i32[this.at + 7] = value
  }
  get firstSeenMs(): number {
    return this.f64[(this.at >> 1) + 4]!
  }
  set firstSeenMs(value: number) {
    this.f64[(this.at >> 1) + 4] = value
  }
  get lastSeenMs(): number {
    return this.f64[(this.at >> 1) + 5]!
  }
  set lastSeenMs(value: number) {
    this.f64[(this.at >> 1) + 5] = value
  }
  get bytesSent(): number {
    return this.f64[(this.at >> 1) + 6]!
  }
  set bytesSent(value: number) {
    this.f64[(this.at >> 1) + 6] = value
  }
  get bytesRcvd(): number {
    return this.f64[(this.at >> 1) + 7]!
  }
  set bytesRcvd(value: number) {
    this.f64[(this.at >> 1) + 7] = value
  }
  get packetsSent(): number {
    return this.f64[(this.at >> 1) + 8]!
  }
  set packetsSent(value: number) {
    this.f64[(this.at >> 1) + 8] = value
  }
  get packetsRcvd(): number {
    return this.f64[(this.at >> 1) + 9]!
  }
  set packetsRcvd(value: number) {
    this.f64[(this.at >> 1) + 9] = value
  }
  get nonIpBytes(): number {
    return this.f64[(this.at >> 1) + 10]!
  }
  set nonIpBytes(value: number) {
    this.f64[(this.at >> 1) + 10] = value
  }
  l4Bytes(i: number): number {
    return this.f64[(this.at >> 1) + 11 + i]!
  }
  setL4Bytes(i: number, value: number): void {
    this.f64[(this.at >> 1) + 11 + i] = value
  }
  l4Packets(i: number): number {
    return this.u32[this.at + 38 + i]!
  }
  setL4Packets(i: number, value: number): void {
    this.u32[this.at + 38 + i] = value
  }
  sizesSent(i: number): number {
    return this.u32[this.at + 46 + i]!
  }
  setSizesSent(i: number, value: number): void {
    this.u32[this.at + 46 + i] = value
  }
  sizesRcvd(i: number): number {
    return this.u32[this.at + 56 + i]!
  }
  setSizesRcvd(i: number, value: number): void {
    this.u32[this.at + 56 + i] = value
  }
  tickBits(i: number): number {
    return this.f32[this.at + 66 + i]!
  }
  setTickBits(i: number, value: number): void {
    this.f32[this.at + 66 + i] = value
  }
  lastBits(i: number): number {
    return this.f32[this.at + 68 + i]!
  }
  setLastBits(i: number, value: number): void {
    this.f32[this.at + 68 + i] = value
  }
  get tickPackets(): number {
    return this.f32[this.at + 70]!
  }
  set tickPackets(value: number) {
    this.f32[this.at + 70] = value
  }
  get lastPackets(): number {
    return this.f32[this.at + 71]!
  }
  set lastPackets(value: number) {
    this.f32[this.at + 71] = value
  }
  get tickNo(): number {
    return this.u32[this.at + 72]!
  }
  set tickNo(value: number) {
    this.u32[this.at + 72] = value
  }
  get activeFlows(): number {
    return this.u32[this.at + 73]!
  }
  set activeFlows(value: number) {
    this.u32[this.at + 73] = value
  }
  get flowsAsClient(): number {
    return this.u32[this.at + 74]!
  }
  set flowsAsClient(value: number) {
    this.u32[this.at + 74] = value
  }
  get flowsAsServer(): number {
    return this.u32[this.at + 75]!
  }
  set flowsAsServer(value: number) {
    this.u32[this.at + 75] = value
  }
  get scoreAsClient(): number {
    return this.u32[this.at + 76]!
  }
  set scoreAsClient(value: number) {
    this.u32[this.at + 76] = value
  }
  get scoreAsServer(): number {
    return this.u32[this.at + 77]!
  }
  set scoreAsServer(value: number) {
    this.u32[this.at + 77] = value
  }
  get retransmissions(): number {
    return this.u32[this.at + 78]!
  }
  set retransmissions(value: number) {
    this.u32[this.at + 78] = value
  }
  get outOfOrder(): number {
    return this.u32[this.at + 79]!
  }
  set outOfOrder(value: number) {
    this.u32[this.at + 79] = value
  }
  get lost(): number {
    return this.u32[this.at + 80]!
  }
  set lost(value: number) {
    this.u32[this.at + 80] = value
  }
  get zeroWindow(): number {
    return this.u32[this.at + 81]!
  }
  set zeroWindow(value: number) {
    this.u32[this.at + 81] = value
  }
  get firstApp(): number {
    return this.i32[this.at + 82]!
  }
  set firstApp(value: number) {
    this.i32[this.at + 82] = value
  }
  get firstTallyPlus1(): number {
    return this.u32[this.at + 83]!
  }
  set firstTallyPlus1(value: number) {
    this.u32[this.at + 83] = value
  }
  get tcpPrint(): number {
    return this.u16[(this.at << 1) + 168]!
  }
  set tcpPrint(value: number) {
    this.u16[(this.at << 1) + 168] = value
  }
  get system(): number {
    return this.u16[(this.at << 1) + 169]!
  }
  set system(value: number) {
    this.u16[(this.at << 1) + 169] = value
  }
  get notedSeconds(): number {
    return this.u32[this.at + 85]!
  }
  set notedSeconds(value: number) {
    this.u32[this.at + 85] = value
  }
}

// Places of the cells of a HostAppRow, in elements of their type, from its beginning.
export const HOST_APP_ROW_HOST = 0
export const HOST_APP_ROW_APP = 1
export const HOST_APP_ROW_BYTES_SENT = 1
export const HOST_APP_ROW_BYTES_RCVD = 2
export const HOST_APP_ROW_PACKETS_SENT = 6
export const HOST_APP_ROW_PACKETS_RCVD = 7
export const HOST_APP_ROW_FLOWS = 8
export const HOST_APP_ROW_NEXT = 9
export const HOST_APP_ROW_HASH = 10
export const HOST_APP_ROW_PAD = 11

/** 48 bytes a row. */
export class HostAppRow extends RowCursor {
  static readonly bytes = 48
  constructor(capacity: number) {
    super(48, capacity)
  }
  get host(): number {
    return this.i32[this.at]!
  }
  set host(value: number) {
    this.i32[this.at] = value
  }
  get app(): number {
    return this.u32[this.at + 1]!
  }
  set app(value: number) {
    this.u32[this.at + 1] = value
  }
  get bytesSent(): number {
    return this.f64[(this.at >> 1) + 1]!
  }
  set bytesSent(value: number) {
    this.f64[(this.at >> 1) + 1] = value
  }
  get bytesRcvd(): number {
    return this.f64[(this.at >> 1) + 2]!
  }
  set bytesRcvd(value: number) {
    this.f64[(this.at >> 1) + 2] = value
  }
  get packetsSent(): number {
    return this.u32[this.at + 6]!
  }
  set packetsSent(value: number) {
    this.u32[this.at + 6] = value
  }
  get packetsRcvd(): number {
    return this.u32[this.at + 7]!
  }
  set packetsRcvd(value: number) {
    this.u32[this.at + 7] = value
  }
  get flows(): number {
    return this.u32[this.at + 8]!
  }
  set flows(value: number) {
    this.u32[this.at + 8] = value
  }
  get next(): number {
    return this.i32[this.at + 9]!
  }
  set next(value: number) {
    this.i32[this.at + 9] = value
  }
  get hash(): number {
    return this.i32[this.at + 10]!
  }
  set hash(value: number) {
    this.i32[this.at + 10] = value
  }
  get pad(): number {
    return this.u32[this.at + 11]!
  }
  set pad(value: number) {
    this.u32[this.at + 11] = value
  }
}

// Places of the cells of a MacRow, in elements of their type, from its beginning.
export const MAC_ROW_HASH = 0
export const MAC_ROW_HIGH = 1
export const MAC_ROW_LOW = 2
export const MAC_ROW_HOSTS = 3
export const MAC_ROW_HOST = 4
export const MAC_ROW_PAD0 = 5
export const MAC_ROW_FIRST_SEEN_MS = 3
export const MAC_ROW_LAST_SEEN_MS = 4
export const MAC_ROW_BYTES_SENT = 5
export const MAC_ROW_BYTES_RCVD = 6
export const MAC_ROW_PACKETS_SENT = 7
export const MAC_ROW_PACKETS_RCVD = 8
export const MAC_ROW_NON_IP_BYTES_SENT = 9
export const MAC_ROW_NON_IP_BYTES_RCVD = 10
export const MAC_ROW_NON_IP_PACKETS = 22
export const MAC_ROW_ARP_PACKETS = 23
export const MAC_ROW_TICK_BITS = 24
export const MAC_ROW_LAST_BITS = 26
export const MAC_ROW_TICK_PACKETS = 28
export const MAC_ROW_LAST_PACKETS = 29
export const MAC_ROW_TICK_NO = 30
export const MAC_ROW_PAD = 31

/** 128 bytes a row. */
export class MacRow extends RowCursor {
  static readonly bytes = 128
  constructor(capacity: number) {
    super(128, capacity)
  }
  get hash(): number {
    return this.i32[this.at]!
  }
  set hash(value: number) {
    this.i32[this.at] = value
  }
  get high(): number {
    return this.i32[this.at + 1]!
  }
  set high(value: number) {
    this.i32[this.at + 1] = value
  }
  get low(): number {
    return this.u32[this.at + 2]!
  }
  set low(value: number) {
    this.u32[this.at + 2] = value
  }
  get hosts(): number {
    return this.u32[this.at + 3]!
  }
  set hosts(value: number) {
    this.u32[this.at + 3] = value
  }
  get host(): number {
    return this.i32[this.at + 4]!
  }
  set host(value: number) {
    this.i32[this.at + 4] = value
  }
  get pad0(): number {
    return this.u32[this.at + 5]!
  }
  set pad0(value: number) {
    this.u32[this.at + 5] = value
  }
  get firstSeenMs(): number {
    return this.f64[(this.at >> 1) + 3]!
  }
  set firstSeenMs(value: number) {
    this.f64[(this.at >> 1) + 3] = value
  }
  get lastSeenMs(): number {
    return this.f64[(this.at >> 1) + 4]!
  }
  set lastSeenMs(value: number) {
    this.f64[(this.at >> 1) + 4] = value
  }
  get bytesSent(): number {
    return this.f64[(this.at >> 1) + 5]!
  }
  set bytesSent(value: number) {
    this.f64[(this.at >> 1) + 5] = value
  }
  get bytesRcvd(): number {
    return this.f64[(this.at >> 1) + 6]!
  }
  set bytesRcvd(value: number) {
    this.f64[(this.at >> 1) + 6] = value
  }
  get packetsSent(): number {
    return this.f64[(this.at >> 1) + 7]!
  }
  set packetsSent(value: number) {
    this.f64[(this.at >> 1) + 7] = value
  }
  get packetsRcvd(): number {
    return this.f64[(this.at >> 1) + 8]!
  }
  set packetsRcvd(value: number) {
    this.f64[(this.at >> 1) + 8] = value
  }
  get nonIpBytesSent(): number {
    return this.f64[(this.at >> 1) + 9]!
  }
  set nonIpBytesSent(value: number) {
    this.f64[(this.at >> 1) + 9] = value
  }
  get nonIpBytesRcvd(): number {
    return this.f64[(this.at >> 1) + 10]!
  }
  set nonIpBytesRcvd(value: number) {
    this.f64[(this.at >> 1) + 10] = value
  }
  get nonIpPackets(): number {
    return this.u32[this.at + 22]!
  }
  set nonIpPackets(value: number) {
    this.u32[this.at + 22] = value
  }
  get arpPackets(): number {
    return this.u32[this.at + 23]!
  }
  set arpPackets(value: number) {
    this.u32[this.at + 23] = value
  }
  tickBits(i: number): number {
    return this.f32[this.at + 24 + i]!
  }
  setTickBits(i: number, value: number): void {
    this.f32[this.at + 24 + i] = value
  }
  lastBits(i: number): number {
    return this.f32[this.at + 26 + i]!
  }
  setLastBits(i: number, value: number): void {
    this.f32[this.at + 26 + i] = value
  }
  get tickPackets(): number {
    return this.f32[this.at + 28]!
  }
  set tickPackets(value: number) {
    this.f32[this.at + 28] = value
  }
  get lastPackets(): number {
    return this.f32[this.at + 29]!
  }
  set lastPackets(value: number) {
    this.f32[this.at + 29] = value
  }
  get tickNo(): number {
    return this.u32[this.at + 30]!
  }
  set tickNo(value: number) {
    this.u32[this.at + 30] = value
  }
  get pad(): number {
    return this.u32[this.at + 31]!
  }
  set pad(value: number) {
    this.u32[this.at + 31] = value
  }
}

// Places of the cells of a NonIpRow, in elements of their type, from its beginning.
export const NON_IP_ROW_HASH = 0
export const NON_IP_ROW_SOURCE_HIGH = 1
export const NON_IP_ROW_SOURCE_LOW = 2
export const NON_IP_ROW_DESTINATION_HIGH = 3
export const NON_IP_ROW_DESTINATION_LOW = 4
export const NON_IP_ROW_ETHER_TYPE = 5
export const NON_IP_ROW_FIRST_SEEN_MS = 3
export const NON_IP_ROW_LAST_SEEN_MS = 4
export const NON_IP_ROW_BYTES = 5
export const NON_IP_ROW_PACKETS = 6

/** 56 bytes a row. */
export class NonIpRow extends RowCursor {
  static readonly bytes = 56
  constructor(capacity: number) {
    super(56, capacity)
  }
  get hash(): number {
    return this.i32[this.at]!
  }
  set hash(value: number) {
    this.i32[this.at] = value
  }
  get sourceHigh(): number {
    return this.i32[this.at + 1]!
  }
  set sourceHigh(value: number) {
    this.i32[this.at + 1] = value
  }
  get sourceLow(): number {
    return this.u32[this.at + 2]!
  }
  set sourceLow(value: number) {
    this.u32[this.at + 2] = value
  }
  get destinationHigh(): number {
    return this.i32[this.at + 3]!
  }
  set destinationHigh(value: number) {
    this.i32[this.at + 3] = value
  }
  get destinationLow(): number {
    return this.u32[this.at + 4]!
  }
  set destinationLow(value: number) {
    this.u32[this.at + 4] = value
  }
  get etherType(): number {
    return this.u32[this.at + 5]!
  }
  set etherType(value: number) {
    this.u32[this.at + 5] = value
  }
  get firstSeenMs(): number {
    return this.f64[(this.at >> 1) + 3]!
  }
  set firstSeenMs(value: number) {
    this.f64[(this.at >> 1) + 3] = value
  }
  get lastSeenMs(): number {
    return this.f64[(this.at >> 1) + 4]!
  }
  set lastSeenMs(value: number) {
    this.f64[(this.at >> 1) + 4] = value
  }
  get bytes(): number {
    return this.f64[(this.at >> 1) + 5]!
  }
  set bytes(value: number) {
    this.f64[(this.at >> 1) + 5] = value
  }
  get packets(): number {
    return this.f64[(this.at >> 1) + 6]!
  }
  set packets(value: number) {
    this.f64[(this.at >> 1) + 6] = value
  }
}

// Places of the cells of a TallyRow, in elements of their type, from its beginning.
export const TALLY_ROW_HASH = 0
export const TALLY_ROW_HOST = 1
export const TALLY_ROW_COUNTER = 2
export const TALLY_ROW_SENT = 3
export const TALLY_ROW_RCVD = 4
export const TALLY_ROW_NEXT_PLUS1 = 5

/** 24 bytes a row. */
export class TallyRow extends RowCursor {
  static readonly bytes = 24
  constructor(capacity: number) {
    super(24, capacity)
  }
  get hash(): number {
    return this.i32[this.at]!
  }
  set hash(value: number) {
    this.i32[this.at] = value
  }
  get host(): number {
    return this.i32[this.at + 1]!
  }
  set host(value: number) {
    this.i32[this.at + 1] = value
  }
  get counter(): number {
    return this.u32[this.at + 2]!
  }
  set counter(value: number) {
    this.u32[this.at + 2] = value
  }
  get sent(): number {
    return this.u32[this.at + 3]!
  }
  set sent(value: number) {
    this.u32[this.at + 3] = value
  }
  get rcvd(): number {
    return this.u32[this.at + 4]!
  }
  set rcvd(value: number) {
    this.u32[this.at + 4] = value
  }
  get nextPlus1(): number {
    return this.u32[this.at + 5]!
  }
  set nextPlus1(value: number) {
    this.u32[this.at + 5] = value
  }
}
