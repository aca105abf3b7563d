import { isIpv4, maskOf, type Network, parseNetwork } from './address.ts'

export type AddressTest = (w0: number, w1: number, w2: number, w3: number) => boolean

/** Whether an address lies in any of these networks. */
export function matcher(networks: readonly Network[]): AddressTest {
  // Eight words a network: base and mask.
  const rows = new Int32Array(networks.length * 8)
  for (const [i, { words, bits }] of networks.entries()) {
    for (let w = 0; w < 4; w++) {
      rows[i * 8 + w] = words[w]!
      rows[i * 8 + 4 + w] = maskOf(bits - 32 * w)
    }
  }
  return (w0, w1, w2, w3) => {
    for (let i = 0; i < rows.length; i += 8) {
      if (
        (w3 & rows[i + 7]!) === rows[i + 3] &&
        (w2 & rows[i + 6]!) === rows[i + 2] &&
        (w1 & rows[i + 5]!) === rows[i + 1] &&
        (w0 & rows[i + 4]!) === rows[i]
      )
        return true
    }
    return false
  }
}

function of(...texts: string[]): AddressTest {
  return matcher(texts.map((t) => parseNetwork(t)!))
}

/** RFC 1918 and RFC 4193. */
export const PRIVATE_NETWORKS = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'] as const
/** RFC 3927 and RFC 4291 §2.5.6. */
export const LINK_LOCAL_NETWORKS = ['169.254.0.0/16', 'fe80::/10'] as const
export const LOOPBACK_NETWORKS = ['127.0.0.0/8', '::1/128'] as const
export const MULTICAST_NETWORKS = ['224.0.0.0/4', 'ff00::/8'] as const
export const BROADCAST_NETWORKS = ['255.255.255.255/32'] as const
/** Who has no address yet: nobody sends these through a router (RFC 1122 §3.2.1.3, RFC 4291 §2.5.2). */
export const UNSPECIFIED_NETWORKS = ['0.0.0.0/32', '::/128'] as const

/** What is local where nobody said otherwise; the networks of the capturing interfaces come on top. */
export const DEFAULT_LOCAL_NETWORKS: readonly string[] = [
  ...PRIVATE_NETWORKS,
  ...LINK_LOCAL_NETWORKS,
  ...LOOPBACK_NETWORKS,
  ...MULTICAST_NETWORKS,
  ...BROADCAST_NETWORKS,
  ...UNSPECIFIED_NETWORKS,
]

export const isPrivate = of(...PRIVATE_NETWORKS)
export const isLinkLocal = of(...LINK_LOCAL_NETWORKS)
export const isLoopback = of(...LOOPBACK_NETWORKS)
export const isMulticast = of(...MULTICAST_NETWORKS)
/** The limited broadcast; a subnet's own needs its mask. */
export const isBroadcast: AddressTest = (w0, w1, w2, w3) => w3 === -1 && isIpv4(w0, w1, w2)
export const isUnspecified = of(...UNSPECIFIED_NETWORKS)

/** Tells local addresses from remote ones. */
export class LocalNetworks {
  readonly contains: AddressTest
  readonly networks: readonly Network[]

  private constructor(networks: readonly Network[]) {
    this.networks = networks
    this.contains = matcher(networks)
  }

  static of(networks: readonly Network[]): LocalNetworks {
    return new LocalNetworks(networks)
  }

  /** Networks as text; the first that is none comes back as `bad`. */
  static compile(texts: readonly string[]): { readonly local: LocalNetworks } | { readonly bad: string } {
    const networks: Network[] = []
    for (const text of texts) {
      const network = parseNetwork(text.trim())
      if (network === undefined) return { bad: text }
      networks.push(network)
    }
    return { local: new LocalNetworks(networks) }
  }

  static default(): LocalNetworks {
    return new LocalNetworks(DEFAULT_LOCAL_NETWORKS.map((t) => parseNetwork(t)!))
  }
}
