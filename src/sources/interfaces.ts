/** The machine's network interfaces as the system tells of them: /sys/class/net and the runtime's list of addresses. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { basename, join } from 'node:path'
import type { DeviceInfo } from '../lib/live-capture.ts'
import { LINK_ETHERNET } from '../wire/link-types.ts'
import { ARPHRD_LOOPBACK, LINKTYPE_NONE, linkTypeOfHardware } from './arp-hardware.ts'

export const SYSFS = '/sys/class/net'
const IFF_UP = 1
const IFF_TAP = 2
const ARPHRD_NONE = 0xfffe

/** `virtual` is what sysfs tells no more of, virtual cables among them. */
export type NetworkKind =
  | 'loopback'
  | 'ethernet'
  | 'wireless'
  | 'bridge'
  | 'bond'
  | 'team'
  | 'vlan'
  | 'macvlan'
  | 'vrf'
  | 'tun'
  | 'tap'
  | 'tunnel'
  | 'virtual'

export interface NetworkInterface {
  readonly name: string
  /** The system's number: it stays when the name changes. */
  readonly index: number
  readonly kind: NetworkKind
  readonly up: boolean
  /** Up, and the other end is there as far as the driver can tell. */
  readonly running: boolean
  readonly loopback: boolean
  /** LINKTYPE_ of its packets; undefined when they cannot be read. */
  readonly linkType: number | undefined
  /** IPv4 and IPv6, each with its prefix length: 192.0.2.1/24. Only of interfaces that are up. */
  readonly addresses: readonly string[]
  readonly mac: string | undefined
  readonly mtu: number
  readonly speedBps: number | undefined
  /** The bridge, bond, team or VRF that it belongs to. */
  readonly master: string | undefined
  /** What belongs to this bridge, bond, team or VRF. */
  readonly members: readonly string[]
  /** Interfaces that this one sends through: of a VLAN or macvlan the one that it lies on. */
  readonly lowers: readonly string[]
}

/** As others are told of it. */
export const deviceInfo = ({ name, kind, up, linkType, mac, mtu, speedBps, addresses }: NetworkInterface): DeviceInfo => ({
  name,
  kind,
  up,
  readable: linkType !== undefined,
  mtu,
  addresses,
  ...(mac === undefined ? {} : { mac }),
  ...(speedBps === undefined ? {} : { speedBps }),
})

/** Those that are up first, loopback last of all, otherwise in the system's order: the order that numbers them. */
export function networkInterfaceList(sysfs = SYSFS, addresses = networkInterfaces()): NetworkInterface[] {
  const found = names(sysfs).flatMap((name) => readInterface(sysfs, name, addresses) ?? [])
  const rank = ({ loopback, up }: NetworkInterface) => (loopback ? 2 : up ? 0 : 1)
  return found.sort((a, b) => rank(a) - rank(b) || a.index - b.index)
}

/**
 * What is captured when nobody says what: all that are up and can be read, without those whose packets another of them sees as well, and without a VRF over its
 * members.
 */
export function usual(interfaces: readonly NetworkInterface[]): NetworkInterface[] {
  const usable = interfaces.filter(({ up, linkType, kind }) => up && linkType !== undefined && kind !== 'vrf')
  const kept = new Set(
    withoutTwice(
      interfaces,
      usable.map(({ name }) => name),
    ),
  )
  return usable.filter(({ name }) => kept.has(name))
}

/** Those of the named ones whose packets no other of them sees as well: no members of a bridge, bond or team beside it, no VLAN or macvlan beside what it lies on. */
export function withoutTwice(interfaces: readonly NetworkInterface[], chosen: readonly string[]): string[] {
  const taken = new Set(chosen)
  const known = new Map(interfaces.map((each) => [each.name, each]))
  return [...taken].filter((name) => {
    const { kind, master, lowers = [] } = known.get(name) ?? {}
    if (master !== undefined && taken.has(master)) return false
    return !((kind === 'vlan' || kind === 'macvlan') && lowers.some((lower) => taken.has(lower)))
  })
}

function names(sysfs: string): string[] {
  try {
    return readdirSync(sysfs)
  } catch {
    return []
  }
}

type Addresses = ReturnType<typeof networkInterfaces>

/** Undefined: it has just gone, or is no interface (bonding_masters is a file there). */
function readInterface(sysfs: string, name: string, addresses: Addresses): NetworkInterface | undefined {
  const folder = join(sysfs, name)
  const text = (file: string): string | undefined => readText(join(folder, file))
  const index = Number(text('ifindex') ?? 0)
  if (index === 0) return undefined
  const hatype = Number(text('type'))
  const linkType = linkTypeOfHardware(hatype)
  const up = (Number(text('flags')) & IFF_UP) !== 0
  const state = text('operstate')
  const lowers = entries(folder, 'lower_')
  const megabits = Number(text('speed') ?? -1)
  const mac = text('address')
  return {
    name,
    index,
    kind: kindOf(folder, hatype, text),
    up,
    // Drivers that cannot tell, loopback among them, say unknown.
    running: up && (state === 'up' || state === 'unknown'),
    loopback: hatype === ARPHRD_LOOPBACK,
    linkType: linkType === LINKTYPE_NONE ? undefined : linkType,
    addresses: (addresses[name] ?? []).flatMap(({ cidr }) => cidr ?? []),
    mac: mac !== undefined && /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) && mac !== '00:00:00:00:00:00' ? mac : undefined,
    mtu: Number(text('mtu') ?? 0),
    speedBps: megabits > 0 ? megabits * 1e6 : undefined,
    master: masterOf(folder),
    members: lowers.filter((lower) => masterOf(join(sysfs, lower)) === name),
    lowers,
  }
}

const KIND_OF_DEVTYPE: Readonly<Record<string, NetworkKind>> = {
  wlan: 'wireless',
  bridge: 'bridge',
  bond: 'bond',
  vlan: 'vlan',
  macvlan: 'macvlan',
  vrf: 'vrf',
  vxlan: 'tunnel',
  geneve: 'tunnel',
  wireguard: 'tunnel',
  gre: 'tunnel',
}

function kindOf(folder: string, hatype: number, text: (file: string) => string | undefined): NetworkKind {
  if (hatype === ARPHRD_LOOPBACK) return 'loopback'
  const devtype = /^DEVTYPE=(.+)$/m.exec(text('uevent') ?? '')?.[1]
  const known = devtype === undefined ? undefined : KIND_OF_DEVTYPE[devtype]
  if (known !== undefined) return known
  const tunFlags = text('tun_flags')
  if (tunFlags !== undefined) return (Number(tunFlags) & IFF_TAP) !== 0 ? 'tap' : 'tun'
  if (linkOf(join(folder, 'phy80211')) !== undefined) return 'wireless'
  if (linkOf(join(folder, 'device')) !== undefined) return 'ethernet'
  // Of those that say nothing of themselves, a team has members.
  if (entries(folder, 'lower_').some((lower) => masterOf(join(folder, '..', lower)) === basename(folder))) return 'team'
  return linkTypeOfHardware(hatype) === LINK_ETHERNET || hatype === ARPHRD_NONE ? 'virtual' : 'tunnel'
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1').trim()
  } catch {
    // Absent, or the driver has no answer (EINVAL of the speed of a cable that is not plugged in).
    return undefined
  }
}

const masterOf = (folder: string): string | undefined => linkOf(join(folder, 'master'))

/** The last part of where a symbolic link leads. */
function linkOf(path: string): string | undefined {
  try {
    return basename(readlinkSync(path))
  } catch {
    return undefined
  }
}

function entries(folder: string, prefix: string): string[] {
  return names(folder)
    .filter((entry) => entry.startsWith(prefix))
    .map((entry) => entry.slice(prefix.length))
    .sort()
}
