import { type HostNameSource, NAME_SOURCES } from '../lib/host-naming.ts'
import { type KeptHosts, WANTED_WORDS } from '../lib/kept-hosts.ts'
import { HostPacker, rowsIn } from './host-packer.ts'
import { BY_AGENT } from './host-systems.ts'
import { HOST_LIVE, HOST_MULTICAST } from './host-table.ts'
import type { LiveTables } from './live-tables.ts'
import { HostAppRow, HostRow, TallyRow } from './rows.gen.ts'
import { appName } from './views/roll-up-view.ts'

/** Hosts that go in one message. */
const AT_ONCE = 4096
/** Hosts that are asked for in one second; more wait for the next. */
const WANTED_A_TICK = 2048
/** New hosts that wait to be asked for; those beyond begin anew. */
const MAX_WAITING = 65_536
const U32_MAX = 0xffff_ffff

export interface HostKeepingEnds {
  /** Has the hosts from then on. */
  give(hosts: KeptHosts): void
  /** Asks for hosts, WANTED_WORDS each; what is found comes by `restore`. */
  ask(wanted: Int32Array): void
}

/**
 * Hosts that leave are handed out, and what they were is added to them when they come back. Costs a packet nothing but a note of each new host; all else is done at ticks.
 */
export class HostKeeping {
  private readonly t: LiveTables
  private readonly ends: HostKeepingEnds
  private readonly packer = new HostPacker()
  /** Rows of new hosts that nobody has asked for yet. */
  private fresh: number[] = []
  /** Rows that have been asked for. */
  private readonly awaited = new Set<number>()
  /** New hosts that were not asked for, because there were too many. */
  missed = 0

  constructor(tables: LiveTables, ends: HostKeepingEnds) {
    this.t = tables
    this.ends = ends
  }

  hostComes(row: number): void {
    if (this.fresh.length < MAX_WAITING) this.fresh.push(row)
    else this.missed++
  }

  /** All that it has gained is booked, and it is still there. */
  hostLeaves(row: number): void {
    this.awaited.delete(row)
    this.pack(row)
    if (this.packer.count >= AT_ONCE) this.ends.give(this.packer.take())
  }

  /** A second is over. */
  tick(): void {
    if (this.packer.count > 0) this.ends.give(this.packer.take())
    if (this.fresh.length > 0) this.askForFresh()
  }

  /** Nothing more comes: those that are still there are handed out too. All is booked. */
  finish(): void {
    const { rows } = this.t.hosts
    this.awaited.clear()
    this.fresh = []
    for (let row = 0; row < rows.used; row++) if ((rows.go(row).flags & HOST_LIVE) !== 0) this.hostLeaves(row)
    this.tick()
  }

  private askForFresh(): void {
    const { rows } = this.t.hosts
    const now = this.fresh.splice(0, WANTED_A_TICK)
    const wanted = new Int32Array(now.length * WANTED_WORDS)
    let count = 0
    for (const row of now) {
      const r = rows.go(row)
      // It may have left already, or be another.
      if ((r.flags & HOST_LIVE) === 0 || (r.flags & HOST_MULTICAST) !== 0 || this.awaited.has(row)) continue
      this.awaited.add(row)
      const at = WANTED_WORDS * count++
      wanted[at] = r.a0
      wanted[at + 1] = r.a1
      wanted[at + 2] = r.a2
      wanted[at + 3] = r.a3
      wanted[at + 4] = r.vlan
    }
    if (count > 0) this.ends.ask(wanted.slice(0, count * WANTED_WORDS))
  }

  private pack(row: number): void {
    const { t, packer } = this
    const { rows, apps } = t.hosts
    if ((rows.go(row).flags & HOST_MULTICAST) !== 0) return
    const words = HostRow.bytes / 4
    const at = packer.host()
    packer.hosts.i32.set(rows.i32.subarray(rows.at, rows.at + words), packer.hosts.at)
    for (let share = rows.firstApp; share >= 0; share = apps.next) {
      const { app } = apps.go(share)
      packer.app(at, app, () => appName(t, app | 0))
      const to = packer.apps
      to.bytesSent = apps.bytesSent
      to.bytesRcvd = apps.bytesRcvd
      to.packetsSent = apps.packetsSent
      to.packetsRcvd = apps.packetsRcvd
      to.flows = apps.flows
    }
    const { counters } = t.naming
    t.tallies.each(row, (counter, sent, rcvd) =>
      packer.tally(at, counter, sent, rcvd, () => `${counters[counter]!.protocol}.${counters[counter]!.name}`),
    )
    this.packTexts(row, at)
  }

  private packTexts(row: number, at: number): void {
    const { t, packer } = this
    const r = t.hosts.rows.go(row)
    const { system, tcpPrint, a0, a1, a2, a3 } = r
    // What users call it is kept elsewhere.
    const learned = t.hostNames.learned(a0, a1, a2, a3)
    if (learned !== undefined) packer.name(at, learned.name, learned.source)
    const systemName = system === 0 ? undefined : t.systems.system(row)
    if (systemName !== undefined) packer.system(system, systemName)
    const print = tcpPrint === 0 ? undefined : t.systems.tcpFingerprint(row)
    if (print !== undefined) packer.print(tcpPrint, print)
  }

  /** What hosts were is added to those that are there and had been asked for. */
  restore(kept: KeptHosts): void {
    const { t } = this
    const from = rowsIn(HostRow, kept.hosts)
    const found = new Int32Array(kept.count).fill(-1)
    for (let at = 0; at < kept.count; at++) {
      const { a0, a1, a2, a3, vlan } = from.go(at)
      const row = t.hosts.find(a0, a1, a2, a3, vlan)
      if (row >= 0 && this.awaited.delete(row)) found[at] = row
    }
    const add = () => t.watched.hostsReturn(() => this.addAll(kept, from, found))
    if (t.points === undefined) add()
    else t.points.hostsReturn(found, add)
  }

  private addAll(kept: KeptHosts, from: HostRow, found: Int32Array): void {
    const { t } = this
    for (let at = 0; at < found.length; at++) {
      const row = found[at]!
      if (row < 0) continue
      addCounters(t.hosts.rows.go(row), from.go(at))
      t.systems.restore(row, kept.systems.get(from.system), (from.system & BY_AGENT) !== 0, kept.prints.get(from.tcpPrint))
    }
    this.addApps(kept, found)
    this.addTallies(kept, found)
    for (const { at, name, source } of kept.names) {
      const row = found[at] ?? -1
      if (row < 0 || !(NAME_SOURCES as readonly string[]).includes(source)) continue
      const { a0, a1, a2, a3 } = t.hosts.rows.go(row)
      if (t.hostNames.learned(a0, a1, a2, a3) === undefined) t.hostNames.set(a0, a1, a2, a3, name, source as HostNameSource)
    }
  }

  private addApps({ apps: buffer, appNames }: KeptHosts, found: Int32Array): void {
    const { catalogue } = this.t.options
    const { hosts } = this.t
    const ids = new Map([...appNames].map(([number, name]) => [number, catalogue.pairNamed(name)] as const))
    const from = rowsIn(HostAppRow, buffer)
    for (let n = 0; n < from.used; n++) {
      const { host, app } = from.go(n)
      const row = found[host] ?? -1
      const [master, inside] = ids.get(app) ?? [0, 0]
      // An application that is not known any more: its bytes are in the host's sums.
      if (row < 0 || master === 0) continue
      if (hosts.upsertApp(row, ((master << 16) | inside) >>> 0) < 0) continue
      const to = hosts.apps
      to.bytesSent += from.bytesSent
      to.bytesRcvd += from.bytesRcvd
      to.packetsSent = capped(to.packetsSent + from.packetsSent)
      to.packetsRcvd = capped(to.packetsRcvd + from.packetsRcvd)
      to.flows = capped(to.flows + from.flows)
    }
  }

  private addTallies({ tallies: buffer, counterNames }: KeptHosts, found: Int32Array): void {
    const { tallies, naming } = this.t
    const numbers = new Map(naming.counters.map(({ protocol, name }, number) => [`${protocol}.${name}`, number]))
    const from = rowsIn(TallyRow, buffer)
    for (let n = 0; n < from.used; n++) {
      const { host, counter } = from.go(n)
      const row = found[host] ?? -1
      const number = numbers.get(counterNames.get(counter) ?? '')
      if (row >= 0 && number !== undefined) tallies.add(row, number, from.sent, from.rcvd)
    }
  }
}

const capped = (count: number) => Math.min(count, U32_MAX)

const SUMS = ['bytesSent', 'bytesRcvd', 'packetsSent', 'packetsRcvd', 'nonIpBytes'] as const
const COUNTS = ['flowsAsClient', 'flowsAsServer', 'retransmissions', 'outOfOrder', 'lost', 'zeroWindow'] as const
const L4_CLASSES = 8
const SIZE_CLASSES = 10

function addCounters(to: HostRow, from: HostRow): void {
  if (from.firstSeenMs > 0 && from.firstSeenMs < to.firstSeenMs) to.firstSeenMs = from.firstSeenMs
  for (const name of SUMS) to[name] += from[name]
  for (const name of COUNTS) to[name] = capped(to[name] + from[name])
  for (let i = 0; i < L4_CLASSES; i++) {
    to.setL4Bytes(i, to.l4Bytes(i) + from.l4Bytes(i))
    to.setL4Packets(i, capped(to.l4Packets(i) + from.l4Packets(i)))
  }
  for (let i = 0; i < SIZE_CLASSES; i++) {
    to.setSizesSent(i, capped(to.sizesSent(i) + from.sizesSent(i)))
    to.setSizesRcvd(i, capped(to.sizesRcvd(i) + from.sizesRcvd(i)))
  }
}
