/** A host is given a name in a real browser, and has its own again. */
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser, openPage } from './browser.ts'
import { type Product, root, startProduct } from './product.ts'

const LAPTOP = '192.168.1.101'
const HOSTILE = '<img src=x onerror=alert(1)>'
let browser: Browser
let product: Product
beforeAll(async () => {
  browser = await launchBrowser()
  product = await startProduct(['-i', join(root, 'samples/office.pcap')])
  await product.allRead()
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
})

it('is called as a user says, everywhere and as text, until that is taken away', async () => {
  const { page, complaints } = await openPage(browser, `${product.url}/hosts/${LAPTOP}`)
  const heading = page.getByRole('heading', { level: 1 })
  const rename = async (to: string) => {
    await page.getByRole('button', { name: 'Rename' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill(to)
    await dialog.getByRole('button', { name: 'Rename' }).click()
    await dialog.waitFor({ state: 'detached' })
  }
  await heading.filter({ hasText: 'alex-laptop' }).waitFor()
  await rename(HOSTILE)
  await heading.filter({ hasText: HOSTILE }).waitFor()
  await page.getByText('given here').waitFor()
  await page.getByText('from DHCP').waitFor()
  await page.goto(`${product.url}/hosts`)
  await page.getByText(HOSTILE).first().waitFor()
  await page.goto(`${product.url}/hosts/${LAPTOP}`)
  await heading.filter({ hasText: HOSTILE }).waitFor()
  await rename('')
  await heading.filter({ hasText: 'alex-laptop' }).waitFor()
  expect(complaints).toEqual([])
})
