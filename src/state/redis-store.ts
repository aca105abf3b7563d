import { isIP } from 'node:net'
import { Redis, type RedisOptions } from 'iovalkey'
import { type ScanPage, StoreAway, type Write, WrongKind } from '../lib/key-value.ts'
import type { Backend } from './backend.ts'
import { type RedisAddress, shownAddress } from './redis-address.ts'

export interface RedisLogin {
  readonly user?: string | undefined
  readonly password?: string | undefined
  /** Certificates of those who may vouch for the server, as PEM; those of the system unless given. */
  readonly ca?: string | undefined
}

/** A server that says nothing for so long is away. */
const ANSWERS_WITHIN_MS = 5000
const CONNECTS_WITHIN_MS = 3000
const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 5000
/** It is asked whether it lives, in seconds. */
const PING_EVERY = 5
const SERVER_REFUSES =
  /^(?:LOADING|MISCONF|OOM|READONLY|MASTERDOWN|BUSY|CLUSTERDOWN|NOREPLICAS|TRYAGAIN|NOAUTH|WRONGPASS|NOPERM|ERR max number of clients|ERR DB index|EXECABORT)/
/** What a pattern of SCAN would take for more than itself. */
const PATTERN = /[*?[\]\\^-]/g

type Multi = ReturnType<Redis['multi']>

/** State in a server of Redis or Valkey, under the names that ntopng 1.2 gives its keys. It is connected to again, whenever it is away. */
export class RedisStore implements Backend {
  readonly kind = 'redis'
  readonly where: string
  private readonly redis: Redis
  private why: string | undefined = 'it has not answered yet'
  private untilPing = PING_EVERY

  constructor(address: RedisAddress, { user, password, ca }: RedisLogin, name: string) {
    this.where = shownAddress(address)
    this.redis = new Redis({
      ...reach(address, ca),
      db: address.database,
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password }),
      connectionName: `wiretop-${name}`,
      connectTimeout: CONNECTS_WITHIN_MS,
      commandTimeout: ANSWERS_WITHIN_MS,
      retryStrategy: (times) => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(times - 1, 10)),
      // What waits is our own affair: it is bounded, and counted where it is lost.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      enableReadyCheck: true,
      keepAlive: 30_000,
      // Whichever answers; else a fault of one family hides behind that of the other.
      family: 0,
      familyFallback: { enabled: false },
    })
    this.redis.on('error', (error: Error) => this.away(error))
    this.redis.on('ready', () => {
      this.why = undefined
    })
    this.redis.on('close', () => {
      this.why ??= 'the connection is lost'
    })
  }

  get fault(): string | undefined {
    return this.why === undefined ? undefined : `${this.where} is away (${this.why}): state is kept in memory until it returns`
  }

  /** Resolves when it has answered, or `withinMs` are over. */
  async firstAnswer(withinMs: number): Promise<void> {
    if (this.redis.status === 'ready') return
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, withinMs)
      this.redis.once('ready', () => {
        clearTimeout(late)
        resolve()
      })
    })
  }

  get(key: string): Promise<string | undefined> {
    return this.ask(key, async () => (await this.redis.get(key)) ?? undefined)
  }
  getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    return this.ask('', async () => (keys.length === 0 ? [] : (await this.redis.mget([...keys])).map((value) => value ?? undefined)))
  }
  hash(key: string): Promise<ReadonlyMap<string, string>> {
    return this.ask(key, async () => {
      // As a flat list: an object would make something of a field that is called __proto__.
      const flat = (await this.redis.call('HGETALL', key)) as string[]
      const fields = new Map<string, string>()
      for (let i = 0; i + 1 < flat.length; i += 2) fields.set(flat[i]!, flat[i + 1]!)
      return fields
    })
  }
  hashGet(key: string, field: string): Promise<string | undefined> {
    return this.ask(key, async () => (await this.redis.hget(key, field)) ?? undefined)
  }
  list(key: string, limit: number): Promise<readonly string[]> {
    return this.ask(key, async () => (limit <= 0 ? [] : this.redis.lrange(key, 0, limit - 1)))
  }
  scan(prefix: string, limit: number, cursor = '0'): Promise<ScanPage> {
    return this.ask(prefix, async () => {
      const [next, keys] = await this.redis.scan(cursor, 'MATCH', `${prefix.replace(PATTERN, '\\$&')}*`, 'COUNT', limit)
      return { keys, cursor: next === '0' ? undefined : next }
    })
  }

  write(batch: readonly Write[]): Promise<void> {
    return this.ask('', async () => {
      if (batch.length === 0) return
      const multi = this.redis.multi()
      for (const one of batch) add(multi, one)
      const answers = (await multi.exec()) ?? []
      const fault = answers.find(([error]) => error !== null)?.[0]
      if (fault) throw fault
    })
  }

  /** What goes wrong is either the key's own affair, or the server is away. */
  private async ask<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (this.redis.status !== 'ready') throw new StoreAway(this.fault ?? `${this.where} is away`)
    try {
      const answer = await work()
      this.why = undefined
      return answer
    } catch (error) {
      const { message } = error as Error
      if (message.startsWith('WRONGTYPE')) throw new WrongKind(`${key === '' ? 'a key' : key} holds something else: ${message}`)
      // What a whole batch was refused for stands beside.
      this.away((error as { previousErrors?: Error[] }).previousErrors?.[0] ?? (error as Error))
      throw new StoreAway(this.fault!)
    }
  }

  private away(error: Error & { code?: string }): void {
    this.why = SERVER_REFUSES.test(error.message) ? error.message : (error.code ?? error.message)
    // A server that is silent may be gone without a word: only a new connection tells.
    if (error.message === 'Command timed out') this.redis.disconnect(true)
  }

  tend(): void {
    if (this.redis.status !== 'ready' || --this.untilPing > 0) return
    this.untilPing = PING_EVERY
    // That it cannot write, as a full server or a replica, is known from what it refused; here only whether it lives.
    this.redis.ping().catch((error: Error) => this.away(error))
  }

  async close(): Promise<void> {
    this.redis.disconnect()
  }
}

function reach({ host, port, path, tls }: RedisAddress, ca: string | undefined): RedisOptions {
  if (path !== undefined) return { path }
  return {
    host: host!,
    port: port!,
    ...(tls && { tls: { ...(isIP(host!) === 0 && { servername: host! }), ...(ca !== undefined && { ca }) } }),
  }
}

function add(multi: Multi, write: Write): void {
  const { key } = write
  switch (write.op) {
    case 'set':
      return void (write.ttlMs === undefined ? multi.set(key, write.value) : multi.set(key, write.value, 'PX', whole(write.ttlMs)))
    case 'delete':
      return void multi.del(key)
    case 'expire':
      return void (write.ttlMs === undefined ? multi.persist(key) : multi.pexpire(key, whole(write.ttlMs)))
    case 'hash-set':
      return void multi.hset(key, write.field, write.value)
    case 'hash-delete':
      return void multi.hdel(key, write.field)
    case 'push':
      multi.lpush(key, write.value)
      // From the second to the first: nothing stays.
      if (write.keep <= 0) multi.ltrim(key, 1, 0)
      else multi.ltrim(key, 0, write.keep - 1)
  }
}
/** Redis takes no time of nought. */
const whole = (ms: number) => Math.max(1, Math.round(ms))
