/** Flows of the past as a source: what was kept goes into live tables again, so that every page works on it. */
import { FLOW_RECORD_BIFLOW, FLOW_RECORD_CLIENT_IS_SRC, FLOW_RECORD_FRAME_BYTES, FlowBatch, type FlowExtras } from '../lib/flow-batch.ts'
import type { Cell, HistoryLoad } from '../lib/history.ts'
import { MAX_FAULTS, newSourceStats, type Sink, type Source, SourceError, type SourceStats } from '../lib/source.ts'
import { parseAddress } from '../wire/address.ts'
import { parseMac } from '../wire/mac.ts'
import { protocolNumber } from '../wire/protocols.ts'
import { flagBits } from '../wire/tcp-flags.ts'
import { MissingPart, type RecordPart, type RecordReader, type RecordRows } from './record-reader.ts'
import { openReader } from './record-readers.ts'

const BATCH = 1024

export interface HistorySourceOptions extends HistoryLoad {
  readonly name: string
  /** For what does not fit into memory. */
  readonly spillFolder: string
}

/** Reads the parts one after the other. One that is missing or damaged is counted, and the others are read. */
export class HistorySource implements Source {
  readonly name: string
  private readonly options: HistorySourceOptions
  private readonly counted: SourceStats = newSourceStats()

  constructor(options: HistorySourceOptions) {
    this.name = options.name
    this.options = options
  }

  async run(sink: Sink, signal: AbortSignal): Promise<void> {
    const { counted, name } = this
    const reader = await openReader(this.options)
    try {
      const parts = await reader.parts().catch((error: unknown) => {
        throw new SourceError(`${name}: ${firstLine(error)}`)
      })
      if (parts.length === 0) throw new SourceError(`${name}: no flows are kept of that time`)
      counted.bytesTotal = parts.reduce((sum, { bytes }) => sum + bytes, 0)
      if (reader.hasFiles) counted.files = { total: parts.length, loaded: 0, missing: 0, unreadable: 0 }
      for (const part of parts) {
        if (signal.aborted) return
        await this.read(reader, part, sink, signal)
        counted.bytesRead += part.bytes
      }
    } finally {
      await reader.close()
    }
  }

  private async read(reader: RecordReader, part: RecordPart, sink: Sink, signal: AbortSignal): Promise<void> {
    const { files } = this.counted
    try {
      await reader.read(part, (rows) => this.hand(rows, sink), signal)
      if (files) files.loaded++
    } catch (error) {
      if (signal.aborted) return
      const isMissing = error instanceof MissingPart
      if (files) files[isMissing ? 'missing' : 'unreadable']++
      this.fault(isMissing ? error.message : `${part.name}: cannot be read: ${firstLine(error)}`)
    }
  }

  private hand({ count, columns }: RecordRows, sink: Sink): void {
    for (let from = 0; from < count; from += BATCH) {
      const batch = new FlowBatch(Math.min(BATCH, count - from))
      for (let row = from; row < from + batch.capacity; row++) record(batch, (name) => columns[name]?.[row] ?? null)
      this.counted.packets += batch.count
      sink.flows?.(batch, batch.lastMs[batch.count - 1]!)
    }
  }

  private fault(text: string): void {
    this.counted.faultCount++
    if (this.counted.faults.length < MAX_FAULTS) this.counted.faults.push(text)
  }
  stats(): SourceStats {
    return this.counted
  }
}
const firstLine = (error: unknown) => (error as Error).message.split('\n')[0]

type ValueOf = (name: string) => bigint | Cell

/** A record as it was: the client is src. That the flow is over is left out, so that it keeps a row. */
function record(batch: FlowBatch, value: ValueOf): void {
  const number = (name: string) => Number(value(name) ?? 0)
  const text = (name: string) => (value(name) as string | null) ?? undefined
  const i = batch.begin(0)
  const client = text('client') ?? '::'
  batch.flags[i] = FLOW_RECORD_BIFLOW | FLOW_RECORD_CLIENT_IS_SRC | FLOW_RECORD_FRAME_BYTES
  batch.src.set(parseAddress(client) ?? NOWHERE, 4 * i)
  batch.dst.set(parseAddress(text('server') ?? '::') ?? NOWHERE, 4 * i)
  batch.ipVersion[i] = client.includes(':') ? 6 : 4
  batch.srcPort[i] = number('clientPort')
  batch.dstPort[i] = number('serverPort')
  batch.proto[i] = protocolNumber(text('proto') ?? '') ?? 0
  batch.vlan[i] = number('vlan')
  batch.bytes[2 * i] = number('bytesC2s')
  batch.bytes[2 * i + 1] = number('bytesS2c')
  batch.packets[2 * i] = number('packetsC2s')
  batch.packets[2 * i + 1] = number('packetsS2c')
  batch.tcpFlags[2 * i] = flagBits(text('tcpFlagsC2s') ?? '')
  batch.tcpFlags[2 * i + 1] = flagBits(text('tcpFlagsS2c') ?? '')
  batch.firstMs[i] = number('firstSeen')
  batch.lastMs[i] = number('lastSeen')
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
const NOWHERE = [0, 0, 0, 0]
const NO_MAC = -1

function extrasOf(value: ValueOf, text: (name: string) => string | undefined): FlowExtras {
  const app = text('app')
  const [serverName, info, site] = [text('serverName'), text('info'), text('site')]
  const fields = value('fields') as Record<string, string> | null
  const process = (end: 'client' | 'server') => {
    const [name, user, container] = [text(`${end}Program`), text(`${end}User`), text(`${end}Container`)]
    return name === undefined && user === undefined
      ? undefined
      : { ...(name !== undefined && { name }), ...(user !== undefined && { user }), ...(container !== undefined && { container }) }
  }
  const [srcProcess, dstProcess] = [process('client'), process('server')]
  return {
    ...(app !== undefined && app !== 'Unknown' && { app }),
    ...(serverName !== undefined && { serverName }),
    ...(info !== undefined && { info }),
    ...(fields !== null && Object.keys(fields).length > 0 && { fields }),
    ...(srcProcess && { srcProcess }),
    ...(dstProcess && { dstProcess }),
    ...(site !== undefined && { path: [site] }),
  }
}
