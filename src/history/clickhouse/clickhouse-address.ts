/** Where a ClickHouse is, as `--store` says it: clickhouse://user@host:8123/database[?cluster=name]. */

export interface ClickHouseAddress {
  /** Of its HTTP interface, without a path. */
  readonly origin: string
  readonly user: string
  readonly database: string
  /** Tables are made on all of its servers, and asked over all of them. */
  readonly cluster?: string
  /** The cluster has ClickHouse Keeper or ZooKeeper: tables are made on all servers at once, and each shard is kept by all of its replicas. */
  readonly hasKeeper: boolean
}

/** `clickhouses` speaks HTTPS. */
const SCHEMES: Readonly<Record<string, readonly [string, number]>> = { 'clickhouse:': ['http', 8123], 'clickhouses:': ['https', 8443] }
const NAME = /^[A-Za-z_][\w-]{0,63}$/
const FORM = 'clickhouse://user@host:8123/database[?cluster=name]'

export const isClickHouse = (text: string): boolean => /^clickhouses?:/.test(text)

/** Throws an Error of one line that says what is wrong; it never repeats a password. */
export function parseClickHouseAddress(text: string): ClickHouseAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const scheme = url && SCHEMES[url.protocol]
  if (url === undefined || scheme === undefined || url.hostname === '') throw new Error(`a ClickHouse is named as ${FORM}`)
  if (url.password !== '')
    throw new Error(
      'a password has no place in --store, where everybody sees it: give --store-password-file FILE, or WIRETOP_STORE_PASSWORD',
    )
  const database = decodeURIComponent(url.pathname.slice(1))
  if (!NAME.test(database)) throw new Error(`which database of ${url.host}? A ClickHouse is named as ${FORM}`)
  for (const key of url.searchParams.keys()) if (key !== 'cluster' && key !== 'keeper') throw new Error(`${key} is not known: ${FORM}`)
  const cluster = url.searchParams.get('cluster') ?? undefined
  if (cluster !== undefined && !NAME.test(cluster)) throw new Error(`${JSON.stringify(cluster)} is no name of a cluster`)
  const keeper = url.searchParams.get('keeper') ?? 'yes'
  if (keeper !== 'yes' && keeper !== 'no') throw new Error('keeper must be yes or no')
  const [protocol, port] = scheme
  return {
    origin: `${protocol}://${url.hostname}:${url.port || port}`,
    user: decodeURIComponent(url.username) || 'default',
    database,
    ...(cluster !== undefined && { cluster }),
    hasKeeper: keeper === 'yes',
  }
}

/** For people. */
export const placeOf = ({ origin, database }: ClickHouseAddress): string => `ClickHouse at ${new URL(origin).host}, database ${database}`
