import { type PointTable, type SeriesKind, type SeriesPoints, tierOf } from '../lib/series-points.ts'
import { formatAddress, formatNetwork } from '../wire/address.ts'
import { type AddressTest, type LocalNetworks, matcher } from '../wire/address-class.ts'
import { protocolName } from '../wire/protocols.ts'
import { HOST_LIVE, HOST_LOCAL } from './host-table.ts'
import type { LiveTables } from './live-tables.ts'
import { PointRows, ToldCounters } from './point-rows.ts'
import type { RollUp } from './roll-up.ts'
import { SERIES_SECONDS } from './series.ts'
import { appName } from './views/roll-up-view.ts'

const MINUTE_MS = tierOf('minute').stepMs
const APPS_MS = tierOf('five-minutes').stepMs
const SECOND_MS = 1000
const BITS = 8
const nextEnd = (ms: number, stepMs: number) => (Math.floor(ms / stepMs) + 1) * stepMs

const TCP_COUNTERS = ['retransmissions', 'outOfOrder', 'lost', 'zeroWindow'] as const
const DROP_COUNTERS = ['dropped', 'packetsWithoutFlow', 'hostsRefused', 'clockSteps'] as const
const ROLL_UPS = ['app', 'l4', 'vlan'] as const
type RolledUp = (typeof ROLL_UPS)[number]

/** Classes of layer-4 protocols that hosts have series of: TCP, UDP, ICMP (booking.ts). */
const L4_OF_HOST = 3
const L4_RCVD = 4
const HOST_COUNTERS = 4 + 2 * L4_OF_HOST

/** Bytes of both ways by what hosts have in common. */
type Sums = Map<number | string, { sent: number; rcvd: number }>

/**
 * What series get: at the end of each minute, how much everything has gained in it. Costs by the rows that there are, once a minute, and nothing for a packet. Hosts that leave have been
 * silent for longer than a minute, so that nothing of theirs is missing.
 */
export class MinutePoints {
  private readonly t: LiveTables
  private readonly give: (points: SeriesPoints) => void
  private fromMs = 0
  private minuteEndMs = Number.POSITIVE_INFINITY
  private appsEndMs = Number.POSITIVE_INFINITY
  private readonly wholes = new ToldCounters(4 + TCP_COUNTERS.length + DROP_COUNTERS.length)
  private readonly hosts = new ToldCounters(HOST_COUNTERS)
  private readonly shares = new ToldCounters(2)
  private readonly rollUps: Record<RolledUp, ToldCounters>
  private readonly gained = new Float64Array(HOST_COUNTERS)
  private networks: readonly { readonly name: string; readonly contains: AddressTest }[] = []
  private networksOf: LocalNetworks | undefined

  /** `give` has the points from then on. */
  constructor(tables: LiveTables, give: (points: SeriesPoints) => void) {
    this.t = tables
    this.give = give
    this.rollUps = { app: new ToldCounters(4), l4: new ToldCounters(4), vlan: new ToldCounters(4) }
  }

  /** The first second begins. */
  begin(ms: number): void {
    this.fromMs = Math.floor(ms / SECOND_MS) * SECOND_MS
    this.minuteEndMs = nextEnd(ms, MINUTE_MS)
    this.appsEndMs = nextEnd(ms, APPS_MS)
  }

  /** A second has ended at `nowMs`, in which all has been booked; before it, nothing came since the last one. Rows that leave with it are still there. */
  tick(nowMs: number): void {
    if (nowMs >= this.minuteEndMs) this.endMinute(nowMs)
    if (nowMs >= this.appsEndMs) this.endApps(nowMs)
  }

  /** Nothing more comes, and the last second has ended: the minute that was begun is told as it is. */
  finish(): void {
    if (this.minuteEndMs === Number.POSITIVE_INFINITY) return
    this.endMinute(this.minuteEndMs)
    this.endApps(this.appsEndMs)
    this.minuteEndMs = Number.POSITIVE_INFINITY
    this.appsEndMs = Number.POSITIVE_INFINITY
  }

  hostLeaves(row: number): void {
    const { hosts } = this.t
    this.hosts.reach(row + 1)
    this.hosts.forget(row)
    for (let share = hosts.rows.go(row).firstApp; share >= 0; share = hosts.apps.go(share).next) {
      this.shares.reach(share + 1)
      this.shares.forget(share)
    }
  }

  /** Hosts have come back (-1: not this one), and `add` puts counters of before into their rows: they are no gain. */
  hostsReturn(found: Int32Array, add: () => void): void {
    this.hosts.reach(this.t.hosts.rows.used)
    const kept = this.gained.length
    const before = new Float64Array(found.length * kept)
    const shares = new Map<number, readonly [number, number]>()
    found.forEach((row, n) => {
      if (row < 0) return
      this.countersOfHost(row, before.subarray(n * kept, (n + 1) * kept))
      this.eachShare(row, (share, sent, rcvd) => shares.set(share, [sent, rcvd]))
    })
    add()
    this.shares.reach(this.t.hosts.apps.used)
    const after = new Float64Array(kept)
    found.forEach((row, n) => {
      if (row < 0) return
      this.countersOfHost(row, after)
      for (let i = 0; i < kept; i++) this.hosts.raise(row, i, after[i]! - before[n * kept + i]!)
      this.eachShare(row, (share, sent, rcvd) => {
        const [sentBefore, rcvdBefore] = shares.get(share) ?? [0, 0]
        this.shares.raise(share, 0, sent - sentBefore)
        this.shares.raise(share, 1, rcvd - rcvdBefore)
      })
    })
  }
  private eachShare(row: number, visit: (share: number, sent: number, rcvd: number) => void): void {
    const { rows, apps } = this.t.hosts
    for (let share = rows.go(row).firstApp; share >= 0; share = apps.go(share).next) {
      apps.go(share)
      visit(share, apps.bytesSent, apps.bytesRcvd)
    }
  }

  private endMinute(nowMs: number): void {
    const endMs = this.minuteEndMs
    const seconds = this.seconds(endMs)
    const tables = [
      this.whole(seconds.bytes, seconds.flows, seconds.hosts),
      this.counters('tcp', TCP_COUNTERS, 4),
      this.counters('drops', DROP_COUNTERS, 4 + TCP_COUNTERS.length),
      ...this.ofHosts(),
      ...ROLL_UPS.map((kind) => this.ofRollUp(kind)),
      this.ofPorts(endMs),
    ]
    this.give({
      endMs,
      tables: tables.filter((table) => table !== undefined),
      seconds: { endMs: seconds.endMs, bytes: seconds.bytes, packets: seconds.packets },
    })
    this.fromMs = endMs
    this.minuteEndMs = nextEnd(nowMs, MINUTE_MS)
  }

  /** The interface by the second, since the last minute. */
  private seconds(endMs: number) {
    const { series } = this.t.booking
    const beyond = Math.max(0, Math.round((series.lastMs - endMs) / SECOND_MS))
    const since = Math.min(Math.round((series.lastMs - this.fromMs) / SECOND_MS), series.seconds, SERIES_SECONDS)
    const count = Math.max(0, since - beyond)
    const of = (column: string) => Float64Array.from(series.last(column, since).subarray(0, count))
    const bytes = of('sent')
    for (const column of ['rcvd', 'other']) for (const [i, bits] of of(column).entries()) bytes[i]! += bits
    return {
      endMs: Math.min(series.lastMs, endMs),
      bytes: bytes.map((bits) => bits / BITS),
      packets: of('packets'),
      flows: of('flows'),
      hosts: of('hosts'),
    }
  }

  private whole(bytes: Float64Array, flows: Float64Array, hosts: Float64Array): PointTable | undefined {
    const { t, wholes } = this
    const { bytesSent, bytesRcvd } = t.booking
    const gains = [t.bytes, bytesSent, bytesRcvd, t.packets].map((now, i) => wholes.gain(0, i, now))
    const table = new PointRows('interface')
    table.add('', ...gains, mean(flows), mean(hosts), BITS * bytes.reduce((most, one) => Math.max(most, one), 0))
    return table.take(MINUTE_MS)
  }

  private counters(kind: SeriesKind, names: readonly (keyof LiveTables)[], first: number): PointTable | undefined {
    const table = new PointRows(kind)
    table.add('', ...names.map((name, i) => this.wholes.gain(0, first + i, this.t[name] as number)))
    return table.take(MINUTE_MS)
  }

  /** Local hosts, and what all hosts have in common: autonomous systems, countries, local networks. */
  private ofHosts(): (PointTable | undefined)[] {
    const { rows } = this.t.hosts
    this.hosts.reach(rows.used)
    this.knowNetworks()
    const local = new PointRows('host')
    const sums: readonly (readonly [PointRows, Sums])[] = [
      [new PointRows('as'), new Map()],
      [new PointRows('country'), new Map()],
      [new PointRows('network'), new Map()],
    ]
    for (let row = 0; row < rows.used; row++) {
      if ((rows.go(row).flags & HOST_LIVE) === 0 || !this.gainsOfHost(row)) continue
      const g = this.gained
      const isLocal = (rows.flags & HOST_LOCAL) !== 0
      if (isLocal) local.add(this.hostName(row), ...g, rows.activeFlows)
      this.addToCommon(row, isLocal, sums.map(([, sum]) => sum) as [Sums, Sums, Sums], g[0]!, g[1]!)
    }
    for (const [table, sum] of sums) for (const [name, { sent, rcvd }] of sum) table.add(String(name), sent, rcvd)
    return [local, ...sums.map(([table]) => table)].map((table) => table.take(MINUTE_MS))
  }

  /** Whether it has gained anything: then `gained` says how much, as the metrics of hosts lie. Stays on the row. */
  private gainsOfHost(row: number): boolean {
    const { hosts, gained } = this
    this.countersOfHost(row, gained)
    for (let i = 0; i < gained.length; i++) gained[i] = hosts.gain(row, i, gained[i]!)
    return gained[0]! + gained[1]! + gained[2]! + gained[3]! > 0
  }
  /** As the metrics of hosts lie. */
  private countersOfHost(row: number, into: Float64Array): void {
    const r = this.t.hosts.rows.go(row)
    into[0] = r.bytesSent
    into[1] = r.bytesRcvd
    into[2] = r.packetsSent
    into[3] = r.packetsRcvd
    for (let l4 = 0; l4 < L4_OF_HOST; l4++) {
      into[4 + 2 * l4] = r.l4Bytes(l4)
      into[5 + 2 * l4] = r.l4Bytes(l4 + L4_RCVD)
    }
  }

  private addToCommon(row: number, isLocal: boolean, [systems, countries, networks]: [Sums, Sums, Sums], sent: number, rcvd: number): void {
    const { owners, hosts } = this.t
    const r = hosts.rows.go(row)
    const { a0, a1, a2, a3 } = r
    if (isLocal) for (const { name, contains } of this.networks) if (contains(a0, a1, a2, a3)) addTo(networks, name, sent, rcvd)
    if (owners === undefined) return
    const system = owners.systemOf(a0, a1, a2, a3)
    if (system !== 0) addTo(systems, system, sent, rcvd)
    const country = owners.countryOf(a0, a1, a2, a3)
    if (country !== '') addTo(countries, country, sent, rcvd)
  }

  private knowNetworks(): void {
    const { localNetworks } = this.t
    if (this.networksOf === localNetworks) return
    this.networksOf = localNetworks
    this.networks = localNetworks.networks.map((network) => ({ name: formatNetwork(network), contains: matcher([network]) }))
  }

  private ofRollUp(kind: RolledUp): PointTable | undefined {
    const r = { app: this.t.booking.apps, l4: this.t.booking.l4, vlan: this.t.booking.vlans }[kind]
    const told = this.rollUps[kind]
    told.reach(r.count)
    const table = new PointRows(kind)
    for (let row = 0; row < r.count; row++) {
      const c2s = told.gain(row, 0, r.bytesC2s[row]!)
      const s2c = told.gain(row, 1, r.bytesS2c[row]!)
      const packetsC2s = told.gain(row, 2, r.packetsC2s[row]!)
      const packetsS2c = told.gain(row, 3, r.packetsS2c[row]!)
      if (packetsC2s + packetsS2c > 0) table.add(this.nameOf(kind, r, row), c2s, s2c, packetsC2s, packetsS2c)
    }
    return table.take(MINUTE_MS)
  }
  private nameOf(kind: RolledUp, { keys }: RollUp, row: number): string {
    if (kind === 'app') return appName(this.t, keys[row]!)
    return kind === 'l4' ? (row === 0 ? 'other' : protocolName(keys[row]!)) : String(Math.max(0, keys[row]!))
  }

  /** Interfaces of exporters. */
  private ofPorts(endMs: number): PointTable | undefined {
    const table = new PointRows('port')
    const seconds = Math.max(0, Math.round((endMs - this.fromMs) / SECOND_MS))
    for (const exporter of this.t.exporters)
      for (const ifIndex of exporter.ports.keys()) {
        const course = exporter.portCourse(ifIndex, seconds)
        if (course === undefined) continue
        const [bytesIn, bytesOut] = [course.in, course.out].map((way) => way.reduce((sum, bytes) => sum + bytes, 0)) as [number, number]
        if (bytesIn + bytesOut > 0) table.add(`${exporter.address} ${ifIndex}`, bytesIn, bytesOut)
      }
    return table.take(MINUTE_MS)
  }

  /** What local hosts did with applications. */
  private endApps(nowMs: number): void {
    const { hosts } = this.t
    const { rows, apps } = hosts
    const table = new PointRows('host-app')
    this.shares.reach(apps.used)
    for (let row = 0; row < rows.used; row++) {
      if ((rows.go(row).flags & (HOST_LIVE | HOST_LOCAL)) !== (HOST_LIVE | HOST_LOCAL)) continue
      for (let share = rows.firstApp; share >= 0; share = apps.next) {
        apps.go(share)
        const sent = this.shares.gain(share, 0, apps.bytesSent)
        const rcvd = this.shares.gain(share, 1, apps.bytesRcvd)
        if (sent + rcvd > 0) table.add(`${this.hostName(row)} ${appName(this.t, apps.app)}`, sent, rcvd)
      }
    }
    const points = table.take(APPS_MS)
    if (points !== undefined)
      this.give({
        endMs: this.appsEndMs,
        tables: [points],
        seconds: { endMs: this.appsEndMs, bytes: new Float64Array(0), packets: new Float64Array(0) },
      })
    this.appsEndMs = nextEnd(nowMs, APPS_MS)
  }

  private hostName(row: number): string {
    const r = this.t.hosts.rows.go(row)
    const address = formatAddress(r.a0, r.a1, r.a2, r.a3)
    return r.vlan === 0 ? address : `${address}@${r.vlan}`
  }
}

function addTo(sums: Sums, key: number | string, sent: number, rcvd: number): void {
  const sum = sums.get(key)
  if (sum === undefined) sums.set(key, { sent, rcvd })
  else {
    sum.sent += sent
    sum.rcvd += rcvd
  }
}

const mean = (values: Float64Array): number => (values.length === 0 ? 0 : values.reduce((sum, one) => sum + one, 0) / values.length)
