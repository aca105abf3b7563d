import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DNS_DOMAIN, MAX_HOSTS } from '../tables/aggregations.ts'
import { AS_CLIENT } from '../tables/host-days.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { feed, START_MS, testTables, udpFrame } from '../tables/testing.ts'
import { aggregationView } from '../tables/views/aggregation-view.ts'
import { contactView } from '../tables/views/contact-view.ts'
import { itemOf, type View } from '../tables/views/view.ts'
import { untoldContacts } from './contact-dumper.ts'
import { DayKeeper, keptSalt } from './day-keeper.ts'

let root: string
let told: string[]
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'wiretop-day-'))
  told = []
})
afterEach(() => rmSync(root, { recursive: true }))

const folder = () => join(root, 'eth0')
const START_S = START_MS / 1000
const DAY_MS = 86_400_000
const SALT = 99
const observed = () => testTables({ observe: { contactsOf: 'local', aggregations: 1, salt: SALT } })
const keep = (tables: LiveTables, nowMs = START_MS, share = { index: 0, count: 1 }) =>
  new DayKeeper(tables, folder(), share, nowMs, (text) => told.push(text))
let port = 1000
const contact = (tables: LiveTables, from: string, to: string, ms = START_MS) => {
  feed(tables, [udpFrame({ from, to, srcPort: port++ })], ms)
  tables.settle()
}
const ask = (tables: LiveTables, name: string, host: number, second = START_S) =>
  tables.observation!.names!.table.asked(DNS_DOMAIN, name, 0, 0, 0xffff, 0x0a000000 + host, second)

const itemsOf = (view: View) =>
  Array.from({ length: view.used() }, (_, row) => row)
    .filter((row) => view.isLive(row))
    .map((row) => itemOf(view, row))
const contactsOf = (tables: LiveTables) => itemsOf(contactView(tables) as View)
const namesOf = (tables: LiveTables) => itemsOf(aggregationView(tables) as View)

/** What a process does that is begun, told of `work`, and stopped. */
async function lived(work: (tables: LiveTables) => void, atMs = START_MS, share?: { index: number; count: number }): Promise<LiveTables> {
  const tables = observed()
  const keeper = keep(tables, atMs, share)
  await keeper.idle
  work(tables)
  await keeper.close()
  return tables
}
async function begun(nowMs = START_MS, share?: { index: number; count: number }): Promise<{ tables: LiveTables; keeper: DayKeeper }> {
  const tables = observed()
  const keeper = keep(tables, nowMs, share)
  await keeper.idle
  return { tables, keeper }
}

test('contacts and names are what they were before a restart, and go on', async () => {
  const before = await lived((t) => {
    for (const _ of [1, 2, 3]) contact(t, '10.0.0.1', '8.8.8.8')
    contact(t, '10.0.0.2', '10.0.0.1')
    ask(t, 'example.org', 1)
    ask(t, 'example.org', 2, START_S + 9)
    t.observation!.names!.table.answered(DNS_DOMAIN, 'example.org', START_S)
  })
  expect(readdirSync(folder())).toEqual(['day-0.counts'])
  const { tables } = await begun(START_MS + 60_000)
  expect(contactsOf(tables)).toEqual(contactsOf(before))
  expect(namesOf(tables)).toEqual(namesOf(before))
  expect(namesOf(tables)).toMatchObject([{ name: 'example.org', queries: 2, answered: true, hosts: 2 }])
  contact(tables, '10.0.0.1', '8.8.8.8', START_MS + 60_000)
  expect(contactsOf(tables)).toContainEqual(
    expect.objectContaining({ client: '10.0.0.1', server: '8.8.8.8', contacts: 4, firstSeen: START_MS, lastSeen: START_MS + 60_000 }),
  )
  expect(told).toEqual([])
})

test('what was told to the dump of the day is told no more, and what was not is', async () => {
  await lived((t) => {
    contact(t, '10.0.0.1', '8.8.8.8')
    expect(untoldContacts(t, 'all', 'all').counts).toEqual([1])
    contact(t, '10.0.0.1', '8.8.8.8')
    ask(t, 'example.org', 1)
  })
  const { tables } = await begun()
  expect(untoldContacts(tables, 'all', 'all')).toMatchObject({ servers: ['8.8.8.8', 'example.org'], counts: [1, 1] })
})

test('is written each minute, so that a crash loses no more', async () => {
  const { tables, keeper } = await begun()
  contact(tables, '10.0.0.1', '8.8.8.8')
  keeper.tick()
  await keeper.idle
  expect(readdirSync(root)).toEqual([])
  contact(tables, '10.0.0.1', '9.9.9.9', START_MS + 61_000)
  keeper.tick()
  await keeper.idle
  expect(contactsOf((await begun(START_MS + 61_000)).tables)).toHaveLength(2)
})

test('a large one is made in parts, a second each, and has everything', async () => {
  const { tables, keeper } = await begun()
  const { days } = tables.observation!
  const [hosts, peers] = [400, 100]
  contact(tables, '10.0.0.0', '8.8.8.8')
  for (let n = 1; n < hosts; n++) {
    const row = days.upsert(0, 0, 0xffff, 0x0a00_0000 + n, 0, START_S)
    for (let peer = 0; peer < peers; peer++) days.contact(row, AS_CLIENT, 0, 0, 0xffff, 0x0808_0000 + peer, START_S)
  }
  const file = join(folder(), 'day-0.counts')
  let seconds = 0
  for (; !existsSync(file) && seconds < 70; seconds++) {
    tables.tickTo(START_MS + 60_000 + 1000 * seconds)
    keeper.tick()
    await keeper.idle
  }
  expect([seconds > 1, existsSync(file)]).toEqual([true, true])
  // As one that was killed: nothing is written at its end.
  const after = await begun()
  const { days: kept } = after.tables.observation!
  expect([kept.live, kept.total(hosts - 1, AS_CLIENT)]).toEqual([hosts, peers])
  expect(told).toEqual([])
})

test('with other workers than before nothing is lost, and nothing counted twice', async () => {
  for (const index of [0, 1, 2])
    await lived(
      (t) => {
        contact(t, '10.0.0.1', '8.8.8.8')
        ask(t, 'example.org', index)
      },
      START_MS,
      { index, count: 3 },
    )
  for (const _ of [1, 2, 3]) {
    const tables = await lived(() => undefined)
    expect(contactsOf(tables)).toMatchObject([{ client: '10.0.0.1', contacts: 3 }])
    expect(namesOf(tables)).toMatchObject([{ queries: 3, hosts: 3 }])
    expect(readdirSync(folder())).toEqual(['day-0.counts'])
  }
})

test('how many asked goes on being estimated where they are too many to be kept', async () => {
  const many = 20 * MAX_HOSTS
  const before = await lived((t) => {
    for (let host = 0; host < many; host++) ask(t, 'example.org', host)
  })
  const { tables } = await begun()
  expect(namesOf(tables)).toEqual(namesOf(before))
  // The same hosts come again: none of them is one more.
  for (let host = 0; host < many; host++) ask(tables, 'example.org', host)
  expect(namesOf(tables)).toMatchObject([{ hosts: namesOf(before)[0]!['hosts' as never], queries: 2 * many }])
  expect(keptSalt(root)).toBe(SALT)
  expect(keptSalt(join(root, 'none'))).toBeUndefined()
})

test.each([
  ['cut short', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 9)],
  ['with a bit turned over', (bytes: Uint8Array) => bytes.map((byte, i) => (i === 40 ? byte ^ 4 : byte))],
  ['empty', () => new Uint8Array(0)],
  ['something else', () => new TextEncoder().encode('not an image at all, but long enough')],
])('a file that is damaged (%s) is named and left out', async (_, damage) => {
  await lived((t) => contact(t, '10.0.0.1', '8.8.8.8'))
  const path = join(folder(), 'day-0.counts')
  writeFileSync(path, damage(readFileSync(path)))
  const { tables } = await begun()
  expect(contactsOf(tables)).toEqual([])
  expect(told).toEqual([`${path}: is damaged, and left out: contacts and names begin anew`])
})

test('what is older than a day is gone', async () => {
  await lived((t) => contact(t, '10.0.0.1', '8.8.8.8'))
  expect(contactsOf((await begun(START_MS + 2 * DAY_MS)).tables)).toEqual([])
})

test('where it cannot be written it says so, once', async () => {
  writeFileSync(folder(), 'a file where a folder should be')
  const { tables, keeper } = await begun()
  contact(tables, '10.0.0.1', '8.8.8.8')
  for (const _ of [1, 2]) {
    keeper.save()
    await keeper.idle
  }
  expect(told).toEqual([expect.stringMatching(/day-0\.counts: contacts and names are not kept \(E\w+\); make room or give another folder/)])
})
