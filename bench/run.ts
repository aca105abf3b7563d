/** Runs bench/*.bench.ts one after the other; names as arguments run those alone. Each prints its figure and a ratio. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { benchCapture } from './capture.ts'

const ENDING = '.bench.ts'
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(ENDING))
  .map((file) => file.slice(0, -ENDING.length))
  .sort()
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}: no such bench: there are ${names.join(', ')}`)
  process.exit(2)
}

process.env['WIRETOP_BENCH_CAPTURE'] ??= benchCapture()
for (const name of wanted.length > 0 ? wanted : names) {
  console.log(`\n== ${name}`)
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, name + ENDING)], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
