import { beforeAll, describe, expect, it } from 'vitest'
import { BODY_Y, HEAD_Y, TABS, TABS_Y } from './layout.ts'
import { listOf, rowsOf, selectedIndex, selectedRow, sortOf } from './state.ts'
import { DOWN, Driver, END, ENTER, ESCAPE, HOME, LEFT, PAGE_DOWN, RIGHT, TAB, TestFeed, UP } from './testing-driver.ts'
import { update } from './update.ts'
import type { ViewName } from './views.ts'

let office: TestFeed
beforeAll(async () => {
  office = await TestFeed.of('office.pcap')
})
const start = (view: ViewName = 'flows', height = 24) => Driver.start(office, 120, height, { view })
const selected = ({ state, data }: Driver) => selectedRow(state, rowsOf(state, data))
const index = ({ state, data }: Driver) => selectedIndex(state, rowsOf(state, data))

describe('views', () => {
  it('go by number, by Tab and by a click on their names', async () => {
    const driver = await start()
    expect((await driver.keys('2')).state.view).toBe('hosts')
    expect((await driver.keys(TAB)).state.view).toBe('apps')
    expect((await driver.keys('\u001b[Z', '\u001b[Z', '\u001b[Z')).state.view).toBe('exporters')
    expect((await driver.click(TABS[1]!.x + 1, TABS_Y)).state.view).toBe('hosts')
  })
  it('show the flows of an exporter at Enter and f', async () => {
    const driver = await start('exporters')
    const items = [{ exporterNumber: 0, exporter: 'edge router', address: '192.0.2.1', recordsPerSecond: 7 }]
    const data = { ...driver.data, rows: { exporters: { items, matching: 1, total: 1, nowMs: 0 } } }
    const down = update(driver.state, { type: 'key', key: 'down' }, data, driver.size).state
    expect(selectedRow(down, rowsOf(down, data))).toEqual(items[0])
    for (const event of [
      { type: 'key', key: 'enter' },
      { type: 'text', text: 'f' },
    ] as const) {
      const { state } = update(down, event, data, driver.size)
      expect([state.view, listOf(state).filter]).toEqual(['flows', 'exporter = "edge router"'])
    }
  })
  it('keep their own filter and order', async () => {
    const driver = await (await start()).keys('/', 'app = TLS', ENTER, 'r', '2')
    expect(listOf(driver.state)).toMatchObject({ filter: '', sort: undefined })
    expect(listOf((await driver.keys('1')).state)).toMatchObject({ filter: 'app = TLS', sort: { descending: false } })
  })
})

describe('selection', () => {
  it('is nothing at first, then the first row seen', async () => {
    const driver = await start()
    expect(index(driver)).toBe(-1)
    expect(index(await driver.keys(DOWN))).toBe(0)
    expect(index(await driver.keys('j', DOWN, UP, 'k'))).toBe(0)
  })
  it('goes by pages and to both ends, also where rows are not known yet', async () => {
    const driver = await start()
    expect(index(await driver.keys(DOWN, PAGE_DOWN))).toBe(17)
    expect(index(await driver.keys(END))).toBe(194)
    expect(driver.lines().join('\n')).toContain(String(selected(driver)!['clientPort']))
    expect(index(await driver.keys(HOME))).toBe(0)
  })
  it('stays with its row when the order changes', async () => {
    const driver = await (await start('hosts')).keys(DOWN, DOWN, DOWN)
    const before = selected(driver)!['address']
    expect(selected(await driver.keys('r'))!['address']).toBe(before)
    expect(index(driver)).toBeGreaterThan(2)
  })
  it('follows a click; a second one opens', async () => {
    const driver = await (await start('hosts')).click(4, BODY_Y + 2)
    expect(index(driver)).toBe(2)
    expect((await driver.click(4, BODY_Y + 2)).state.open).toMatchObject({ kind: 'host', address: selected(driver)!['address'] })
  })
  it('is kept in sight by the wheel', async () => {
    const driver = await (await start()).keys(DOWN, '\u001b[<65;1;9M', '\u001b[<65;1;9M')
    expect(index(driver)).toBe(6)
    expect(index(await driver.keys('\u001b[<64;1;9M'))).toBe(6)
    expect(listOf(driver.state).offset).toBe(3)
  })
})

describe('order', () => {
  const sort = ({ state, data }: Driver) => sortOf(state, data)
  it('is by traffic now, and by all traffic where none comes any more', async () => {
    expect(sort(await start())).toEqual({ field: 'bytes', descending: true })
    expect(sort(await Driver.start(await TestFeed.of('dns.pcap', 'running'), 80, 24))).toEqual({ field: 'bps', descending: true })
  })
  it('moves by column and turns round', async () => {
    const driver = await start('hosts')
    const fields = async (key: string) => sort(await driver.keys(key)).field
    await driver.keys('<')
    const before = sort(driver).field
    expect(await fields('>')).not.toBe(before)
    expect(await fields(LEFT)).toBe(before)
    expect(await fields(RIGHT)).not.toBe(before)
    expect(sort(await driver.keys('r')).descending).toBe(false)
  })
  it('follows a click on a head, and turns round at the second', async () => {
    const driver = await start('hosts')
    const x = driver.lines()[HEAD_Y]!.indexOf('Name')
    expect(sort(await driver.click(x, HEAD_Y))).toEqual({ field: 'name', descending: true })
    expect(sort(await driver.click(x, HEAD_Y))).toEqual({ field: 'name', descending: false })
  })
})

describe('filter', () => {
  it('is typed, completed, applied and taken back', async () => {
    const driver = await (await start()).keys('/', 'ap', TAB)
    expect(driver.state.prompt!.text).toBe('app ')
    await driver.keys('= TLS.Github', ENTER)
    expect(driver.state.prompt).toBeUndefined()
    expect(rowsOf(driver.state, driver.data)).toMatchObject({ matching: 2, total: 195 })
    expect(rowsOf((await driver.keys(ESCAPE)).state, driver.data).matching).toBe(195)
  })
  it('asks for values of the traffic', async () => {
    const driver = await (await start()).keys('/', 'app = T')
    expect(driver.effects.at(-1)).toEqual({ type: 'complete', text: 'app = T', offset: 7 })
  })
  it('stays in its line while it is wrong', async () => {
    const driver = await (await start()).keys('/', 'nofield = 1', ENTER)
    expect(driver.state.prompt!.error).toMatchObject({ offset: 0 })
    expect((await driver.keys('x')).state.prompt!.error).toBeUndefined()
    expect(listOf((await driver.keys(ESCAPE)).state).filter).toBe('')
  })
  it('is edited as lines are', async () => {
    const driver = await (await start()).keys('/', 'app = TLS', LEFT, LEFT, '\u007f', HOME, 'x', END, 'y', '\u0017')
    expect(driver.state.prompt!.text).toBe('xapp = ')
    expect((await driver.keys('\u0015')).state.prompt!.text).toBe('')
    expect((await driver.keys('😀東', '\u007f')).state.prompt!.text).toBe('😀')
    expect((await driver.keys('\u001b[200~a\r\nb\u001b[201~')).state.prompt!.text).toBe('😀a b')
  })
  it('works on the interfaces too', async () => {
    const driver = await (await start('interfaces')).keys('/', 'state = running', ENTER)
    expect(rowsOf(driver.state, driver.data)).toMatchObject({ matching: 0, total: 1 })
  })
})

describe('what a row leads to', () => {
  it('f shows the flows of a host', async () => {
    const driver = await (await start('hosts')).keys(DOWN, 'f')
    expect(driver.state.view).toBe('flows')
    expect(listOf(driver.state).filter).toBe('host = 192.168.1.101')
    expect(rowsOf(driver.state, driver.data).matching).toBe(35)
  })
  it('f and Enter show those of an application', async () => {
    const driver = await (await start('apps')).keys(DOWN, ENTER)
    expect(driver.state.view).toBe('flows')
    expect(listOf(driver.state).filter).toMatch(/^app = /)
  })
  it('f and c without a row say what they are for', async () => {
    expect((await (await start()).keys('f')).state.notice).toMatch(/select one first/)
    expect((await (await start()).keys('c')).state.notice).toMatch(/select one first/)
  })
  it('c copies the client, C the server, and the address of a host that is open', async () => {
    const driver = await (await start()).keys(DOWN, 'c', 'C')
    const { client, server } = selected(driver)!
    expect(driver.effects).toEqual([
      { type: 'copy', text: client },
      { type: 'copy', text: server },
    ])
    const host = await (await start('hosts')).keys(DOWN, ENTER, 'c')
    expect(host.effects).toEqual([{ type: 'copy', text: '192.168.1.101' }])
  })
  it('Enter opens, Escape closes, and what has left is still shown', async () => {
    const driver = await (await start()).keys(DOWN, ENTER)
    expect(driver.state.open).toMatchObject({ kind: 'flow' })
    expect(driver.text()).toContain('Client port')
    expect((await driver.keys(ESCAPE)).state.open).toBeUndefined()
  })
})

describe('the rest', () => {
  it('interface chooser leads back to where it was called', async () => {
    office.entries = [office.entries[0]!, { ...office.entries[0]!, info: { ...office.entries[0]!.info, id: 2, name: 'second' } }]
    const driver = await (await start('hosts')).keys('i', DOWN, DOWN, ENTER)
    expect(driver.state).toMatchObject({ view: 'hosts', interfaceId: 2 })
    expect((await driver.keys('i', ESCAPE)).state.view).toBe('hosts')
    office.entries = office.entries.slice(0, 1)
  })
  it('interval', async () => {
    const driver = await start()
    expect((await driver.keys('+')).state.intervalMs).toBe(2000)
    expect((await driver.keys('-', '-', '-', '-', '-')).state.intervalMs).toBe(200)
    expect((await driver.keys('d', '2.5', ENTER)).state.intervalMs).toBe(2500)
    expect((await driver.keys('d', 'soon', ENTER)).state.prompt!.error!.message).toMatch(/number of seconds/)
  })
  it('pause, quit, background, redraw', async () => {
    const driver = await (await start()).keys(' ')
    expect(driver.state.isPaused).toBe(true)
    await driver.keys('\u000c', '\u001a', 'q', '\u0003')
    expect(driver.effects.map(({ type }) => type)).toEqual(['redraw', 'suspend', 'quit', 'quit'])
  })
  it('no keys do anything bad before there is data', async () => {
    office.entries = [...office.entries]
    const [all, none] = [office.entries, [] as typeof office.entries]
    office.entries = none
    const driver = await (await start()).keys(DOWN, END, ENTER, 'f', 'c', 'r', '<', '>', '4', DOWN, ENTER, ESCAPE, '?', ESCAPE)
    await driver.click(3, BODY_Y)
    expect(driver.lines()[0]).toContain('no interface yet')
    office.entries = all
  })
})
