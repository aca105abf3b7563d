/** A real browser for tests, benches and pictures: the one that is named or installed, else the one that comes with `npm ci`. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable']

interface Executable {
  readonly path: string
  readonly args: readonly string[]
}

export async function launchBrowser(): Promise<Browser> {
  const { path, args } = await executable()
  // Without a sandbox: root and containers cannot have one, and only our own pages are visited.
  return chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-dev-shm-usage', ...args] })
}

async function executable(): Promise<Executable> {
  const named = process.env['CHROME']
  const path = named ?? INSTALLED.find((candidate) => existsSync(candidate))
  if (path !== undefined) return { path, args: [] }
  // It unpacks the system libraries that it needs only where it believes to be in that service.
  process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs22.x'
  const { default: packed } = await import('@sparticuz/chromium')
  return { path: await packed.executablePath(), args: packed.args.filter((arg) => !/^--(?:headless|no-sandbox|window-size)/.test(arg)) }
}
