/** A host as ntopng 1.2 writes it into Redis (its names where it has them), and read again. What is read may be anybody's: what is no number or too long is nothing. */
import type { KeptHosts } from '../lib/kept-hosts.ts'
import { SIZE_CLASSES } from '../lib/live.ts'
import type { HostPacker } from '../tables/host-packer.ts'
import { rowsIn } from '../tables/host-packer.ts'
import { BY_AGENT } from '../tables/host-systems.ts'
import { HOST_LOCAL } from '../tables/host-table.ts'
import { HostAppRow, HostRow, TallyRow } from '../tables/rows.gen.ts'
import { formatAddress, isIpv4 } from '../wire/address.ts'

const L4_NAMES = ['tcp', 'udp', 'icmp', 'other_ip'] as const
const L4_SENT = L4_NAMES.map((name) => `${name}_sent`)
const L4_RCVD = L4_NAMES.map((name) => `${name}_rcvd`)
const SIZE_NAMES = [...SIZE_CLASSES.map((size) => `upTo${size}`), `above${SIZE_CLASSES.at(-1)}`]
const MAX_TEXT = 255
const MAX_APPS = 4096
const MAX_COUNTERS = 256
const U32_MAX = 0xffff_ffff
const NUMBER = 0x7fff

type Json = { [name: string]: unknown }

/** Reads hosts on their way to the store, one after the other. */
export class HostWriter {
  private readonly kept: KeptHosts
  private readonly hosts: HostRow
  private readonly apps: HostAppRow
  private readonly tallies: TallyRow
  private nextApp = 0
  private nextTally = 0
  private readonly names: Map<number, { name: string; source: string }>

  constructor(kept: KeptHosts) {
    this.kept = kept
    this.hosts = rowsIn(HostRow, kept.hosts)
    this.apps = rowsIn(HostAppRow, kept.apps)
    this.tallies = rowsIn(TallyRow, kept.tallies)
    this.names = new Map(kept.names.map(({ at, name, source }) => [at, { name, source }]))
  }

  address(at: number): string {
    const r = this.hosts.go(at)
    return formatAddress(r.a0, r.a1, r.a2, r.a3)
  }
  vlan(at: number): number {
    return this.hosts.go(at).vlan
  }

  /** In their order: rows of applications and counters are read along. */
  json(at: number): string {
    const { kept } = this
    const address = this.address(at)
    const r = this.hosts.go(at)
    const isLocal = (r.flags & HOST_LOCAL) !== 0
    const json: Json = { ip: { ipVersion: isIpv4(r.a0, r.a1, r.a2) ? 4 : 6, localHost: isLocal, ip: address }, localHost: isLocal }
    if (r.vlan !== 0) json['vlan_id'] = r.vlan
    const name = this.names.get(at)
    if (name !== undefined) Object.assign(json, { symbolic_name: name.name, name_source: name.source })
    const system = kept.systems.get(r.system)
    if (system !== undefined) Object.assign(json, { os: system, ...((r.system & BY_AGENT) !== 0 && { os_by_agent: true }) })
    const print = kept.prints.get(r.tcpPrint)
    if (print !== undefined) json['tcp_fingerprint'] = print
    json['seen.first'] = r.firstSeenMs / 1000
    json['seen.last'] = r.lastSeenMs / 1000
    this.counters(json, r)
    this.applications(json, at)
    this.tallied(json, at)
    return JSON.stringify(json)
  }

  private counters(json: Json, r: HostRow): void {
    json['sent'] = { packets: r.packetsSent, bytes: r.bytesSent }
    json['rcvd'] = { packets: r.packetsRcvd, bytes: r.bytesRcvd }
    for (let i = 0; i < L4_NAMES.length; i++) {
      const rcvd = i + L4_NAMES.length
      if (r.l4Packets(i) > 0) json[L4_SENT[i]!] = { packets: r.l4Packets(i), bytes: r.l4Bytes(i) }
      if (r.l4Packets(rcvd) > 0) json[L4_RCVD[i]!] = { packets: r.l4Packets(rcvd), bytes: r.l4Bytes(rcvd) }
    }
    const sent: Json = {}
    const rcvd: Json = {}
    for (let i = 0; i < SIZE_NAMES.length; i++) {
      if (r.sizesSent(i) > 0) sent[SIZE_NAMES[i]!] = r.sizesSent(i)
      if (r.sizesRcvd(i) > 0) rcvd[SIZE_NAMES[i]!] = r.sizesRcvd(i)
    }
    json['pktStats.sent'] = sent
    json['pktStats.recv'] = rcvd
    json['flows.as_client'] = r.flowsAsClient
    json['flows.as_server'] = r.flowsAsServer
    const { retransmissions, outOfOrder, lost, zeroWindow } = r
    if (retransmissions + outOfOrder + lost + zeroWindow > 0) json['tcp'] = { retransmissions, outOfOrder, lost, zeroWindow }
    if (r.nonIpBytes > 0) json['non_ip_bytes'] = r.nonIpBytes
  }

  private applications(json: Json, at: number): void {
    const { apps } = this
    const stats: Json = {}
    for (; this.nextApp < apps.used && apps.go(this.nextApp).host === at; this.nextApp++) {
      const bytes = { sent: apps.bytesSent, rcvd: apps.bytesRcvd }
      const packets = { sent: apps.packetsSent, rcvd: apps.packetsRcvd }
      stats[this.kept.appNames.get(apps.app) ?? 'Unknown'] = { bytes, packets, flows: apps.flows }
    }
    if (Object.keys(stats).length > 0) json['ndpiStats'] = stats
  }

  private tallied(json: Json, at: number): void {
    const { tallies } = this
    const counters: Json = {}
    for (; this.nextTally < tallies.used && tallies.go(this.nextTally).host === at; this.nextTally++) {
      const name = this.kept.counterNames.get(tallies.counter)
      if (name !== undefined) counters[name] = { sent: tallies.sent, rcvd: tallies.rcvd }
    }
    if (Object.keys(counters).length > 0) json['counters'] = counters
  }
}

/** Puts hosts from the store together, for those who asked. */
export class HostReader {
  private readonly packer: HostPacker
  private readonly numbers = new Map<string, number>()

  constructor(packer: HostPacker) {
    this.packer = packer
  }

  /** `words`: address and VLAN of the host that was asked for. What cannot be understood is left out. */
  add(words: ArrayLike<number>, text: string): void {
    const json = parsed(text)
    if (json === undefined) return
    const { packer } = this
    const at = packer.host()
    const r = packer.hosts
    r.a0 = words[0]!
    r.a1 = words[1]!
    r.a2 = words[2]!
    r.a3 = words[3]!
    r.vlan = words[4]!
    r.firstSeenMs = number(json['seen.first']) * 1000
    readCounters(r, json)
    this.texts(at, r, json)
    for (const [name, value] of entries(json['ndpiStats']).slice(0, MAX_APPS)) {
      const { bytes, packets, flows } = record(value)
      packer.app(at, this.numberOf(`app ${name}`), () => name)
      packer.apps.bytesSent = number(record(bytes)['sent'])
      packer.apps.bytesRcvd = number(record(bytes)['rcvd'])
      packer.apps.packetsSent = count(record(packets)['sent'])
      packer.apps.packetsRcvd = count(record(packets)['rcvd'])
      packer.apps.flows = count(flows)
    }
    for (const [name, value] of entries(json['counters']).slice(0, MAX_COUNTERS))
      packer.tally(at, this.numberOf(`counter ${name}`), count(record(value)['sent']), count(record(value)['rcvd']), () => name)
  }

  private texts(at: number, r: HostRow, json: Json): void {
    const { packer } = this
    const name = textOf(json['symbolic_name'])
    const source = textOf(json['name_source'])
    if (name !== undefined && source !== undefined) packer.name(at, name, source)
    const system = textOf(json['os'])
    const systemNumber = system === undefined ? 0 : this.numberOf(`system ${system}`) & NUMBER
    if (systemNumber !== 0) {
      r.system = json['os_by_agent'] === true ? systemNumber | BY_AGENT : systemNumber
      packer.system(r.system, system!)
    }
    const print = textOf(json['tcp_fingerprint'])
    const printNumber = print === undefined ? 0 : this.numberOf(`print ${print}`) & NUMBER
    if (printNumber !== 0) {
      r.tcpPrint = printNumber
      packer.print(printNumber, print!)
    }
  }

  private numberOf(text: string): number {
    let known = this.numbers.get(text)
    if (known === undefined) this.numbers.set(text, (known = this.numbers.size + 1))
    return known
  }
}

function readCounters(r: HostRow, json: Json): void {
  const pair = (name: string) => record(json[name])
  r.packetsSent = number(pair('sent')['packets'])
  r.bytesSent = number(pair('sent')['bytes'])
  r.packetsRcvd = number(pair('rcvd')['packets'])
  r.bytesRcvd = number(pair('rcvd')['bytes'])
  for (let i = 0; i < L4_NAMES.length; i++) {
    const [sent, rcvd] = [pair(L4_SENT[i]!), pair(L4_RCVD[i]!)]
    r.setL4Packets(i, count(sent['packets']))
    r.setL4Bytes(i, number(sent['bytes']))
    r.setL4Packets(i + L4_NAMES.length, count(rcvd['packets']))
    r.setL4Bytes(i + L4_NAMES.length, number(rcvd['bytes']))
  }
  for (const [i, name] of SIZE_NAMES.entries()) {
    r.setSizesSent(i, count(pair('pktStats.sent')[name]))
    r.setSizesRcvd(i, count(pair('pktStats.recv')[name]))
  }
  r.flowsAsClient = count(json['flows.as_client'])
  r.flowsAsServer = count(json['flows.as_server'])
  const tcp = pair('tcp')
  r.retransmissions = count(tcp['retransmissions'])
  r.outOfOrder = count(tcp['outOfOrder'])
  r.lost = count(tcp['lost'])
  r.zeroWindow = count(tcp['zeroWindow'])
  r.nonIpBytes = number(json['non_ip_bytes'])
}

function parsed(text: string): Json | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Json) : undefined
  } catch {
    return undefined
  }
}
const record = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {})
const entries = (value: unknown): [string, unknown][] => Object.entries(record(value)).filter(([name]) => name.length <= MAX_TEXT)
const number = (value: unknown): number => (typeof value === 'number' && value > 0 && value <= Number.MAX_SAFE_INTEGER ? value : 0)
const count = (value: unknown): number => Math.min(U32_MAX, Math.floor(number(value)))
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= MAX_TEXT ? value : undefined
