import { greKind } from './gre.ts'
import { icmp } from './icmp.ts'
import { igmp } from './igmp.ts'
import { ah, esp } from './ipsec.ts'
import { END, ETHER_IP, IPV4_IN_IP, IPV6_IN_IP, MPLS_IN_IP } from './layers.ts'
import { KIND_IP, type Packet, PROTO_ICMP, PROTO_ICMPV6, PROTO_IGMP, PROTO_SCTP, PROTO_TCP, PROTO_UDP } from './packet.ts'
import { sctp } from './sctp.ts'
import { tcp } from './tcp.ts'
import { udp } from './udp.ts'

/** What p.proto says. The payload of protocols without ports begins with their own header. */
export function byProto(p: Packet): number {
  switch (p.proto) {
    case PROTO_TCP:
      return tcp(p)
    case PROTO_UDP:
      return udp(p)
    case PROTO_ICMP:
    case PROTO_ICMPV6:
      return icmp(p)
    case PROTO_IGMP:
      return igmp(p)
    case PROTO_SCTP:
      return sctp(p)
    case 50:
      return esp(p)
    case 51:
      return ah(p)
    case 4:
      return other(p, IPV4_IN_IP)
    case 41:
      return other(p, IPV6_IN_IP)
    case 47:
      return other(p, greKind(p))
    case 97:
      return other(p, ETHER_IP)
    case 137:
      return other(p, MPLS_IN_IP)
    default:
      return other(p, END)
  }
}

function other(p: Packet, next: number): number {
  p.l4At = p.payloadAt
  p.kind = KIND_IP
  return next
}
