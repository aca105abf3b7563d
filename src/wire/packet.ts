/**
 * What the headers of one packet say. One record is reused for every packet: numbers only, so nothing is allocated and no field ever changes
 * its type. Offsets are into `buf`; what is not there is -1 (offsets) or 0.
 */
export class Packet {
  /** The batch's bytes; the frame is buf[start .. end), as captured. */
  buf: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0
  wireLen = 0

  /** What kind of thing the frame is: one of the KIND_ constants below. */
  kind = 0
  /** First damage met, an index of MALFORMED in malformed.ts; 0 when sound. */
  malformed = 0

  /** Offsets of the outermost frame's six-byte link addresses; -1 where the link has none. */
  srcMacAt = -1
  dstMacAt = -1
  /** Ethertype of the innermost payload; below 1536 the LLC DSAP of an 802.3 frame. */
  etherType = 0
  /** Innermost VLAN id; 0 when untagged. */
  vlan = 0

  /** 4, 6, or 0 when the frame holds no IP. */
  ipVersion = 0
  /** Layer-4 protocol number of the innermost packet (IANA), after IPv6 extension headers. */
  proto = 0
  /** Addresses as four words in network order, signed; IPv4 is ::ffff:a.b.c.d (0, 0, 0xffff, a). For ARP: sender and target addresses. */
  src0 = 0
  src1 = 0
  src2 = 0
  src3 = 0
  dst0 = 0
  dst1 = 0
  dst2 = 0
  dst3 = 0
  /** Ports of TCP, UDP, SCTP; 0 for others. Later fragments take those of the first. */
  srcPort = 0
  dstPort = 0
  /** Offset of the innermost IP header and of the layer-4 header. */
  ipAt = -1
  l4At = -1
  ttl = 0
  dscp = 0
  /** Fragment offset in bytes of the innermost packet: above 0 there is no layer-4 header. */
  fragmentOffset = 0
  moreFragments = false

  /** Layer-4 payload: buf[payloadAt .. payloadEnd), bounded by the IP length and by what was captured. Empty when equal. */
  payloadAt = 0
  payloadEnd = 0
  /** Length of that payload on the wire, at least payloadEnd - payloadAt; more when the snap length cut the packet. */
  payloadWireLen = 0

  /** TCP: flag bits (FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128), sequence numbers (signed 32 bits), window. */
  tcpFlags = 0
  tcpSeq = 0
  tcpAck = 0
  tcpWindow = 0

  /** Outermost tunnel that was opened, an index of TUNNELS in tunnels.ts; 0 when none. */
  tunnel = 0
}

/** Damaged before anything could be counted but the frame itself. */
export const KIND_NONE = 0
/** An IP packet with addresses and a layer-4 protocol: belongs to a flow. */
export const KIND_IP = 1
/** ARP: addresses are those of the sender and the target. */
export const KIND_ARP = 2
/** A sound frame without IP. */
export const KIND_NON_IP = 3

export const TCP_FIN = 1
export const TCP_SYN = 2
export const TCP_RST = 4
export const TCP_PSH = 8
export const TCP_ACK = 16
export const TCP_URG = 32

export const PROTO_ICMP = 1
export const PROTO_IGMP = 2
export const PROTO_TCP = 6
export const PROTO_UDP = 17
export const PROTO_ICMPV6 = 58
export const PROTO_SCTP = 132
