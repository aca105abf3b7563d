/**
 * From the kernel's kind of a link (ARPHRD_ in linux/if_arp.h: sll_hatype of a packet, /sys/class/net/NAME/type of an interface) to the LINKTYPE_ of what a
 * packet socket delivers on it.
 */
import { isKnownLinkType, LINK_ETHERNET } from '../wire/link-types.ts'

export const ARPHRD_ETHER = 1
export const ARPHRD_LOOPBACK = 772

const RAW_IP = 101

const LINKTYPE_OF: ReadonlyMap<number, number> = new Map([
  [ARPHRD_ETHER, LINK_ETHERNET],
  [ARPHRD_LOOPBACK, LINK_ETHERNET],
  // Packet sockets see what is inside: the kernel's PPP and tunnel interfaces add and remove their headers elsewhere.
  [512, RAW_IP], // PPP
  [519, RAW_IP], // RAWIP
  [768, RAW_IP], // TUNNEL
  [769, RAW_IP], // TUNNEL6
  [776, RAW_IP], // SIT
  [778, RAW_IP], // IPGRE
  [823, RAW_IP], // IP6GRE
  [0xfffe, RAW_IP], // NONE: tun, WireGuard
  [513, 104], // HDLC
  [801, 105], // IEEE80211
  [802, 119], // IEEE80211_PRISM
  [803, 127], // IEEE80211_RADIOTAP
])

export const LINKTYPE_NONE = -1

/** LINKTYPE_NONE when packets of such a link cannot be read. */
export function linkTypeOfHardware(hatype: number): number {
  const linkType = LINKTYPE_OF.get(hatype)
  return linkType !== undefined && isKnownLinkType(linkType) ? linkType : LINKTYPE_NONE
}
