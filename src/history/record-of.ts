/** A record as it was, of what is stored of it: the inverse of stored-flows.ts. */
import {
  FLOW_RECORD_BIFLOW,
  FLOW_RECORD_CLIENT_IS_SRC,
  FLOW_RECORD_FRAME_BYTES,
  FLOW_RECORD_GOES_ON,
  type FlowBatch,
  type FlowExtras,
  type FlowProcess,
} from '../lib/flow-batch.ts'
import { countryCode } from '../names/address-owners.ts'
import { parseAddress } from '../wire/address.ts'
import { parseMac } from '../wire/mac.ts'
import { protocolNumber } from '../wire/protocols.ts'
import { flagBits } from '../wire/tcp-flags.ts'

const NOWHERE = [0, 0, 0, 0]
const NO_MAC = -1
const US_A_MS = 1000

/** What a stored column has of a record, by its name; undefined or null: it is absent. */
export type StoredValues = (name: string) => unknown

/** Writes the next record of the batch; the client is src. What is no number or no address counts as absent. Not when full. */
export function recordInto(batch: FlowBatch, value: StoredValues): void {
  const number = (name: string) => {
    const found = Number(value(name) ?? 0)
    return Number.isFinite(found) ? found : 0
  }
  const text = (name: string) => {
    const found = value(name)
    return typeof found === 'string' && found !== '' ? found : undefined
  }
  const i = batch.begin(0)
  const two = 2 * i
  const client = text('client') ?? '::'
  batch.flags[i] =
    FLOW_RECORD_BIFLOW | FLOW_RECORD_CLIENT_IS_SRC | FLOW_RECORD_FRAME_BYTES | (value('flows') === 0 ? FLOW_RECORD_GOES_ON : 0)
  batch.src.set(parseAddress(client) ?? NOWHERE, 4 * i)
  batch.dst.set(parseAddress(text('server') ?? '') ?? NOWHERE, 4 * i)
  batch.nextHop.set(parseAddress(text('nextHop') ?? '') ?? NOWHERE, 4 * i)
  batch.ipVersion[i] = client.includes(':') ? 6 : 4
  batch.srcPort[i] = number('clientPort')
  batch.dstPort[i] = number('serverPort')
  batch.proto[i] = protocolNumber(text('proto') ?? '') ?? 0
  batch.vlan[i] = number('vlan')
  batch.bytes[two] = number('bytesC2s')
  batch.bytes[two + 1] = number('bytesS2c')
  batch.packets[two] = number('packetsC2s')
  batch.packets[two + 1] = number('packetsS2c')
  batch.tcpFlags[two] = flagBits(text('tcpFlagsC2s') ?? '')
  batch.tcpFlags[two + 1] = flagBits(text('tcpFlagsS2c') ?? '')
  batch.latencyUs[two] = Math.round(US_A_MS * number('clientLatency'))
  batch.latencyUs[two + 1] = Math.round(US_A_MS * number('serverLatency'))
  batch.country[two] = countryCode(text('clientCountry') ?? '')
  batch.country[two + 1] = countryCode(text('serverCountry') ?? '')
  batch.firstMs[i] = number('firstSeen')
  batch.lastMs[i] = number('lastSeen')
  batch.score[i] = number('score')
  batch.sampling[i] = number('sampling') || 1
  batch.srcAs[i] = number('clientAs')
  batch.dstAs[i] = number('serverAs')
  batch.inIf[i] = number('inInterface')
  batch.outIf[i] = number('outInterface')
  batch.tos[i] = number('tosC2s')
  batch.icmp[i] = number('icmp')
  batch.srcMac[i] = parseMac(text('clientMac') ?? '') ?? NO_MAC
  batch.dstMac[i] = parseMac(text('serverMac') ?? '') ?? NO_MAC
  batch.extras[i] = extrasOf(value, text)
}

function extrasOf(value: StoredValues, text: (name: string) => string | undefined): FlowExtras {
  const fields = value('fields')
  const site = text('site')
  const risks = text('risks')?.split('\n')
  const told = (extras: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(extras).filter(([, one]) => one !== undefined)) as FlowExtras
  return told({
    app: text('app'),
    category: text('category'),
    serverName: text('serverName'),
    info: text('info'),
    exporter: text('exporter'),
    risks,
    path: site === undefined ? undefined : [site],
    fields: typeof fields === 'object' && fields !== null && Object.keys(fields).length > 0 ? fields : undefined,
    srcProcess: processOf('client', text),
    dstProcess: processOf('server', text),
  })
}

function processOf(end: 'client' | 'server', text: (name: string) => string | undefined): FlowProcess | undefined {
  const [name, user, container] = [text(`${end}Program`), text(`${end}User`), text(`${end}Container`)]
  if (name === undefined && user === undefined && container === undefined) return undefined
  return { ...(name !== undefined && { name }), ...(user !== undefined && { user }), ...(container !== undefined && { container }) }
}
