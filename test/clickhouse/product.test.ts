/** The product as a user runs it, whose flows go to a ClickHouse. */
import { createSocket } from 'node:dgram'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { netflowDatagram, RECORDS } from '../netflow-datagram.ts'
import { type Product, startProduct, until, wiretop } from '../product.ts'
import { freePort, TestServer } from './server.ts'

const PASSWORD = 'not for logs'
/** As docs/history.md has them. */
const GRANTS = ['GRANT SELECT, INSERT, CREATE TABLE, CREATE VIEW, ALTER TABLE ON wiretop.*', 'GRANT TABLE ENGINE ON *']
const granted = GRANTS.map((sql) => `<query>${sql}</query>`).join('')
const user = `<wiretop><password>${PASSWORD}</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota><grants>${granted}</grants></wiretop>`
const users = `<users>${user}<default><password/><profile>default</profile><quota>default</quota></default></users><profiles><default/></profiles><quotas><default/></quotas>`
const folder = mkdtempSync(join(tmpdir(), 'wiretop-clickhouse-'))
let server: TestServer
let product: Product | undefined
beforeAll(async () => {
  server = await TestServer.start('', users)
  await server.ask('CREATE DATABASE wiretop')
  writeFileSync(join(folder, 'password'), `${PASSWORD}\n`, { mode: 0o600 })
})
afterAll(async () => {
  await product?.stop()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Past {
  readonly store: { readonly kind: string; readonly lost: number; readonly faults: string[]; readonly behind: { readonly records: number } }
}

const exporters = async (of: Product): Promise<number> => {
  const { items = [] } = await of.get<{ items?: { records: number }[] }>('/api/v1/exporters')
  return items.reduce((sum, { records }) => sum + records, 0)
}

it('keeps flows there, answers of them, and reads them again', async () => {
  const [port, socket] = [await freePort(), createSocket('udp4')]
  const store = server.address('wiretop').replace('://', '://wiretop@')
  const args = ['-s', '-d', join(folder, 'data'), '-i', `netflow://127.0.0.1:${port}`, '-N', 'probe1', '--store', store]
  const start = () => startProduct([...args, '--store-password-file', join(folder, 'password')])
  const first = (product = await start())
  for (let n = 0; n < 20; n++)
    await new Promise<void>((resolve) => socket.send(netflowDatagram(n * RECORDS, 500), port, '127.0.0.1', () => resolve()))
  socket.close()
  await until('all came', async () => (await exporters(first)) === 20 * RECORDS || undefined)
  // What is not over yet is told of at the end.
  await first.stop()
  const of = (product = await start())
  const range = `from=0&to=${Date.now() + 86_400_000}`
  const groups = () => of.get<{ rows: number[][]; tier: string }>(`/api/v1/history/groups?${range}&measures=bytes,packets,flows`)
  const wanted = [1000 * 20 * RECORDS, 10 * 20 * RECORDS, 20 * RECORDS]
  await until('all came', async () => (await groups()).rows[0]?.[2] === wanted[2] || undefined)
  expect((await groups()).rows).toEqual([wanted])
  expect(await server.ask('SELECT uniqExact(instance), any(instance), any(interfaceKey) FROM flows', 'wiretop')).toBe(
    `1\tprobe1\tnetflow://127.0.0.1:${port}`,
  )
  const past = await of.get<Past>('/api/v1/history')
  expect(past.store).toMatchObject({ kind: 'clickhouse', lost: 0, faults: [], behind: { records: 0 } })
  expect(JSON.stringify(past) + of.said()).not.toContain(PASSWORD)
  const reply = await fetch(`${of.url}/api/v1/history/load?${range}`, { method: 'POST' })
  expect(reply.status).toBe(201)
  const loaded = (await reply.json()) as { id: number }
  await until('loaded', async () => {
    const { interfaces } = await of.get<{ interfaces: { id: number; totals?: { bytes: number } }[] }>('/api/v1/interfaces')
    return interfaces.find(({ id }) => id === loaded.id)?.totals?.bytes === wanted[0] || undefined
  })
})

it.each([
  ['clickhouse://u:secret@h/d', /a password has no place in --store/],
  ['clickhouse://h', /which database/],
  ['mysql://u:secret@h/d', /is no store: give parquet, sqlite, clickhouse:/],
])('refuses --store %s', async (store, why) => {
  const { status, stderr } = await wiretop(['-i', 'none', '-w', 'auto', '--store', store])
  expect(status).toBe(2)
  expect(stderr).toMatch(why)
  expect(stderr).not.toContain('secret')
})
it('refuses a file of a password that is not there', async () => {
  const { status, stderr } = await wiretop([
    '-s',
    '-d',
    join(folder, 'other'),
    '-i',
    `netflow://127.0.0.1:${await freePort()}`,
    '-w',
    'auto',
    '--store',
    'clickhouse://h/d',
    '--store-password-file',
    '/nowhere',
  ])
  expect([status, stderr]).toEqual([2, expect.stringContaining('option --store-password-file: /nowhere cannot be read: ENOENT')])
})
