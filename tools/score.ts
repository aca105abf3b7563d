/**
 * How well applications are recognised: `npm run score [-- FOLDER]` reads the captures of the recognition corpus and prints its scorer's summary for all of
 * them, for the flows that a port table gets wrong, and for the third of the captures that signatures are not written by: those whose name's CRC-32 is a
 * multiple of 3. FOLDER holds captures/, expected.json, score.mjs and baseline-ports.jsonl; it lies beside the checkout unless told.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { crc32 } from 'node:zlib'

const root = join(import.meta.dirname, '..')
const folder = resolve(process.argv[2] ?? join(root, '../shared/corpus/dpi'))
const captures = join(folder, 'captures')

if (!existsSync(captures)) console.log(`skipped: ${captures} is absent`)
else score()

function score(): void {
  const names = readdirSync(captures).sort()
  const scratch = mkdtempSync(join(tmpdir(), 'wiretop-score-'))
  try {
    const rows = join(scratch, 'rows.jsonl')
    const paths = names.map((name) => join(captures, name))
    // A capture that is cut short is a line on standard error, and an unreadable one status 2: both are in the corpus.
    const { status } = spawnSync(process.execPath, [join(root, 'src/main.ts'), 'analyze', '--json', ...paths], {
      stdio: ['ignore', openSync(rows, 'w'), 'ignore'],
    })
    if (status !== 0 && status !== 2) {
      console.error(`wiretop: analyze ended with status ${status}`)
      process.exitCode = 1
      return
    }
    const leftOut = names.filter((name) => crc32(name) % 3 === 0)
    const sets = join(scratch, 'sets.json')
    writeFileSync(sets, JSON.stringify({ leftOut }))
    summary('All captures', rows)
    summary('Flows that a port table gets wrong', rows, '--hard', join(folder, 'baseline-ports.jsonl'))
    if (leftOut.length === 0) console.log('\n== The third that is left out: none of it is here')
    else summary('The third that is left out', rows, '--set', `${sets}:leftOut`)
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

function summary(title: string, rows: string, ...options: string[]): void {
  console.log(`\n== ${title}`)
  const { status } = spawnSync(process.execPath, [join(folder, 'score.mjs'), join(folder, 'expected.json'), rows, '--quiet', ...options], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exitCode = 1
}
