/** How much the tables hold, asked for now and then. */
import type { ClickHouseHttp } from './clickhouse-http.ts'
import { FLOWS } from './clickhouse-schema.ts'

const EVERY_MS = 30_000
const FIRST_MS = 500

export class TableStats {
  bytes = 0
  parts = 0
  fromMs: number | undefined
  toMs: number | undefined
  private readonly http: ClickHouseHttp
  private readonly ready: () => Promise<void>
  private readonly stop = new AbortController()
  private timer: NodeJS.Timeout

  constructor(http: ClickHouseHttp, ready: () => Promise<void>) {
    this.http = http
    this.ready = ready
    this.timer = this.later(FIRST_MS)
  }

  private later(ms: number): NodeJS.Timeout {
    return setTimeout(() => void this.look(), ms).unref()
  }
  private async look(): Promise<void> {
    try {
      await this.ready()
      const parts = 'SELECT sum(bytes_on_disk), count() FROM system.parts WHERE database = currentDatabase() AND active'
      const [[bytes, count] = []] = (await this.http.ask(parts, {}, this.stop.signal)).data
      this.bytes = Number(bytes)
      this.parts = Number(count)
      const times = `SELECT count(), toUnixTimestamp64Milli(min(lastSeen)), toUnixTimestamp64Milli(max(lastSeen)) FROM ${FLOWS}`
      const [[rows, from, to] = []] = (await this.http.ask(times, {}, this.stop.signal)).data
      this.fromMs = Number(rows) === 0 ? undefined : Number(from)
      this.toMs = Number(rows) === 0 ? undefined : Number(to)
    } catch {
      // The queue says what is wrong with the server.
    }
    if (!this.stop.signal.aborted) this.timer = this.later(EVERY_MS)
  }

  close(): void {
    clearTimeout(this.timer)
    this.stop.abort()
  }
}
