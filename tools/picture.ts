/** Writes docs/images/overview.png: the overview of samples/office.pcap in a real browser. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { launchBrowser } from '../test/browser.ts'
import { root, startProduct } from '../test/product.ts'

const SIZE = { width: 1440, height: 900 }

const product = await startProduct(['-i', join(root, 'samples/office.pcap')])
const browser = await launchBrowser()
try {
  await product.allRead()
  const page = await browser.newPage({ viewport: SIZE, deviceScaleFactor: 1, colorScheme: 'light' })
  await page.goto(product.url)
  await page.getByRole('list', { name: 'Top hosts' }).getByRole('listitem').first().waitFor()
  await page.waitForTimeout(1500)
  const path = join(root, 'docs/images/overview.png')
  mkdirSync(join(path, '..'), { recursive: true })
  await page.screenshot({ path })
} finally {
  await browser.close()
  await product.stop()
}
