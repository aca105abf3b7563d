import { type Packet, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../wire/packet.ts'
import type { FlowRow } from './rows.gen.ts'

/** Bits of a flow's `flags` that belong to the tables; recognition has those below 1 << 8. */
export const FLOW_CLIENT_IS_B = 1 << 8
/** Waits in the list of the next fold. */
export const FLOW_DIRTY = 1 << 9
const FLOW_SEQ_AB = 1 << 10
const FLOW_SEQ_BA = 1 << 11
const FLOW_FIN_AB = 1 << 12
const FLOW_FIN_BA = 1 << 13
/** The row is in use. */
export const FLOW_LIVE = 1 << 14
/** Its name is all that it is called, whatever it carries. */
export const FLOW_NAME_STANDS = 1 << 15
/** Its risks are to be judged when it is booked: recognition knows something new of it. */
export const FLOW_NEWS = 1 << 17
/** They have been since its connection ended. */
export const FLOW_JUDGED_OVER = 1 << 18
/** Exporters tell of it: it leaves after the last record, not after its last packet. */
export const FLOW_COLLECTED = 1 << 19
/** The last record has said that it is over. */
export const FLOW_ENDED = 1 << 20
/** Only some of its packets were seen. */
export const FLOW_SAMPLED = 1 << 21
/** Another worker has counted its contact. */
export const FLOW_CONTACT_ELSEWHERE = 1 << 22
const STATE_SHIFT = 24
const STATE_MASK = 7 << STATE_SHIFT

// Indexes of TCP_STATES in lib/fields.ts.
export const STATE_NONE = 0
export const STATE_SYN = 1
export const STATE_SYN_ACK = 2
export const STATE_ESTABLISHED = 3
export const STATE_CLOSING = 4
export const STATE_CLOSED = 5
export const STATE_RESET = 6

export const tcpState = (flags: number): number => (flags & STATE_MASK) >>> STATE_SHIFT

/** What a segment showed; the tables add it to the hosts. */
export const SEGMENT_RETRANSMITTED = 1
export const SEGMENT_OUT_OF_ORDER = 2
export const SEGMENT_AFTER_GAP = 4
export const SEGMENT_ZERO_WINDOW = 8

/** A full segment of Ethernet; a gap of n bytes stands for that many lost ones, rounded up. */
const USUAL_SEGMENT = 1460
/** A larger jump is another connection on the same ports, or damage: no receive window in use is that wide. */
const MAX_GAP = 1 << 24
const MAX_GAPS_A_DIRECTION = 8
const MAX_FLOWS_WITH_GAPS = 65_536

interface Gap {
  from: number
  to: number
  segments: number
}

/**
 * RFC 9293 as seen from the side: which segments came again, late or not at all, how long the handshake took, where the connection stands. Open gaps are
 * remembered (few flows have any), so that a late segment is told from one that was sent again.
 */
export class TcpAnalysis {
  private readonly gaps = new Map<number, Gap[]>()
  /** Segments that the latest call found lost, and found again: they may exceed one. */
  lostNow = 0

  /** Number of the byte that this direction should bring next; the packet's own when nothing is known. Ask before `segment`. */
  expectedSeq(flow: FlowRow, p: Packet, direction: 0 | 1): number {
    const known = direction === 0 ? FLOW_SEQ_AB : FLOW_SEQ_BA
    if ((p.tcpFlags & TCP_SYN) !== 0) return (p.tcpSeq + 1) | 0
    return (flow.flags & known) === 0 ? p.tcpSeq : flow.nextSeq(direction)
  }

  /** Takes one segment into its flow. `nowMs` is its time; the flow's lastSeenMs is still that of the segment before. Returns SEGMENT_ bits. */
  segment(flow: FlowRow, p: Packet, direction: 0 | 1, nowMs: number): number {
    const flags = p.tcpFlags
    flow.setTcpFlags(direction, flow.tcpFlags(direction) | flags)
    this.advanceState(flow, flags, direction, nowMs)
    this.lostNow = 0
    let seen = 0
    if (p.tcpWindow === 0 && (flags & (TCP_RST | TCP_SYN)) === 0) {
      if (flow.zeroWindow(direction) < 0xffff) flow.setZeroWindow(direction, flow.zeroWindow(direction) + 1)
      seen = SEGMENT_ZERO_WINDOW
    }
    const length = p.payloadWireLen + (flags & TCP_SYN ? 1 : 0) + (flags & TCP_FIN ? 1 : 0)
    const known = direction === 0 ? FLOW_SEQ_AB : FLOW_SEQ_BA
    const next = (p.tcpSeq + length) | 0
    if ((flow.flags & known) === 0) {
      flow.flags |= known
      flow.setNextSeq(direction, next)
      return seen
    }
    const ahead = (p.tcpSeq - flow.nextSeq(direction)) | 0
    if (ahead === 0) flow.setNextSeq(direction, next)
    else if ((flags & TCP_RST) === 0 && length > 0) seen |= this.notInOrder(flow, p.tcpSeq, length, ahead, direction)
    return seen
  }

  private notInOrder(flow: FlowRow, seq: number, length: number, ahead: number, direction: 0 | 1): number {
    const next = (seq + length) | 0
    if (ahead > MAX_GAP || ahead < -MAX_GAP) {
      flow.setNextSeq(direction, next)
      return 0
    }
    if (ahead > 0) {
      this.openGap(flow, seq, ahead, direction)
      flow.setNextSeq(direction, next)
      return SEGMENT_AFTER_GAP
    }
    // A keep-alive sends the last byte again, on purpose (RFC 9293 §3.8.4).
    const keepAlive = ahead === -1 && length === 1
    if (((next - flow.nextSeq(direction)) | 0) > 0) flow.setNextSeq(direction, next)
    if (keepAlive) return 0
    if (this.closeGap(flow, seq, next, direction)) {
      flow.setOutOfOrder(direction, flow.outOfOrder(direction) + 1)
      return SEGMENT_OUT_OF_ORDER
    }
    flow.setRetransmissions(direction, flow.retransmissions(direction) + 1)
    return SEGMENT_RETRANSMITTED
  }

  private openGap(flow: FlowRow, to: number, bytes: number, direction: 0 | 1): void {
    const segments = Math.ceil(bytes / USUAL_SEGMENT)
    flow.setLost(direction, flow.lost(direction) + segments)
    this.lostNow = segments
    const key = flow.row * 2 + direction
    let gaps = this.gaps.get(key)
    if (gaps === undefined) {
      if (this.gaps.size >= MAX_FLOWS_WITH_GAPS) return
      gaps = []
      this.gaps.set(key, gaps)
    }
    if (gaps.length === MAX_GAPS_A_DIRECTION) gaps.shift()
    gaps.push({ from: flow.nextSeq(direction), to, segments })
  }

  /** True when seq … next fills (part of) a gap: then it was late, not lost. */
  private closeGap(flow: FlowRow, seq: number, next: number, direction: 0 | 1): boolean {
    const key = flow.row * 2 + direction
    const gaps = this.gaps.get(key)
    const at = gaps?.findIndex((g) => ((seq - g.from) | 0) >= 0 && ((seq - g.to) | 0) < 0) ?? -1
    if (gaps === undefined || at < 0) return false
    const gap = gaps[at]!
    const whole = seq === gap.from && ((next - gap.to) | 0) >= 0
    const found = whole ? gap.segments : Math.min(gap.segments, 1)
    gap.segments -= found
    flow.setLost(direction, Math.max(0, flow.lost(direction) - found))
    this.lostNow = -found
    if (whole) gaps.splice(at, 1)
    else if (seq === gap.from) gap.from = next
    else if (((next - gap.to) | 0) >= 0) gap.to = seq
    else gaps.splice(at, 1, { from: gap.from, to: seq, segments: gap.segments }, { from: next, to: gap.to, segments: 0 })
    if (gaps.length === 0) this.gaps.delete(key)
    return true
  }

  private advanceState(flow: FlowRow, flags: number, direction: 0 | 1, nowMs: number): void {
    const state = tcpState(flow.flags)
    if (state === STATE_ESTABLISHED && (flags & (TCP_SYN | TCP_FIN | TCP_RST)) === 0) return
    const to = this.nextState(flow, state, flags, direction, nowMs)
    if (to !== state) flow.flags = (flow.flags & ~STATE_MASK) | (to << STATE_SHIFT)
  }

  private nextState(flow: FlowRow, state: number, flags: number, direction: 0 | 1, nowMs: number): number {
    if (flags & TCP_RST) return STATE_RESET
    if (flags & TCP_FIN) {
      flow.flags |= direction === 0 ? FLOW_FIN_AB : FLOW_FIN_BA
      return (flow.flags & (FLOW_FIN_AB | FLOW_FIN_BA)) === (FLOW_FIN_AB | FLOW_FIN_BA) ? STATE_CLOSED : STATE_CLOSING
    }
    if (flags & TCP_SYN) {
      if ((flags & TCP_ACK) === 0) return state === STATE_NONE ? STATE_SYN : state
      if (state === STATE_SYN) flow.serverLatencyUs = latencyUs(nowMs - flow.lastSeenMs)
      return state <= STATE_SYN ? STATE_SYN_ACK : state
    }
    if (state === STATE_SYN_ACK && flow.serverLatencyUs > 0 && flow.clientLatencyUs === 0)
      flow.clientLatencyUs = latencyUs(nowMs - flow.lastSeenMs)
    return state >= STATE_CLOSING ? state : STATE_ESTABLISHED
  }

  /** Flags of many packets at once, as a flow record has them: where the connection stands, as far as they tell. When each came they do not. */
  flagsSeen(flow: FlowRow, flags: number, direction: 0 | 1): void {
    if (flags & TCP_FIN) flow.flags |= direction === 0 ? FLOW_FIN_AB : FLOW_FIN_BA
    const areBothDone = (flow.flags & (FLOW_FIN_AB | FLOW_FIN_BA)) === (FLOW_FIN_AB | FLOW_FIN_BA)
    const to = stateOfFlags(flags, areBothDone)
    if (to > tcpState(flow.flags)) flow.flags = (flow.flags & ~STATE_MASK) | (to << STATE_SHIFT)
  }

  /** The flow leaves. */
  forget(flow: FlowRow): void {
    if (this.gaps.size === 0) return
    this.gaps.delete(flow.row * 2)
    this.gaps.delete(flow.row * 2 + 1)
  }
}

/** At least 1: 0 says that it was not seen. */
const latencyUs = (ms: number) => Math.min(Math.max(1, Math.round(ms * 1000)), 0xffffffff)

function stateOfFlags(flags: number, areBothDone: boolean): number {
  if (flags & TCP_RST) return STATE_RESET
  if (flags & TCP_FIN) return areBothDone ? STATE_CLOSED : STATE_CLOSING
  if (flags & TCP_ACK) return STATE_ESTABLISHED
  return flags & TCP_SYN ? STATE_SYN : STATE_NONE
}
