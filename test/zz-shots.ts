import { launchBrowser } from './browser.ts'
import { root, startProduct } from './product.ts'
const product = await startProduct(['-i', `${root}/samples/office.pcap`, '--original-speed', '--packet-ring', '16M'])
const browser = await launchBrowser()
try {
  await new Promise((r) => setTimeout(r, 3000))
  for (const scheme of ['light', 'dark'] as const)
    for (const [w, h] of [[1440, 900], [390, 844]] as const) {
      const page = await browser.newPage({ viewport: { width: w, height: h }, colorScheme: scheme })
      page.on('console', (m) => m.type() === 'error' && console.log(m.text()))
      page.on('pageerror', (m) => console.log(m.message))
      const { items } = await product.get<{ items: { id: string; packets: number }[] }>('/api/v1/flows?sort=packets&limit=1')
      await page.goto(`${product.url}/flows/${items[0]!.id}`)
      await page.getByRole('button', { name: 'Record packets' }).waitFor()
      await page.waitForTimeout(500)
      await page.screenshot({ path: `/tmp/shot-flow-${scheme}-${w}.png` })
      await page.getByRole('button', { name: 'Record packets' }).click()
      await page.waitForTimeout(200)
      await page.screenshot({ path: `/tmp/shot-dialog-${scheme}-${w}.png` })
      await page.getByRole('button', { name: 'Start recording' }).click()
      await page.getByText('left').first().waitFor()
      await page.waitForTimeout(1200)
      await page.screenshot({ path: `/tmp/shot-list-${scheme}-${w}.png` })
      await page.getByRole('button', { name: 'Stop' }).first().click()
      await page.getByRole('link', { name: 'Download' }).first().waitFor()
      await page.screenshot({ path: `/tmp/shot-ended-${scheme}-${w}.png` })
      await page.goto(`${product.url}/flows`)
      await page.waitForTimeout(800)
      await page.screenshot({ path: `/tmp/shot-flows-${scheme}-${w}.png` })
      await page.goto(`${product.url}/hosts/192.168.1.10`)
      await page.waitForTimeout(800)
      await page.screenshot({ path: `/tmp/shot-host-${scheme}-${w}.png` })
      await page.close()
    }
} finally {
  await browser.close()
  await product.stop()
}
