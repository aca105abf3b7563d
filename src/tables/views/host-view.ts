import { TRENDS } from '../../lib/fields.ts'
import { addressOrder, formatAddress } from '../../wire/address.ts'
import { HOST_LIVE, HOST_LOCAL } from '../host-table.ts'
import type { LiveTables } from '../live-tables.ts'
import { bitsOfTick, bitsOfTickBefore, packetsOfTick, trendOf } from '../rate.ts'
import { FLOW_LIVE } from '../tcp-analysis.ts'
import { macOrder, macText, vendorText } from './mac-view.ts'
import type { View } from './view.ts'

export function hostView(t: LiveTables): View<'hosts'> {
  const { rows, apps } = t.hosts
  const { booking, hostLabels } = t
  const { catalogue } = t.options
  const at = (row: number) => rows.go(row)
  const bits = (row: number, i: number) => bitsOfTick(at(row), booking.tickNo, i)
  const bps = (row: number) => bits(row, 0) + bits(row, 1)
  const isLocal = (row: number) => (at(row).flags & HOST_LOCAL) !== 0
  // Behind a router the frames carry the router's address: it says nothing of a remote host.
  const macRow = (row: number) => (isLocal(row) ? at(row).mac : -1)
  return {
    entity: 'hosts',
    used: () => rows.used,
    isLive: (row) => rows.live === rows.used || (at(row).flags & HOST_LIVE) !== 0,
    bytes: (row) => at(row).bytesSent + rows.bytesRcvd,
    words: { address: (row, w) => hostWord(t, row, w) },
    order: {
      address: (row) => addressOrder(at(row).a0, rows.a1, rows.a2, rows.a3),
      mac: (row) => macOrder(t, macRow(row)),
    },
    read: {
      address: (row) => hostAddress(t, row),
      vlan: (row) => at(row).vlan,
      name: (row) => hostLabels.of(row),
      mac: (row) => macText(t, macRow(row)),
      vendor: (row) => vendorText(t, macRow(row)),
      system: (row) => t.systems.system(row),
      tcpFingerprint: (row) => t.systems.tcpFingerprint(row),
      local: isLocal,
      as: (row) => t.owners?.systemOf(at(row).a0, rows.a1, rows.a2, rows.a3) || undefined,
      asName: (row) => t.owners?.nameOf(t.owners.systemOf(at(row).a0, rows.a1, rows.a2, rows.a3)) || undefined,
      country: (row) => t.owners?.countryOf(at(row).a0, rows.a1, rows.a2, rows.a3) || undefined,
      firstSeen: (row) => at(row).firstSeenMs,
      lastSeen: (row) => at(row).lastSeenMs,
      bytes: (row) => at(row).bytesSent + rows.bytesRcvd,
      bytesSent: (row) => at(row).bytesSent,
      bytesRcvd: (row) => at(row).bytesRcvd,
      packets: (row) => at(row).packetsSent + rows.packetsRcvd,
      packetsSent: (row) => at(row).packetsSent,
      packetsRcvd: (row) => at(row).packetsRcvd,
      bps,
      pps: (row) => packetsOfTick(at(row), booking.tickNo),
      trend: (row) => TRENDS[trendOf(bps(row), bitsOfTickBefore(at(row), booking.tickNo, 0) + bitsOfTickBefore(rows, booking.tickNo, 1))],
      bpsSent: (row) => bits(row, 0),
      bpsRcvd: (row) => bits(row, 1),
      flows: (row) => at(row).activeFlows,
      flowsAsClient: (row) => at(row).flowsAsClient,
      flowsAsServer: (row) => at(row).flowsAsServer,
      score: (row) => at(row).scoreAsClient + rows.scoreAsServer,
      scoreAsClient: (row) => at(row).scoreAsClient,
      scoreAsServer: (row) => at(row).scoreAsServer,
      peers: (row) => peersOf(t)[row] ?? 0,
      app: (row) => {
        let best = -1
        let most = 0
        for (let share = at(row).firstApp; share >= 0; share = apps.go(share).next) {
          const bytes = apps.go(share).bytesSent + apps.bytesRcvd
          if (bytes > most) {
            most = bytes
            best = apps.app
          }
        }
        return best < 0 ? undefined : catalogue.pairName(best >>> 16, best & 0xffff)
      },
      retransmissions: (row) => at(row).retransmissions,
      outOfOrder: (row) => at(row).outOfOrder,
      lost: (row) => at(row).lost,
      zeroWindow: (row) => at(row).zeroWindow,
      nonIpBytes: (row) => at(row).nonIpBytes,
    },
  }
}

export function hostWord(t: LiveTables, row: number, w: number): number {
  const r = t.hosts.rows.go(row)
  return w === 3 ? r.a3 : w === 2 ? r.a2 : w === 1 ? r.a1 : r.a0
}
export function hostAddress(t: LiveTables, row: number): string {
  const r = t.hosts.rows.go(row)
  return formatAddress(r.a0, r.a1, r.a2, r.a3)
}

const peers = new WeakMap<LiveTables, { flowsTotal: number; live: number; counts: Uint32Array }>()

/** Distinct hosts that each host has live flows with. Counted over all flows at once, and again only when flows have come or gone. */
function peersOf(t: LiveTables): Uint32Array {
  const known = peers.get(t)
  const { rows } = t.flows
  if (known !== undefined && known.flowsTotal === t.flowsTotal && known.live === rows.live) return known.counts
  const counts = new Uint32Array(t.hosts.rows.used)
  const pairs = new Set<number>()
  for (let row = 0; row < rows.used; row++) {
    rows.go(row)
    if ((rows.flags & FLOW_LIVE) === 0) continue
    const a = rows.host(0)
    const b = rows.host(1)
    if (a < 0 || b < 0) continue
    const pair = Math.min(a, b) * 0x8000000 + Math.max(a, b)
    if (pairs.has(pair)) continue
    pairs.add(pair)
    counts[a]! += 1
    if (b !== a) counts[b]! += 1
  }
  peers.set(t, { flowsTotal: t.flowsTotal, live: rows.live, counts })
  return counts
}
