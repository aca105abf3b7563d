/**
 * What `npm test` runs: every check, then all tests, each stage with its time. Ends with `N passed, N failed` and a status to match. A check counts as
 * one test. Names of stages as arguments run those alone.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildConsole, consoleIsFresh } from './console-build.ts'

const root = join(import.meta.dirname, '..')
const scratch = mkdtempSync(join(tmpdir(), 'wiretop-test-'))
const modules = (path: string) => join(root, 'node_modules', path)
const INSTALL_WITHIN_MS = 600_000
const colours = process.stdout.isTTY ? 'force' : 'off'
const env = process.stdout.isTTY ? process.env : { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1' }

interface Counts {
  passed: number
  failed: number
  skipped: number
}

/** Runs a script under this very Node, its output shown as it comes. */
function node(...args: string[]): boolean {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' })
  if (error !== undefined) console.error(`${args[0]}: ${error.message}`)
  return status === 0
}

const every = (...checks: (() => boolean)[]): Counts => {
  const results = checks.map((check) => check())
  return { passed: results.filter(Boolean).length, failed: results.filter((ok) => !ok).length, skipped: 0 }
}

const stages: Readonly<Record<string, () => Counts>> = {
  generated: () =>
    every(
      () => node('tools/gen.ts', '--check'),
      () => node('tools/complete-lock.ts', '--check'),
    ),
  imports: () => every(() => node('tools/check-imports.ts')),
  types: () => every(...['.', 'web', 'web/build'].map((project) => () => node(modules('typescript/bin/tsc'), '--noEmit', '-p', project))),
  lint: () => every(() => node(modules('@biomejs/biome/bin/biome'), 'ci', '--diagnostic-level=error', `--colors=${colours}`, '.')),
  console: () => every(build),
  unit: () => vitest('unit'),
  whole: () => vitest('whole'),
  clickhouse: () => {
    const why = installClickHouse()
    if (why === undefined) return vitest('clickhouse')
    console.log(`skipped: ${why}`)
    return { passed: 0, failed: 0, skipped: 1 }
  },
}

/** The server of these tests is half a gigabyte, and only for them. Undefined: it is there; else why not, in one line. */
function installClickHouse(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'a ClickHouse for tests is there for Linux on x64 alone'
  const folder = join(root, 'test/clickhouse')
  const wanted = readFileSync(join(folder, 'package-lock.json'), 'utf8')
  const stamp = join(folder, 'node_modules/.installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return undefined
  const { status, stderr, error } = spawnSync('npm', ['ci', '--ignore-scripts'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: INSTALL_WITHIN_MS,
  })
  if (status !== 0) return `a ClickHouse for tests cannot be installed: ${(error?.message ?? stderr).trim().split('\n')[0]}`
  writeFileSync(stamp, wanted)
  return undefined
}

function build(): boolean {
  if (consoleIsFresh()) return true
  const { ok, said } = buildConsole()
  if (said !== '') console.error(said)
  return ok
}

/** One project of vitest.config.ts. */
function vitest(project: string): Counts {
  const report = join(scratch, `${project}.json`)
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`]
  const ok = node(modules('vitest/vitest.mjs'), 'run', '--project', project, ...reporters)
  const counts = countsOf(report)
  // A file that could not be loaded, or an error outside of a test, is no failed test in the report.
  return ok || counts.failed > 0 ? counts : { ...counts, failed: 1 }
}

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

function countsOf(report: string): Counts {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
    const unloaded = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
    const left = testResults.flatMap((file) => file.assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed'))
    for (const { fullName } of left) console.log(`not run: ${fullName}`)
    return { passed: numPassedTests, failed: numFailedTests + unloaded.length, skipped: left.length }
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in stages))
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}: no such stage: there are ${Object.keys(stages).join(', ')}`)
  process.exit(2)
}

const total: Counts = { passed: 0, failed: 0, skipped: 0 }
const summary: string[] = []
for (const [name, run] of Object.entries(stages)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`\n== ${name}`)
  const begin = performance.now()
  const counts = run()
  const seconds = ((performance.now() - begin) / 1000).toFixed(1)
  total.passed += counts.passed
  total.failed += counts.failed
  total.skipped += counts.skipped
  summary.push(`${name.padEnd(10)} ${seconds.padStart(6)} s  ${counts.failed === 0 ? 'ok' : `${counts.failed} failed`}`)
}
rmSync(scratch, { recursive: true, force: true })

console.log(`\n${summary.join('\n')}\n`)
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`)
process.exitCode = total.failed === 0 ? 0 : 1
