/** The past in a real browser: explored, narrowed down, and opened as an interface. */
import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { batchOf, flowOf, T0 } from '../src/history/flows-testing.ts'
import { ParquetStore } from '../src/history/parquet-store.ts'
import { packFlows } from '../src/lib/flow-batch.ts'
import { launchBrowser, openPage } from './browser.ts'
import { netflowDatagram, RECORDS } from './netflow-datagram.ts'
import { type Product, root, scratchFolder, startProduct, wiretop } from './product.ts'

const COUNT = 600
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

it('shows who talks with whom as a Sankey, narrowed down by a click or a key, and back', async () => {
  await open(`/explore?${RANGE}`)
  await page.getByRole('combobox', { name: 'How it is drawn' }).selectOption('sankey')
  await page.waitForURL(/by=client,app,server/)
  const drawing = page.getByRole('region', { name: 'Who with whom' })
  await drawing.getByRole('button', { name: /^Application: DNS · / }).click()
  await page.waitForURL(/filter=app\+=\+DNS/)
  await drawing.getByRole('button', { name: /^Client: 10\.0\.0\.0 · / }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/filter=app\+=\+DNS\+and\+client\+=\+10\.0\.0\.0/)
  // The same is in the table beneath.
  await groups().getByText('10.0.0.0').first().waitFor()
  await page.goBack()
  await drawing.getByRole('button', { name: /^Client: 10\.0\.0\.3 · / }).waitFor()
  expect(complaints).toEqual([])
})

it('shows two fields as a heat map, with all others, gone through by arrows', async () => {
  await open(`/explore?${RANGE}&by=client,serverPort&shape=matrix&top=5`)
  const map = page.getByRole('grid', { name: 'Who with whom' })
  await map.waitFor()
  // A head, five clients and all others.
  expect(await map.getByRole('row').count()).toBe(7)
  await map.getByRole('gridcell').first().focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowDown')
  const label = await page.evaluate('document.activeElement.getAttribute("aria-label")')
  const wanted = await map.getByRole('row').nth(2).getByRole('gridcell').nth(1).getAttribute('aria-label')
  expect(label).toBe(wanted)
  const cell = map.locator('.can-act').first()
  await cell.click()
  await page.waitForURL(/filter=client\+=\+10\.0\.\d\.\d\+and\+serverPort\+=\+\d+/)
  await map.getByRole('rowheader').first().waitFor()
  await page.goBack()
  await map.getByRole('rowheader', { name: 'Other' }).getByRole('button').click()
  await page.waitForURL(/filter=not\+client\+in/)
  expect(complaints).toEqual([])
})

it('saves a view by a name, opens, renames and deletes it', async () => {
  await open(`/explore?${RANGE}&by=client&filter=app+=+DNS`)
  const saved = page.getByRole('button', { name: 'Saved views' })
  const list = page.getByRole('dialog', { name: 'Saved views' })
  await saved.click()
  await list.getByRole('button', { name: 'Save this view' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Who asks <b>names</b>')
  await page.keyboard.press('Enter')
  await page.getByText('Saved as Who asks').waitFor()
  await page.goto(`${product.url}/explore`)
  await saved.click()
  await list.getByRole('button', { name: /^Who asks/ }).click()
  await page.waitForURL(/filter=app\+=\+DNS/)
  expect(page.url()).toMatch(/by=client/)
  await saved.click()
  await list.getByRole('button', { name: 'Rename Who asks' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Names')
  await page.getByRole('button', { name: 'Rename', exact: true }).click()
  await saved.click()
  await list.getByRole('button', { name: 'Delete Names' }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await saved.click()
  await list.getByText('None yet').waitFor()
  expect(complaints).toEqual([])
})

it('gives out flows and groups as files', async () => {
  await open(`/explore?${RANGE}&filter=app+=+DNS`)
  const save = async (kind: string): Promise<Buffer> => {
    await page.getByRole('button', { name: 'Export' }).click()
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: kind }).click()])
    return readFileSync(await file.path())
  }
  await groups().getByText('DNS', { exact: true }).waitFor()
  expect((await save('CSV')).toString()).toMatch(/^app,bytes,packets,flows,share,/)
  expect((await save('Parquet')).subarray(0, 4).toString()).toBe('PAR1')
  await page.getByRole('button', { name: 'Flows', exact: true }).click()
  await page.getByRole('table', { name: 'Flows' }).waitFor()
  expect((await save('CSV')).toString().trimEnd().split('\n')).toHaveLength(1 + COUNT / 3)
  expect(JSON.parse((await save('JSON')).toString())).toHaveLength(COUNT / 3)
  expect((await save('Parquet')).subarray(-4).toString()).toBe('PAR1')
  expect(complaints).toEqual([])
})

it('completes a filter with values of the past', async () => {
  await open(`/explore?${RANGE}`)
  await groups().getByText('DNS', { exact: true }).waitFor()
  await page.getByRole('textbox', { name: 'Filter' }).click()
  await page.locator('.editor .cm-focused').waitFor()
  await page.keyboard.type('serverName = host3')
  await page.getByRole('option', { name: 'host3.example.org' }).click()
  await page.keyboard.press('Enter')
  await page.waitForURL(/filter=serverName\+=\+host3\.example\.org/)
  expect(complaints).toEqual([])
})

it('says where a filter is wrong', async () => {
  await open(`/explore?${RANGE}&filter=app+=+DNS+and+bps+%3E+1`)
  await page
    .getByRole('alert')
    .getByText(/bps is not kept in history.*15/)
    .waitFor()
  await open(`/explore?${RANGE}&filter=app+=+DNS+and`)
  await page
    .getByRole('alert')
    .getByText(/expected/)
    .first()
    .waitFor()
})

it('fits a telephone as a Sankey and as a heat map too', async () => {
  for (const shape of ['sankey', 'matrix']) {
    await open(`/explore?${RANGE}&by=client,app,server&shape=${shape}`, { viewport: { width: 390, height: 844 }, colorScheme: 'dark' })
    await page
      .locator('.flow-sankey-label, .matrix-name')
      .filter({ hasText: /DNS|8\.8/ })
      .first()
      .waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(complaints).toEqual([])
    await page.context().close()
  }
})

it('tells who it was at a click on a graph, minute by minute', async () => {
  const socket = createSocket('udp4')
  const send = (first: number, lastedMs: number) =>
    socket.send(netflowDatagram(first, lastedMs), Number(ENDPOINT.split(':').at(-1)), '127.0.0.1')
  // One that lasted as long tells how long the exporter waits: the others are over then, and told of.
  send(0, 60_000)
  let sent = 0
  const beat = setInterval(() => send((sent += RECORDS), 500), 200)
  try {
    await open('/')
    const plot = page.locator('.throughput .u-over')
    await plot.waitFor()
    await page.locator('.throughput').getByRole('button', { name: 'TLS' }).waitFor()
    const { width, height } = (await plot.boundingBox())!
    await plot.click({ position: { x: width * 0.7, y: height * 0.95 } })
    const minute = page.getByRole('dialog', { name: /^Top talkers/ })
    await minute.getByRole('list', { name: 'Hosts' }).waitFor({ timeout: 30_000 })
    const title = await minute.getByRole('heading', { level: 2 }).textContent()
    for (let n = 0; n < 3; n++) await minute.getByRole('button', { name: 'The minute before' }).click()
    await minute.getByText('No flows then').first().waitFor()
    for (let n = 0; n < 3; n++) await minute.getByRole('button', { name: 'The minute after' }).click()
    expect(await minute.getByRole('heading', { level: 2 }).textContent()).toBe(title)
    await minute.getByRole('list', { name: 'Conversations' }).getByRole('link').first().click()
    await page.waitForURL(/explore\?.*filter=.*client\+=\+10\.0\.0\.0\+and\+server\+=\+8\.8\.8\.8/)
    await page.getByRole('table', { name: 'Flows' }).getByText('8.8.8.8').first().waitFor()
    expect(complaints).toEqual([])
  } finally {
    clearInterval(beat)
    socket.close()
  }
})

it('answers in the terminal: as a table, and all of it as a file', async () => {
  const query = (...args: string[]) =>
    wiretop(['query', '--url', product.url, '--from', new Date(T0).toISOString(), '--to', new Date(T0 + 3_600_000).toISOString(), ...args])
  const table = await query('--by', 'app')
  expect(table.stdout.split('\n').map((line) => line.split(' ')[0])).toEqual(expect.arrayContaining(['app', 'DNS', 'HTTP', 'TLS.Google']))
  const csv = await query('app = DNS', '--flows', '--format', 'csv')
  expect(csv.stdout.trimEnd().split('\n')).toHaveLength(1 + COUNT / 3)
  const json = await query('--by', 'app', '--format', 'json', '--limit', '1', '--measures', 'flows')
  expect(Object.keys(JSON.parse(json.stdout) as object)).toEqual(['app', 'flows'])
  const path = scratch.path('flows.parquet')
  expect(await query('--flows', '--format', 'parquet', '-o', path)).toMatchObject({ status: 0, stdout: '', stderr: '' })
  expect(readFileSync(path).subarray(-4).toString()).toBe('PAR1')
  expect(await query('app =', '--format', 'csv')).toMatchObject({ status: 2, stderr: expect.stringContaining('expected') })
  expect((await query('-o', path)).stderr).toBe(
    'wiretop: query: what is written to a file is csv, json or parquet: say --format, and not --sql\n',
  )
  expect(await query('--format', 'csv', '-o', scratch.path('no/folder.csv'))).toMatchObject({ status: 1 })
})
