/**
 * Numbers and structures of AF_PACKET sockets, under the names that linux/if_packet.h and packet(7) give them; `…_AT` are byte offsets. They are part of
 * the kernel's stable interface and the same on all architectures that koffi is built for.
 */

export const AF_PACKET = 17
export const SOL_PACKET = 263
/** Every protocol, in the host's byte order (linux/if_ether.h). */
export const ETH_P_ALL = 0x0003

export const PACKET_ADD_MEMBERSHIP = 1
export const PACKET_DROP_MEMBERSHIP = 2
export const PACKET_RX_RING = 5
export const PACKET_STATISTICS = 6
export const PACKET_VERSION = 10
export const PACKET_RESERVE = 12
export const PACKET_TIMESTAMP = 17
export const PACKET_FANOUT = 18
export const PACKET_FANOUT_DATA = 22
/** Since Linux 4.20. */
export const PACKET_IGNORE_OUTGOING = 23

export const PACKET_MR_PROMISC = 1

export const PACKET_FANOUT_HASH = 0
export const PACKET_FANOUT_CBPF = 6
/** The kernel gives a group number that is free in this network namespace. Since Linux 4.12. */
export const PACKET_FANOUT_FLAG_UNIQUEID = 0x2000
/** Fragments of IPv4 are put together before the packet is given to a member. */
export const PACKET_FANOUT_FLAG_DEFRAG = 0x8000
/** A group has a hook of its own, which does not look at the sockets' PACKET_IGNORE_OUTGOING. Kernels that do not know it ignore it. */
export const PACKET_FANOUT_FLAG_IGNORE_OUTGOING = 0x4000

/** sll_pkttype of what this machine sends. */
export const PACKET_OUTGOING = 4

export const TPACKET_V3 = 2
const TPACKET_ALIGNMENT = 16
/** Of packet headers in a block (V3_ALIGNMENT in net/packet/af_packet.c). */
export const V3_ALIGNMENT = 8
const tpacketAlign = (bytes: number): number => (bytes + TPACKET_ALIGNMENT - 1) & ~(TPACKET_ALIGNMENT - 1)

export const TP_STATUS_KERNEL = 0
export const TP_STATUS_USER = 1 << 0
/** On a block: packets were dropped since the statistics were read. */
export const TP_STATUS_LOSING = 1 << 2
export const TP_STATUS_VLAN_VALID = 1 << 4
/** On a block: it was handed over before it was full. */
export const TP_STATUS_BLK_TMO = 1 << 5
export const TP_STATUS_VLAN_TPID_VALID = 1 << 6

/** sockaddr_ll */
export const SLL_FAMILY_AT = 0
export const SLL_PROTOCOL_AT = 2
export const SLL_IFINDEX_AT = 4
export const SLL_HATYPE_AT = 8
export const SLL_PKTTYPE_AT = 10
export const SOCKADDR_LL_BYTES = 20

/** packet_mreq */
export const MR_IFINDEX_AT = 0
export const MR_TYPE_AT = 4
export const PACKET_MREQ_BYTES = 16

/** tpacket_req3, as 32-bit words: block size, blocks, frame size, frames, time after which a block that is not full is handed over, private bytes, features. */
export const TPACKET_REQ3_WORDS = 7

/** tpacket_stats_v3, as 32-bit words. Packets include drops; reading resets all three. */
export const TP_PACKETS = 0
export const TP_DROPS = 1
export const TP_FREEZE_Q_CNT = 2
export const TPACKET_STATS_V3_WORDS = 3

/** tpacket_block_desc with its tpacket_hdr_v1 */
export const BLOCK_STATUS_AT = 8
export const NUM_PKTS_AT = 12
export const OFFSET_TO_FIRST_PKT_AT = 16
export const BLK_LEN_AT = 20
export const TPACKET_BLOCK_DESC_BYTES = 48

/** tpacket3_hdr; a sockaddr_ll follows it. */
export const TP_NEXT_OFFSET_AT = 0
export const TP_SEC_AT = 4
export const TP_NSEC_AT = 8
export const TP_SNAPLEN_AT = 12
export const TP_LEN_AT = 16
export const TP_STATUS_AT = 20
export const TP_MAC_AT = 24
export const TP_VLAN_TCI_AT = 32
export const TP_VLAN_TPID_AT = 36
const TPACKET3_HDR_BYTES = 48
export const SOCKADDR_AT = tpacketAlign(TPACKET3_HDR_BYTES)
/** Where a packet may begin at the earliest, counted from its header. */
export const TPACKET3_HDRLEN = SOCKADDR_AT + SOCKADDR_LL_BYTES
