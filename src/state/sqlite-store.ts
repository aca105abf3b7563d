import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type ScanPage, StoreAway, type Write, WrongKind } from '../lib/key-value.ts'
import type { Backend } from './backend.ts'

const FILE = 'state.sqlite'
const PRIVATE_DIR = 0o700
const PRIVATE_FILE = 0o600
/** Another program may look into the file. */
const BUSY_MS = 2000
/** Expired keys that go in one transaction, and such transactions a second: a few milliseconds each. */
const SWEPT = 500
const SWEEPS = 10
/** Pages that are given back to the file system once a second. */
const FREED_PAGES = 256
const LAST_CODE_POINT = '\u{10ffff}'

const TEXT = 0
const HASH = 1
const LIST = 2
const KINDS = ['text', 'hash', 'list']

// Keys of hashes and lists have rows of their own; what hangs on a key goes with it, or when it becomes another kind.
const SCHEMA = `
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA journal_size_limit = 16777216;
  CREATE TABLE IF NOT EXISTS keys (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL, expires REAL, text TEXT);
  CREATE INDEX IF NOT EXISTS keys_by_expiry ON keys (expires) WHERE expires IS NOT NULL;
  CREATE TABLE IF NOT EXISTS fields (id INTEGER NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (id, field)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS items (id INTEGER NOT NULL, n INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (id, n)) WITHOUT ROWID;
  CREATE TRIGGER IF NOT EXISTS keys_go AFTER DELETE ON keys WHEN old.kind <> ${TEXT} BEGIN
    DELETE FROM fields WHERE id = old.id; DELETE FROM items WHERE id = old.id;
  END;
  CREATE TRIGGER IF NOT EXISTS keys_change AFTER UPDATE OF kind ON keys WHEN old.kind <> new.kind BEGIN
    DELETE FROM fields WHERE id = old.id; DELETE FROM items WHERE id = old.id;
  END;`

const STATEMENTS = {
  find: 'SELECT id, kind, text FROM keys WHERE key = ? AND (expires IS NULL OR expires > ?)',
  field: 'SELECT value FROM fields WHERE id = ? AND field = ?',
  fields: 'SELECT field, value FROM fields WHERE id = ?',
  items: 'SELECT value FROM items WHERE id = ? ORDER BY n DESC LIMIT ?',
  scan: 'SELECT key FROM keys WHERE key >= ? AND key > ? AND key < ? AND (expires IS NULL OR expires > ?) ORDER BY key LIMIT ?',
  set: `INSERT INTO keys (key, kind, expires, text) VALUES (?, ${TEXT}, ?, ?)
    ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, expires = excluded.expires, text = excluded.text`,
  remove: 'DELETE FROM keys WHERE key = ?',
  expire: 'UPDATE keys SET expires = ? WHERE id = ?',
  begin: 'INSERT INTO keys (key, kind) VALUES (?, ?) RETURNING id',
  setField: 'INSERT INTO fields (id, field, value) VALUES (?, ?, ?) ON CONFLICT (id, field) DO UPDATE SET value = excluded.value',
  removeField: 'DELETE FROM fields WHERE id = ? AND field = ?',
  hasField: 'SELECT 1 FROM fields WHERE id = ? LIMIT 1',
  push: 'INSERT INTO items (id, n, value) VALUES (?, coalesce((SELECT max(n) FROM items WHERE id = ?), 0) + 1, ?)',
  cut: 'DELETE FROM items WHERE id = ? AND n <= (SELECT max(n) FROM items WHERE id = ?) - ?',
  sweep: `DELETE FROM keys WHERE id IN (SELECT id FROM keys WHERE expires <= ? LIMIT ${SWEPT})`,
} as const

interface Found {
  readonly id: number
  readonly kind: number
  readonly text: string | null
}
/** A database that is open. */
interface Opened {
  readonly db: DatabaseSync
  readonly inode: number
  readonly sql: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>
}

/** State in a private file of the data folder. SQLite is synchronous: this belongs into a thread of its own. */
export class SqliteStore implements Backend {
  readonly kind = 'sqlite'
  readonly where: string
  private readonly now: () => number
  private opened: Opened | undefined
  private damage: string | undefined
  private why: string | undefined

  /** Throws as the functions of node:fs do where the folder cannot be used. A file that cannot be understood is set aside, which is told as a fault. */
  constructor(folder: string, now: () => number = Date.now) {
    this.where = join(folder, FILE)
    this.now = now
    this.opened = this.open()
  }

  get fault(): string | undefined {
    return this.why ?? this.damage
  }

  private open(): Opened {
    try {
      return openFile(this.where)
    } catch (error) {
      if (!isDamage(error)) throw error
      renameSync(this.where, `${this.where}.damaged`)
      for (const beside of ['-wal', '-shm']) rmSync(this.where + beside, { force: true })
      this.damage = `${this.where} was damaged: it is set aside as ${FILE}.damaged, and state begins anew`
      return openFile(this.where)
    }
  }

  async get(key: string): Promise<string | undefined> {
    return this.read(({ sql }) => this.find(sql, key, TEXT)?.text ?? undefined)
  }
  async getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    const now = this.now()
    return this.read(({ sql }) => keys.map((key) => (sql.find.get(key, now) as unknown as Found | undefined)?.text ?? undefined))
  }
  async hash(key: string): Promise<ReadonlyMap<string, string>> {
    return this.read(({ sql }) => {
      const found = this.find(sql, key, HASH)
      const rows = found === undefined ? [] : (sql.fields.all(found.id) as unknown as { field: string; value: string }[])
      return new Map(rows.map(({ field, value }) => [field, value]))
    })
  }
  async hashGet(key: string, field: string): Promise<string | undefined> {
    return this.read(({ sql }) => {
      const found = this.find(sql, key, HASH)
      return found === undefined ? undefined : (sql.field.get(found.id, field) as { value: string } | undefined)?.value
    })
  }
  async list(key: string, limit: number): Promise<readonly string[]> {
    return this.read(({ sql }) => {
      const found = this.find(sql, key, LIST)
      return found === undefined ? [] : (sql.items.all(found.id, limit) as unknown as { value: string }[]).map(({ value }) => value)
    })
  }
  async scan(prefix: string, limit: number, cursor = ''): Promise<ScanPage> {
    return this.read(({ sql }) => {
      const rows = sql.scan.all(prefix, cursor, prefix + LAST_CODE_POINT, this.now(), limit) as unknown as { key: string }[]
      const keys = rows.map(({ key }) => key)
      return { keys, cursor: keys.length < limit ? undefined : keys.at(-1) }
    })
  }

  async write(batch: readonly Write[]): Promise<void> {
    this.read(({ db, sql }) => {
      db.exec('BEGIN IMMEDIATE')
      try {
        for (const one of batch) this.apply(sql, one)
        db.exec('COMMIT')
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK')
        throw error
      }
    })
  }

  private apply(sql: Opened['sql'], write: Write): void {
    const { key } = write
    switch (write.op) {
      case 'set':
        return void sql.set.run(key, this.until(write.ttlMs), write.value)
      case 'delete':
        return void sql.remove.run(key)
      case 'expire': {
        const found = this.find(sql, key)
        return void (found && sql.expire.run(this.until(write.ttlMs), found.id))
      }
      case 'hash-set':
        return void sql.setField.run(this.idOf(sql, key, HASH), write.field, write.value)
      case 'hash-delete': {
        const id = this.find(sql, key, HASH)?.id
        if (id === undefined) return
        sql.removeField.run(id, write.field)
        return void (sql.hasField.get(id) ?? sql.remove.run(key))
      }
      case 'push': {
        const id = this.idOf(sql, key, LIST)
        sql.push.run(id, id, write.value)
        sql.cut.run(id, id, write.keep)
        if (write.keep <= 0) sql.remove.run(key)
      }
    }
  }

  private until(ttlMs: number | undefined): number | null {
    return ttlMs === undefined ? null : this.now() + ttlMs
  }
  private find(sql: Opened['sql'], key: string, kind?: number): Found | undefined {
    const found = sql.find.get(key, this.now()) as unknown as Found | undefined
    if (found !== undefined && kind !== undefined && found.kind !== kind) throw new WrongKind(`${key} holds no ${KINDS[kind]}`)
    return found
  }
  /** Of the key, made when it is new. */
  private idOf(sql: Opened['sql'], key: string, kind: number): number {
    const found = this.find(sql, key, kind)
    if (found !== undefined) return found.id
    // It may be there still, and be over.
    sql.remove.run(key)
    return (sql.begin.get(key, kind) as { id: number }).id
  }

  /** What the system refuses may go well later. */
  private read<T>(work: (opened: Opened) => T): T {
    try {
      this.opened ??= this.open()
      const done = work(this.opened)
      this.why = undefined
      return done
    } catch (error) {
      if (error instanceof WrongKind) throw error
      this.why = `state cannot be kept in ${this.where} (${(error as Error).message}): it waits in memory; see to its disk and its rights`
      throw new StoreAway(this.why)
    }
  }

  tend(): void {
    this.noticeRemoval()
    try {
      this.read(({ db, sql }) => {
        for (let n = 0; n < SWEEPS && Number(sql.sweep.run(this.now()).changes) === SWEPT; n++);
        db.exec(`PRAGMA incremental_vacuum(${FREED_PAGES})`)
      })
    } catch (error) {
      if (!(error instanceof StoreAway)) throw error
    }
  }

  /** Somebody may have removed the data folder: what is there from then on begins empty. */
  private noticeRemoval(): void {
    if (this.opened === undefined || inodeOf(this.where) === this.opened.inode) return
    this.opened.db.close()
    this.opened = undefined
    for (const beside of ['-wal', '-shm']) if (!existsSync(this.where)) rmSync(this.where + beside, { force: true })
  }

  async close(): Promise<void> {
    this.opened?.db.close()
    this.opened = undefined
  }
}

function openFile(path: string): Opened {
  mkdirSync(dirname(path), { recursive: true, mode: PRIVATE_DIR })
  // SQLite gives to the files beside it the rights of this one.
  closeSync(openSync(path, 'a', PRIVATE_FILE))
  const db = new DatabaseSync(path, { timeout: BUSY_MS })
  try {
    db.exec(SCHEMA)
    const sql = Object.fromEntries(Object.entries(STATEMENTS).map(([name, text]) => [name, db.prepare(text)]))
    return { db, inode: inodeOf(path) ?? -1, sql: sql as Opened['sql'] }
  } catch (error) {
    db.close()
    throw error
  }
}

const inodeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino

const SQLITE_CORRUPT = 11
const SQLITE_NOTADB = 26
function isDamage(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode
  return code !== undefined && [SQLITE_CORRUPT, SQLITE_NOTADB].includes(code & 0xff)
}
