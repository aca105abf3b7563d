import { byEtherType, ethernet, llc } from './ethernet.ts'
import { FragmentTable } from './fragments.ts'
import { ipv4, ipv4Id } from './ipv4.ts'
import { ipv6, ipv6Extension, ipv6FragmentId } from './ipv6.ts'
import { byProto } from './layer4.ts'
import {
  BY_ETHERTYPE,
  BY_PROTO,
  END,
  ETHERNET,
  FRAGMENT,
  IPV4,
  IPV6,
  IPV6_EXTENSION,
  type Layer,
  LLC,
  PPP,
  TUNNEL,
  WIFI,
} from './layers.ts'
import { linkHeader } from './link-types.ts'
import { damaged, HEADER_DEPTH, MALFORMED, note, TUNNEL_DEPTH } from './malformed.ts'
import { KIND_IP, Packet } from './packet.ts'
import { copyPacket, forgetIp, resetPacket } from './packet-copy.ts'
import { ppp } from './ppp.ts'
import { tunnelHeader } from './tunnels.ts'
import { wifi } from './wifi.ts'

/** Tunnels inside each other that are opened. */
export const MAX_TUNNELS = 8
/** Headers of one frame; eight tunnels of five headers each and the link's own. */
const MAX_HEADERS = 64

const HEADERS: Layer[] = []
HEADERS[ETHERNET] = ethernet
HEADERS[BY_ETHERTYPE] = byEtherType
HEADERS[LLC] = llc
HEADERS[PPP] = ppp
HEADERS[WIFI] = wifi
HEADERS[IPV4] = ipv4
HEADERS[IPV6] = ipv6
HEADERS[IPV6_EXTENSION] = ipv6Extension
HEADERS[BY_PROTO] = byProto

/**
 * Reads the headers of frames, through tunnels to the innermost packet. A tunnel counts as opened when a sound IP packet stands in it; else the
 * packet around it stands. Where fragments name a flow that was not seen to begin, the ports are 0.
 */
export class Decoder {
  /** Packet time; set it when it moves on (once a batch will do). Fragments are forgotten by it. */
  nowMs = 0
  /** Frames by the first damage in them, indexed as MALFORMED. */
  readonly malformed = new Float64Array(MALFORMED.length)

  private readonly fragments: FragmentTable
  /** The packet around the tunnel being opened, and how many are open. */
  private readonly outer = new Packet()
  private tunnels = 0
  /** Places reserved for first fragments of this frame. */
  private readonly places = new Int32Array(MAX_TUNNELS + 1)
  private placeCount = 0

  /** Seed the tables at random, so that nobody can fill one bucket on purpose. */
  constructor(seed: number) {
    this.fragments = new FragmentTable(seed)
  }

  /** Fills `p` from the frame buf[start .. end) of a capture of this link type. Reads nothing outside it. */
  decode(buf: Uint8Array, start: number, end: number, wireLen: number, linkType: number, p: Packet): void {
    resetPacket(p, buf, start, end, wireLen)
    // The usual order, one after the other: nine frames of ten need nothing else.
    let next = linkHeader(p, linkType)
    if (next === ETHERNET) next = ethernet(p)
    if (next === BY_ETHERTYPE) next = byEtherType(p)
    if (next === IPV4) next = ipv4(p)
    if (next === BY_PROTO) next = byProto(p)
    if (next !== END) this.others(p, next)
    if (p.malformed !== 0) this.malformed[p.malformed]!++
  }

  private others(p: Packet, first: number): void {
    this.tunnels = 0
    this.placeCount = 0
    let next = first
    for (let headers = 0; next !== END; headers++) {
      if (headers === MAX_HEADERS) next = damaged(p, HEADER_DEPTH)
      else if (next > TUNNEL) next = this.open(p, next)
      else if (next === FRAGMENT) next = this.fragment(p)
      else next = HEADERS[next]!(p)
    }
    if (this.tunnels > 0 && p.kind !== KIND_IP) this.close(p)
    for (let i = 0; i < this.placeCount && p.kind === KIND_IP; i++) this.fragments.name(this.places[i]!, p)
  }

  /** Looks whether a tunnel of this kind really stands at the payload. */
  private open(p: Packet, layer: number): number {
    if (this.tunnels === MAX_TUNNELS) {
      note(p, TUNNEL_DEPTH)
      return END
    }
    copyPacket(p, this.outer)
    const inner = tunnelHeader(p, layer)
    if (inner === END) {
      copyPacket(this.outer, p)
      return END
    }
    this.tunnels++
    if (p.tunnel === 0) p.tunnel = layer - TUNNEL
    const { moreFragments } = p
    forgetIp(p)
    // Where the outer packet was split, the inner one goes on in later frames.
    p.moreFragments = moreFragments
    return inner
  }

  /** No sound IP packet was in the tunnel: the packet around it stands, with the damage that was met inside. */
  private close(p: Packet): void {
    const { malformed } = p
    copyPacket(this.outer, p)
    if (malformed !== 0) note(p, malformed)
  }

  private fragment(p: Packet): number {
    const id = p.ipVersion === 4 ? ipv4Id(p.buf, p.ipAt) : ipv6FragmentId(p)
    const nowS = Math.floor(this.nowMs / 1000)
    if (p.fragmentOffset === 0) {
      if (this.placeCount < this.places.length) this.places[this.placeCount++] = this.fragments.reserve(p, id, nowS)
      return p.ipVersion === 6 ? IPV6_EXTENSION : BY_PROTO
    }
    p.srcPort = p.dstPort = 0
    p.l4At = -1
    p.kind = KIND_IP
    this.fragments.find(p, id, nowS)
    return END
  }
}
