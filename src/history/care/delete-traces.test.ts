import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { HOST_CONTACT } from '../../lib/contact-rows.ts'
import { NO_TRACES } from '../../lib/history.ts'
import { hourImage, readImage } from '../../tables/activity-image.ts'
import { Aggregations, DNS_DOMAIN } from '../../tables/aggregations.ts'
import { dayImage, readDayImage } from '../../tables/day-image.ts'
import { AS_CLIENT, AS_SERVER, HostDays } from '../../tables/host-days.ts'
import { HOUR_S } from '../../tables/second-sets.ts'
import { formatAddress, parseAddress } from '../../wire/address.ts'
import { addContacts } from '../contact-file.ts'
import { hostNetwork } from '../host-condition.ts'
import { InterfaceIds } from '../interface-ids.ts'
import { RrdSeriesStore } from '../rrd/rrd-series-store.ts'
import { FileSeriesStore } from '../series/file-series-store.ts'
import { MINUTE_MS, pointsOf, T0 } from '../series/series-store.conformance.ts'
import { SeriesStores } from '../series/series-stores.ts'
import { Folders, never } from './care-testing.ts'
import { deleteTraces } from './delete-traces.ts'

const folders = new Folders()
afterEach(() => folders.remove())

const HOSTS = ['10.0.0.1', '10.0.0.1@5', '10.0.0.12', '10.0.1.1', '2001:db8::1']
const APPS = HOSTS.flatMap((host) => [`${host} DNS`, `${host} TLS.Google`])
const HOUR = Math.floor(T0 / 1000 / HOUR_S)

function openSeries(folder: string, nowMs = T0): SeriesStores {
  const ids = new InterfaceIds(folder)
  return new SeriesStores([
    new FileSeriesStore({ folder, ids, maxBytes: 1e9, now: () => nowMs }),
    new RrdSeriesStore({ folder, ids, maxBytes: 1e9 }),
  ])
}
/** Ten minutes of series, half of them in files of an hour that is over. */
async function keptSeries(folder: string): Promise<SeriesStores> {
  const store = openSeries(folder, T0 + 2 * 60 * MINUTE_MS)
  for (let minute = 0; minute < 10; minute++) {
    const at = minute < 5 ? minute : 60 + minute
    for (const [kind, names] of [
      ['host', HOSTS],
      ['host-app', APPS],
      ['app', ['DNS']],
    ] as const)
      await store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', points: pointsOf(at, [kind], names) })
    if (minute === 4) await (store['stores' as never] as [FileSeriesStore])[0].tick()
  }
  return store
}
const namesIn = async (store: SeriesStores, kind: 'app' | 'host' | 'host-app') =>
  [...(await store.names({ interfaceKey: 'eth0', kind, prefix: '', limit: 100 }))].sort()
const textIn = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.name} ${readFileSync(join(entry.parentPath, entry.name), 'latin1')}`)
    .join('\n')

type Words = readonly [number, number, number, number]
const words = (address: string) => parseAddress(address) as unknown as Words
function keptOfDay(folder: string): void {
  const days = new HostDays(64, 7)
  const table = new Aggregations(false, 7)
  for (const [address, vlan] of [
    ['10.0.0.1', 0],
    ['10.0.0.1', 5],
    ['10.0.0.12', 0],
  ] as const) {
    days.active(...words(address), vlan, HOUR * HOUR_S + 5)
    const row = days.find(...words(address), vlan)
    days.contact(row, AS_CLIENT, ...words('8.8.8.8'), HOUR * HOUR_S)
    days.contact(row, AS_SERVER, ...words('10.0.0.1'), HOUR * HOUR_S)
    table.asked(DNS_DOMAIN, 'example.org', ...words(address), HOUR * HOUR_S)
  }
  const place = join(folder, 'activity/eth0')
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, '2026-11-26T10Z-0.seconds'), hourImage({ days, names: { table } }, HOUR)!)
  writeFileSync(join(place, 'day-0.counts'), dayImage({ days, names: { table } }, HOUR * HOUR_S, crc32)!)
}
function ofDay(folder: string): { active: string[]; contacts: string[]; asked: string[] } {
  const said = { active: new Set<string>(), contacts: [] as string[], asked: [] as string[] }
  const place = join(folder, 'activity/eth0')
  expect(
    readImage(readFileSync(join(place, '2026-11-26T10Z-0.seconds')), {
      host: (w0, w1, w2, w3, vlan) => said.active.add(`${formatAddress(w0, w1, w2, w3)}@${vlan}`),
    }),
  ).toBe(true)
  const each = (entries: Int32Array, visit: (address: string) => void) => {
    for (let at = 0; at < entries.length; at += 9) visit(formatAddress(entries[at]!, entries[at + 1]!, entries[at + 2]!, entries[at + 3]!))
  }
  expect(
    readDayImage(readFileSync(join(place, 'day-0.counts')), crc32, {
      host: ({ words: own, vlan, entries }) => {
        each(entries[0], (server) => said.contacts.push(`${formatAddress(...own)}@${vlan} > ${server}`))
        each(entries[1], (client) => said.contacts.push(`${client} > ${formatAddress(...own)}@${vlan}`))
      },
      name: ({ entries }) => each(entries, (host) => said.asked.push(host)),
    }),
  ).toBe(HOUR * HOUR_S)
  return { ...said, active: [...said.active] }
}

const DUMP = 'datadump/20261126.sqlite'
function keptContacts(folder: string): void {
  addContacts({
    path: join(folder, DUMP),
    interfaceName: 'eth0',
    rows: {
      clients: ['10.0.0.1', '10.0.0.1@5', '10.0.0.12', '10.0.1.1', '10.0.0.1'],
      servers: ['8.8.8.8', '8.8.8.8', '10.0.0.1', '10.0.0.12', 'secret.example.org'],
      families: [HOST_CONTACT, HOST_CONTACT, HOST_CONTACT, HOST_CONTACT, 5],
      counts: [1, 2, 3, 4, 5],
    },
  })
}
function contactsIn(folder: string): string[] {
  const db = new DatabaseSync(join(folder, DUMP))
  const rows = db
    .prepare(
      'SELECT c.host_name AS c, s.host_name AS s, num_contacts AS n FROM contacts JOIN hosts c ON c.idx = client_host_idx JOIN hosts s ON s.idx = server_host_idx',
    )
    .all()
  db.close()
  return rows.map(({ c, s, n }) => `${c} ${s} ${n}`)
}

async function deleted(folder: string, network: string, isTrial = false, series?: SeriesStores) {
  const faults: string[] = []
  const fault = (why: string) => faults.push(why)
  const wanted = { folder, network: hostNetwork(network)!, isTrial, signal: never, fault }
  const traces = await deleteTraces(wanted, series && ((isMeant) => series.deleteHosts(isMeant, isTrial, fault)))
  return { traces, faults }
}

describe('deleting what is kept of a host beside flows', () => {
  it.each([true, false])('takes its series and RRD files, and no others; where they are open: %s', async (isOpen) => {
    const folder = folders.new()
    const store = await keptSeries(folder)
    const before = { hosts: await namesIn(store, 'host'), apps: await namesIn(store, 'host-app') }
    expect(before.hosts).toEqual([...HOSTS].sort())
    if (!isOpen) await store.close()
    const trial = await deleted(folder, '10.0.0.1', true, isOpen ? store : undefined)
    const done = await deleted(folder, '10.0.0.1', false, isOpen ? store : undefined)
    // With and without a VLAN: each with two applications; of RRD files bytes, TCP, UDP, ICMP and the two.
    expect(done).toEqual({ traces: { ...NO_TRACES, series: 6, rrdFiles: 12 }, faults: [] })
    expect(trial).toEqual(done)
    if (isOpen) await store.close()
    const after = openSeries(folder, T0 + 2 * 60 * MINUTE_MS)
    expect(await namesIn(after, 'host')).toEqual(['10.0.0.12', '10.0.1.1', '2001:db8::1'])
    expect(await namesIn(after, 'host-app')).toEqual(before.apps.filter((name) => !/^10\.0\.0\.1[ @]/.test(name)))
    expect(await namesIn(after, 'app')).toEqual(['DNS'])
    const keys = ['10.0.0.12', '10.0.0.1'].map((name) => ({ interfaceKey: 'eth0', kind: 'host' as const, name }))
    const { series, faults } = await after.read({ keys, fromMs: T0, toMs: T0 + 3 * 60 * MINUTE_MS, stepMs: MINUTE_MS })
    const known = series.map(({ columns }) => columns['bytesSent']!.filter((value) => value > 0).length)
    expect([known, faults]).toEqual([[10, 0], []])
    expect(readdirSync(join(folder, '1/rrd')).filter((name) => name.startsWith('10.0.0.1'))).toEqual(['10.0.0.12'])
    await after.close()
    // What is left can be deleted too, in networks and in one VLAN.
    expect((await deleted(folder, '10.0.0.0/8')).traces).toMatchObject({ series: 6, rrdFiles: 12 })
    expect((await deleted(folder, '0.0.0.0/0')).traces).toEqual(NO_TRACES)
    expect((await deleted(folder, '2001:db8::1')).traces).toMatchObject({ series: 3 })
    expect(textIn(join(folder, '1/series'))).not.toContain('2001:db8')
  })

  it('takes one VLAN of it where that is asked for', async () => {
    const folder = folders.new()
    await (await keptSeries(folder)).close()
    keptOfDay(folder)
    expect((await deleted(folder, '10.0.0.1@5')).traces).toMatchObject({ series: 3, rrdFiles: 6, activeHours: 1, contacts: 2 })
    expect(ofDay(folder).active).toEqual(['10.0.0.1@0', '10.0.0.12@0'])
  })

  it('takes when it was active, whom it contacted and for what it asked', async () => {
    const folder = folders.new()
    keptOfDay(folder)
    const before = ofDay(folder)
    // Its own four, and those of others who have it: one client, one who asked twice (in two VLANs, which names do not tell apart).
    const trial = await deleted(folder, '10.0.0.1', true)
    expect(ofDay(folder)).toEqual(before)
    const done = await deleted(folder, '10.0.0.1')
    expect(done).toEqual({ traces: { ...NO_TRACES, activeHours: 2, contacts: 6 }, faults: [] })
    expect(trial).toEqual(done)
    expect(ofDay(folder)).toEqual({ active: ['10.0.0.12@0'], contacts: ['10.0.0.12@0 > 8.8.8.8'], asked: ['10.0.0.12'] })
    expect((await deleted(folder, '10.0.0.1')).traces).toEqual(NO_TRACES)
  })

  it('takes it out of dumps of contacts, with names that nobody else asked for, and leaves nothing in the file', async () => {
    const folder = folders.new()
    keptContacts(folder)
    expect((await deleted(folder, '10.0.0.1', true)).traces.contacts).toBe(4)
    expect(contactsIn(folder)).toHaveLength(5)
    expect((await deleted(folder, '10.0.0.1')).traces.contacts).toBe(4)
    expect(contactsIn(folder)).toEqual(['10.0.1.1 10.0.0.12 4'])
    const bytes = readFileSync(join(folder, DUMP), 'latin1')
    expect(bytes).not.toContain('secret')
    expect(bytes).not.toMatch(/10\.0\.0\.1(?!2)/)
  })

  it('names what it cannot look into, and does the rest', async () => {
    const folder = folders.new()
    keptOfDay(folder)
    keptContacts(folder)
    await (await keptSeries(folder)).close()
    const damaged = [
      join(folder, 'activity/eth0/day-0.counts'),
      join(folder, 'activity/eth0/2026-11-26T11Z-0.seconds'),
      join(folder, 'datadump/20261127.sqlite'),
      join(folder, '1/series/hour/host', readdirSync(join(folder, '1/series/hour/host'))[0]!),
    ]
    for (const path of damaged) writeFileSync(path, 'no image, no database and no series, but longer than a head'.repeat(20))
    const { traces, faults } = await deleted(folder, '10.0.0.1')
    expect(traces).toMatchObject({ series: 6, rrdFiles: 12, activeHours: 2, contacts: 4 })
    expect(faults).toHaveLength(4)
    for (const path of damaged) expect(faults).toContainEqual(expect.stringContaining(`${path} may still have some: `))
  })

  it('finds nothing where nothing is kept', async () => {
    expect(await deleted(folders.new(), '10.0.0.1')).toEqual({ traces: NO_TRACES, faults: [] })
  })
})
