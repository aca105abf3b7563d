/** The past in a real browser: explored, narrowed down, and opened as an interface. */
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { batchOf, flowOf, T0 } from '../src/history/flows-testing.ts'
import { ParquetStore } from '../src/history/parquet-store.ts'
import { packFlows } from '../src/lib/flow-batch.ts'
import { launchBrowser, openPage } from './browser.ts'
import { type Product, root, scratchFolder, startProduct, until } from './product.ts'

const COUNT = 600
const OLD_MS = Date.now() - 30 * 86_400_000
const RANGE = `from=${new Date(T0).toISOString()}&to=${new Date(T0 + 3_600_000).toISOString()}`
const ENDPOINT = `netflow://127.0.0.1:${30_000 + (process.pid % 10_000)}`
const scratch = scratchFolder()
let browser: Browser
let product: Product
let page: Page
let complaints: string[]

beforeAll(async () => {
  const store = new ParquetStore({ folder: scratch.path('data'), maxBytes: 1e9, maxAgeMs: 1e13, memoryMB: 256, threads: 1 })
  await store.write({ interfaceKey: ENDPOINT, interfaceName: 'routers', records: packFlows(batchOf(0, COUNT)) })
  store.sealAll()
  const old = batchOf(0, 1)
  old.firstMs[0] = old.lastMs[0] = OLD_MS
  await store.write({ interfaceKey: ENDPOINT, interfaceName: 'routers', records: packFlows(old) })
  store.sealAll()
  await store.close()
  browser = await launchBrowser()
  product = await startProduct(['-s', '-d', scratch.path('data'), '-i', ENDPOINT, '--history-days', '3660'])
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
  scratch.dispose()
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await page?.screenshot({ path: join(root, 'test/output', `${task.name.replace(/\W+/g, '-')}.png`) })
  await page?.context().close()
})
async function open(path: string, options: BrowserContextOptions = {}): Promise<void> {
  ;({ page, complaints } = await openPage(browser, product.url + path, options))
}
const groups = () => page.getByRole('table', { name: 'Groups' }).getByRole('row')

it('shows what used the network, narrowed down by a click, and the flows themselves', async () => {
  await open(`/explore?${RANGE}`)
  await groups().getByText('TLS.Google').waitFor()
  await page.locator('.chart canvas').waitFor()
  // A head, and three applications.
  expect(await groups().count()).toBe(4)
  await groups().getByText('DNS', { exact: true }).click()
  await page.getByRole('menuitem', { name: 'Filter by it', exact: true }).click()
  await page.waitForURL(/filter=app\+=\+DNS/)
  await page.getByRole('button', { name: 'Flows', exact: true }).click()
  const flows = page.getByRole('table', { name: 'Flows' })
  await flows.getByText('udp').first().waitFor()
  // A page of a hundred; every third flow is DNS.
  expect(await flows.getByRole('row').count()).toBe(101)
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByText(`Flows 101 to ${COUNT / 3}`).waitFor()
  expect(complaints).toEqual([])
})

it('is grouped by several fields, and compared with the time before', async () => {
  await open(`/explore?${RANGE}&by=app,client&compare=before`)
  await page.getByText('Client').first().waitFor()
  await groups().getByText('new').first().waitFor()
  await page.getByRole('button', { name: 'Client', exact: true }).click()
  await page.waitForURL(/by=app&/)
  await page.getByText('3 groups').waitFor()
  expect(await groups().count()).toBe(4)
  expect(complaints).toEqual([])
})

it('is opened as an interface, on which every page works', async () => {
  await open(`/explore?${RANGE}&filter=app+=+HTTP`)
  await groups().getByText('HTTP').waitFor()
  await page.getByRole('button', { name: 'Open as an interface' }).click()
  await page.waitForURL(/\/\?.*interface=2/)
  const apps = page.getByRole('list', { name: 'Top applications' })
  await apps.getByText('HTTP').waitFor()
  const { interfaces } = await product.get<{
    interfaces: { id: number; kind: string; progress: { files: object }; totals: { bytes: number } }[]
  }>('/api/v1/interfaces')
  const wanted = Array.from({ length: COUNT }, (_, n) => flowOf(n)).filter(({ app }) => app === 'HTTP')
  expect(interfaces.find(({ id }) => id === 2)).toMatchObject({
    kind: 'historical',
    progress: { files: { total: 1, loaded: 1, missing: 0, unreadable: 0 } },
    totals: { bytes: wanted.reduce((sum, { bytes }) => sum + bytes[0] + bytes[1], 0) },
  })
  expect(complaints).toEqual([])
})

it('fits a telephone', async () => {
  await open(`/explore?${RANGE}`, { viewport: { width: 390, height: 844 } })
  await groups().getByText('TLS.Google').waitFor()
  const wide = await page.evaluate('document.documentElement.scrollWidth')
  expect(wide).toBeLessThanOrEqual(390)
  expect(complaints).toEqual([])
})

it('tells how much is kept, and keeps as much as is said', async () => {
  await open('/settings?view=history')
  await page.getByText('parquet', { exact: true }).waitFor()
  await page.getByText(/ of 10\.7\sGB$/).waitFor()
  const form = page.getByRole('form', { name: 'How much is kept' })
  expect(await form.getByLabel('Days').inputValue()).toBe('3660')
  await form.getByLabel('Days').fill('3000')
  await form.getByLabel('Gigabytes').fill('2.5')
  await form.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved: it holds from now on').waitFor()
  await page.getByText(/ of 2\.50?\sGB$/).waitFor()
  const { store } = await product.get<{ store: { retention: object } }>('/api/v1/history')
  expect(store.retention).toEqual({ maxAgeMs: 3000 * 86_400_000, maxBytes: 2.5e9 })
  // A record is thirty days old: that it goes takes a second click.
  await form.getByLabel('Days').fill('20')
  await form.getByRole('button', { name: 'Save', exact: true }).click()
  await form.getByText('the oldest records go for good').waitFor()
  await form.getByRole('button', { name: 'Save and delete' }).click()
  await until('it is gone', async () => {
    const { store: after } = await product.get<{ store: { fromMs?: number } }>('/api/v1/history')
    return after.fromMs !== OLD_MS || undefined
  })
  expect(complaints).toEqual([])
})
