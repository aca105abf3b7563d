import { Cursor } from '../wire/cursor.ts'
import type { Packet } from '../wire/packet.ts'
import { PROTO_TCP, PROTO_UDP } from '../wire/packet.ts'
import { Dispatch, TCP, type TransportIndex, UDP } from './dispatch.ts'
import {
  type Context,
  type Dissector,
  Done,
  Exclude,
  type Extracted,
  MAX_MORE,
  MAX_TCP_TRIALS,
  MAX_UDP_TRIALS,
  Match,
  NeedMore,
  type Verdict,
  Within,
} from './dissector.ts'
import { fileMark } from './file-marks.ts'
import { FlowContext } from './flow-context.ts'
import { isDense, looksFullyEncrypted } from './randomness.ts'
import {
  type Effects,
  FLOW_DEAD_AB,
  FLOW_DEAD_BA,
  FLOW_DECIDED,
  FLOW_LOOKS_DENSE,
  FLOW_LOOKS_RANDOM,
  FLOW_MID_STREAM,
  FLOW_MORE,
  type RecognisedFlow,
} from './recognised-flow.ts'
import { Stream } from './stream.ts'

/** Bytes that the streams of all flows may hold together, each flow at most 2 * MAX_STREAM. Beyond it those that have waited longest are given up. */
const MAX_STREAM_BYTES = 64 << 20

const MAX_SPARE_STREAMS = 256
/** Payloads of a sampled flow that are tried: what lies in the middle of a stream is mostly noise, and the more of it is asked about the more of it is mistaken. */
const MAX_SAMPLE_TRIALS = 8

/** What is remembered of a flow between its packets, only for flows that need it. */
interface State {
  streams: [Stream | undefined, Stream | undefined]
  /** Which flow's; and the states before and after it in the order in which they began to hold a stream. */
  row: number
  older: State | undefined
  newer: State | undefined
  /** The memo of the one dissector that has one; those of others, which is rare, are in the map. */
  memoOf: number
  memo: number
  memos: Map<number, number> | undefined
  more: number
  outer: number
}

/** A dissector as the inner loop wants it: all of one shape, nothing absent. */
interface Plan {
  readonly signature: (c: Cursor, ctx: Context) => Verdict
  readonly extract: ((c: Cursor, out: Record<string, unknown>, ctx: Context) => Extracted | undefined) | undefined
  readonly minLen: number
  readonly every: boolean
  readonly segments: boolean
  readonly maxMore: number
}

/** Made once for each set of dissectors, however many tables use it. */
const dispatches = new WeakMap<readonly Dissector[], Dispatch>()
function dispatchOf(dissectors: readonly Dissector[]): Dispatch {
  const there = dispatches.get(dissectors)
  if (there !== undefined) return there
  const made = new Dispatch(dissectors)
  dispatches.set(dissectors, made)
  return made
}

const planOf = (d: Dissector): Plan => ({
  signature: d.signature ?? (() => Exclude),
  extract: d.extract as Plan['extract'],
  minLen: d.minLen ?? 1,
  every: d.every === true,
  segments: d.follow === 'segments',
  maxMore: d.maxMore ?? MAX_MORE,
})

const payloadOfIp = (proto: number): TransportIndex | -1 => (proto === PROTO_TCP ? TCP : proto === PROTO_UDP ? UDP : -1)

/**
 * Shows the payloads of undecided flows to the dissectors that can know them, and those of decided flows to the dissector that wants more. Works on one
 * flow at a time; nothing here outlives the call but what `State` says.
 */
export class Recogniser {
  readonly dissectors: readonly Dissector[]
  private readonly plans: readonly Plan[]
  private readonly dispatch: Dispatch
  private readonly effects: Effects
  private readonly states: (State | undefined)[] = []
  private readonly freeStates: number[] = []
  private readonly cursor = new Cursor()
  private readonly ctx: FlowContext
  private spareOut: Record<string, unknown> | undefined
  private streamBytes = 0
  private readonly maxStreamBytes: number
  /** Number of the latest round of questions, and the round in which each dissector was last asked: none is asked twice about one payload. */
  private asking = 0
  private readonly askedAt: Float64Array
  private readonly spareStreams: Stream[] = []
  /** Of the states that hold a stream, who began first and who began last. */
  private oldest: State | undefined
  private newest: State | undefined
  /** Flows that were given up because the streams of all flows together had reached their bound. */
  flowsGivenUp = 0
  /** Faults that `extract` met in flows that had matched, by dissector. */
  readonly faults: Uint32Array

  constructor(dissectors: readonly Dissector[], effects: Effects, maxStreamBytes = MAX_STREAM_BYTES) {
    this.maxStreamBytes = maxStreamBytes
    this.dissectors = dissectors
    this.plans = dissectors.map(planOf)
    this.dispatch = dispatchOf(dissectors)
    this.effects = effects
    this.faults = new Uint32Array(dissectors.length)
    this.askedAt = new Float64Array(dissectors.length)
    this.ctx = new FlowContext(effects)
  }

  /** The dissector of an IP protocol number that is a protocol by itself, or -1. */
  ofIpProtocol(proto: number): number {
    return this.dispatch.ipProtocol(proto)
  }

  /**
   * One packet with payload. `direction` is 0 from a to b, 1 back; `expectedSeq` the sequence number that TCP awaited next in this direction
   * (the packet's own when nothing is known).
   */
  payload(flow: RecognisedFlow, p: Packet, direction: 0 | 1, fromClient: boolean, expectedSeq: number): void {
    const { ctx } = this
    const transport = payloadOfIp(p.proto)
    ctx.begin(flow, p, direction, fromClient)
    if (transport === -1) this.ipPayload(flow, p)
    else if ((flow.flags & FLOW_DECIDED) !== 0) this.follow(flow, p, direction, transport, expectedSeq)
    else this.trial(flow, p, direction, transport, expectedSeq)
  }

  /** One packet out of many: the bytes before and after it are not awaited, so none are kept. */
  sample(flow: RecognisedFlow, p: Packet, direction: 0 | 1, fromClient: boolean): void {
    this.payload(flow, p, direction, fromClient, p.tcpSeq)
    if ((flow.flags & FLOW_DECIDED) === 0 && this.ctx.packet >= MAX_SAMPLE_TRIALS) this.giveUp(flow)
    if (flow.recognition < 0) return
    const state = this.states[flow.recognition]!
    this.endStream(state, 0)
    this.endStream(state, 1)
  }

  /** Nothing more will come of a flow. */
  end(flow: RecognisedFlow): void {
    if ((flow.flags & FLOW_DECIDED) === 0) this.giveUp(flow)
    else if ((flow.flags & FLOW_MORE) !== 0) this.leave(flow)
  }

  /** Forgets what is remembered of a flow: it leaves, or is decided for good. */
  forget(flow: RecognisedFlow): void {
    const at = flow.recognition
    if (at < 0) return
    const state = this.states[at]!
    this.endStream(state, 0)
    this.endStream(state, 1)
    this.states[at] = undefined
    this.freeStates.push(at)
    flow.recognition = -1
  }

  private state(flow: RecognisedFlow): State {
    if (flow.recognition >= 0) return this.states[flow.recognition]!
    const state: State = {
      streams: [undefined, undefined],
      row: flow.row,
      older: undefined,
      newer: undefined,
      memoOf: -1,
      memo: 0,
      memos: undefined,
      more: 0,
      outer: -1,
    }
    const at = this.freeStates.pop() ?? this.states.length
    this.states[at] = state
    flow.recognition = at
    return state
  }
  private memoOf(flow: RecognisedFlow, dissector: number): number {
    const state = this.states[flow.recognition]!
    return state.memoOf === dissector ? state.memo : (state.memos?.get(dissector) ?? 0)
  }
  private setMemo(flow: RecognisedFlow, dissector: number, n: number): void {
    const state = this.state(flow)
    if (state.memoOf === -1) state.memoOf = dissector
    if (state.memoOf === dissector) {
      state.memo = n
      return
    }
    state.memos ??= new Map()
    state.memos.set(dissector, n)
  }

  private ipPayload(flow: RecognisedFlow, p: Packet): void {
    const index = flow.dissector - 1
    this.countTrial(flow, this.ctx.direction)
    if (index >= 0) this.extract(flow, index, p.buf, p.payloadAt, p.payloadEnd)
  }

  private trial(flow: RecognisedFlow, p: Packet, direction: 0 | 1, transport: TransportIndex, expectedSeq: number): void {
    const limit = transport === TCP ? MAX_TCP_TRIALS : MAX_UDP_TRIALS
    const dead = direction === 0 ? FLOW_DEAD_AB : FLOW_DEAD_BA
    const trials = this.countTrial(flow, direction)
    let verdict: Verdict = Exclude
    if (transport === UDP) verdict = this.ask(flow, transport, p.buf, p.payloadAt, p.payloadEnd)
    else if ((flow.flags & dead) === 0 || (flow.flags & FLOW_MID_STREAM) !== 0) verdict = this.askStream(flow, p, direction, expectedSeq)
    if (verdict === Match) return
    this.lookAtUnknown(flow, p, transport, verdict)
    if (verdict === Exclude && transport === TCP) flow.flags |= dead
    const allDead = (flow.flags & (FLOW_DEAD_AB | FLOW_DEAD_BA | FLOW_MID_STREAM)) === (FLOW_DEAD_AB | FLOW_DEAD_BA)
    if (trials >= limit || (transport === TCP && allDead)) this.giveUp(flow)
  }

  /** What no signature claims may still show what it is: the first payload of a flow, and programs in the packets after it. */
  private lookAtUnknown(flow: RecognisedFlow, p: Packet, transport: TransportIndex, verdict: Verdict): void {
    const { ctx } = this
    const mark = fileMark(p.buf, p.payloadAt, p.payloadEnd)
    if (mark !== undefined) ctx.raise(mark === 'shell script' ? 'Possible Exploit Attempt' : 'Binary App Transfer', mark)
    if (verdict !== Exclude || ctx.packet !== 1) return
    if (!isDense(p.buf, p.payloadAt, p.payloadEnd)) return
    flow.flags |= FLOW_LOOKS_DENSE
    if (transport === TCP && ctx.fromClient && !ctx.midStream && looksFullyEncrypted(p.buf, p.payloadAt, p.payloadEnd))
      flow.flags |= FLOW_LOOKS_RANDOM
  }

  /** Payload packets of the flow so far, this one included. */
  private countTrial(flow: RecognisedFlow, direction: 0 | 1): number {
    const thisWay = flow.trials(direction) + 1
    if (thisWay < 256) flow.setTrials(direction, thisWay)
    this.ctx.packetThisWay = thisWay
    return (this.ctx.packet = thisWay + flow.trials(1 - direction))
  }

  private giveUp(flow: RecognisedFlow): void {
    flow.flags |= FLOW_DECIDED
    this.forget(flow)
    this.effects.gaveUp()
  }

  /** The bytes of this direction from its beginning: the packet itself while it is the first, else its stream. */
  private askStream(flow: RecognisedFlow, p: Packet, direction: 0 | 1, expectedSeq: number): Verdict {
    const stream = flow.recognition < 0 ? undefined : this.states[flow.recognition]!.streams[direction]
    if (stream !== undefined) {
      if (!this.add(flow, stream, p)) return stream.full ? Exclude : NeedMore
      return this.settle(flow, direction, this.ask(flow, TCP, stream.buffer, stream.from, stream.length))
    }
    const inOrder = p.tcpSeq === expectedSeq
    const verdict = inOrder ? this.ask(flow, TCP, p.buf, p.payloadAt, p.payloadEnd) : NeedMore
    if (verdict !== NeedMore) return verdict
    this.add(flow, this.beginStream(flow, direction, inOrder ? p.tcpSeq : expectedSeq), p)
    return NeedMore
  }

  /** A direction that nobody claims needs no stream any longer. */
  private settle(flow: RecognisedFlow, direction: 0 | 1, verdict: Verdict): Verdict {
    if (verdict === Exclude && flow.recognition >= 0) this.endStream(this.states[flow.recognition]!, direction)
    return verdict
  }

  private beginStream(flow: RecognisedFlow, direction: 0 | 1, base: number): Stream {
    const stream = this.spareStreams.pop() ?? new Stream()
    stream.begin(base)
    this.streamBytes += stream.size
    const state = this.state(flow)
    if (state.streams[1 - direction] === undefined) this.queue(state)
    state.streams[direction] = stream
    return stream
  }
  private queue(state: State): void {
    state.older = this.newest
    if (this.newest === undefined) this.oldest = state
    else this.newest.newer = state
    this.newest = state
  }
  private unqueue(state: State): void {
    const { older, newer } = state
    if (older === undefined) this.oldest = newer
    else older.newer = newer
    if (newer === undefined) this.newest = older
    else newer.older = older
    state.older = state.newer = undefined
  }
  /** Gives up those that have held a stream for the longest time, but not this flow, until all streams together are within their bound. */
  private makeRoom(flow: RecognisedFlow): void {
    const own = this.state(flow)
    while (this.streamBytes > this.maxStreamBytes) {
      const oldest = this.oldest === own ? own.newer : this.oldest
      if (oldest === undefined) return
      this.flowsGivenUp++
      this.effects.elsewhere(oldest.row, this.endOf)
    }
  }
  private readonly endOf = (flow: RecognisedFlow): void => this.end(flow)

  private endStream(state: State, direction: 0 | 1): void {
    const stream = state.streams[direction]
    if (stream === undefined) return
    this.streamBytes -= stream.size
    state.streams[direction] = undefined
    if (state.streams[1 - direction] === undefined) this.unqueue(state)
    if (this.spareStreams.length < MAX_SPARE_STREAMS) this.spareStreams.push(stream)
  }
  private add(flow: RecognisedFlow, stream: Stream, p: Packet): boolean {
    return this.addBytes(flow, stream, p.tcpSeq, p.buf, p.payloadAt, p.payloadEnd)
  }
  private addBytes(flow: RecognisedFlow, stream: Stream, seq: number, b: Uint8Array, at: number, end: number): boolean {
    const before = stream.size
    const grew = stream.add(seq, b, at, end)
    this.streamBytes += stream.size - before
    if (this.streamBytes > this.maxStreamBytes) this.makeRoom(flow)
    return grew
  }

  /** Asks those who know the port first, then all who can begin with this byte. */
  private ask(flow: RecognisedFlow, transport: TransportIndex, b: Uint8Array, at: number, end: number): Verdict {
    const { ctx } = this
    const first = b[at]!
    // A stream of one byte may go on with any.
    const second = end - at > 1 ? b[at + 1]! : -1
    const byFirst = this.dispatch.first(transport, first)
    const asking = ++this.asking
    let verdict: Verdict = Exclude
    for (let turn = 0; turn < 3; turn++) {
      const list =
        turn === 0 ? this.dispatch.port(transport, ctx.dstPort) : turn === 1 ? this.dispatch.port(transport, ctx.srcPort) : byFirst
      for (let i = 0; i < list.length; i++) {
        const index = list[i]!
        if (this.askedAt[index] === asking || !this.dispatch.canBegin(transport, index, first, second)) continue
        this.askedAt[index] = asking
        const { minLen, signature } = this.plans[index]!
        if (end - at < minLen) {
          if (transport === TCP) verdict = NeedMore
          continue
        }
        const memo = this.takeTurn(flow, index)
        const said = signature(this.cursor.reset(b, at, end), ctx)
        if (ctx.memo !== memo) this.setMemo(flow, index, ctx.memo)
        if (said === Match) {
          this.match(flow, index, b, at, end)
          return Match
        }
        if (said === NeedMore) verdict = NeedMore
      }
    }
    return verdict
  }

  private match(flow: RecognisedFlow, index: number, b: Uint8Array, at: number, end: number): void {
    const outer = flow.recognition < 0 ? -1 : this.states[flow.recognition]!.outer
    flow.flags |= FLOW_DECIDED
    flow.dissector = index + 1
    this.effects.matched(index, outer, b, at, end)
    const plan = this.plans[index]!
    if (plan.extract === undefined) {
      this.forget(flow)
      return
    }
    if (plan.every) flow.flags |= FLOW_MORE
    const direction = this.ctx.direction
    this.extract(flow, index, b, at, end)
    this.showOtherSide(flow, index, (1 - direction) as 0 | 1)
    if ((flow.flags & FLOW_MORE) === 0 && (flow.flags & FLOW_DECIDED) !== 0) this.forget(flow)
  }

  /** Bytes of the other direction that had been kept for signatures belong to the dissector too. */
  private showOtherSide(flow: RecognisedFlow, index: number, direction: 0 | 1): void {
    if ((flow.flags & FLOW_MORE) === 0 || flow.recognition < 0) return
    const stream = this.states[flow.recognition]!.streams[direction]
    if (stream === undefined || stream.length === stream.from) return
    this.ctx.turnAround()
    this.extract(flow, index, stream.buffer, stream.from, stream.length)
    this.ctx.turnAround()
  }

  private follow(flow: RecognisedFlow, p: Packet, direction: 0 | 1, transport: TransportIndex, expectedSeq: number): void {
    const index = flow.dissector - 1
    const plan = this.plans[index]!
    this.countTrial(flow, direction)
    if (!plan.every && ++this.state(flow).more > plan.maxMore) return this.leave(flow)
    if (transport === UDP || plan.segments) return this.extract(flow, index, p.buf, p.payloadAt, p.payloadEnd)
    let stream = flow.recognition < 0 ? undefined : this.states[flow.recognition]!.streams[direction]
    // In order, and nothing left over from before: the packet itself will do.
    if (stream === undefined && p.tcpSeq === expectedSeq) return this.extract(flow, index, p.buf, p.payloadAt, p.payloadEnd)
    if (stream?.full) {
      if (!plan.every) return this.leave(flow)
      // Messages without end: begin again where the stream now is.
      this.endStream(this.state(flow), direction)
      stream = undefined
    }
    stream ??= this.beginStream(flow, direction, expectedSeq)
    if (this.add(flow, stream, p)) this.extract(flow, index, stream.buffer, stream.from, stream.length)
    else if (stream.isDone) this.endStream(this.state(flow), direction)
  }

  private leave(flow: RecognisedFlow): void {
    flow.flags &= ~FLOW_MORE
    this.forget(flow)
  }

  private extract(flow: RecognisedFlow, index: number, b: Uint8Array, at: number, end: number): void {
    const plan = this.plans[index]!
    if (plan.extract === undefined) return
    const { cursor, ctx } = this
    const { extract } = plan
    const out = this.spareOut ?? {}
    this.spareOut = undefined
    const memo = this.takeTurn(flow, index)
    const said = extract(cursor.reset(b, at, end), out, ctx) ?? Done
    if (ctx.memo !== memo) this.setMemo(flow, index, ctx.memo)
    if (cursor.bad) this.faults[index]!++
    // Mostly nothing is set; then the object serves again.
    if (isEmpty(out)) this.spareOut = out
    else this.effects.fields(index, out)
    this.consume(flow, plan, b, at, end, said)
  }

  /** The context speaks for this dissector now. Returns its memo, to see afterwards whether it has changed. */
  private takeTurn(flow: RecognisedFlow, index: number): number {
    const memo = flow.recognition < 0 ? 0 : this.memoOf(flow, index)
    this.ctx.dissector = index
    this.ctx.memo = memo
    return memo
  }

  /** Acts on what `extract` said; in a stream, what lies before the cursor is done with. */
  private consume(flow: RecognisedFlow, plan: Plan, b: Uint8Array, at: number, end: number, said: Extracted): void {
    const { direction } = this.ctx
    const pos = this.cursor.bad ? end - at : this.cursor.pos
    const stream = flow.recognition < 0 ? undefined : this.states[flow.recognition]!.streams[direction]
    const seq = stream === undefined ? (this.ctx.seq + pos) | 0 : stream.seqAt(at + pos)
    if (said === Within) return this.lookInside(flow, direction, b, at + pos, end, seq)
    if (said === Done && !plan.every) return this.leave(flow)
    flow.flags |= FLOW_MORE
    if (this.ctx.proto !== PROTO_TCP || plan.segments) return
    if (stream !== undefined) {
      stream.from = Math.min(stream.length, stream.from + pos)
      if (stream.isDone) this.endStream(this.states[flow.recognition]!, direction)
    } else if (at + pos < end) {
      // What the packet left over begins a stream.
      this.addBytes(flow, this.beginStream(flow, direction, seq), seq, b, at + pos, end)
    }
  }

  /** What follows, from sequence number `seq` on, is another protocol: both directions are looked at afresh. */
  private lookInside(flow: RecognisedFlow, direction: 0 | 1, b: Uint8Array, at: number, end: number, seq: number): void {
    const state = this.state(flow)
    state.outer = flow.dissector - 1
    state.more = 0
    this.endStream(state, 0)
    this.endStream(state, 1)
    flow.flags &= ~(FLOW_DECIDED | FLOW_MORE | FLOW_DEAD_AB | FLOW_DEAD_BA)
    flow.setTrials(0, 0)
    flow.setTrials(1, 0)
    if (at >= end) return
    const isTcp = this.ctx.proto === PROTO_TCP
    const verdict = this.ask(flow, isTcp ? TCP : UDP, b, at, end)
    if (verdict === Exclude) flow.flags |= direction === 0 ? FLOW_DEAD_AB : FLOW_DEAD_BA
    if (verdict !== NeedMore || !isTcp) return
    this.addBytes(flow, this.beginStream(flow, direction, seq), seq, b, at, end)
  }
}

function isEmpty(out: Readonly<Record<string, unknown>>): boolean {
  for (const _ in out) return false
  return true
}
