/** Sees to it that the database and the tables are there as this version wants them, and knows from when on sums hold all. */
import { CLICKHOUSE_COLUMNS } from './clickhouse-columns.ts'
import { quoted } from './clickhouse-dialect.ts'
import type { ClickHouseError, ClickHouseHttp } from './clickhouse-http.ts'
import { addStatements, createDatabase, createStatements, FLOWS, LOCAL, type SchemaOptions, ttlStatements } from './clickhouse-schema.ts'
import { HOUR_MS, SUM_TABLES } from './hour-sums.ts'

const UNKNOWN_DATABASE = 81
/** What says that tables are not as they were left. */
const CHANGED: readonly number[] = [16, 60, UNKNOWN_DATABASE]

export class SchemaKeeper {
  /** Epoch milliseconds: from then on sums hold all records. Infinity: it is not known. */
  sumsSinceMs = Number.POSITIVE_INFINITY
  private readonly http: ClickHouseHttp
  private readonly options: SchemaOptions
  private readonly now: () => number
  private making: Promise<void> | undefined

  constructor(http: ClickHouseHttp, options: SchemaOptions, now: () => number = Date.now) {
    this.http = http
    this.options = options
    this.now = now
  }

  /** Resolves when all is there; rejects with a ClickHouseError, and is asked again. */
  ready(): Promise<void> {
    this.making ??= this.make().catch((error: unknown) => {
      this.making = undefined
      throw error
    })
    return this.making
  }
  /** Somebody may have taken tables away. */
  doubt({ code }: ClickHouseError): void {
    if (code !== undefined && CHANGED.includes(code)) this.making = undefined
  }

  private async make(): Promise<void> {
    const { http, options } = this
    const there = await this.tables()
    if (there === undefined) await http.command(createDatabase(options), {}, '')
    const local = options.cluster === undefined ? '' : LOCAL
    const flows = there?.get(FLOWS + local)
    // Sums that begin beside records that are there already hold only what comes from now on.
    const sinceMs = flows === undefined ? 0 : Math.ceil(this.now() / HOUR_MS + 1) * HOUR_MS
    if (flows !== undefined) {
      const columns = await this.columns()
      for (const sql of [...addStatements(options, columns), ...ttlStatements(options, flows.definition)]) await http.command(sql)
    }
    for (const sql of createStatements(options, sinceMs)) await http.command(sql)
    const sums = Object.values(SUM_TABLES).map(({ name }) => there?.get(name + local)?.comment)
    this.sumsSinceMs = Math.max(...sums.map((comment) => (comment === undefined ? sinceMs : sinceOf(comment))))
  }

  private async tables(): Promise<Map<string, { readonly definition: string; readonly comment: string }> | undefined> {
    try {
      const answer = await this.http.ask(
        'SELECT name, create_table_query, comment FROM system.tables WHERE database = currentDatabase()',
        {},
        new AbortController().signal,
      )
      return new Map(
        answer.data.map(([name, definition, comment]) => [String(name), { definition: String(definition), comment: String(comment) }]),
      )
    } catch (error) {
      if ((error as ClickHouseError).code === UNKNOWN_DATABASE) return undefined
      throw error
    }
  }
  private async columns(): Promise<Set<string>> {
    const names = CLICKHOUSE_COLUMNS.map(({ name }) => quoted(name)).join(', ')
    const tables = this.options.cluster === undefined ? [FLOWS] : [FLOWS, FLOWS + LOCAL]
    const answer = await this.http.ask(
      `SELECT name FROM system.columns WHERE database = currentDatabase() AND table IN (${tables.map(quoted).join(', ')}) AND name IN (${names}) ` +
        `GROUP BY name HAVING count() = ${tables.length}`,
      {},
      new AbortController().signal,
    )
    return new Set(answer.data.map(([name]) => String(name)))
  }
}

const sinceOf = (comment: string): number => Number(/since (\d+)$/.exec(comment)?.[1] ?? Number.POSITIVE_INFINITY)
