/** ClickHouse's HTTP interface: one statement a request, settings in the address, user and password in headers. */
import { randomUUID } from 'node:crypto'
import type { ClickHouseAddress } from './clickhouse-address.ts'
import { quoted } from './clickhouse-dialect.ts'

export interface ClickHouseAccess extends ClickHouseAddress {
  readonly password: string
}
export type Settings = Readonly<Record<string, string | number>>

/** In one line. `code` is ClickHouse's own; undefined: it did not answer. */
export class ClickHouseError extends Error {
  override readonly name = 'ClickHouseError'
  readonly code: number | undefined
  constructor(message: string, code?: number) {
    super(message)
    this.code = code
  }
}

/** What an answer in JSONCompact says. */
export interface CompactAnswer {
  readonly meta: readonly { readonly name: string; readonly type: string }[]
  readonly data: readonly (readonly unknown[])[]
  readonly statistics?: { readonly rows_read: number }
}

const COMMAND_MS = 60_000
const INSERT_MS = 120_000
const MAX_MESSAGE_LEN = 500

export class ClickHouseHttp {
  private readonly access: ClickHouseAccess
  private readonly headers: Readonly<Record<string, string>>

  constructor(access: ClickHouseAccess) {
    this.access = access
    this.headers = { 'X-ClickHouse-User': access.user, ...(access.password !== '' && { 'X-ClickHouse-Key': access.password }) }
  }

  /** Rejects with a ClickHouseError. `within` names the database; '' where it need not be there. */
  async command(sql: string, settings: Settings = {}, within = this.access.database): Promise<string> {
    const answer = await this.post({ ...settings, ...database(within) }, sql, {}, AbortSignal.timeout(COMMAND_MS))
    return answer.text()
  }

  /** `body` in the format that `sql` names, packed by zstd. */
  async insert(sql: string, body: Uint8Array<ArrayBuffer>, settings: Settings, signal?: AbortSignal): Promise<void> {
    const timeout = AbortSignal.timeout(INSERT_MS)
    const params = { ...settings, ...database(this.access.database), query: sql }
    const answer = await this.post(params, body, { 'Content-Encoding': 'zstd' }, signal ? AbortSignal.any([signal, timeout]) : timeout)
    await answer.text()
  }

  /** The question is stopped on the server when `signal` aborts. Whole numbers come as numbers. */
  async ask(sql: string, settings: Settings, signal: AbortSignal): Promise<CompactAnswer> {
    const answer = await this.asked(sql, { ...settings, wait_end_of_query: 1, default_format: 'JSONCompact' }, signal)
    return JSON.parse(answer) as CompactAnswer
  }
  async asked(sql: string, settings: Settings, signal: AbortSignal): Promise<string> {
    return this.stoppable(signal, async (id) => (await this.post({ ...READING, ...settings, ...this.named(id) }, sql, {}, signal)).text())
  }

  /** Lines of a long answer as they come. */
  async lines(sql: string, settings: Settings, each: (lines: readonly string[]) => void, signal: AbortSignal): Promise<void> {
    await this.stoppable(signal, async (id) => {
      const answer = await this.post({ ...READING, ...settings, ...this.named(id) }, sql, {}, signal)
      let rest = ''
      for await (const text of answer.body!.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + text).split('\n')
        rest = lines.pop()!
        if (lines.length > 0) each(lines)
      }
      if (rest !== '') each([rest])
    })
  }

  private named = (id: string) => ({ query_id: id, ...database(this.access.database) })
  private async stoppable<T>(signal: AbortSignal, work: (id: string) => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    const id = randomUUID()
    const kill = () => void this.command(`KILL QUERY WHERE query_id = ${quoted(id)} ASYNC`).catch(() => undefined)
    signal.addEventListener('abort', kill, { once: true })
    try {
      return await work(id)
    } finally {
      signal.removeEventListener('abort', kill)
    }
  }

  private async post(
    params: Settings,
    body: string | Uint8Array<ArrayBuffer>,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Response> {
    const query = new URLSearchParams(Object.entries(params).map(([key, value]): [string, string] => [key, String(value)]))
    let answer: Response
    try {
      answer = await fetch(`${this.access.origin}/?${query}`, { method: 'POST', body, headers: { ...this.headers, ...headers }, signal })
    } catch (error) {
      throw new ClickHouseError(why(error as Error))
    }
    if (answer.ok) return answer
    const code = answer.headers.get('x-clickhouse-exception-code')
    const text = oneLine(await answer.text().catch(() => answer.statusText))
    throw new ClickHouseError(text === '' ? `HTTP status ${answer.status}` : text, code === null ? undefined : Number(code))
  }
}

const READING: Settings = {
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_denormals: 1,
  cancel_http_readonly_queries_on_client_close: 1,
}
const database = (name: string): Settings => (name === '' ? {} : { database: name })

function why(error: Error): string {
  if (error.name === 'TimeoutError') return 'it did not answer in time'
  const cause = error.cause as (Error & { code?: string }) | undefined
  return cause?.code ?? cause?.message ?? error.message
}
/** Without what ClickHouse puts around: `Code: 60. DB::Exception: … (UNKNOWN_TABLE) (version 26.7.2.1)`. */
export const oneLine = (text: string): string =>
  text
    .replace(/^Code: \d+\. DB::Exception: /, '')
    .replace(/ \(version [^)]*\)\s*$/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_MESSAGE_LEN)
