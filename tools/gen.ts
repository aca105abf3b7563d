/** Runs every generator, tools/gen-*.ts. `--check` only compares what they would write with what is there. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const generators = readdirSync(import.meta.dirname).filter((file) => /^gen-.*\.ts$/.test(file))
for (const file of generators.sort()) {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, file), ...process.argv.slice(2)], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
