/** One wiretop looks at another, in a real browser. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hasOpenssl, oneInterface, type Remote, selfSigned, startRemote, wiretop } from '../src/instances/testing.ts'
import type { InstancesAnswer } from '../src/lib/instances.ts'
import { launchBrowser, openPage } from './browser.ts'
import { type Product, root, scratchFolder, startProduct } from './product.ts'

const scratch = scratchFolder()
const office = join(root, 'samples/office.pcap')
const kept = scratch.path('data/instances.json')

let browser: Browser
let product: Product
let other: Product
let page: Page
let complaints: string[]
const remotes: Remote[] = []
beforeAll(async () => {
  browser = await launchBrowser()
  other = await startProduct(['-i', office])
  await other.allRead()
})
afterAll(async () => {
  await browser?.close()
  await product?.stop()
  await other?.stop()
  for (const remote of remotes) await remote.close()
  scratch.dispose()
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await page?.screenshot({ path: join(root, 'test/output', `${task.name.replace(/\W+/g, '-')}.png`) })
  await page?.context().close()
})

/** A wiretop of its own for each test, which looks at nothing yet. */
async function open(options: BrowserContextOptions = {}, args: readonly string[] = []): Promise<void> {
  await product?.stop()
  product = await startProduct(['-i', 'none', '-d', scratch.path('data'), ...args])
  const { instances } = await product.get<InstancesAnswer>('/api/v1/instances')
  for (const { id, isGiven } of instances) if (!isGiven) await fetch(`${product.url}/api/v1/instances/${id}`, { method: 'DELETE' })
  ;({ page, complaints } = await openPage(browser, `${product.url}/instances`, options))
}
const card = (name: string) => page.getByRole('list', { name: 'Instances' }).getByRole('listitem', { name })
const dialog = () => page.getByRole('dialog')
async function add(url: string, name: string, token = ''): Promise<void> {
  await page.getByRole('button', { name: 'Add an instance' }).click()
  await dialog().getByLabel('Address of its console').fill(url)
  await dialog().getByLabel('Name').fill(name)
  await dialog().getByLabel('Token').fill(token)
  await dialog().getByRole('button', { name: 'Add an instance' }).click()
  await card(name).waitFor()
}

describe('another wiretop', () => {
  it('is added, shown, goes away, and comes back', async () => {
    await open()
    await page.getByRole('navigation', { name: 'Pages' }).getByText('Interfaces').click()
    await page.waitForURL(/\/interfaces/)
    await page.keyboard.press('g')
    await page.keyboard.press('n')
    await page.getByText('No other wiretop yet').waitFor()
    await add(other.url, 'Berlin', 'secret')
    await card('Berlin').getByText('Up', { exact: true }).waitFor()
    const row = card('Berlin').getByRole('row', { name: /office\.pcap/ })
    expect(await row.textContent()).toContain('Ended')
    const sums = page.getByLabel('All instances that are up')
    await sums.getByText('1 of 1').waitFor()
    expect(JSON.parse(readFileSync(kept, 'utf8'))).toMatchObject({ instances: [{ name: 'Berlin', url: other.url, token: 'secret' }] })
    expect(await page.content()).not.toContain('secret')

    const theirs = page.waitForEvent('popup')
    await row.getByRole('link').click()
    const popup = await theirs
    await popup.getByRole('list', { name: 'Top hosts' }).getByRole('listitem').first().waitFor()
    expect(new URL(popup.url()).origin).toBe(other.url)
    expect(await popup.evaluate('window.opener')).toBeNull()
    await popup.close()

    const { port } = new URL(other.url)
    await other.stop()
    await card('Berlin').getByText('Unreachable', { exact: true }).waitFor()
    await card('Berlin').getByText('connection refused').waitFor()
    // What it answered last is still there.
    expect(await row.isVisible()).toBe(true)
    await sums.getByText('0 of 1').waitFor()

    other = await startProduct(['-i', office, '-w', port])
    await card('Berlin').getByText('Up', { exact: true }).waitFor()
    await sums.getByText('1 of 1').waitFor()
    expect(complaints).toEqual([])
  })

  it('is renamed and removed by keys alone', async () => {
    await open()
    await add(other.url, 'Berlin')
    await card('Berlin').getByRole('button', { name: 'Edit' }).focus()
    await page.keyboard.press('Enter')
    await dialog().getByLabel('Name').fill('Bonn')
    await page.keyboard.press('Enter')
    await card('Bonn').waitFor()
    await card('Bonn').getByRole('button', { name: 'Remove' }).focus()
    await page.keyboard.press('Enter')
    await dialog().getByRole('button', { name: 'Remove' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('No other wiretop yet').waitFor()
    expect(JSON.parse(readFileSync(kept, 'utf8'))).toEqual({ instances: [] })
    expect(complaints).toEqual([])
  })

  it('that cannot be is refused in the dialog', async () => {
    await open()
    await add(other.url, 'Berlin')
    await page.getByRole('button', { name: 'Add an instance' }).click()
    await dialog().getByLabel('Address of its console').fill(`${other.url}/`)
    await dialog().getByRole('button', { name: 'Add an instance' }).click()
    await dialog().getByRole('alert').getByText('this address is there already, as Berlin').waitFor()
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
  })

  it('of the command line can be given a token, and no other name', async () => {
    const remote = await startRemote(wiretop([], 'secret'))
    remotes.push(remote)
    await open({}, ['--instance', `Frankfurt=${remote.url}`])
    await card('Frankfurt').getByText('Refused', { exact: true }).waitFor()
    expect(await card('Frankfurt').getByRole('button', { name: 'Remove' }).count()).toBe(0)
    await card('Frankfurt').getByRole('button', { name: 'Edit' }).click()
    expect(await dialog().getByLabel('Name').count()).toBe(0)
    await dialog().getByLabel('Token').fill('secret')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await card('Frankfurt').getByText('Up', { exact: true }).waitFor()
    await card('Frankfurt').getByText('It has no interface.').waitFor()
    expect(complaints).toEqual([])
  })

  it.skipIf(!hasOpenssl)('with a certificate of its own is believed once that is accepted', async () => {
    const remote = await startRemote(wiretop(), { tls: selfSigned('probe.example') })
    remotes.push(remote)
    await open()
    await add(remote.url, 'Probe', 'secret')
    await card('Probe').getByText('its certificate is signed by itself').waitFor()
    expect(remote.asked).toEqual([])
    await card('Probe').getByRole('button', { name: 'Look at its certificate' }).click()
    await dialog().getByText('probe.example', { exact: true }).first().waitFor()
    await dialog().getByRole('button', { name: 'Accept it' }).click()
    await card('Probe').getByText('Up', { exact: true }).waitFor()
    await card('Probe').getByText('certificate accepted').waitFor()
    expect(complaints).toEqual([])
  })
})

it('several are filtered and sorted, hostile names are text, and all fits a phone', async () => {
  const hostile = '<img src=x onerror=alert(1)>\u202e'
  const busy = await startRemote(
    wiretop([oneInterface({ name: hostile }), ...Array.from({ length: 6 }, (_, id) => oneInterface({ id: id + 1 }))]),
  )
  remotes.push(busy)
  await open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, ['--instance', `away=http://127.0.0.1:9`])
  await add(other.url, 'Lab')
  await add(busy.url, 'Busy')
  await card('Busy').getByText('Up', { exact: true }).waitFor()
  await card('Lab').getByText('Up', { exact: true }).waitFor()
  // Where a button of the dialog was, the pointer is over the list now, and holds its order.
  await page.mouse.move(1, 1)
  const names = () => page.getByRole('list', { name: 'Instances' }).getByRole('heading').allTextContents()
  await expect.poll(names).toEqual(['Busy', 'Lab', 'away'])
  await page.getByRole('button', { name: 'State', exact: true }).click()
  await expect.poll(names).toEqual(['away', 'Busy', 'Lab'])
  await card('Busy').getByText('7 interfaces').click()
  await card('Busy').getByText('<img src=x onerror=alert(1)>\\u202e').waitFor()
  expect(await page.evaluate('document.querySelectorAll("img").length')).toBe(0)
  expect(await page.evaluate('document.getElementById("main").scrollWidth')).toBe(390)

  await page.getByRole('searchbox', { name: 'Filter' }).fill('lab office')
  await expect.poll(names).toEqual(['Lab'])
  await page.reload()
  await expect.poll(names).toEqual(['Lab'])
  await page.getByRole('searchbox', { name: 'Filter' }).fill('zzz')
  await page.getByRole('button', { name: 'Clear the filter' }).click()
  await expect.poll(names).toEqual(['away', 'Busy', 'Lab'])
  expect(complaints).toEqual([])
})
