/** Care of what is kept, as a user does it: the command line beside a running product, and after it has stopped. */
import { execFileSync } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { netflowDatagram, RECORDS } from './netflow-datagram.ts'
import { freePort, type Product, scratchFolder, startProduct, until, wiretop } from './product.ts'

const DATAGRAMS = 4
const COUNT = DATAGRAMS * RECORDS
const scratch = scratchFolder()
let product: Product | undefined
let socket: Socket | undefined
afterEach(async () => {
  socket?.close()
  socket = undefined
  await product?.stop()
  product = undefined
})

interface Store {
  readonly store: { readonly retention: { readonly maxAgeMs: number; readonly maxBytes: number } }
}
const flowsOf = async (of: Product, filter = ''): Promise<number> => {
  const { rows } = await of.get<{ rows: number[][] }>(
    `/api/v1/history/groups?from=0&to=${Date.now() + 86_400_000}&measures=flows&filter=${encodeURIComponent(filter)}`,
  )
  return Number(rows[0]?.[0] ?? 0)
}
/** Port of the collector. */
const start = (folder: string, port: number, ...more: string[]) =>
  startProduct(['-s', '-d', folder, '-i', `netflow://127.0.0.1:${port}`, ...more])
async function withFlows(folder: string, ...options: string[]): Promise<{ product: Product; port: number }> {
  const port = await freePort()
  socket = createSocket('udp4')
  product = await start(folder, port, ...options)
  for (let n = 0; n < DATAGRAMS; n++)
    await new Promise<void>((resolve) => socket!.send(netflowDatagram(n * RECORDS, 500), port, '127.0.0.1', () => resolve()))
  await until('all came', async () => {
    const { items } = await product!.get<{ items: { records: number }[] }>('/api/v1/exporters')
    return items.reduce((sum, { records }) => sum + records, 0) === COUNT || undefined
  })
  // Flows that may go on are told of when it stops.
  await product.stop()
  product = await start(folder, port, ...options)
  expect(await flowsOf(product)).toBe(COUNT)
  return { product, port }
}
const filesIn = (folder: string): string[] =>
  (readdirSync(join(folder, '1/flows'), { recursive: true }) as string[]).filter((path) => path.endsWith('.parquet'))

describe('care of history', () => {
  it('checks beside a running product, and deletes a host through it', async () => {
    const folder = scratch.path('running')
    const { product } = await withFlows(folder)
    const url = product.url
    const looked = await wiretop(['history', 'check', '-d', folder])
    expect(looked).toMatchObject({ status: 0, stderr: '' })
    const refused = await wiretop(['history', 'delete-host', '10.0.0.1', '-d', folder])
    expect(refused).toMatchObject({ status: 1, stdout: '' })
    expect(refused.stderr).toMatch(
      /is in use by another wiretop \(process \d+\): say where it serves its console, as --url .+, and it does so itself\n$/,
    )
    expect((await wiretop(['history', 'repair', '-d', folder])).stderr).toMatch(/in use by another wiretop .+: stop it first\n$/)
    const groups = await product.get<{ rows: (number | string)[][] }>(
      `/api/v1/history/groups?from=0&to=${Date.now() + 1e9}&by=client&measures=flows&limit=1`,
    )
    const [host, flows] = groups.rows[0]!
    const active = () => fetch(`${url}/api/v1/hosts/${host}/activity`).then(({ status }) => status)
    expect(await active()).toBe(200)
    const deleted = await wiretop(['history', 'delete-host', String(host), '--url', url, '--json'])
    expect(deleted).toMatchObject({ status: 0, stderr: '' })
    const of = JSON.parse(deleted.stdout) as { traces: Record<string, number> }
    expect(of).toMatchObject({ network: host, records: flows, isOver: true, faults: [] })
    // Of the host and of it with an application; what it was when it was stopped.
    expect(of.traces).toMatchObject({ series: expect.any(Number), rrdFiles: 0, activeHours: expect.any(Number), keys: 1 })
    for (const name of ['series', 'activeHours']) expect(of.traces[name], name).toBeGreaterThan(0)
    expect(await active()).toBe(404)
    expect(await flowsOf(product, `host = ${host}`)).toBe(0)
    expect(await flowsOf(product)).toBe(COUNT - Number(flows))
    const bad = await wiretop(['history', 'delete-host', 'example.org', '--url', url])
    expect(bad).toMatchObject({ status: 2, stderr: expect.stringMatching(/example.org is neither an address nor a network/) })
  })

  it('keeps what the console says of how much is kept', async () => {
    const folder = scratch.path('retention')
    const { product: first, port } = await withFlows(folder)
    const usual = (await first.get<Store>('/api/v1/history')).store.retention
    const patch = (body: object) =>
      fetch(`${first.url}/api/v1/history`, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    expect((await patch({ days: 0 })).status).toBe(400)
    expect(await (await patch({ days: 30 })).json()).toMatchObject({
      store: { retention: { maxAgeMs: 30 * 86_400_000, maxBytes: usual.maxBytes } },
    })
    await first.stop()
    product = await start(folder, port)
    expect((await product.get<Store>('/api/v1/history')).store.retention.maxAgeMs).toBe(30 * 86_400_000)
    await product.stop()
    product = await start(folder, port, '--history-days', '3')
    expect((await product.get<Store>('/api/v1/history')).store.retention.maxAgeMs).toBe(3 * 86_400_000)
  })

  it('repairs after a stop what was damaged, and deletes in the folder itself', async () => {
    const folder = scratch.path('stopped')
    const { product: first, port } = await withFlows(folder)
    await first.stop()
    expect(filesIn(folder).length).toBeGreaterThan(0)
    rmSync(join(folder, '1/flows/manifest.jsonl'))
    writeFileSync(join(folder, '1/flows/bad.parquet'), 'no')
    const found = await wiretop(['history', 'check', '-d', folder, '--json'])
    expect(found.status).toBe(1)
    const lines = found.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; faults?: number })
    expect(lines.at(-1)).toMatchObject({ type: 'summary', faults: lines.length - 1 })
    const mended = await wiretop(['history', 'repair', '-d', folder])
    expect(mended).toMatchObject({ status: 0, stderr: '' })
    expect(mended.stdout).toMatch(/bad\.parquet: cannot be read .+: set aside as /)
    expect(readFileSync(join(folder, '1/flows-aside/bad.parquet'), 'utf8')).toBe('no')
    const trial = await wiretop(['history', 'delete-host', '0.0.0.0/0', '-d', folder, '--dry-run'])
    expect(trial.stdout).toMatch(new RegExp(`^${COUNT} records of 0.0.0.0/0 in \\d+ files?, .+: nothing is removed`))
    // What was set aside may have some of it.
    expect(trial).toMatchObject({ status: 1, stderr: expect.stringMatching(/flows-aside has files that were set aside/) })
    product = await start(folder, port)
    expect(await flowsOf(product)).toBe(COUNT)
  })

  it('keeps flows as ntopng 1.2 did with -F, for the shell of SQLite and for itself', async () => {
    const folder = scratch.path('sqlite')
    const { product } = await withFlows(folder, '-F')
    const { store } = await product.get<{ store: { kind: string; faults: string[]; lost: number } }>('/api/v1/history')
    expect(store).toMatchObject({ kind: 'sqlite', faults: [], lost: 0 })
    const files = (readdirSync(join(folder, '1/flows'), { recursive: true }) as string[]).filter((path) =>
      /^\d{4}\/\d\d\/\d\d\/\d\d\/\d\d\.sqlite$/.test(path),
    )
    const counts = files.map((path) =>
      Number(execFileSync('sqlite3', [join(folder, '1/flows', path), 'SELECT count(*) FROM flows'], { encoding: 'utf8' })),
    )
    expect(counts.reduce((a, b) => a + b, 0)).toBe(COUNT)
    const now = Date.now() + 60_000
    const loaded = await fetch(`${product.url}/api/v1/history/load?from=${now - 3_600_000}&to=${now}`, { method: 'POST' })
    expect(loaded.status).toBe(201)
    const { id } = (await loaded.json()) as { id: number }
    await until('they are loaded', async () => {
      const { total } = await product.get<{ total: number }>(`/api/v1/flows?interface=${id}`)
      return total === COUNT || undefined
    })
    expect(await wiretop(['history', 'check', '-d', folder])).toMatchObject({ status: 0 })
    const into = join(folder, 'out.jsonl')
    expect(await wiretop(['history', 'export', into, '-d', folder])).toMatchObject({ status: 0 })
    expect(readFileSync(into, 'utf8').trim().split('\n')).toHaveLength(COUNT)
    await product.stop()
    const deleted = await wiretop(['history', 'delete-host', '0.0.0.0/0', '-d', folder])
    expect(deleted).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(new RegExp(`^${COUNT} records of 0.0.0.0/0 in \\d+ files?, .+: removed`)),
    })
  })
})
