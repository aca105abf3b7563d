/** Contacts of a day in an SQLite file, laid out as ntopng 1.2 has it: all interfaces, hosts and contacts, each by number. */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ContactDumpJob } from '../lib/contact-rows.ts'

const PRIVATE_FOLDER = 0o700
/** Another interface may be writing. */
const BUSY_MS = 30_000
const TABLES = `
  PRAGMA busy_timeout = ${BUSY_MS};
  CREATE TABLE IF NOT EXISTS interfaces (idx INTEGER PRIMARY KEY AUTOINCREMENT, interface_name TEXT);
  CREATE TABLE IF NOT EXISTS hosts (idx INTEGER PRIMARY KEY AUTOINCREMENT, interface_idx INTEGER, host_name TEXT);
  CREATE TABLE IF NOT EXISTS contacts (idx INTEGER PRIMARY KEY AUTOINCREMENT, client_host_idx INTEGER, server_host_idx INTEGER,
    contact_family INTEGER, num_contacts INTEGER);
  CREATE UNIQUE INDEX IF NOT EXISTS hosts_by_name ON hosts (interface_idx, host_name);
  CREATE UNIQUE INDEX IF NOT EXISTS contacts_by_hosts ON contacts (client_host_idx, server_host_idx, contact_family);`

/** Adds the contacts to what the file holds, all or none of them. Throws as node:sqlite and node:fs do. */
export function addContacts({ path, interfaceName, rows }: ContactDumpJob): void {
  mkdirSync(dirname(path), { recursive: true, mode: PRIVATE_FOLDER })
  const db = new DatabaseSync(path)
  try {
    db.exec(TABLES)
    db.exec('BEGIN IMMEDIATE')
    const interfaceIdx = interfaceOf(db, interfaceName)
    const hostOf = hostsOf(db, interfaceIdx)
    const add = db.prepare(`INSERT INTO contacts (client_host_idx, server_host_idx, contact_family, num_contacts) VALUES (?, ?, ?, ?)
      ON CONFLICT (client_host_idx, server_host_idx, contact_family) DO UPDATE SET num_contacts = num_contacts + excluded.num_contacts`)
    rows.clients.forEach((client, i) => {
      add.run(hostOf(client), hostOf(rows.servers[i]!), rows.families[i]!, rows.counts[i]!)
    })
    db.exec('COMMIT')
  } finally {
    db.close()
  }
}

/**
 * Deletes contacts that have a host that is meant at an end, and names of hosts that are left without any, so that nothing of them stays in the file. Returns how
 * many contacts; with `isTrial` they are counted. Throws as node:sqlite does.
 */
export function deleteContacts(path: string, isMeant: (host: string) => boolean, isTrial: boolean): number {
  const db = new DatabaseSync(path)
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
    db.function('is_meant', { deterministic: true }, (name) => (isMeant(String(name)) ? 1 : 0))
    db.exec('CREATE TEMP TABLE meant AS SELECT idx FROM hosts WHERE is_meant(host_name)')
    const where = 'WHERE client_host_idx IN (SELECT idx FROM meant) OR server_host_idx IN (SELECT idx FROM meant)'
    const { n, hosts } = db
      .prepare(`SELECT (SELECT count(*) FROM contacts ${where}) AS n, (SELECT count(*) FROM meant) AS hosts`)
      .get() as Record<'hosts' | 'n', number>
    if (isTrial || hosts === 0) return n
    db.exec(`BEGIN IMMEDIATE;
      DELETE FROM contacts ${where};
      DELETE FROM hosts WHERE idx NOT IN (SELECT client_host_idx FROM contacts UNION SELECT server_host_idx FROM contacts);
      COMMIT;
      VACUUM`)
    return n
  } finally {
    db.close()
  }
}

function interfaceOf(db: DatabaseSync, name: string): number {
  const known = db.prepare('SELECT idx FROM interfaces WHERE interface_name = ?').get(name)
  return Number(known?.['idx'] ?? db.prepare('INSERT INTO interfaces (interface_name) VALUES (?)').run(name).lastInsertRowid)
}

function hostsOf(db: DatabaseSync, interfaceIdx: number): (name: string) => number {
  const known = new Map<string, number>()
  const find = db.prepare('SELECT idx FROM hosts WHERE interface_idx = ? AND host_name = ?')
  const insert = db.prepare('INSERT INTO hosts (interface_idx, host_name) VALUES (?, ?)')
  return (name) => {
    let idx = known.get(name)
    if (idx === undefined) {
      idx = Number(find.get(interfaceIdx, name)?.['idx'] ?? insert.run(interfaceIdx, name).lastInsertRowid)
      known.set(name, idx)
    }
    return idx
  }
}
