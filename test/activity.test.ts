/** What hosts did over the day: the product as a user runs it, over a sample, and over a restart. */
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { HostActivity } from '../src/lib/activity.ts'
import type { AggregationDetail } from '../src/lib/aggregations.ts'
import type { ListAnswer } from '../src/lib/live.ts'
import { netflowDatagram, RECORDS } from './netflow-datagram.ts'
import { type Product, root, scratchFolder, startProduct, until } from './product.ts'

const SAMPLE = join(root, 'samples', 'office.pcap')
const HOST = '192.168.1.101'

const scratch = scratchFolder()
let product: Product | undefined
afterEach(async () => {
  await product?.stop()
  product = undefined
})
const ofFilter = (filter: string) => new URLSearchParams({ filter, limit: '1000' }).toString()

/** Lines of fields, of the packets that the display filter shows. */
const dissected = (filter: string, ...fields: string[]): string[][] =>
  execFileSync('tshark', ['-r', SAMPLE, '-Y', filter, '-T', 'fields', '-E', 'occurrence=f', ...fields.flatMap((f) => ['-e', f])], {
    encoding: 'utf8',
  })
    .trim()
    .split('\n')
    .map((line) => line.split('\t'))

describe.each([1, 3])('over a sample, with --workers %i', (workers) => {
  let product: Product
  beforeAll(async () => {
    product = await startProduct(['-i', SAMPLE, '--workers', String(workers)])
    await product.allRead()
  })
  afterAll(() => product?.stop())

  it('a host was active in the seconds of its packets, and in no others', async () => {
    const packets = dissected(`ip.addr == ${HOST} || arp.src.proto_ipv4 == ${HOST}`, 'frame.time_epoch')
    const seconds = [...new Set(packets.map(([time]) => Math.floor(Number(time))))]
    const [fromMs, toMs] = [Math.min(...seconds) * 1000, Math.max(...seconds) * 1000 + 1]
    const activity = await product.get<HostActivity>(`/api/v1/hosts/${HOST}/activity?step=second&from=${fromMs}&to=${toMs}`)
    const active = activity.active.flatMap((n, i) => (n > 0 ? [activity.fromMs / 1000 + i] : []))
    expect(active).toEqual(seconds.sort((a, b) => a - b))
    const day = await product.get<HostActivity>(`/api/v1/hosts/${HOST}/activity`)
    expect(day.active.reduce((a, b) => a + b, 0)).toBe(seconds.length)
  })

  it('its contacts are the connections that it opened, and those opened to it', async () => {
    const syns = dissected(`ip.src == ${HOST} && tcp.flags.syn == 1 && tcp.flags.ack == 0`, 'ip.dst', 'tcp.stream')
    const servers = [...new Set(syns.map(([server]) => server!))]
    const { items } = await product.get<ListAnswer<'contacts'>>(`/api/v1/contacts?${ofFilter(`client = ${HOST}`)}`)
    for (const server of servers) expect(items.map((item) => item.server)).toContain(server)
    const flows = await product.get<ListAnswer<'flows'>>(`/api/v1/flows?${ofFilter(`client = ${HOST}`)}`)
    expect(items.reduce((sum, { contacts }) => sum + contacts, 0)).toBe(flows.total === 0 ? 0 : flows.matching)
    expect(items.every(({ uncertain }) => uncertain === 0)).toBe(true)
  })

  it('names that were asked for are counted as they were asked', async () => {
    const queries = dissected('dns.flags.response == 0 && udp.port == 53', 'dns.qry.name', 'ip.src', 'ipv6.src')
    const [name] = queries[0]!
    const asked = queries.filter(([other]) => other === name)
    const detail = await product.get<AggregationDetail>(`/api/v1/aggregation?name=${name}`)
    expect(detail.queries).toBe(asked.length)
    expect(new Set(detail.topHosts.map(({ address }) => address))).toEqual(new Set(asked.map(([, v4, v6]) => v4 || v6)))
    const { items } = await product.get<ListAnswer<'aggregations'>>(`/api/v1/aggregations?${ofFilter('kind = domain and protocol = DNS')}`)
    expect(items.reduce((sum, item) => sum + item.queries, 0)).toBe(queries.length)
  })
})

it('what is off is not there: -A 0', async () => {
  product = await startProduct(['-i', SAMPLE, '-A', '0'])
  await product.allRead()
  expect((await product.get<ListAnswer<'aggregations'>>('/api/v1/aggregations')).total).toBe(0)
})

describe('over a restart', () => {
  const port = 20_000 + (process.pid % 10_000)
  const folder = scratch.path('data')
  const start = () =>
    startProduct(['-s', '-d', folder, '-i', `netflow://127.0.0.1:${port}`, '-m', '10.0.0.0/8', '-D', 'all', '-E', 'all', '-C'])
  async function feed(of: Product): Promise<void> {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.send(netflowDatagram(0, 500), port, '127.0.0.1', () => resolve()))
    socket.close()
    await until('the records came', async () => {
      const { items } = await of.get<ListAnswer<'exporters'>>('/api/v1/exporters')
      return items[0]?.records === RECORDS || undefined
    })
  }
  const activity = (of: Product) => of.get<HostActivity>('/api/v1/hosts/10.0.0.0/activity')

  it('activity is there again, and contacts of both runs are in the file of the day', async () => {
    product = await start()
    await feed(product)
    const before = await activity(product)
    expect(before.activeSeconds).toBeGreaterThan(0)
    const contacts = (of: Product) => of.get<ListAnswer<'contacts'>>('/api/v1/contacts?sort=client&limit=1000')
    const contactsBefore = await contacts(product)
    expect(contactsBefore.total).toBeGreaterThan(0)
    await product.stop()
    product = await start()
    const after = await until('it is read', () => activity(product!).catch(() => undefined))
    expect(after.activeSeconds).toBe(before.activeSeconds)
    expect((await contacts(product)).items).toEqual(contactsBefore.items)
    await feed(product)
    expect((await activity(product)).activeSeconds).toBeGreaterThanOrEqual(before.activeSeconds)
    await product.stop()
    product = undefined
    const files = readdirSync(join(folder, 'datadump'))
    const dumped = files.map((file) => {
      const db = new DatabaseSync(join(folder, 'datadump', file))
      const { n } = db.prepare('SELECT sum(num_contacts) AS n FROM contacts WHERE contact_family = 65535').get()!
      db.close()
      return Number(n)
    })
    expect(dumped.reduce((a, b) => a + b, 0)).toBe(2 * RECORDS)
  })
})
