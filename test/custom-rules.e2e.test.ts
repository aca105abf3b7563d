/** Rules of users and the list of protocols in a real browser. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, openPage } from './browser.ts'
import { capture, conversation, udp } from './frames.ts'
import { type Product, root, scratchFolder, startProduct } from './product.ts'

const scratch = scratchFolder()
const client = { ip: '10.0.0.1', port: 40_000 }
const packets = scratch.path('traffic.pcap')
const rulesFile = scratch.path('data/custom-rules.txt')
writeFileSync(
  packets,
  capture([
    ...conversation(client, { ip: '192.0.2.80', port: 80 }, 'GET / HTTP/1.1\r\nHost: wiki.example\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n'),
    udp(client, { ip: '192.0.2.81', port: 7777 }, 'hello?'),
  ]),
)

let browser: Browser
let product: Product
let page: Page
let complaints: string[]
beforeAll(async () => {
  browser = await launchBrowser()
  product = await startProduct(['-i', packets, '-d', scratch.path('data')])
  await product.allRead()
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
const editor = () => page.getByRole('textbox', { name: 'Rules' })
const status = () => page.getByRole('main').getByRole('status')
const save = () => page.getByRole('button', { name: 'Save' })

describe('custom rules', () => {
  it('are typed with their faults shown, saved, and hold at once', async () => {
    await open('/')
    await page.getByRole('navigation', { name: 'Pages' }).getByText('Settings').click()
    await editor().click()
    await page.keyboard.type('udp:7777@Arcade\nip:10.0.0.256@Lab\n')
    await page.getByText('1 fault: its rule is left out').waitFor()
    const faults = page.getByRole('list', { name: 'Faults' }).getByRole('listitem')
    expect(await faults.textContent()).toContain('Line 2, column 4 an IPv4 address')
    expect(await page.getByText('Not saved yet').isVisible()).toBe(true)

    // The fault leads to its place, where it is put right.
    await faults.getByRole('button').click()
    await page.keyboard.press('Shift+End')
    await page.keyboard.type('192.0.2.80@Wiki')
    await status().getByText('No fault in 2 rules').waitFor()
    await save().click()
    await page.getByText('Saved: new flows').waitFor()
    expect(readFileSync(rulesFile, 'utf8')).toBe('udp:7777@Arcade\nip:192.0.2.80@Wiki\n')
    expect(await save().isDisabled()).toBe(true)

    await page.getByRole('navigation', { name: 'Pages' }).getByText('Flows').click()
    await page.getByRole('grid').getByText('Arcade').waitFor()
    // What the payload has named stays, until a new flow comes.
    expect(await page.getByRole('grid').getByText('HTTP', { exact: true }).count()).toBe(1)
    expect(complaints).toEqual([])
  })

  it('that are not saved wait while another page is shown, and can be discarded', async () => {
    await open('/settings')
    await editor().getByText('udp:7777@Arcade').waitFor()
    await editor().click()
    await page.keyboard.press('ControlOrMeta+End')
    await page.keyboard.type('tcp:9@More')
    await page.getByText('Not saved yet').waitFor()
    await page.getByRole('navigation', { name: 'Pages' }).getByText('Hosts').click()
    await page.getByRole('navigation', { name: 'Pages' }).getByText('Settings').click()
    await editor().getByText('tcp:9@More').waitFor()
    await page.getByRole('button', { name: 'Discard changes' }).click()
    await page.getByText('Not saved yet').waitFor({ state: 'hidden' })
    expect(await editor().textContent()).not.toContain('More')
    expect(complaints).toEqual([])
  })

  it('give categories, by an example and the key that saves', async () => {
    await open('/settings?view=categories')
    await page.getByRole('button', { name: /@Malware$/ }).click()
    await editor().click()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('ip:192.0.2.81@Play')
    await page.keyboard.press('ControlOrMeta+s')
    await page.getByText('Saved: new flows').waitFor()
    await page.goto(`${product.url}/flows?filter=category+%3D+Play`)
    await page.getByRole('grid').getByText('Arcade').waitFor()
    expect(complaints).toEqual([])
  })
})

describe('protocols', () => {
  const table = () => page.getByRole('table', { name: /Protocols/ })
  const rows = () => table().locator('tbody tr')
  const first = () => rows().first().getByRole('rowheader').textContent()

  it('are sorted, filtered, exported, and lead to their flows', async () => {
    await open('/applications')
    await page.getByRole('button', { name: 'Protocols' }).click()
    await table().getByText('DNScrypt').waitFor()
    expect(await rows().count()).toBeGreaterThan(400)
    await table().getByRole('button', { name: 'Live flows' }).click()
    expect(['Arcade', 'HTTP']).toContain(await first())
    await table().getByRole('button', { name: 'Name' }).click()
    await table().getByRole('button', { name: 'Name' }).click()
    expect((await first())!.toLowerCase()).toMatch(/^[x-z]/)

    await page.getByRole('searchbox', { name: 'Filter' }).fill('arcade')
    await page.getByText('1 of').waitFor()
    expect(await rows().first().textContent()).toBe('ArcadeUnspecifiedcustom rules (1)1')
    await page.getByRole('button', { name: 'Export' }).click()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /CSV/ }).click()])
    expect(download.suggestedFilename()).toBe('protocols.csv')
    expect(readFileSync(await download.path(), 'utf8').split('\r\n')[1]).toBe('Arcade,Unspecified,custom rules (1),,By a custom rule,0,1,1')

    await rows().first().getByRole('button').click()
    const side = page.getByRole('complementary', { name: 'Details' })
    await side.getByText('By a custom rule').waitFor()
    await page.reload()
    await side.getByRole('button', { name: 'Open its flows' }).click()
    await page.waitForURL(/\/flows\?.*filter=app\+=\+Arcade/)
    await page.getByRole('grid').getByText('Arcade').waitFor()
    expect(complaints).toEqual([])
  })
})
