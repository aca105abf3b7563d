/** Names of IP protocol numbers (IANA "Assigned Internet Protocol Numbers"), in lower case: the words of the filter language and the API. */
const PROTOCOLS: readonly (readonly [number, string])[] = [
  [0, 'hopopt'],
  [1, 'icmp'],
  [2, 'igmp'],
  [3, 'ggp'],
  [4, 'ipip'],
  [5, 'st'],
  [6, 'tcp'],
  [7, 'cbt'],
  [8, 'egp'],
  [9, 'igp'],
  [12, 'pup'],
  [17, 'udp'],
  [20, 'hmp'],
  [22, 'xns-idp'],
  [27, 'rdp'],
  [29, 'iso-tp4'],
  [33, 'dccp'],
  [36, 'xtp'],
  [37, 'ddp'],
  [38, 'idpr-cmtp'],
  [41, '6in4'],
  [43, 'ipv6-route'],
  [44, 'ipv6-frag'],
  [45, 'idrp'],
  [46, 'rsvp'],
  [47, 'gre'],
  [48, 'dsr'],
  [50, 'esp'],
  [51, 'ah'],
  [54, 'narp'],
  [55, 'mobile'],
  [57, 'skip'],
  [58, 'icmpv6'],
  [59, 'ipv6-nonxt'],
  [60, 'ipv6-opts'],
  [73, 'rspf'],
  [80, 'iso-ip'],
  [81, 'vmtp'],
  [88, 'eigrp'],
  [89, 'ospf'],
  [93, 'ax.25'],
  [94, 'ipip-old'],
  [97, 'etherip'],
  [98, 'encap'],
  [103, 'pim'],
  [108, 'ipcomp'],
  [112, 'vrrp'],
  [113, 'pgm'],
  [115, 'l2tp'],
  [121, 'smp'],
  [124, 'isis'],
  [132, 'sctp'],
  [133, 'fc'],
  [135, 'mobility'],
  [136, 'udplite'],
  [137, 'mpls-in-ip'],
  [138, 'manet'],
  [139, 'hip'],
  [140, 'shim6'],
  [141, 'wesp'],
  [142, 'rohc'],
  [143, 'ethernet'],
  [253, 'experiment-1'],
  [254, 'experiment-2'],
]

const names: string[] = Array.from({ length: 256 }, (_, n) => `${n}`)
for (const [number, name] of PROTOCOLS) names[number] = name
const numbers: ReadonlyMap<string, number> = new Map(names.map((name, number) => [name, number]))

/** "tcp", "udp"; a number without a name as its digits. Numbers outside 0–255 have none. */
export const protocolName = (proto: number): string => names[proto] ?? ''
/** The number of a name, in either case, or of digits; undefined when there is none. */
export const protocolNumber = (name: string): number | undefined =>
  numbers.get(name.toLowerCase()) ?? (/^\d{1,3}$/.test(name) && Number(name) < 256 ? Number(name) : undefined)
/** All names, for completion. */
export const PROTOCOL_NAMES: readonly string[] = PROTOCOLS.map(([, name]) => name)
