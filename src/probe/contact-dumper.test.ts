import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DumpMode } from '../lib/contact-rows.ts'
import { DNS_DOMAIN } from '../tables/aggregations.ts'
import { feed, testTables, udpFrame } from '../tables/testing.ts'
import { ContactDumper, untoldContacts } from './contact-dumper.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-contacts-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const observed = () => testTables({ observe: { contactsOf: 'all', aggregations: 1 } })
let port = 1000
const contact = (from: string, to: string) => udpFrame({ from, to, srcPort: port++ })
const worker = new URL('../contact-dump.worker.ts', import.meta.url).href

function pairsIn(day: string): string[] {
  const db = new DatabaseSync(join(folder, `${day}.sqlite`))
  const rows = db
    .prepare(
      `SELECT interface_name AS i, c.host_name AS c, s.host_name AS s, contact_family AS f, num_contacts AS n FROM contacts
       JOIN hosts c ON c.idx = client_host_idx JOIN hosts s ON s.idx = server_host_idx JOIN interfaces ON interfaces.idx = c.interface_idx`,
    )
    .all()
  db.close()
  return rows.map(({ i, c, s, f, n }) => `${i}: ${c} ${s} ${f} ${n}`).sort()
}

test.each<[DumpMode, string[]]>([
  ['none', []],
  ['all', ['10.0.0.1 10.0.0.2 1', '10.0.0.1 8.8.8.8 1', '8.8.8.8 10.0.0.2 1']],
  ['local', ['10.0.0.1 10.0.0.2 1', '10.0.0.1 8.8.8.8 1']],
  ['remote', ['8.8.8.8 10.0.0.2 1']],
])('of clients that are %s, each pair once', (mode, expected) => {
  const tables = observed()
  feed(tables, [contact('10.0.0.1', '10.0.0.2'), contact('10.0.0.1', '8.8.8.8'), contact('8.8.8.8', '10.0.0.2')])
  tables.settle()
  const { clients, servers, counts } = untoldContacts(tables, mode, 'none')
  expect(clients.map((client, i) => `${client} ${servers[i]} ${counts[i]}`).sort()).toEqual(expected)
  expect(untoldContacts(tables, mode, 'none').counts).toEqual([])
})

test('a file a day, to which each hour and each run adds; names under the number of their protocol', async () => {
  const dump = { folder, interfaceName: 'eth0', hosts: 'local', aggregations: 'all', worker } as const
  const troubles: string[] = []
  const run = async (atMs: number) => {
    const tables = observed()
    const dumper = new ContactDumper(tables, dump, (text) => troubles.push(text))
    feed(tables, [contact('10.0.0.1', '10.0.0.2')], atMs)
    tables.settle()
    dumper.tick()
    tables.observation!.names!.table.asked(DNS_DOMAIN, 'example.org', 0, 0, 0xffff, 0x0a000001, atMs / 1000)
    feed(tables, [contact('10.0.0.1', '10.0.0.2')], atMs + 3_600_000)
    dumper.tick()
    await dumper.close()
  }
  await run(new Date(2026, 10, 27, 10).getTime())
  await run(new Date(2026, 10, 27, 12).getTime())
  await run(new Date(2026, 10, 27, 23, 30).getTime())
  expect(troubles).toEqual([])
  expect(pairsIn('20261127')).toEqual(['eth0: 10.0.0.1 10.0.0.2 65535 5', 'eth0: 10.0.0.1 example.org 5 3'])
  expect(pairsIn('20261128')).toEqual(['eth0: 10.0.0.1 10.0.0.2 65535 1'])
}, 60_000)

test('a folder that cannot be written is one line', async () => {
  const tables = observed()
  const troubles: string[] = []
  const dumper = new ContactDumper(
    tables,
    { folder: '/dev/null/x', interfaceName: 'eth0', hosts: 'all', aggregations: 'none', worker },
    (text) => troubles.push(text),
  )
  feed(tables, [contact('10.0.0.1', '10.0.0.2')])
  tables.settle()
  await dumper.close()
  expect(troubles).toHaveLength(1)
  expect(troubles[0]).toMatch(
    /^\/dev\/null\/x\/\d{8}\.sqlite: 1 contacts are not written \(ENOTDIR.*\); make room or give another folder with -d$/,
  )
}, 30_000)
