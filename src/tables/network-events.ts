import type { NetworkEvent } from '../lib/events.ts'
import { parseAddress } from '../wire/address.ts'
import { Packet } from '../wire/packet.ts'
import type { LiveTables } from './live-tables.ts'
import { BY_PORT } from './naming.ts'

/** Alerts and all else, each: log lines do not drive alerts out. */
const MAX_KEPT = 4096

/** Latest first in, oldest first out. */
class Ring {
  private readonly kept: NetworkEvent[] = []
  private next = 0

  put(event: NetworkEvent): void {
    this.kept[this.next] = event
    this.next = (this.next + 1) % MAX_KEPT
  }
  /** Newest first. */
  *newest(): Generator<NetworkEvent> {
    for (let n = 1; n <= this.kept.length; n++) yield this.kept[(this.next - n + MAX_KEPT) % MAX_KEPT]!
  }
}

export interface EventsAsked {
  /** One end. */
  readonly host?: string | undefined
  /** Both ends and their ports, whichever way round. */
  readonly flow?: { readonly client: string; readonly clientPort: number; readonly server: string; readonly serverPort: number } | undefined
  readonly limit: number
}

/** What other programs tell of the network: kept for those who ask, and said of the flow that it is about. */
export class NetworkEvents {
  private readonly t: LiveTables
  private readonly alerts = new Ring()
  private readonly others = new Ring()
  private readonly key = new Packet()
  /** All that came. */
  count = 0
  alertCount = 0

  constructor(tables: LiveTables) {
    this.t = tables
  }

  take(event: NetworkEvent): void {
    const isAlert = event.kind === 'alert' || event.kind === 'anomaly'
    this.count++
    if (isAlert) this.alertCount++
    if (isAlert) this.alerts.put(event)
    else this.others.put(event)
    if (event.app !== undefined || event.serverName !== undefined) this.name(event)
  }

  /** The flow has a name at last, where it had none but its port's. */
  private name({ src, dst, srcPort = 0, dstPort = 0, proto = 0, vlan = 0, app, serverName }: NetworkEvent): void {
    const { t, key } = this
    const from = src === undefined ? undefined : parseAddress(src)
    const to = dst === undefined ? undefined : parseAddress(dst)
    if (!t.recognise || from === undefined || to === undefined) return
    key.ipVersion = from[0] === 0 && from[1] === 0 && from[2] === 0xffff ? 4 : 6
    key.proto = proto
    key.vlan = vlan
    ;[key.src0, key.src1, key.src2, key.src3] = from
    ;[key.dst0, key.dst1, key.dst2, key.dst3] = to
    key.srcPort = srcPort
    key.dstPort = dstPort
    const found = t.flows.find(key)
    if (found < 0) return
    const row = found >> 1
    t.settleFlow(row)
    if (t.flows.rows.go(row).confidence > BY_PORT) return
    t.naming.told({ ...(app !== undefined && { app }), ...(serverName !== undefined && { serverName }) })
  }

  /** Newest first; alerts before all else. */
  latest({ host, flow, limit }: EventsAsked): readonly NetworkEvent[] {
    const found: NetworkEvent[] = []
    for (const ring of [this.alerts, this.others]) {
      for (const event of ring.newest()) {
        if (found.length >= limit) return found
        if ((host === undefined || isOfHost(event, host)) && (flow === undefined || isOfFlow(event, flow))) found.push(event)
      }
    }
    return found
  }
}

const isOfHost = ({ src, dst }: NetworkEvent, host: string): boolean => src === host || dst === host

function isOfFlow({ src, dst, srcPort = 0, dstPort = 0 }: NetworkEvent, f: NonNullable<EventsAsked['flow']>): boolean {
  const isForward = src === f.client && dst === f.server && srcPort === f.clientPort && dstPort === f.serverPort
  return isForward || (src === f.server && dst === f.client && srcPort === f.serverPort && dstPort === f.clientPort)
}
