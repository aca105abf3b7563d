/** The console in a real browser, in front of the whole product. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { HostItem } from '../src/lib/fields.ts'
import type { InterfaceInfo, ListAnswer } from '../src/lib/live.ts'
import { launchBrowser, openPage } from './browser.ts'
import { capture, conversation, dhcpRequest, dns, udp } from './frames.ts'
import { type Product, root, scratchFolder, startProduct } from './product.ts'

const WAIT_MS = 15_000

/** What functions that run in the page use of it. */
interface PageGlobals {
  readonly hit?: number
  readonly innerWidth: number
  readonly DataTransfer: new () => { readonly items: { add(file: File): void } }
  readonly document: {
    readonly documentElement: { readonly scrollWidth: number }
    readonly body: { readonly textContent: string }
    readonly scripts: Iterable<{ readonly textContent: string }>
    querySelectorAll(selector: string): Iterable<{ getAttribute(name: string): string | null }> & { readonly length: number }
  }
}

const sample = (name: string) => join(root, 'samples', name)
const scratch = scratchFolder()

let browser: Browser
let product: Product
let page: Page
/** What the page complained about: errors, refusals of its security policy, requests that failed. */
let complaints: string[]

beforeAll(async () => {
  browser = await launchBrowser()
  product = await startProduct(['-i', sample('office.pcap')])
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

async function open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  ;({ page, complaints } = await openPage(browser, url, options))
  return page
}

const path = () => new URL(page.url()).pathname
const parameter = (name: string) => new URL(page.url()).searchParams.get(name)
const grid = () => page.getByRole('grid')
const rows = () => grid().locator('.grid-body [role=row]')

describe('console', () => {
  it('leads from the dashboard to a host, a flow, a filter, and back', async () => {
    await open(product.url)
    const hosts = page.getByRole('list', { name: 'Top hosts' })
    await hosts.getByRole('listitem').first().waitFor()
    const { items } = await product.get<ListAnswer<'hosts'>>('/api/v1/hosts?sort=bytes&limit=1')
    const top = items[0] as HostItem
    expect(await hosts.getByRole('listitem').first().textContent()).toContain(top.name ?? top.address)
    expect(await page.getByRole('list', { name: 'Top applications' }).getByRole('listitem').count()).toBeGreaterThan(3)

    await hosts.getByRole('link').first().click()
    await page.waitForURL(/\/hosts\/[^/?]+/)
    expect(decodeURIComponent(path())).toContain(top.address)
    await page.getByRole('heading', { level: 1, name: top.name ?? top.address }).waitFor()
    await page.getByRole('tab', { name: 'Flows' }).click()
    await rows().first().waitFor()
    expect(parameter('tab')).toBe('flows')
    const hostPage = page.url()

    await grid().focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/flows\/[^/?]+/)
    await page.getByText('Why this name').first().waitFor()

    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Flows' }).click()
    await rows().first().waitFor()
    const all = await page.locator('.list-count').textContent()
    await filterBy('app = DNS and bytes > 100')
    await expect.poll(() => page.locator('.list-count').textContent()).not.toBe(all)
    expect(parameter('filter')).toBe('app = DNS and bytes > 100')
    for (const text of await rows().allTextContents()) expect(text).toContain('DNS')

    await page.goBack()
    await expect.poll(() => page.locator('.list-count').textContent()).toBe(all)
    await page.goBack()
    await page.waitForURL(/\/flows\/[^/?]+/)
    await page.goBack()
    await expect.poll(() => page.url()).toBe(hostPage)
    await page.goBack()
    await page.goBack()
    await hosts.getByRole('listitem').first().waitFor()
    expect(path()).toBe('/')
    expect(complaints).toEqual([])
  })

  it('shows a view that was sent as an address', async () => {
    await open(`${product.url}/flows?filter=${encodeURIComponent('app = DNS')}&sort=bytes`)
    await rows().first().waitFor()
    expect((await rows().allTextContents()).every((text) => text.includes('DNS'))).toBe(true)
    await page.reload()
    await rows().first().waitFor()
    expect(parameter('filter')).toBe('app = DNS')
  })

  it('says where a filter is wrong', async () => {
    await open(`${product.url}/flows`)
    await rows().first().waitFor()
    await filterBy('app = DNS and byts > 1')
    const fault = page.locator('.filter-line').getByRole('alert')
    await fault.waitFor()
    expect(await fault.textContent()).toMatch(/byts.*character 15/)
  })

  it('filters by a click on a value', async () => {
    await open(`${product.url}/flows?sort=bytes`)
    await rows().first().waitFor()
    await rows().getByText('SSH', { exact: true }).first().click()
    await page.getByRole('menuitem', { name: 'Filter by it', exact: true }).click()
    await expect.poll(() => parameter('filter')).toBe('app = SSH')
    await rows().first().waitFor()
  })

  it('is walked by keys alone', async () => {
    await open(product.url)
    await page.getByRole('list', { name: 'Top hosts' }).getByRole('listitem').first().waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('f')
    await page.waitForURL(/\/flows/)
    await rows().first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('DNS')
    await page.getByRole('option').first().waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await grid().focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press(' ')
    await expect.poll(() => parameter('row')).not.toBe(null)
    expect(complaints).toEqual([])
  })

  it('finds a host by search and goes there', async () => {
    await open(product.url)
    const { items } = await product.get<ListAnswer<'hosts'>>('/api/v1/hosts?sort=bytes&limit=1')
    const { address } = items[0] as HostItem
    const box = page.getByRole('combobox', { name: /^Search/ })
    await box.click()
    await box.pressSequentially(address)
    await page.getByRole('option').filter({ hasText: address }).filter({ hasText: 'Host' }).first().click()
    await page.waitForURL(/\/hosts\//)
    expect(decodeURIComponent(path())).toContain(address)
  })

  it('fits a telephone', async () => {
    await open(product.url, { viewport: { width: 375, height: 740 }, isMobile: true, hasTouch: true })
    await page.getByRole('list', { name: 'Top hosts' }).getByRole('listitem').first().waitFor()
    for (const place of ['/', '/hosts', '/flows', '/interfaces']) {
      await page.goto(product.url + place)
      await page.getByRole('navigation', { name: 'Pages' }).waitFor()
      const [wide, seen] = await page.evaluate(() => {
        const { document, innerWidth } = globalThis as unknown as PageGlobals
        return [document.documentElement.scrollWidth, innerWidth]
      })
      expect({ place, wide }).toEqual({ place, wide: seen })
    }
    expect(complaints).toEqual([])
  })

  it('gives every control a name', async () => {
    await open(product.url)
    await page.getByRole('list', { name: 'Top hosts' }).getByRole('listitem').first().waitFor()
    for (const place of ['/', '/flows', '/interfaces']) {
      await page.goto(product.url + place)
      await page.getByRole('navigation', { name: 'Pages' }).waitFor()
      const nameless = page.locator('button, a[href], input, [role=grid]').and(page.locator(':visible')).filter({ hasNotText: /\S/ })
      const without = await nameless.evaluateAll((all) =>
        all
          .filter(
            (one) =>
              !one.getAttribute('aria-label') &&
              !one.getAttribute('aria-labelledby') &&
              !one.getAttribute('title') &&
              !one.querySelector('[title]'),
          )
          .map((one) => one.outerHTML.slice(0, 120)),
      )
      expect({ place, without }).toEqual({ place, without: [] })
    }
  })
})

describe('a capture that is dropped onto the console', () => {
  const drop = async (file: string, name: string) => {
    const bytes = [...readFileSync(file)]
    const files = await page.evaluateHandle(
      ([content, called]) => {
        const { DataTransfer } = globalThis as unknown as PageGlobals
        const data = new DataTransfer()
        data.items.add(new File([new Uint8Array(content as number[])], called as string))
        return data
      },
      [bytes, name] as const,
    )
    for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer: files })
  }

  it('becomes an interface of its own', async () => {
    await open(product.url)
    await page.getByRole('list', { name: 'Top hosts' }).getByRole('listitem').first().waitFor()
    await drop(sample('mqtt.pcap'), 'dropped.pcap')
    await page.getByRole('button', { name: 'Interface in view: dropped.pcap' }).waitFor()
    await page.getByRole('list', { name: 'Top applications' }).getByText('MQTT').first().waitFor()
    const { interfaces } = await product.get<{ interfaces: InterfaceInfo[] }>('/api/v1/interfaces')
    expect(interfaces.map(({ name, kind }) => [name, kind])).toContainEqual(['dropped.pcap', 'upload'])
    expect(complaints).toEqual([])
  })

  it('that is none is said to be none', async () => {
    await open(product.url)
    await page.getByRole('list', { name: 'Top hosts' }).getByRole('listitem').first().waitFor()
    const path = scratch.path('letter.txt')
    writeFileSync(path, 'Dear Sir or Madam')
    await drop(path, 'letter.pcap')
    await page
      .getByText(/letter\.pcap/)
      .first()
      .waitFor()
    await page
      .getByText(/not a capture|no capture|neither pcap/i)
      .first()
      .waitFor()
  })
})

describe('hostile names', () => {
  const SCRIPT = '<script>hit=1</script>'
  const IMAGE = '<img src=x onerror=hit=2>'
  const client = { ip: '192.168.7.9', port: 40001 }
  const resolver = { ip: '192.168.7.1', port: 53 }
  const web = { ip: '203.0.113.80', port: 80 }
  let hostile: Product

  beforeAll(async () => {
    const path = scratch.path(`${IMAGE}.pcap`)
    const request = `GET /${SCRIPT}?q=${IMAGE} HTTP/1.1\r\nHost: ${SCRIPT}.example\r\nUser-Agent: ${IMAGE}\u0007\r\n\r\n`
    const answer = `HTTP/1.1 200 OK\r\nServer: ${SCRIPT}\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n`
    writeFileSync(
      path,
      capture([
        udp({ ip: client.ip, port: 68 }, { ip: resolver.ip, port: 67 }, dhcpRequest(client.ip, IMAGE)),
        udp(client, resolver, dns(`${SCRIPT}.example`, 7)),
        udp(resolver, client, dns(`${SCRIPT}.example`, 7, web.ip)),
        udp(client, resolver, dns(`${'x'.repeat(63)}.${'y'.repeat(63)}.${'z'.repeat(63)}.${IMAGE}`, 8)),
        ...conversation({ ...client, port: 40002 }, web, request, answer),
      ]),
    )
    hostile = await startProduct(['-i', path])
    await hostile.allRead()
  })
  afterAll(async () => {
    await hostile?.stop()
  })

  it('are shown as text on every page, and nothing of them runs', async () => {
    await open(hostile.url)
    await page.getByRole('list', { name: 'Top hosts' }).getByRole('listitem').first().waitFor()
    const flows = await hostile.get<ListAnswer<'flows'>>('/api/v1/flows?limit=100')
    const flowPages = flows.items.map((flow) => `/flows/${encodeURIComponent((flow as { id: string }).id)}`)
    const hostPages = ['overview', 'flows', 'dns', 'http', 'peers'].map((tab) => `/hosts/${client.ip}?tab=${tab}`)
    let shown = ''
    for (const place of ['/', '/hosts', '/flows', '/interfaces', ...hostPages, `/hosts/${web.ip}`, ...flowPages]) {
      await page.goto(hostile.url + place)
      await page.getByRole('navigation', { name: 'Pages' }).waitFor()
      await page.waitForTimeout(400)
      const found = await page.evaluate(() => {
        const { document, hit } = globalThis as unknown as PageGlobals
        return {
          hit,
          images: document.querySelectorAll('img[src="x"], img[onerror]').length,
          scripts: [...document.scripts].filter((script) => script.textContent.includes('hit')).length,
          text: document.body.textContent + [...document.querySelectorAll('[title]')].map((one) => one.getAttribute('title')).join(' '),
        }
      })
      expect({ place, hit: found.hit, images: found.images, scripts: found.scripts }).toEqual({
        place,
        hit: undefined,
        images: 0,
        scripts: 0,
      })
      shown += found.text
    }
    expect(shown).toContain(`${SCRIPT}.example`)
    expect(shown).toContain(IMAGE)
    expect(complaints).toEqual([])
  })
})

describe('an interface that fails', () => {
  const interfaces = async (of: Product) => (await of.get<{ interfaces: InterfaceInfo[] }>('/api/v1/interfaces')).interfaces
  const panel = (name: string) => page.getByRole('list', { name: 'Interfaces' }).getByRole('listitem').filter({ hasText: name })

  it('because its worker died: the rest goes on, and a click restarts it', async () => {
    const once = scratch.path('once')
    writeFileSync(once, '')
    const own = await startProduct(['-i', sample('dns.pcap'), '-i', sample('http1.pcap')], {
      NODE_OPTIONS: `--import=${pathToFileURL(join(root, 'test/dying-worker.js')).href}`,
      WIRETOP_TEST_DYING: sample('http1.pcap'),
      WIRETOP_TEST_DYING_ONCE: once,
    })
    try {
      await open(`${own.url}/interfaces`)
      await panel('http1.pcap').getByText('struck by lightning').waitFor()
      expect((await interfaces(own)).map(({ state }) => state)).toEqual(['ended', 'failed'])
      expect((await own.get<ListAnswer<'hosts'>>('/api/v1/hosts?interface=1&limit=5')).items.length).toBeGreaterThan(0)
      await panel('http1.pcap').getByRole('button', { name: 'Restart' }).click()
      await expect.poll(async () => (await interfaces(own))[1]?.state, { timeout: WAIT_MS }).toBe('ended')
      expect((await own.get<ListAnswer<'hosts'>>('/api/v1/hosts?interface=2&limit=5')).items.length).toBeGreaterThan(0)
      await panel('http1.pcap').getByText('struck by lightning').waitFor({ state: 'detached' })
    } finally {
      await own.stop()
    }
  })

  it('because its capture is missing: what to do is said, and a click tries again', async () => {
    const later = scratch.path('later.pcap')
    const own = await startProduct(['-i', later])
    try {
      await own.allRead()
      await open(own.url)
      await page.getByText(/later\.pcap: no such file: check the path/).waitFor()
      writeFileSync(later, readFileSync(sample('http1.pcap')))
      await page.getByRole('button', { name: 'Restart' }).click()
      await page.getByRole('list', { name: 'Top applications' }).getByText('HTTP').first().waitFor()
    } finally {
      await own.stop()
    }
  })
})

/** Types into the filter line and applies it. */
async function filterBy(text: string): Promise<void> {
  await page.locator('.filter-line').getByLabel('Filter', { exact: true }).click()
  const editor = page.locator('.filter-line [contenteditable=true]')
  await editor.waitFor()
  await editor.pressSequentially(text)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+Enter')
}
