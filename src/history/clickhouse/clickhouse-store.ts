/** Flow records in a ClickHouse, by its HTTP interface: many wiretops may write to one, and any of them reads all of it. */
import { join } from 'node:path'
import type { Cell, FlowAnswer, FlowQuery, FlowStore, GroupQuery, InterfaceRecords, SqlAnswer, StoreStats } from '../../lib/history.ts'
import { RECORD_COLUMNS } from '../flow-sql.ts'
import { grouped } from '../grouped.ts'
import { BatchGatherer } from './batch-gatherer.ts'
import { BatchQueue, RefusedBatch } from './batch-queue.ts'
import { placeOf } from './clickhouse-address.ts'
import { addressCell, RECORD_CELLS } from './clickhouse-cells.ts'
import { CLICKHOUSE_COLUMNS, isAddress } from './clickhouse-columns.ts'
import { named } from './clickhouse-dialect.ts'
import { type ClickHouseAccess, ClickHouseError, ClickHouseHttp, type Settings } from './clickhouse-http.ts'
import type { ClickHousePlace } from './clickhouse-reader.ts'
import { FLOWS } from './clickhouse-schema.ts'
import { groupSql, recordSql, type SqlMoment } from './clickhouse-sql.ts'
import { askSql } from './clickhouse-sql-room.ts'
import { faultOf } from './fault-of.ts'
import { summedPlan } from './hour-sums.ts'
import { SchemaKeeper } from './schema-keeper.ts'
import { type Batch, Spill } from './spill.ts'
import { TableStats } from './table-stats.ts'

export interface ClickHouseStoreOptions {
  readonly access: ClickHouseAccess
  /** The data folder: what the server does not take waits there. */
  readonly folder: string
  /** Of what waits. */
  readonly maxQueueBytes: number
  /** What this wiretop is called (-N). */
  readonly instance: string
  readonly days: number
  /** Records are gathered so long before they are sent, and longer while the server is away. */
  readonly gatherMs?: number
  readonly gatherAwayMs?: number
  readonly maxPauseMs?: number
  readonly closeMs?: number
  readonly now?: () => number
}

const GATHER_MS = 1000
const GATHER_AWAY_MS = 10_000
const CLOSE_MS = 4000
const QUEUE_FOLDER = 'clickhouse-queue'

/** A batch that comes twice is known by its token, here and in what the views make of it. */
const INSERTING: Settings = {
  async_insert: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  distributed_foreground_insert: 1,
  // Records of an exporter whose clock is wrong may be of any day.
  throw_on_max_partitions_per_insert_block: 0,
}
/** Of questions of the console; the server's own limits hold beside. */
const ASKING: Settings = { readonly: 2, max_execution_time: 120, distributed_product_mode: 'global' }
/** It is not the server that is not well, but the batch. */
const BAD_BATCH: readonly number[] = [6, 26, 27, 33, 36, 38, 41, 53, 69, 70, 72, 117, 131, 321, 432, 561]

export class ClickHouseStore implements FlowStore {
  readonly kind = 'clickhouse'
  private readonly options: ClickHouseStoreOptions
  private readonly http: ClickHouseHttp
  private readonly schema: SchemaKeeper
  private readonly gatherer: BatchGatherer
  private readonly queue: BatchQueue
  private readonly tables: TableStats
  /** Those whose records are gathered wait for it. */
  private gathering: PromiseWithResolvers<void> | undefined
  private timer: NodeJS.Timeout | undefined
  private records = 0
  private isClosed = false

  /** Throws as the functions of node:fs do, where the queue's folder cannot be used. The server need not answer yet. */
  constructor(options: ClickHouseStoreOptions) {
    this.options = options
    const { access, folder, maxQueueBytes, instance } = options
    this.http = new ClickHouseHttp(access)
    this.schema = new SchemaKeeper(this.http, { ...access, days: options.days }, () => this.nowMs)
    this.gatherer = new BatchGatherer(instance)
    this.tables = new TableStats(this.http, () => this.schema.ready())
    this.queue = new BatchQueue({
      spill: new Spill(join(folder, QUEUE_FOLDER), maxQueueBytes),
      send: (batch, signal) => this.insert(batch, signal),
      now: () => this.nowMs,
      ...(options.maxPauseMs !== undefined && { maxPauseMs: options.maxPauseMs }),
    })
  }

  private get nowMs(): number {
    return (this.options.now ?? Date.now)()
  }

  /** Resolves when the server has the records, or the disk. */
  write(records: InterfaceRecords): Promise<void> {
    if (this.isClosed) return Promise.reject(new Error('the store is closed'))
    this.records += records.records.count
    this.gatherer.add(records, this.nowMs, (batch) => this.put(batch))
    this.gathering ??= Promise.withResolvers<void>()
    this.timer ??= setTimeout(() => this.flush(), this.gatherMs)
    return this.gathering.promise
  }
  private get gatherMs(): number {
    const { gatherMs = GATHER_MS, gatherAwayMs = GATHER_AWAY_MS } = this.options
    return this.queue.away === undefined ? gatherMs : gatherAwayMs
  }
  /** What is gathered goes on its way. */
  private flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    if (this.gatherer.rows > 0) this.put(this.gatherer.take(this.nowMs))
  }
  /** Who gave the records waits for the batch that holds the last of them: earlier ones are before it in the queue. */
  private put(batch: Batch): void {
    const { gathering } = this
    this.gathering = undefined
    void this.queue.put(batch).then(
      () => gathering?.resolve(),
      (error: unknown) => gathering?.reject(error),
    )
  }

  private async insert(batch: Batch, signal: AbortSignal): Promise<void> {
    try {
      await this.schema.ready()
      await this.http.insert(
        `INSERT INTO ${FLOWS} (${CLICKHOUSE_COLUMNS.map(({ name }) => named(name)).join(', ')}) FORMAT Native`,
        batch.body,
        { ...INSERTING, insert_deduplication_token: batch.token },
        signal,
      )
    } catch (error) {
      if (!(error instanceof ClickHouseError)) throw error
      this.schema.doubt(error)
      if (error.code !== undefined && BAD_BATCH.includes(error.code))
        throw new RefusedBatch(`${this.server} does not take them: ${error.message}`)
      throw error
    }
  }
  private get server(): string {
    return placeOf(this.options.access)
  }

  async ask(query: FlowQuery, signal: AbortSignal): Promise<FlowAnswer> {
    signal.throwIfAborted()
    const begun = performance.now()
    return this.faulted(signal, async () => {
      const moment = this.moment
      // The question is judged also where nobody can answer it.
      const sql = query.kind === 'records' ? recordSql(query, moment) : groupSql(query, moment)
      await this.schema.ready()
      const plan = query.kind === 'groups' ? summedPlan(query, this.schema.sumsSinceMs) : undefined
      const asked = plan === undefined ? sql : groupSql(query as GroupQuery, moment, plan)
      const { data, statistics } = await this.http.ask(asked, ASKING, signal)
      const answer = query.kind === 'groups' ? groupAnswer(query, data) : { columns: RECORD_COLUMNS, rows: data.map(recordRow) }
      const tier = plan === undefined ? 'records' : 'hours'
      return { ...answer, tier, rowsRead: statistics?.rows_read ?? 0, ms: performance.now() - begun, faults: [] }
    })
  }
  private get moment(): SqlMoment {
    return { nowMs: this.nowMs, instance: this.options.instance }
  }

  /** An administrator's own question, over this database alone. */
  async sql(text: string, signal: AbortSignal): Promise<SqlAnswer> {
    return this.faulted(signal, async () => {
      await this.schema.ready()
      return askSql(this.http, text, this.options.access.database, signal)
    })
  }

  async place(): Promise<ClickHousePlace> {
    return { kind: 'clickhouse', access: this.options.access, instance: this.options.instance }
  }

  private async faulted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      throw faultOf(error as Error, this.server)
    }
  }

  stats(): StoreStats {
    const { queue, tables, options } = this
    const { records, bytes, sinceMs } = queue.behind
    const waiting = records + this.gatherer.rows
    return {
      kind: this.kind,
      records: this.records,
      bytes: tables.bytes + bytes,
      files: tables.parts,
      ...(tables.fromMs !== undefined && { fromMs: tables.fromMs }),
      ...(tables.toMs !== undefined && { toMs: tables.toMs }),
      lost: queue.lost,
      behind: { records: waiting, bytes, ...(sinceMs !== undefined && { sinceMs }) },
      faults: [
        ...(queue.away === undefined ? [] : [awayText(this.server, queue.away, records, bytes, options.maxQueueBytes)]),
        ...(queue.lost > 0
          ? [`${queue.lost} records are lost: the queue of ${options.maxQueueBytes} bytes was full, or could not be kept`]
          : []),
        ...queue.faults,
      ],
    }
  }

  /** What is gathered is sent, or kept on disk. */
  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    this.flush()
    this.tables.close()
    await this.queue.close(this.options.closeMs ?? CLOSE_MS)
  }
}

function awayText(place: string, { sinceMs, why }: { sinceMs: number; why: string }, records: number, bytes: number, max: number): string {
  const since = new Date(sinceMs).toISOString().slice(0, 19).replace('T', ' ')
  return `${place} has taken nothing since ${since} UTC (${why}): ${records} records wait on disk, ${bytes} of ${max} bytes`
}

const recordRow = (row: readonly unknown[]): Cell[] => row.map((value, i) => RECORD_CELLS[i]!(value))

function groupAnswer(query: GroupQuery, data: readonly (readonly unknown[])[]) {
  const first = query.stepMs === undefined ? 0 : 1
  const addressed = query.by.flatMap((dimension, i) => (dimension === 'host' || isAddress(dimension) ? [first + i] : []))
  const rows = data.map((row) => {
    const cells = [...row] as Cell[]
    for (const at of addressed) if (typeof cells[at] === 'string') cells[at] = addressCell(cells[at])
    return cells
  })
  return grouped(query, rows)
}
