/** Flows of the past as a source: what was kept goes into live tables again, so that every page works on it. */
import { existsSync } from 'node:fs'
import type { DuckDBValue } from '@duckdb/node-api'
import { FLOW_RECORD_BIFLOW, FLOW_RECORD_CLIENT_IS_SRC, FLOW_RECORD_FRAME_BYTES, FlowBatch, type FlowExtras } from '../lib/flow-batch.ts'
import type { FlowRange, HistoryFile } from '../lib/history.ts'
import { MAX_FAULTS, newSourceStats, type Sink, type Source, SourceError, type SourceStats } from '../lib/source.ts'
import { parseAddress } from '../wire/address.ts'
import { parseMac } from '../wire/mac.ts'
import { protocolNumber } from '../wire/protocols.ts'
import { flagBits } from '../wire/tcp-flags.ts'
import { cellOf } from './cells.ts'
import { Duck } from './duck.ts'
import { ADDRESS_MACROS } from './duck-dialect.ts'
import { fileSet, recordSql } from './flow-sql.ts'

const BATCH = 1024
const MEMORY_MB = 512
const ALL = Number.MAX_SAFE_INTEGER

export interface HistorySourceOptions {
  readonly name: string
  readonly range: FlowRange
  readonly files: readonly HistoryFile[]
  /** For what does not fit into memory. */
  readonly spillFolder: string
}

/** Reads the files one after the other, each in the order of time. One that is missing or damaged is counted, and the others are read. */
export class HistorySource implements Source {
  readonly name: string
  private readonly options: HistorySourceOptions
  private readonly counted: SourceStats

  constructor(options: HistorySourceOptions) {
    this.name = options.name
    this.options = options
    const { files } = options
    this.counted = { ...newSourceStats(), bytesTotal: files.reduce((sum, { bytes }) => sum + bytes, 0) }
    this.counted.files = { total: files.length, loaded: 0, missing: 0, unreadable: 0 }
  }

  async run(sink: Sink, signal: AbortSignal): Promise<void> {
    const { files, spillFolder, name } = this.options
    if (files.length === 0) throw new SourceError(`${name}: no flows are kept of that time`)
    const duck = new Duck({ spillFolder, memoryMB: MEMORY_MB, threads: 1 })
    try {
      for (const file of files) {
        if (signal.aborted) return
        await this.file(duck, file, sink, signal)
        this.counted.bytesRead += file.bytes
      }
    } finally {
      await duck.close()
    }
  }

  private async file(duck: Duck, { path }: HistoryFile, sink: Sink, signal: AbortSignal): Promise<void> {
    const counts = this.counted.files!
    if (!existsSync(path)) {
      counts.missing++
      return this.fault(`${path}: is not there any more`)
    }
    try {
      await duck.use(signal, async (connection) => {
        for (const macro of ADDRESS_MACROS) await connection.run(macro)
        const files = await fileSet(connection, [path])
        const sql = recordSql(
          { kind: 'records', ...this.options.range, sort: 'lastSeen', descending: false, limit: ALL, offset: 0 },
          files,
          { nowMs: Date.now() },
        )
        const result = await connection.stream(sql)
        const names = result.columnNames()
        for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
          if (signal.aborted) return
          this.hand(names, chunk.getColumns(), chunk.rowCount, sink)
        }
      })
      counts.loaded++
    } catch (error) {
      if (signal.aborted) return
      counts.unreadable++
      this.fault(`${path}: cannot be read: ${(error as Error).message.split('\n')[0]}`)
    }
  }

  private hand(names: readonly string[], columns: readonly (readonly DuckDBValue[])[], rows: number, sink: Sink): void {
    const of = Object.fromEntries(names.map((name, i) => [name, columns[i]!]))
    for (let from = 0; from < rows; from += BATCH) {
      const batch = new FlowBatch(Math.min(BATCH, rows - from))
      for (let row = from; row < from + batch.capacity; row++) record(batch, (name) => of[name]?.[row] ?? null)
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

/** A record as it was: the client is src. That the flow is over is left out, so that it keeps a row. */
function record(batch: FlowBatch, value: (name: string) => DuckDBValue): void {
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

function extrasOf(value: (name: string) => DuckDBValue, text: (name: string) => string | undefined): FlowExtras {
  const app = text('app')
  const [serverName, info, site] = [text('serverName'), text('info'), text('site')]
  const fields = cellOf(value('fields')) as Record<string, string> | null
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
