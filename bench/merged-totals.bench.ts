/**
 * What a tick of two workers costs the main thread, their tables full (131,072 flows each): the totals are asked for as at each tick, while new flows come and none do, against joining all keys as
 * questions about flows do where some lie on both.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { join as joinKeys } from '../src/probe/merge/keys.ts'
import { Probes } from '../src/probe/probes.ts'
import { writeFilling } from './full-tables.ts'
import { quantile, table } from './measure.ts'

const FLOWS = 262_144
const ROUNDS = 50
const AIM_MS = 5

const folder = mkdtempSync(join(tmpdir(), 'wiretop-totals-'))
const fill = join(folder, 'fill.pcap')
writeFilling(fill, { flows: FLOWS, clients: 60_000 })

const probes = new Probes({
  worker: new URL('../src/probe.worker.ts', import.meta.url),
  originalSpeed: false,
  localNetworks: undefined,
  flowLimit: FLOWS * 2,
  hostLimit: FLOWS,
  workers: 2,
})

/** Milliseconds in which this thread was busy while it asked. */
async function busyMs(ask: () => Promise<unknown>): Promise<number> {
  const before = performance.eventLoopUtilization()
  await ask()
  return performance.eventLoopUtilization(before).active
}

try {
  const probe = probes.open('full', fill)
  const whileFilling: number[] = []
  while (probe.info.state !== 'ended') {
    whileFilling.push(await busyMs(() => probe.ask('totals', {})))
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const totals = await probe.ask('totals', {})
  const still: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    still.push(await busyMs(() => probe.ask('totals', {})))
  }
  const keys = () => ({
    low: crypto.getRandomValues(new Int32Array(16_384)),
    high: new Int32Array(16_384),
  })
  const parts = Array.from({ length: 16 }, keys)
  const begin = performance.now()
  joinKeys(parts)
  const joinedMs = performance.now() - begin
  console.log(
    table(
      ['tick of two workers', 'median ms', 'p95 ms'],
      [
        [`${totals.flows} flows, ${totals.hosts} hosts, nothing new`, quantile(still, 0.5).toFixed(2), quantile(still, 0.95).toFixed(2)],
        [`filling, ${whileFilling.length} questions`, quantile(whileFilling, 0.5).toFixed(2), quantile(whileFilling, 0.95).toFixed(2)],
        [`all keys joined (× ${(joinedMs / quantile(still, 0.5)).toFixed(0)})`, joinedMs.toFixed(2), ''],
      ],
    ),
  )
  if (quantile(still, 0.95) > AIM_MS) console.log(`more than ${AIM_MS} ms`)
} finally {
  await probes.close()
  rmSync(folder, { recursive: true })
}
