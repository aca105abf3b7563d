import { FLOW_RECORD_BIFLOW, FLOW_RECORD_CLIENT_IS_SRC, FLOW_RECORD_ENDED, type FlowExtras, type FlowWriter } from '../../lib/flow-batch.ts'
import { isIpv4, parseAddress } from '../../wire/address.ts'

/** A flow as logs of firewalls and of an IDS tell it. */
export interface ToldFlow {
  readonly src: string
  readonly dst: string
  readonly srcPort: number
  readonly dstPort: number
  readonly proto: number
  readonly vlan: number
  /** From src to dst, and back. */
  readonly bytes: readonly [number, number]
  readonly packets: readonly [number, number]
  readonly firstMs: number
  readonly lastMs: number
  readonly isOver: boolean
  readonly extras?: FlowExtras
}

/** Writes it as a record; false: its addresses are none, or it tells of no traffic. */
export function writeFlow(flows: FlowWriter, exporter: number, flow: ToldFlow): boolean {
  const src = parseAddress(flow.src)
  const dst = parseAddress(flow.dst)
  if (src === undefined || dst === undefined || flow.bytes[0] + flow.bytes[1] <= 0) return false
  const i = flows.begin(exporter)
  const { batch } = flows
  batch.src.set(src, 4 * i)
  batch.dst.set(dst, 4 * i)
  batch.ipVersion[i] = isIpv4(src[0], src[1], src[2]) ? 4 : 6
  batch.srcPort[i] = flow.srcPort
  batch.dstPort[i] = flow.dstPort
  batch.proto[i] = flow.proto
  batch.vlan[i] = flow.vlan
  for (const way of [0, 1] as const) {
    batch.bytes[2 * i + way] = flow.bytes[way]
    // A log may tell bytes alone.
    batch.packets[2 * i + way] = flow.packets[way] || (flow.bytes[way] > 0 ? 1 : 0)
  }
  batch.firstMs[i] = Math.min(flow.firstMs, flow.lastMs)
  batch.lastMs[i] = flow.lastMs
  batch.flags[i] = FLOW_RECORD_BIFLOW | FLOW_RECORD_CLIENT_IS_SRC | (flow.isOver ? FLOW_RECORD_ENDED : 0)
  batch.extras[i] = flow.extras
  return true
}
