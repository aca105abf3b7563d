/** Recording from the console: start, progress, download; and the packets that are kept. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, openPage } from './browser.ts'
import { capture, udp } from './frames.ts'
import { type Product, root, scratchFolder, startProduct } from './product.ts'

const WAIT_MS = 15_000
const scratch = scratchFolder()
let browser: Browser
let product: Product
let page: Page
let complaints: string[]

/** Two flows, a packet of each every 50 ms, for minutes. */
function traffic(): string {
  const path = scratch.path('traffic.pcap')
  const one = { ip: '10.0.0.1', port: 50123 }
  const frames = Array.from({ length: 4000 }, (_, i) => [
    udp(one, { ip: '10.0.0.2', port: 7777 }, `a${i}`),
    udp(one, { ip: '10.0.0.3', port: 8888 }, `b${i}`),
  ])
  const parts = frames.map((pair, i) => capture(pair, 1_700_000_000_000 + i * 50).subarray(i === 0 ? 0 : 24))
  writeFileSync(path, Buffer.concat(parts))
  return path
}

beforeAll(async () => {
  browser = await launchBrowser()
  product = await startProduct(['-i', traffic(), '--original-speed', '--packet-ring', '4M'])
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

async function open(path: string, width = 1440, height = 900): Promise<void> {
  ;({ page, complaints } = await openPage(browser, product.url + path, { viewport: { width, height }, acceptDownloads: true }))
}

async function flowTo(port: number): Promise<string> {
  for (const untilMs = Date.now() + WAIT_MS; Date.now() < untilMs; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const { items } = await product.get<{ items: { id: string }[] }>(`/api/v1/flows?filter=port%3D${port}`)
    if (items[0]) return items[0].id
  }
  throw new Error(`no flow to ${port}`)
}

async function downloaded(click: () => Promise<void>, name: string): Promise<{ path: string; suggested: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), click()])
  const path = scratch.path(name)
  await download.saveAs(path)
  return { path, suggested: download.suggestedFilename() }
}
const packetsIn = (path: string) =>
  execFileSync('tcpdump', ['-r', path, '-nn', '-q'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    .trimEnd()
    .split('\n')
const recordings = () => page.getByRole('dialog', { name: 'Recordings' })

describe('recording', () => {
  it('a flow: from its page to a file, across pages', async () => {
    await open(`/flows/${await flowTo(7777)}`)
    await page.getByRole('button', { name: 'Record packets' }).click()
    const dialog = page.getByRole('dialog', { name: 'Record packets' })
    await dialog.getByLabel('Packets').fill('40')
    await dialog.getByRole('button', { name: 'Start recording' }).click()
    await recordings().getByText('10.0.0.1:50123 → 10.0.0.2:7777').waitFor()
    await recordings().getByRole('progressbar').waitFor()
    await expect.poll(() => recordings().textContent()).toMatch(/[1-9]\d* packets/)

    // It goes on, and is shown, whichever page is in view; also after a reload.
    await page.keyboard.press('Escape')
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Hosts' }).click()
    await page.getByRole('button', { name: '1 recording runs' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: /recording/ }).click()
    const link = recordings().getByRole('link', { name: 'Download' })
    await link.waitFor()
    expect(await recordings().textContent()).toContain('the number of packets is reached')

    const { path, suggested } = await downloaded(() => link.click(), 'flow.pcapng')
    expect(suggested).toMatch(/^wiretop-traffic\.pcap-\d{8}T\d{6}\.pcapng$/)
    expect(execFileSync('capinfos', ['-c', '-t', path], { encoding: 'utf8' })).toMatch(/pcapng[\s\S]*Number of packets:\s+40/)
    for (const packet of packetsIn(path)) expect(packet).toContain('10.0.0.1.50123 > 10.0.0.2.7777')
    await recordings().getByRole('button', { name: 'Remove this recording' }).click()
    await expect.poll(() => page.getByRole('button', { name: /recording/ }).count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('a host is stopped by hand; flows of a filter are cancelled', async () => {
    await open('/hosts/10.0.0.3')
    await page.getByRole('button', { name: 'Record packets' }).click()
    await page.getByRole('button', { name: 'pcap', exact: true }).click()
    await page.getByRole('button', { name: 'Start recording' }).click()
    await expect.poll(() => recordings().textContent()).toMatch(/host 10\.0\.0\.3.*[1-9]\d* packets/)
    await recordings().getByRole('button', { name: 'Stop' }).click()
    const { path } = await downloaded(() => recordings().getByRole('link', { name: 'Download' }).click(), 'host.pcap')
    for (const packet of packetsIn(path)) expect(packet).toContain('10.0.0.3.8888')
    await recordings().getByRole('button', { name: 'Remove this recording' }).click()

    await page.goto(`${product.url}/flows?filter=${encodeURIComponent('port = 8888')}`)
    await page.getByRole('button', { name: 'Record the packets of these flows' }).click()
    await page.getByRole('button', { name: 'Start recording' }).click()
    await recordings().getByText('flows with port = 8888').waitFor()
    await recordings().getByRole('button', { name: 'Cancel' }).click()
    await expect.poll(() => product.get('/api/v1/recordings')).toEqual({ recordings: [] })
    expect(complaints).toEqual([])
  })

  it('what the server refuses is said in the dialog', async () => {
    await open('/flows')
    await page.getByRole('button', { name: 'Record the packets of these flows' }).click()
    const dialog = page.getByRole('dialog', { name: 'Record packets' })
    await page.route('**/api/v1/recordings?*', (route) =>
      route.fulfill({
        status: 409,
        contentType: 'application/json',
        body: '{"error":{"code":"too-many","message":"8 recordings run at most"}}',
      }),
    )
    await dialog.getByRole('button', { name: 'Start recording' }).click()
    await dialog.getByRole('alert').getByText('8 recordings run at most').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await expect.poll(() => dialog.count()).toBe(0)
  })

  it('fits a phone', async () => {
    await open(`/flows/${await flowTo(7777)}`, 390, 844)
    await page.getByRole('button', { name: 'Record packets' }).click()
    const right = async (name: string) => {
      const box = (await page.getByRole('button', { name }).boundingBox())!
      return box.x + box.width
    }
    expect(await right('Start recording')).toBeLessThan(390 - 12)
    await page.getByRole('button', { name: 'Start recording' }).click()
    await recordings().getByRole('button', { name: 'Cancel' }).click()
    await expect.poll(() => product.get('/api/v1/recordings')).toEqual({ recordings: [] })
  })
})

it('packets that are kept are downloaded from the page of their flow, back to its beginning', async () => {
  await open(`/flows/${await flowTo(8888)}`)
  const link = page.getByRole('link', { name: 'Packets kept' })
  await link.waitFor()
  expect(await link.getAttribute('title')).toContain('back to its beginning')
  const { path } = await downloaded(() => link.click(), 'kept.pcapng')
  const packets = packetsIn(path)
  expect(packets.length).toBeGreaterThan(10)
  for (const packet of packets) expect(packet).toContain('10.0.0.3.8888')
})
