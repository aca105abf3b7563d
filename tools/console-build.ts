import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const checkout = join(import.meta.dirname, '..')
const BUILT = 'web/dist/index.html'
/** What the console is made of. Its folders count too: their time changes when a file goes. */
const MADE_OF = ['web', 'src/lib', 'src/query', 'package-lock.json']
const NOT_OF_IT = /^(?:dist|node_modules)$|\.test\.tsx?$|^testing\.ts$/

/** Whether web/dist is there and no older than what it is made of. */
export function consoleIsFresh(root = checkout): boolean {
  const builtMs = timeOf(join(root, BUILT))
  return builtMs > 0 && MADE_OF.every((path) => !hasNewer(join(root, path), builtMs, true))
}

const timeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

function hasNewer(path: string, thanMs: number, isTop = false): boolean {
  const about = statSync(path)
  if (!about.isDirectory()) return about.mtimeMs > thanMs
  // Building makes web/dist anew, which touches web itself.
  if (!isTop && about.mtimeMs > thanMs) return true
  return readdirSync(path).some((name) => !NOT_OF_IT.test(name) && hasNewer(join(path, name), thanMs))
}

/** Builds the console with Vite; resolves what it said when that fails. */
export function buildConsole(): { ok: boolean; said: string } {
  const vite = join(checkout, 'node_modules/vite/bin/vite.js')
  const { status, stdout, stderr } = spawnSync(process.execPath, [vite, 'build', '--config', 'web/vite.config.ts', '--logLevel', 'warn'], {
    cwd: checkout,
    encoding: 'utf8',
  })
  return { ok: status === 0, said: stdout + stderr }
}
