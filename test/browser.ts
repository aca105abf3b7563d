/** A real browser for tests, benches and pictures: the one that is named or installed, else the one that comes with `npm ci`. */
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable']

interface Executable {
  readonly path: string
  readonly args: readonly string[]
}

/** `namespace`: the network namespace that it lives in. */
export async function launchBrowser(namespace?: string): Promise<Browser> {
  const { path: found, args } = await executable()
  const path = namespace === undefined ? found : within(namespace, found)
  // Without a sandbox: root and containers cannot have one, and only our own pages are visited.
  return chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-dev-shm-usage', ...args] })
}

/** How long a page may take to show something. */
const WAIT_MS = 15_000

/** A page in a context of its own, and what it complains about from then on: errors, refusals of its security policy, requests that failed. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  context.setDefaultTimeout(WAIT_MS)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  await page.goto(url)
  return { page, complaints }
}

/** A program that starts another one inside a network namespace, because the driver of the browser starts a program, not a command line. */
function within(namespace: string, program: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'wiretop-browser-')), 'browser')
  writeFileSync(path, `#!/bin/sh\nrm -r "$(dirname "$0")"\nexec ip netns exec ${namespace} '${program}' "$@"\n`, { mode: 0o755 })
  return path
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
