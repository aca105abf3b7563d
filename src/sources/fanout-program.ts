/** Which worker gets a packet, decided in the kernel: a classic BPF program for PACKET_FANOUT_CBPF (packet(7)). */
import { mix } from '../tables/hash.ts'
import {
  ADD_K,
  ADD_X,
  ANCILLARY,
  AND_K,
  JEQ_K,
  JGE_K,
  JGE_X,
  JSET_K,
  LD_B_IND,
  LD_H_ABS,
  LD_H_IND,
  LD_LEN,
  LD_MEM,
  LD_W_ABS,
  LD_W_IND,
  LDX_IMM,
  LDX_MEM,
  LSH_K,
  MUL_K,
  RET_A,
  RET_K,
  RSH_K,
  ST,
  STX,
  SUB_K,
  SUB_X,
  TAX,
  XOR_K,
  XOR_X,
} from '../wire/bpf.ts'
import { BpfAssembler } from '../wire/bpf-assembler.ts'

export interface FanoutProgram {
  /** Drawn at random and the same for all members: nobody outside can choose addresses that all go to one of them. */
  readonly seed: number
  /** Ethernet frames, or IP packets without a link header. */
  readonly link: 'ethernet' | 'ip'
}

/** SKF_AD_PROTOCOL and SKF_AD_PKTTYPE of linux/filter.h. */
export const ANCILLARY_PROTOCOL = ANCILLARY
export const ANCILLARY_PACKET_TYPE = ANCILLARY + 4
const PACKET_OUTGOING = 4

/** IP headers that are looked at, one inside the other. */
const IP_HEADERS = 3
const VLAN_TAGS = 3
const MPLS_LABELS = 4
const IPV6_EXTENSIONS = 2
const GTP_EXTENSIONS = 2

// Scratch words.
const HASH = 0
const AT = 1
const SUM = 2
const WORD = 3
const TYPE = 4

const ETHERNET_HEADER_LEN = 14
const IPV4_HEADER_LEN = 20
const IPV6_HEADER_LEN = 40
const UDP_HEADER_LEN = 8

/**
 * Answers with a hash of the innermost pair of addresses that it reaches, whichever way the packet goes; the kernel takes it modulo the number of members. By addresses alone, so that all
 * flows of two hosts and all fragments of their packets have one worker. Through VLAN tags, MPLS and PPPoE, into VXLAN, Geneve, GRE, IP-in-IP and GTP-U. An outer packet that is
 * fragmented, and a tunnel that is none after all, count by their outer addresses. What is not IP answers 0: the first worker. So does, by the rules of BPF, what ends within an outer IP header.
 *
 * A load reads from where `skb->data` is: on the way in behind the link header (and behind the outermost VLAN tag, which the kernel has taken out), on the way out at the link header. Loads relative to
 * the network header (SKF_NET_OFF) would be the same both ways, but reach only what lies in the packet's first piece: an adapter may split a packet behind the outer ports.
 */
export function fanoutProgram(options: FanoutProgram): Uint8Array {
  return new Generator(options).program()
}

class Generator {
  private readonly asm = new BpfAssembler()
  private readonly options: FanoutProgram
  /** Secret, odd. */
  private readonly factors: readonly number[]

  constructor(options: FanoutProgram) {
    this.options = options
    this.factors = [1, 2, 3].map((n) => mix(options.seed + n) | 1)
  }

  program(): Uint8Array {
    const { asm } = this
    this.start()
    for (let n = 0; n < IP_HEADERS; n++) {
      if (n > 0) this.ethernet(n)
      this.etherType(n)
      this.mpls(n)
      this.pppoe(n)
      this.ip(n)
      if (n + 1 < IP_HEADERS) this.tunnels(n)
    }
    asm.at('hashed').op(LD_MEM, HASH).op(RET_A)
    asm.at('not ip').op(RET_K, 0)
    return asm.assemble()
  }

  /** X: behind the ethertype, A: the ethertype. */
  private start(): void {
    const { asm } = this
    if (this.options.link === 'ethernet') {
      asm.op(LD_W_ABS, ANCILLARY_PACKET_TYPE).unless(JEQ_K, PACKET_OUTGOING, 'received')
      asm
        .op(LDX_IMM, ETHERNET_HEADER_LEN)
        .op(LD_H_ABS, ETHERNET_HEADER_LEN - 2)
        .jump('type 0')
    }
    asm.at('received').op(LDX_IMM, 0).op(LD_W_ABS, ANCILLARY_PROTOCOL)
  }

  // -- link layers

  /** X: a frame within a tunnel. */
  private ethernet(n: number): void {
    const { asm } = this
    asm.at(`ethernet ${n}`)
    this.need(ETHERNET_HEADER_LEN)
    asm.op(LD_H_IND, ETHERNET_HEADER_LEN - 2)
    this.advanceKeepingA(ETHERNET_HEADER_LEN)
  }

  private etherType(n: number): void {
    const { asm } = this
    asm.at(`type ${n}`)
    for (let tags = 0; tags <= VLAN_TAGS; tags++) {
      asm.when(JEQ_K, 0x0800, `ip ${n}`).when(JEQ_K, 0x86dd, `ip ${n}`)
      asm.when(JEQ_K, 0x8847, `mpls ${n}`).when(JEQ_K, 0x8848, `mpls ${n}`).when(JEQ_K, 0x8864, `pppoe ${n}`)
      if (tags === VLAN_TAGS) break
      for (const tag of [0x8100, 0x88a8, 0x9100, 0x9200]) asm.when(JEQ_K, tag, `tag ${n} ${tags}`)
      asm.jump('not ip')
      // The tag's control information, and the next ethertype.
      asm.at(`tag ${n} ${tags}`).op(LD_H_IND, 2)
      this.advanceKeepingA(4)
    }
    asm.jump('not ip')
  }

  /** RFC 3032; what the labels carry is told by its first nibble (RFC 4928 §3, RFC 4385 §3). */
  private mpls(n: number): void {
    const { asm } = this
    asm.at(`mpls ${n}`)
    for (let labels = 0; labels < MPLS_LABELS; labels++) {
      this.needWithin(n, 4)
      asm.op(LD_B_IND, 2).when(JSET_K, 1, `bottom ${n}`).advance(4)
    }
    asm.jump('not ip')
    asm.at(`bottom ${n}`).advance(4)
    this.needWithin(n, 4 + ETHERNET_HEADER_LEN)
    asm.op(LD_B_IND, 0).op(RSH_K, 4)
    asm.when(JEQ_K, 4, `ip ${n}`).when(JEQ_K, 6, `ip ${n}`).unless(JEQ_K, 0, `pseudowire ${n}`)
    asm.advance(4)
    asm.at(`pseudowire ${n}`).op(LD_H_IND, ETHERNET_HEADER_LEN - 2)
    asm.when(JEQ_K, 0x0800, `framed ${n}`).unless(JEQ_K, 0x86dd, 'not ip')
    asm.at(`framed ${n}`).advance(ETHERNET_HEADER_LEN).jump(`ip ${n}`)
  }

  /** RFC 2516 §4, then the protocol number of PPP. */
  private pppoe(n: number): void {
    const { asm } = this
    asm.at(`pppoe ${n}`)
    this.needWithin(n, 8)
    asm.op(LD_H_IND, 6).when(JEQ_K, 0x0021, `ppp ${n}`).unless(JEQ_K, 0x0057, 'not ip')
    asm.at(`ppp ${n}`).advance(8)
  }

  // -- IP

  /** X: an IP header, whose version its first nibble tells. From here on HASH is at least that of this header. */
  private ip(n: number): void {
    const { asm } = this
    asm.at(`ip ${n}`)
    this.needWithin(n, IPV4_HEADER_LEN)
    asm.op(LD_B_IND, 0).op(RSH_K, 4)
    asm
      .when(JEQ_K, 4, `ipv4 ${n}`)
      .when(JEQ_K, 6, `ipv6 ${n}`)
      .jump(n === 0 ? 'not ip' : 'hashed')
    asm.at(`ipv6 ${n}`)
    this.needWithin(n, IPV6_HEADER_LEN)
    this.hash([8, 12, 16, 20], [24, 28, 32, 36])
    if (n + 1 < IP_HEADERS) this.behindIpv6(n)
    else asm.jump('hashed')
    asm.at(`ipv4 ${n}`)
    this.hash([12], [16])
    if (n + 1 < IP_HEADERS) this.behindIpv4()
    else asm.jump('hashed')
  }

  /** X: behind the header, A: the protocol. */
  private behindIpv4(): void {
    const { asm } = this
    // More fragments, or an offset: later ones have no ports.
    asm.op(LD_H_IND, 6).when(JSET_K, 0x3fff, 'hashed')
    asm.op(LD_B_IND, 9).op(ST, TYPE)
    asm.op(LD_B_IND, 0).op(AND_K, 15).op(LSH_K, 2).op(ADD_X).op(TAX)
    asm.op(LD_MEM, TYPE)
  }

  private behindIpv6(n: number): void {
    const { asm } = this
    asm.op(LD_B_IND, 6)
    this.advanceKeepingA(IPV6_HEADER_LEN)
    for (let i = 0; i < IPV6_EXTENSIONS; i++) {
      // Hop-by-hop options, routing, destination options; a fragment is none of them and goes by its addresses.
      for (const type of [0, 43, 60]) asm.when(JEQ_K, type, `extension ${n} ${i}`)
      asm.jump(`proto ${n}`)
      asm.at(`extension ${n} ${i}`)
      this.need(8)
      asm.op(LD_B_IND, 0).op(ST, TYPE)
      asm.op(LD_B_IND, 1).op(ADD_K, 1).op(LSH_K, 3).op(ADD_X).op(TAX)
      asm.op(LD_MEM, TYPE)
    }
    asm.jump(`proto ${n}`)
  }

  // -- tunnels

  private tunnels(n: number): void {
    const { asm } = this
    const inner = n + 1
    asm.at(`proto ${n}`)
    asm.when(JEQ_K, 17, `udp ${n}`).when(JEQ_K, 47, `gre ${n}`).when(JEQ_K, 4, `ip ${inner}`).when(JEQ_K, 41, `ip ${inner}`).jump('hashed')
    asm.at(`udp ${n}`)
    this.need(2 * UDP_HEADER_LEN)
    for (const port of [2, 0]) {
      asm.op(LD_H_IND, port).when(JEQ_K, 4789, `vxlan ${n}`).when(JEQ_K, 8472, `vxlan ${n}`)
      asm.when(JEQ_K, 6081, `geneve ${n}`).when(JEQ_K, 2152, `gtp-u ${n}`)
    }
    asm.jump('hashed')
    this.vxlan(n)
    this.geneve(n)
    this.gtpU(n)
    this.gre(n)
  }

  // X stands at the UDP header in these three.

  /** RFC 7348 §5, with or without a group policy. */
  private vxlan(n: number): void {
    const { asm } = this
    const header = UDP_HEADER_LEN
    asm.at(`vxlan ${n}`).op(LD_W_IND, header).when(JEQ_K, 0x0800_0000, `plain vxlan ${n}`)
    asm.op(RSH_K, 24).unless(JEQ_K, 0x88, 'hashed')
    asm
      .at(`plain vxlan ${n}`)
      .op(LD_B_IND, header + 7)
      .unless(JEQ_K, 0, 'hashed')
    asm.advance(header + 8).jump(`ethernet ${n + 1}`)
  }

  /** RFC 8926 §3.4. */
  private geneve(n: number): void {
    const { asm } = this
    const header = UDP_HEADER_LEN
    asm.at(`geneve ${n}`)
    asm.op(LD_H_IND, header).when(JSET_K, 0xc0bf, 'hashed')
    asm.op(LD_B_IND, header + 7).unless(JEQ_K, 0, 'hashed')
    asm.op(LD_H_IND, header + 2).op(ST, TYPE)
    asm
      .op(LD_B_IND, header)
      .op(AND_K, 0x3f)
      .op(LSH_K, 2)
      .op(ADD_X)
      .op(ADD_K, header + 8)
      .op(TAX)
    this.byType(n + 1)
  }

  /** 3GPP TS 29.281 §5.1: user packets. */
  private gtpU(n: number): void {
    const { asm } = this
    const header = UDP_HEADER_LEN
    const inner = `ip ${n + 1}`
    asm.at(`gtp-u ${n}`)
    asm.op(LD_B_IND, header + 1).unless(JEQ_K, 255, 'hashed')
    asm.op(LD_B_IND, header).op(ST, WORD).op(AND_K, 0xf8).unless(JEQ_K, 0x30, 'hashed')
    asm.advance(header + 8)
    asm.op(LD_MEM, WORD).unless(JSET_K, 7, inner)
    this.need(4)
    asm.op(LD_MEM, WORD).when(JSET_K, 4, `extended ${n}`).advance(4).jump(inner)
    asm.at(`extended ${n}`).op(LD_B_IND, 3)
    this.advanceKeepingA(4)
    for (let i = 0; i < GTP_EXTENSIONS; i++) {
      asm.when(JEQ_K, 0, inner)
      this.need(4)
      // Its length in words; the last of its bytes is the type of the next.
      asm.op(LD_B_IND, 0).when(JEQ_K, 0, 'hashed').op(LSH_K, 2).op(ADD_X).op(SUB_K, 1).op(TAX)
      this.need(1)
      asm.op(LD_B_IND, 0)
      this.advanceKeepingA(1)
    }
    asm.when(JEQ_K, 0, inner).jump('hashed')
  }

  /** RFC 2784, RFC 2890; mirrored frames (ERSPAN type II) have a header of their own where there is a sequence number. X: the header. */
  private gre(n: number): void {
    const { asm } = this
    asm.at(`gre ${n}`)
    this.need(4)
    asm.op(LD_H_IND, 2).op(ST, TYPE)
    // Routing, reserved bits and version: PPTP has one, and carries compressed PPP.
    asm.op(LD_H_IND, 0).op(ST, WORD).when(JSET_K, 0x4fff, 'hashed')
    asm.advance(4)
    // Checksum, key, sequence number.
    for (const flag of [0x8000, 0x2000, 0x1000]) {
      asm.op(LD_MEM, WORD).unless(JSET_K, flag, `gre ${n} ${flag}`).advance(4)
      asm.at(`gre ${n} ${flag}`)
    }
    asm.op(LD_MEM, TYPE).unless(JEQ_K, 0x88be, `typed ${n + 1}`)
    asm
      .op(LD_MEM, WORD)
      .unless(JSET_K, 0x1000, `ethernet ${n + 1}`)
      .advance(8)
      .jump(`ethernet ${n + 1}`)
    asm.at(`typed ${n + 1}`)
    this.byType(n + 1)
  }

  /** X: behind a tunnel's header, which named what follows. */
  private byType(inner: number): void {
    this.asm
      .op(LD_MEM, TYPE)
      .when(JEQ_K, 0x6558, `ethernet ${inner}`)
      .when(JEQ_K, 0x0800, `ip ${inner}`)
      .when(JEQ_K, 0x86dd, `ip ${inner}`)
      .jump('hashed')
  }

  // -- parts of all

  /** So many bytes are there from X on, or the outer addresses have to do. A is lost. */
  private need(bytes: number): void {
    this.asm.op(LD_LEN).unless(JGE_X, 0, 'hashed').op(SUB_X).unless(JGE_K, bytes, 'hashed')
  }

  /** The same within a tunnel; outside there are no addresses yet, and a load past the end answers 0. */
  private needWithin(n: number, bytes: number): void {
    if (n > 0) this.need(bytes)
  }

  private advanceKeepingA(bytes: number): void {
    this.asm.op(ST, WORD).advance(bytes).op(LD_MEM, WORD)
  }

  /** HASH becomes that of the two addresses, of which each is hashed alone and the hashes are added. X stays. */
  private hash(source: readonly number[], destination: readonly number[]): void {
    const { asm } = this
    asm.op(STX, AT)
    this.hashAddress(source)
    asm.op(ST, SUM).op(LDX_MEM, AT)
    this.hashAddress(destination)
    asm.op(LDX_MEM, SUM).op(ADD_X)
    this.mix(this.factors[2]!, 16)
    asm.op(ST, HASH).op(LDX_MEM, AT)
  }

  private hashAddress(words: readonly number[]): void {
    const { asm, factors, options } = this
    words.forEach((word, i) => {
      if (i > 0) asm.op(ST, WORD).op(LDX_MEM, AT)
      asm.op(LD_W_IND, word)
      if (i > 0) asm.op(LDX_MEM, WORD).op(XOR_X)
      else asm.op(XOR_K, options.seed | 0)
      this.mix(factors[0]!, 15)
    })
    this.mix(factors[1]!, 13)
  }

  /** A *= factor; A ^= A >> shift. X is lost. */
  private mix(factor: number, shift: number): void {
    this.asm.op(MUL_K, factor).op(TAX).op(RSH_K, shift).op(XOR_X)
  }
}
