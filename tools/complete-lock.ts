/**
 * Completes the locks of packages (ours, and that of the tests with ClickHouse) with the optional platform packages that the registry in use did not serve: npm leaves them out without a word, and `npm ci`
 * then refuses the lock everywhere. They are written with their exact version and platform, so that only machines of that platform fetch them.
 * `--check` only looks, and that no address of a registry got in.
 */
import { readFileSync, writeFileSync } from 'node:fs'

interface LockedPackage {
  version?: string
  resolved?: string
  dev?: boolean
  license?: string
  engines?: Record<string, string>
  optionalDependencies?: Record<string, string>
}
interface Lock {
  packages: Record<string, LockedPackage & Record<string, unknown>>
}

const LOCKS = ['package-lock.json', 'test/clickhouse/package-lock.json']

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const EXACT = /^\d+\.\d+\.\d+[-+.\w]*$/

/** `@scope/NAME-linux-x64-musl` says where it belongs. */
function platformOf(name: string): Record<string, unknown> | undefined {
  const words = name.split(/[-/]/)
  const at = words.findIndex((word) => SYSTEMS.includes(word))
  const cpu = words[at + 1]
  if (at < 0 || cpu === undefined) return undefined
  const libc = words[at + 2] === 'musl' ? 'musl' : words[at + 2] === 'gnu' ? 'glibc' : undefined
  return { cpu: [cpu], os: [words[at]], ...(libc === undefined ? {} : { libc: [libc] }) }
}

for (const path of LOCKS) complete(path)

function complete(path: string): void {
  const target = new URL(`../${path}`, import.meta.url)
  const lock = JSON.parse(readFileSync(target, 'utf8')) as Lock
  const missing: string[] = []
  for (const [, from] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(from.optionalDependencies ?? {})) {
      const key = `node_modules/${name}`
      if (lock.packages[key] !== undefined) continue
      const platform = platformOf(name)
      if (platform === undefined || !EXACT.test(version))
        throw new Error(`${name}@${version} is missing from the lock and names no platform`)
      missing.push(name)
      const { dev, license, engines } = from
      lock.packages[key] = {
        version,
        ...platform,
        ...(dev ? { dev } : {}),
        ...(license ? { license } : {}),
        optional: true,
        ...(engines ? { engines } : {}),
      }
    }
  }
  const addresses = Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined)

  if (process.argv.includes('--check')) {
    const faults = [
      ...(missing.length > 0 ? [`${missing.join(', ')}: missing, npm ci will refuse it: node tools/complete-lock.ts`] : []),
      ...addresses.map(([name]) => `${name}: has an address ("resolved"), which .npmrc leaves out`),
    ]
    for (const fault of faults) console.error(`${path}: ${fault}`)
    if (faults.length > 0) process.exitCode = 1
  } else if (missing.length > 0) {
    lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')))
    writeFileSync(target, `${JSON.stringify(lock, null, 2)}\n`)
    console.log(`${path}: added ${missing.length}: ${missing.join(', ')}`)
  }
}
