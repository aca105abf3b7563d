/** Where a server of Redis or Valkey is, as `-r` says it. It never holds a password. */
export interface RedisAddress {
  readonly host?: string
  readonly port?: number
  /** Of a socket of this machine. */
  readonly path?: string
  readonly user?: string
  readonly database: number
  readonly tls: boolean
}

const USUAL_PORT = 6379
const MAX_PORT = 65_535
const FORM = 'give HOST[:PORT][@DATABASE], /PATH/OF/SOCKET[@DATABASE], redis://[USER@]HOST[:PORT][/DATABASE] or rediss://… (encrypted)'
const NO_PASSWORD =
  'a password must not stand on the command line, where other users see it: put it in a file (--redis-password-file) or in WIRETOP_REDIS_PASSWORD'

/** Returns what is wrong with it, as one line, instead. */
export function redisAddress(text: string): RedisAddress | string {
  if (/^\w+:\/\//.test(text)) return ofUrl(text)
  const [, place = '', database = '0'] = /^(.*?)(?:@(\d{1,5}))?$/s.exec(text) ?? []
  if (place.startsWith('/')) return { path: place, database: Number(database), tls: false }
  if (place.includes('@')) return `${FORM}; ${NO_PASSWORD}`
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^:/\s[\]]+))?(?::(\d{1,5}))?$/.exec(place)
  const host = found?.[1] ?? found?.[2]
  const port = Number(found?.[3] ?? USUAL_PORT)
  if (found == null || place === '' || !isPort(port)) return FORM
  return { host: host ?? '127.0.0.1', port, database: Number(database), tls: false }
}

function ofUrl(text: string): RedisAddress | string {
  const url = URL.parse(text)
  if (url === null) return FORM
  if (url.password !== '') return NO_PASSWORD
  const user = url.username === '' ? {} : { user: decodeURIComponent(url.username) }
  if (url.protocol === 'unix:' || url.protocol === 'redis+unix:') {
    const database = url.searchParams.get('db') ?? '0'
    return /^\d{1,5}$/.test(database) && url.pathname.length > 1
      ? { path: decodeURIComponent(url.pathname), ...user, database: Number(database), tls: false }
      : FORM
  }
  const tls = url.protocol === 'rediss:' || url.protocol === 'valkeys:'
  if (!tls && url.protocol !== 'redis:' && url.protocol !== 'valkey:') return FORM
  const database = url.pathname.replace(/^\//, '') || '0'
  const port = url.port === '' ? USUAL_PORT : Number(url.port)
  if (!/^\d{1,5}$/.test(database) || url.hostname === '' || !isPort(port)) return FORM
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port, ...user, database: Number(database), tls }
}

const isPort = (port: number) => port > 0 && port <= MAX_PORT

export function shownAddress({ host, port, path, database, tls }: RedisAddress): string {
  const place = path ?? `${host!.includes(':') ? `[${host}]` : host}:${port}`
  return `Redis at ${place}${database === 0 ? '' : `, database ${database}`}${tls ? ' (encrypted)' : ''}`
}
