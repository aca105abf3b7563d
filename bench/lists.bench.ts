/**
 * How long a list of 100 takes from full tables (131,072 flows and hosts), sorted by every field in turn, while packets are being read. Asked from the
 * main thread as the API does; the 95th percentile against answering when nothing is read.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Entity, entities, type Field } from '../src/lib/fields.ts'
import type { LiveInterface } from '../src/lib/live.ts'
import { Probes } from '../src/probe/probes.ts'
import { writeFilling } from './full-tables.ts'
import { quantile, table } from './measure.ts'

const ROWS = 131_072
const ROUNDS = 12
const LIMIT = 100
const AIM_MS = 15
/** Read one after the other, the packets of these keep the worker busy for minutes. */
const REPEATS = 400

const folder = mkdtempSync(join(tmpdir(), 'wiretop-lists-'))
const fill = join(folder, 'fill.pcap')
const again = join(folder, 'again.pcap')
const busy = join(folder, 'busy.txt')
writeFilling(fill, { flows: ROWS, clients: ROWS })
writeFilling(again, { flows: ROWS, clients: ROWS, more: ROWS * 5 })
writeFileSync(busy, [fill, ...Array<string>(REPEATS).fill(again)].join('\n'))

const probes = new Probes({
  worker: new URL('../src/probe.worker.ts', import.meta.url),
  originalSpeed: false,
  localNetworks: undefined,
  flowLimit: ROWS,
  hostLimit: ROWS,
})

async function full(probe: LiveInterface): Promise<void> {
  for (;;) {
    const { flows, hosts } = await probe.ask('totals', {})
    if (flows >= ROWS && hosts >= ROWS) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const sortable = (entity: Entity) => Object.entries<Field>(entities[entity]).filter(([, field]) => field.anyOf === undefined)

interface Timed {
  readonly entity: Entity
  readonly sort: string
  readonly ms: number[]
}

async function timeLists(probe: LiveInterface): Promise<Timed[]> {
  const timed = (['flows', 'hosts'] as const).flatMap((entity) => sortable(entity).map(([sort]): Timed => ({ entity, sort, ms: [] })))
  for (let round = 0; round <= ROUNDS; round++)
    for (const { entity, sort, ms } of timed) {
      const begin = performance.now()
      await probe.ask('list', { entity, sort, limit: LIMIT })
      if (round > 0) ms.push(performance.now() - begin)
    }
  return timed
}

const p95 = (timed: readonly Timed[]) =>
  quantile(
    timed.flatMap(({ ms }) => ms),
    0.95,
  )
try {
  const probe = probes.open('busy', busy)
  await full(probe)
  const before = (await probe.ask('totals', {})).packets
  const begin = performance.now()
  const timed = await timeLists(probe)
  const { packets } = await probe.ask('totals', {})
  const rate = ((packets - before) / (performance.now() - begin)) * 1000
  if (probe.info.state !== 'running') throw new Error(`it has ${probe.info.state}: nothing was being read`)

  await probes.remove(probe.info.id)
  const still = probes.open('still', fill)
  await full(still)
  const alone = await timeLists(still)

  const worst = [...timed].sort((a, b) => quantile(b.ms, 0.95) - quantile(a.ms, 0.95)).slice(0, 6)
  console.log(
    `lists: ${LIMIT} of ${ROWS.toLocaleString('en')} by any of ${timed.length} sorts, 95 % within ${p95(timed).toFixed(1)} ms while ` +
      `${Math.round(rate / 1000)},000 packets/s are read, ${(p95(timed) / p95(alone)).toFixed(1)} × as long as when nothing is (${p95(alone).toFixed(1)} ms); the aim is ${AIM_MS} ms`,
  )
  const row = ({ entity, sort, ms }: Timed) => [`${entity} by ${sort}`, quantile(ms, 0.5).toFixed(1), quantile(ms, 0.95).toFixed(1)]
  console.log(table(['slowest sorts', 'median ms', '95 % ms'], worst.map(row)))
} finally {
  await probes.close()
  rmSync(folder, { recursive: true })
}
