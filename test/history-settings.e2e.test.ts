/** What is kept of the past, and how much of it is to be, in a real browser. */
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { batchOf, T0 } from '../src/history/flows-testing.ts'
import { ParquetStore } from '../src/history/parquet-store.ts'
import { packFlows } from '../src/lib/flow-batch.ts'
import { launchBrowser, openPage } from './browser.ts'
import { freePort, type Product, root, scratchFolder, startProduct, until } from './product.ts'

const OLD_MS = Math.min(Date.now(), T0) - 30 * 86_400_000
const scratch = scratchFolder()
let browser: Browser
let product: Product
let page: Page
let complaints: string[]

beforeAll(async () => {
  const endpoint = `netflow://127.0.0.1:${await freePort()}`
  const store = new ParquetStore({ folder: scratch.path('data'), maxBytes: 1e9, maxAgeMs: 1e13, memoryMB: 256, threads: 1 })
  const old = batchOf(0, 1)
  old.firstMs[0] = old.lastMs[0] = OLD_MS
  await store.write({ interfaceKey: endpoint, interfaceName: 'routers', records: packFlows(old) })
  await store.close()
  browser = await launchBrowser()
  product = await startProduct(['-s', '-d', scratch.path('data'), '-i', endpoint, '--history-days', '3660'])
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
async function open(path: string): Promise<void> {
  ;({ page, complaints } = await openPage(browser, product.url + path))
}

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
