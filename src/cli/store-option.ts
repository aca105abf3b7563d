/** What `--store` may say, and what becomes of it. A kind of store is a line here and one in history/open-store.ts. */
import { readFileSync } from 'node:fs'
import { parseClickHouseAddress } from '../history/clickhouse/clickhouse-address.ts'
import type { StoreConfig } from '../history/messages.ts'
import { Refusal } from './option.ts'
import type { Options } from './options.ts'
import { UsageError } from './usage-error.ts'

interface StoreKind {
  /** For people. */
  readonly form: string
  is(text: string): boolean
  /** Throws an Error of one line. */
  check?(text: string): void
  /** `folder` is the data folder. Undefined: nothing is kept. */
  config(options: Options, folder: string): StoreConfig | undefined
}

const DAY_MS = 86_400_000
const PASSWORD = 'WIRETOP_STORE_PASSWORD'

const KINDS: readonly StoreKind[] = [
  {
    form: 'parquet',
    is: (text) => text === 'parquet',
    config: ({ historyBytes, historyDays }, folder) => ({
      kind: 'parquet',
      folder,
      maxBytes: historyBytes,
      maxAgeMs: historyDays * DAY_MS,
    }),
  },
  {
    form: 'sqlite',
    is: (text) => text === 'sqlite',
    config: ({ historyBytes, historyDays }, folder) => ({
      kind: 'sqlite',
      folder,
      maxBytes: historyBytes,
      maxAgeMs: historyDays * DAY_MS,
    }),
  },
  {
    form: 'clickhouse://user@host:8123/database',
    is: (text) => /^clickhouses?:/.test(text),
    check: parseClickHouseAddress,
    config: (options, folder) => ({
      kind: 'clickhouse',
      folder,
      access: { ...parseClickHouseAddress(storeOf(options)), password: passwordOf(options) },
      maxQueueBytes: options.storeQueue,
      instance: options.instanceName,
      days: options.historyDays,
    }),
  },
  { form: 'none', is: (text) => text === 'none', config: () => undefined },
]

export function checkStore(text: string): Refusal | string {
  const kind = KINDS.find(({ is }) => is(text))
  if (kind === undefined)
    return new Refusal(`${text.replace(/:[^/@]*@/, ':…@')} is no store: give ${KINDS.map(({ form }) => form).join(', ')}`)
  try {
    kind.check?.(text)
    return text
  } catch (error) {
    return new Refusal((error as Error).message)
  }
}

/** What `--store` says, else what `-F` means. */
export const storeOf = ({ store, dumpFlows }: Pick<Options, 'dumpFlows' | 'store'>): string => store ?? (dumpFlows ? 'sqlite' : 'parquet')

/** Throws a UsageError where the password cannot be read. */
export const storeConfigOf = (options: Options, folder: string): StoreConfig | undefined =>
  KINDS.find(({ is }) => is(storeOf(options)))!.config(options, folder)

/** From its file, else from the environment, where no child of ours finds it afterwards. */
function passwordOf({ storePasswordFile: path }: Options, env: NodeJS.ProcessEnv = process.env): string {
  const given = env[PASSWORD] ?? ''
  delete env[PASSWORD]
  if (path === undefined) return given
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    throw new UsageError(`option --store-password-file: ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`)
  }
}
