/** DuckDB, loaded when it is first asked. Its memory and its threads are bounded; what does not fit is laid aside in a folder. */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

export interface DuckOptions {
  /** For what does not fit into memory. */
  readonly spillFolder: string
  readonly memoryMB: number
  readonly threads: number
}

export class Duck {
  private readonly options: DuckOptions
  private opening: Promise<DuckDBInstance> | undefined
  private isClosed = false

  constructor(options: DuckOptions) {
    this.options = options
  }

  /** A connection for one query; interrupted when `signal` aborts. */
  async use<T>(signal: AbortSignal | undefined, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    signal?.throwIfAborted()
    this.opening ??= this.open()
    const connection = await (await this.opening).connect()
    const interrupt = () => connection.interrupt()
    signal?.addEventListener('abort', interrupt, { once: true })
    try {
      signal?.throwIfAborted()
      return await work(connection)
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    } finally {
      signal?.removeEventListener('abort', interrupt)
      connection.closeSync()
    }
  }

  private async open(): Promise<DuckDBInstance> {
    const { DuckDBInstance } = await import('@duckdb/node-api')
    const { memoryMB, threads, spillFolder } = this.options
    const duck = await DuckDBInstance.create(':memory:', {
      memory_limit: `${memoryMB}MB`,
      threads: String(threads),
      temp_directory: spillFolder,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      preserve_insertion_order: 'false',
      // It takes a file for the one that had its name, its size and its second before; and nothing is slower without it.
      enable_external_file_cache: 'false',
    })
    if (this.isClosed) duck.closeSync()
    return duck
  }

  async close(): Promise<void> {
    this.isClosed = true
    const duck = await this.opening?.catch(() => undefined)
    duck?.closeSync()
  }
}

/** As a text in SQL; a NUL would end the statement. */
export const quoted = (text: string): string => {
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`)
  return parts.length === 1 ? parts[0]! : `(${parts.join(' || chr(0) || ')})`
}
/** As a name in SQL. */
export const named = (name: string): string => `"${name.replaceAll('"', '""')}"`
