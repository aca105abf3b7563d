import type { RiskName } from '../lib/risks.gen.ts'
import { type Packet, PROTO_TCP, PROTO_UDP } from '../wire/packet.ts'
import type { Context, NameSource } from './dissector.ts'
import { type Effects, FLOW_MID_STREAM, type RecognisedFlow } from './recognised-flow.ts'

/** The one context object of a recogniser: what it tells dissectors of the flow that is being shown, and hands on of what they say. */
export class FlowContext implements Context {
  private readonly effects: Effects
  dissector = 0
  memo = 0
  direction: 0 | 1 = 0
  proto = 0
  seq = 0
  fromClient = true
  srcPort = 0
  dstPort = 0
  packet = 0
  packetThisWay = 0
  midStream = false
  wireLeft = 0
  isFragment = false
  srcIpv4 = 0
  dstIpv4 = 0

  constructor(effects: Effects) {
    this.effects = effects
  }

  begin(flow: RecognisedFlow, p: Packet, direction: 0 | 1, fromClient: boolean): void {
    this.direction = direction
    this.proto = p.proto
    this.seq = p.tcpSeq
    this.fromClient = fromClient
    this.srcPort = p.srcPort
    this.dstPort = p.dstPort
    this.midStream = (flow.flags & FLOW_MID_STREAM) !== 0
    this.wireLeft = p.payloadWireLen
    this.isFragment = p.moreFragments
    this.srcIpv4 = p.ipVersion === 4 ? p.src3 >>> 0 : 0
    this.dstIpv4 = p.ipVersion === 4 ? p.dst3 >>> 0 : 0
  }
  turnAround(): void {
    this.direction = (1 - this.direction) as 0 | 1
    this.fromClient = !this.fromClient
    ;[this.srcPort, this.dstPort] = [this.dstPort, this.srcPort]
    ;[this.srcIpv4, this.dstIpv4] = [this.dstIpv4, this.srcIpv4]
  }

  serverName(name: string): void {
    this.effects.serverName(name)
  }
  info(text: string, rest = ''): void {
    this.effects.info(text, rest)
  }
  inside(app: string, why = ''): void {
    this.effects.inside(app, why)
  }
  category(name: string): void {
    this.effects.category(name)
  }
  becomes(name: string): void {
    this.effects.becomes(name)
  }
  raise(risk: RiskName, evidence = ''): void {
    this.effects.raise(risk, evidence)
  }
  tally(counter: string, n = 1): void {
    this.effects.tally(this.dissector, counter, n)
  }
  nameAddress(bytes: Uint8Array, at: number, length: 4 | 16, name: string, from: NameSource): void {
    this.effects.nameAddress(bytes, at, length, name, from)
  }
  nameHost(end: 'sender' | 'receiver' | 'client' | 'server', name: string, from: NameSource): void {
    this.effects.nameHost(end, name, from)
  }
  announced(): string {
    return this.effects.announced()
  }
  expect(proto: 'tcp' | 'udp', bytes: Uint8Array, at: number, length: 4 | 16, port: number, app: string, seconds: number): void {
    this.effects.expect(proto === 'tcp' ? PROTO_TCP : PROTO_UDP, bytes, at, length, port, app, seconds)
  }
  expectAt(proto: 'tcp' | 'udp', end: 'client' | 'server' | 'sender' | 'receiver', port: number, app: string, seconds: number): void {
    this.effects.expectAt(proto === 'tcp' ? PROTO_TCP : PROTO_UDP, end, port, app, seconds)
  }
}
