/** The console over interfaces that are captured live: product, traffic and browser together in a network namespace. */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { HostSeries, InterfaceInfo, Series } from '../src/lib/live.ts'
import { launchBrowser, openPage } from './browser.ts'
import { Namespaces, whyNoNamespaces } from './namespaces.ts'
import { root, scratchFolder } from './product.ts'

const WAIT_MS = 15_000
const MARKUP = '<img src=x onerror=hit=1>'
/** Two datagrams to each of five ports, every 50 ms. */
const TALKER = `
const socket = require('node:dgram').createSocket('udp4')
setInterval(() => { for (let i = 0; i < 10; i++) socket.send(Buffer.alloc(500), 9000 + (i % 5), '192.0.2.1') }, 50)`

describe.skipIf(whyNoNamespaces !== undefined)(`live interfaces${whyNoNamespaces === undefined ? '' : ` (${whyNoNamespaces})`}`, () => {
  const namespaces = new Namespaces()
  const scratch = scratchFolder()
  let box = ''
  let peer = ''
  let url = ''
  let stop: () => Promise<void> = async () => undefined
  let browser: Browser | undefined
  let page: Page
  let complaints: string[] = []

  const cable = (name: string, network: string) =>
    namespaces.cable(
      { namespace: box, name, address: `${network}.1/24` },
      { namespace: peer, name: `${name}-peer`, address: `${network}.2/24` },
    )

  beforeAll(async () => {
    box = namespaces.add('box')
    peer = namespaces.add('peer')
    cable('wan0', '192.0.2')
    cable('lan0', '198.51.100')
    namespaces.run(box, 'ip', 'link', 'add', 'spare0', 'type', 'bridge')
    // The user that root becomes must get there.
    chmodSync(scratch.path(''), 0o755)
    const product = namespaces.start(
      box,
      process.execPath,
      join(root, 'src/main.ts'),
      '-i',
      'wan0',
      '-w',
      '3000',
      '-d',
      scratch.path('data'),
    )
    let said = ''
    for (const stream of [product.stdout!, product.stderr!]) stream.on('data', (part: Buffer) => (said += part.toString()))
    stop = () =>
      new Promise((resolve) => {
        if (product.exitCode !== null) return resolve()
        product.once('exit', () => resolve())
        product.kill('SIGTERM')
      })
    url = await vi.waitUntil(() => /the console is on (\S+)/.exec(said)?.[1], { timeout: WAIT_MS, interval: 25 })
    browser = await launchBrowser(box)
    namespaces.start(peer, process.execPath, '-e', TALKER)
  })
  afterAll(async () => {
    await browser?.close()
    await stop()
    await namespaces.close()
    scratch.dispose()
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await page?.screenshot({ path: join(root, 'test/output', `${task.name.replace(/\W+/g, '-')}.png`) })
    await page?.context().close()
  })

  async function open(path: string): Promise<void> {
    ;({ page, complaints } = await openPage(browser!, url + path))
  }
  /** Asked from inside the namespace: nothing else reaches it. */
  const ask = <T>(path: string) =>
    page.evaluate(async (asked) => {
      const reply = await fetch(`/api/v1/${asked}`)
      return { status: reply.status, body: (await reply.json()) as unknown }
    }, path) as Promise<{ status: number; body: T }>
  const interfaces = async () => (await ask<{ interfaces: InterfaceInfo[] }>('interfaces')).body.interfaces
  const panel = (name: string) =>
    page.getByRole('list', { name: 'Interfaces', exact: true }).getByRole('listitem').filter({ hasText: name })
  const other = (name: string) =>
    page.getByRole('list', { name: 'Interfaces of this machine' }).getByRole('listitem').filter({ hasText: name })
  const fact = async (label: string) => {
    const row = page.locator('.fact').filter({ has: page.getByText(label, { exact: true }) })
    return row.locator('dd').first().textContent()
  }

  it('shows what the system says of an interface, and what was lost of its traffic', async () => {
    await open('/interfaces')
    await panel('wan0').getByText('Running', { exact: true }).waitFor()
    await panel('wan0').getByText('192.0.2.1/24').waitFor()
    await panel('wan0').getByText('Drops', { exact: true }).waitFor()
    await panel('wan0').getByRole('link', { name: 'wan0' }).click()
    await page.getByRole('heading', { level: 1, name: 'wan0' }).waitFor()
    const mac = /link\/ether (\S+)/.exec(namespaces.run(box, 'ip', 'link', 'show', 'wan0'))![1]
    expect(await fact('MAC address')).toBe(mac)
    expect(await fact('MTU')).toBe('1,500 B')
    expect(await fact('Link')).toBe('Up')
    expect(await fact('Drops')).toBe('0')
    expect(await fact('Ring full')).toBe('0 times')
    expect(await fact('Captured since')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    await page.getByText('Nothing was lost').waitFor()
    const { body } = await ask<Series>('series?of=losses&seconds=60')
    expect(body.columns.map(({ name }) => name)).toEqual(['dropped', 'packetsWithoutFlow', 'hostsRefused', 'clockSteps'])
    expect(body.columns.flatMap(({ values }) => values).every((value) => value === 0)).toBe(true)
    expect(complaints).toEqual([])
  })

  it('watches a host whose page is open: its last hour by the second', async () => {
    await open('/hosts/192.0.2.2')
    const chart = page.getByRole('region', { name: 'Throughput, last hour' })
    await chart.getByText(/^by the second since \d\d:\d\d:\d\d$/).waitFor()
    await chart.getByRole('button', { name: 'Packets' }).click()
    await page.getByRole('region', { name: 'Packets, last hour' }).getByText('Packets sent').waitFor()
    expect(new URL(page.url()).searchParams.get('of')).toBe('packets')
    const { body } = await ask<HostSeries>('hosts/192.0.2.2/series?points=3600')
    expect(body.watched).toEqual({ hosts: 1, limit: 64, gaveWay: 0 })
    // Two datagrams to each of five ports, twenty times a second.
    const packets = body.columns.find(({ name }) => name === 'packetsSent')!.values.slice(1)
    expect(packets.reduce((a, b) => a + b, 0) / packets.length).toBeGreaterThan(50)
    expect(await ask('hosts/192.0.2.99/series')).toMatchObject({ status: 404 })
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([])
  })

  it('renames it; the name is text, and the system’s own stays beside it', async () => {
    await open('/interfaces')
    await panel('wan0').getByRole('button', { name: 'Rename' }).click()
    const dialog = page.getByRole('dialog', { name: 'Rename wan0' })
    await dialog.getByText('it stays wan0 for the system').waitFor()
    await dialog.getByRole('textbox', { name: 'Name' }).fill(MARKUP)
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await panel(MARKUP).getByText('wan0', { exact: true }).waitFor()
    await page.getByRole('button', { name: `Interface in view: ${MARKUP}` }).waitFor()
    expect(await page.locator('img').count()).toBe(0)
    expect((await interfaces()).map(({ name, device }) => [name, device?.names])).toEqual([[MARKUP, ['wan0']]])
    // Back, for those who come after.
    await panel(MARKUP).getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('wan0')
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
    await panel('wan0').waitFor()
    expect(complaints).toEqual([])
  })

  it('disables it after saying what is forgotten, and enables it anew', async () => {
    await open('/interfaces')
    await panel('wan0').getByRole('button', { name: 'Disable' }).click()
    const dialog = page.getByRole('dialog', { name: 'Disable wan0?' })
    await dialog.getByText('hosts, flows and figures so far are forgotten').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect((await interfaces())[0]!.state).toBe('running')
    await panel('wan0').getByRole('button', { name: 'Disable' }).click()
    await dialog.getByRole('button', { name: 'Disable' }).click()
    await panel('wan0').getByText('Disabled', { exact: true }).waitFor()
    await page.goto(`${url}/`)
    await page.getByText('wan0 is disabled').waitFor()
    expect(await page.getByRole('list', { name: 'Top hosts' }).count()).toBe(0)
    // The browser says of itself that an answer was no success.
    expect(complaints).toEqual([])
    expect(await ask('flows')).toMatchObject({ status: 409, body: { error: { code: 'interface-disabled' } } })
    await page.getByRole('button', { name: 'Enable' }).click()
    await page.getByRole('list', { name: 'Top hosts' }).getByText('192.0.2.2').first().waitFor()
    expect((await interfaces())[0]!.state).toBe('running')
  })

  it('captures another one, on which nothing passes: noughts move on, and no place stays empty', async () => {
    await open('/interfaces')
    await other('spare0').getByText('Nothing passes until it is up').waitFor()
    await other('lan0').getByRole('button', { name: 'Capture lan0' }).click()
    await panel('lan0').getByText('Running', { exact: true }).waitFor()
    await other('lan0').waitFor({ state: 'detached' })
    await page.goto(`${url}/?interface=2`)
    await page.getByText('No hosts yet').waitFor()
    await page.getByText('No traffic').waitFor()
    const clock = () => page.locator('.legend-time').textContent()
    const before = await clock()
    await expect.poll(clock, { timeout: WAIT_MS }).not.toBe(before)
    expect(await page.locator('.skeleton, [aria-busy=true]').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('says that an interface is gone, and picks it up when it returns', async () => {
    await open('/interfaces')
    await panel('lan0').getByText('Running', { exact: true }).waitFor()
    namespaces.run(box, 'ip', 'link', 'delete', 'lan0')
    await panel('lan0').getByText('Gone', { exact: true }).waitFor()
    await panel('lan0').getByText('it is picked up again when it returns').waitFor()
    expect((await interfaces()).map(({ state }) => state)).toEqual(['running', 'running'])
    cable('lan0', '198.51.100')
    await panel('lan0').getByText('Running', { exact: true }).waitFor()
    namespaces.run(box, 'ip', 'link', 'set', 'lan0', 'down')
    await panel('lan0').getByText('Link down', { exact: true }).waitFor()
    expect(complaints).toEqual([])
  })
})
