import {
  FLOW_RECORD_CLIENT_IS_DST,
  FLOW_RECORD_EGRESS,
  FLOW_RECORD_ENDED,
  FLOW_RECORD_FRAME_BYTES,
  type FlowBatch,
  type FlowProcess,
} from '../lib/flow-batch.ts'
import { formatAddress } from '../wire/address.ts'
import { formatMac } from '../wire/mac.ts'
import { protocolName } from '../wire/protocols.ts'
import { flagText } from '../wire/tcp-flags.ts'

/** Takes the fields of a record one after the other, in an order that stays. */
export interface FieldVisitor {
  number(name: string, value: number): void
  flag(name: string, value: boolean): void
  /** Needs no escaping: made here of letters, digits, dots, colons. */
  plain(name: string, value: string): void
  /** From the wire: may hold anything. */
  text(name: string, value: string): void
  texts(name: string, values: readonly string[]): void
  /** Of the record's `fields`: the name may hold anything too. */
  field(name: string, value: string | number): void
}

const FLAGS = Array.from({ length: 256 }, (_, bits) => flagText(bits))
const TCP = 6
const ICMP = 1
const ICMPV6 = 58
const NO_MAC = -1

/** The columns of one end. */
interface End {
  readonly address: Int32Array
  readonly port: Uint16Array
  readonly mac: Float64Array
  readonly as: Uint32Array
  readonly mask: Uint8Array
  readonly process: 'srcProcess' | 'dstProcess'
}

const known = new WeakMap<FlowBatch, readonly [End, End]>()
function endsOf(batch: FlowBatch): readonly [End, End] {
  let ends = known.get(batch)
  if (ends === undefined) {
    ends = [
      { address: batch.src, port: batch.srcPort, mac: batch.srcMac, as: batch.srcAs, mask: batch.srcMask, process: 'srcProcess' },
      { address: batch.dst, port: batch.dstPort, mac: batch.dstMac, as: batch.dstAs, mask: batch.dstMask, process: 'dstProcess' },
    ]
    known.set(batch, ends)
  }
  return ends
}

/**
 * A record by the words of the glossary (lib/fields.ts), and after them what only collected records have. The client is who opened the flow; where nobody knows, `src`.
 * What was not told is left out.
 */
export function visitRecord(batch: FlowBatch, i: number, to: FieldVisitor): void {
  const flags = batch.flags[i]!
  /** 0 where the client is src, 1 where it is dst. */
  const client = (flags & FLOW_RECORD_CLIENT_IS_DST) !== 0 ? 1 : 0
  const ends = endsOf(batch)
  const c = ends[client]
  const s = ends[(1 - client) as 0 | 1]
  const proto = batch.proto[i]!
  to.plain('proto', protocolName(proto))
  to.plain('client', addressAt(c.address, i))
  to.number('clientPort', c.port[i]!)
  to.plain('server', addressAt(s.address, i))
  to.number('serverPort', s.port[i]!)
  to.number('vlan', batch.vlan[i]!)
  const extras = batch.extras[i]
  if (extras?.app !== undefined) to.text('app', extras.app)
  if (extras?.serverName !== undefined) to.text('serverName', extras.serverName)
  if (extras?.info !== undefined) to.text('info', extras.info)
  const firstMs = batch.firstMs[i]!
  const lastMs = batch.lastMs[i]!
  to.number('firstSeen', firstMs)
  to.number('lastSeen', lastMs)
  to.number('duration', Math.max(0, lastMs - firstMs))
  visitCounters(batch.bytes, 'bytes', 'bytesC2s', 'bytesS2c', 2 * i, client, to)
  visitCounters(batch.packets, 'packets', 'packetsC2s', 'packetsS2c', 2 * i, client, to)
  if (proto === TCP) {
    to.plain('tcpFlagsC2s', FLAGS[batch.tcpFlags[2 * i + client]!]!)
    to.plain('tcpFlagsS2c', FLAGS[batch.tcpFlags[2 * i + 1 - client]!]!)
  }
  if (c.mac[i] !== NO_MAC) to.plain('clientMac', formatMac(c.mac[i]!))
  if (s.mac[i] !== NO_MAC) to.plain('serverMac', formatMac(s.mac[i]!))

  to.flag('ended', (flags & FLOW_RECORD_ENDED) !== 0)
  to.flag('frameBytes', (flags & FLOW_RECORD_FRAME_BYTES) !== 0)
  to.number('exporter', batch.exporter[i]!)
  if ((flags & FLOW_RECORD_EGRESS) !== 0) to.flag('egress', true)
  if (batch.sampling[i]! > 1) to.number('sampling', batch.sampling[i]!)
  if (batch.tos[i] !== 0) to.number('tos', batch.tos[i]!)
  if (proto === ICMP || proto === ICMPV6) {
    to.number('icmpType', batch.icmp[i]! >>> 8)
    to.number('icmpCode', batch.icmp[i]! & 255)
  }
  if (batch.inIf[i] !== 0) to.number('inIf', batch.inIf[i]!)
  if (batch.outIf[i] !== 0) to.number('outIf', batch.outIf[i]!)
  if (c.as[i] !== 0) to.number('clientAs', c.as[i]!)
  if (s.as[i] !== 0) to.number('serverAs', s.as[i]!)
  if (c.mask[i] !== 0) to.number('clientMask', c.mask[i]!)
  if (s.mask[i] !== 0) to.number('serverMask', s.mask[i]!)
  if (isTold(batch.nextHop, i)) to.plain('nextHop', addressAt(batch.nextHop, i))
  if (extras === undefined) return
  if (extras.appId !== undefined) to.number('appId', extras.appId)
  if (extras[c.process] !== undefined) visitProcess(extras[c.process]!, CLIENT_PROCESS, to)
  if (extras[s.process] !== undefined) visitProcess(extras[s.process]!, SERVER_PROCESS, to)
  if (extras.path !== undefined) to.texts('path', extras.path)
  if (extras.fields === undefined) return
  for (const [name, value] of Object.entries(extras.fields)) to.field(name, value)
}

const addressAt = (words: Int32Array, i: number): string =>
  formatAddress(words[4 * i]!, words[4 * i + 1]!, words[4 * i + 2]!, words[4 * i + 3]!)
export const isTold = (words: Int32Array, i: number): boolean =>
  (words[4 * i]! | words[4 * i + 1]! | words[4 * i + 2]! | words[4 * i + 3]!) !== 0

function visitCounters(pair: Float64Array, both: string, c2s: string, s2c: string, at: number, client: 0 | 1, to: FieldVisitor): void {
  const fromClient = pair[at + client]!
  const fromServer = pair[at + 1 - client]!
  to.number(both, fromClient + fromServer)
  to.number(c2s, fromClient)
  to.number(s2c, fromServer)
}

/** Name, user and container have words in the glossary. */
const PROCESS_FIELDS = {
  name: 'Program',
  user: 'User',
  container: 'Container',
  pid: 'Pid',
  fatherName: 'FatherProgram',
  fatherPid: 'FatherPid',
  memory: 'Memory',
  peakMemory: 'PeakMemory',
  cpu: 'Cpu',
  ioWait: 'IoWait',
  pageFaults: 'PageFaults',
} as const satisfies Record<keyof FlowProcess, string>
const processNames = (end: string) =>
  Object.entries(PROCESS_FIELDS).map(([field, name]) => [field as keyof FlowProcess, `${end}${name}`] as const)
const CLIENT_PROCESS = processNames('client')
const SERVER_PROCESS = processNames('server')

function visitProcess(process: FlowProcess, names: typeof CLIENT_PROCESS, to: FieldVisitor): void {
  for (const [field, name] of names) {
    const value = process[field]
    if (typeof value === 'number') to.number(name, value)
    else if (value !== undefined) to.text(name, value)
  }
}
