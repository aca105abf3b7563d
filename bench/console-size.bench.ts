/** All that a browser loads until the overview stands idle, as gzip packs it, against the bytes unpacked. */
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Response } from 'playwright-core'
import { launchBrowser } from '../test/browser.ts'
import { startProduct } from '../test/product.ts'
import { root, table } from './measure.ts'

const AIM_BYTES = 300_000
/** Nothing has come for so long: it stands idle but for its live ticks. */
const IDLE_MS = 3000

const product = await startProduct(['-i', join(root, 'samples/office.pcap')])
const browser = await launchBrowser()
try {
  await product.allRead()
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const loads: { name: string; kind: string; plain: number; packed: number }[] = []
  let latest = Date.now()
  const onResponse = async (response: Response) => {
    latest = Date.now()
    const body = await response.body().catch(() => Buffer.alloc(0))
    loads.push({
      name: new URL(response.url()).pathname,
      kind: response.request().resourceType(),
      plain: body.length,
      packed: gzipSync(body).length,
    })
  }
  page.on('response', (response) => void onResponse(response))
  await page.goto(product.url)
  await page.getByRole('list', { name: 'Top hosts' }).getByRole('listitem').first().waitFor()
  while (Date.now() - latest < IDLE_MS) await page.waitForTimeout(100)

  const sum = (pick: (load: (typeof loads)[number]) => number) => loads.reduce((all, load) => all + pick(load), 0)
  const packed = sum((load) => load.packed)
  console.log(
    `console-size: ${(packed / 1000).toFixed(0)} kB gzip in ${loads.length} responses until the overview stands idle, ` +
      `${(packed / AIM_BYTES).toFixed(2)} × the ${AIM_BYTES / 1000} kB aimed at; ${(sum((load) => load.plain) / 1000).toFixed(0)} kB unpacked`,
  )
  const largest = loads.sort((a, b) => b.packed - a.packed).slice(0, 8)
  console.log(
    table(
      ['largest', 'kind', 'gzip bytes'],
      largest.map(({ name, kind, packed: bytes }) => [name, kind, bytes.toLocaleString('en')]),
    ),
  )
} finally {
  await browser.close()
  await product.stop()
}
