import { describe, expect, it } from 'vitest'
import type { InterfaceInfo } from '../../lib/live.ts'
import type { LinkState } from '../../lib/source.ts'
import { interfaceItems } from './interface-rows.ts'
import { lineWidth } from './line.ts'
import { render } from './render.ts'
import type { Data, State } from './state.ts'
import { newData, newState } from './state.ts'
import { DOWN, Driver, ENTER, TestFeed } from './testing-driver.ts'

const office = await TestFeed.of('office.pcap')
/** Times are local, and how long ago they were does not depend on where. */
const timeless = (text: string) => text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [+−]\d\d:\d\d/g, 'YYYY-MM-DD hh:mm:ss.mmm +hh:mm')
const golden = (driver: Driver, name: string) => expect(timeless(driver.text())).toMatchFileSnapshot(`testdata/${name}.txt`)

describe('screens', () => {
  const sizes = [
    [80, 24],
    [120, 40],
    [200, 50],
  ] as const
  for (const [width, height] of sizes)
    for (const view of ['flows', 'hosts', 'apps', 'interfaces'] as const)
      it(`${view} at ${width}×${height}`, async () => {
        await golden(await Driver.start(office, width, height, { view }), `${view}-${width}x${height}`)
      })

  it('a flow', async () => golden(await (await Driver.start(office, 120, 40)).keys(DOWN, DOWN, DOWN, ENTER), 'flow-120x40'))
  it('a host', async () => golden(await (await Driver.start(office, 80, 100, { view: 'hosts' })).keys(DOWN, ENTER), 'host-80x100'))
  it('the help', async () => golden(await (await Driver.start(office, 80, 24)).keys('?'), 'help-80x24'))
  it('a filter while it is typed', async () => golden(await (await Driver.start(office, 80, 24)).keys('/', 'tcp'), 'completion-80x24'))
  it('a filter that is none has a caret where it is wrong', async () => {
    const driver = await (await Driver.start(office, 80, 24)).keys('/', 'app = TLS and bytes > many', ENTER)
    const lines = driver.lines().slice(-2)
    expect(lines[0]).toBe('/ app = TLS and bytes > many')
    expect(lines[1]!.indexOf('^')).toBe(lines[0]!.indexOf('many'))
    expect(lines[1]).toContain('"many" is not a number')
    expect(driver.screen().cursor).toEqual({ x: lines[0]!.length, y: 22 })
  })
  it('a filter that lets nothing through says how to go on', async () => {
    expect((await (await Driver.start(office, 80, 24)).keys('/', 'bytes > 1T', ENTER)).text()).toContain('no row fits the filter')
  })
})

describe('every size', () => {
  it('has as many lines as the terminal, none wider than it', async () => {
    for (const height of [1, 2, 3, 6, 24])
      for (const width of [1, 7, 20, 40, 79, 80, 133]) {
        for (const keys of [['2'], [DOWN, ENTER], ['?'], ['/', 'app'], ['/', 'app = = 東京', ENTER], ['d']]) {
          const driver = await (await Driver.start(office, width, height)).keys(...keys)
          const { lines, cursor } = driver.screen()
          expect(lines).toHaveLength(height)
          for (const spans of lines) expect(lineWidth(spans)).toBeLessThanOrEqual(width)
          if (cursor !== undefined && height > 2 && width > 30) expect(cursor.y).toBeLessThan(height)
        }
      }
  })
})

describe('a live interface', () => {
  const progress = { packets: 0, bytesRead: 0, cutShort: false, faults: [], faultCount: 0 }
  const live = (id: number, name: string, state: InterfaceInfo['state'], link: LinkState) => {
    const device = { names: [name], link, addresses: [], freezes: 0, lagMs: 0 }
    const info: InterfaceInfo = { id, name, kind: 'live', state, speedBps: 1e9, device, progress }
    return { info, totals: state === 'disabled' ? undefined : { ...office.entries[0]!.totals!, dropped: 12_345 } }
  }
  const data: Data = {
    ...newData('here'),
    interfaces: [
      live(1, 'eth0', 'running', 'gone'),
      live(2, 'wlan0', 'running', 'down'),
      live(3, 'tun0', 'disabled', 'up'),
      live(4, 'lo', 'running', 'up'),
    ],
  }
  const spans = (state: Partial<State>) => render(newState(state), data, { width: 160, height: 12 }).lines
  const texts = (state: Partial<State>) => spans(state).map((one) => one.map(({ text }) => text).join(''))

  it.each([
    [1, 'eth0  gone, picked up again when it returns', 'warn'],
    [2, 'wlan0  link down', 'warn'],
    [3, 'tun0  disabled', 'dim'],
    [4, 'lo  (one of 4)', 'dim'],
  ])('%i says how it is', (interfaceId, text, role) => {
    const [head] = spans({ interfaceId })
    expect(head!.map((one) => one.text).join('')).toContain(text)
    expect(head!.find((one) => text.includes(one.text) && one.text.startsWith('  ') && one.text.trim() !== '')!.role).toBe(role)
  })
  it('tells of what the kernel dropped', () => {
    const dropped = spans({ interfaceId: 1 })
      .flat()
      .find(({ text }) => text === '12,345')
    expect(dropped!.role).toBe('warn')
  })
  it('has its link and its drops in the table, and can be found by them', () => {
    const rows = texts({ view: 'interfaces' })
    const row = (name: string) => rows.find((text) => text.includes(` ${name} `) && !text.startsWith('wiretop'))
    expect(row('eth0')).toMatch(/ gone +live .* 1\.00G .* 12\.3k/)
    expect(row('wlan0')).toMatch(/ link down +live /)
    expect(row('tun0')).toMatch(/ disabled +live /)
    expect(row('lo')).toMatch(/ running +live /)
    const filtered = (filter: string) =>
      interfaceItems(data.interfaces, filter, { field: 'name', descending: false }).map(({ name }) => name)
    expect(filtered('link = gone or link = down')).toEqual(['eth0', 'wlan0'])
    expect(filtered('state = disabled')).toEqual(['tun0'])
  })
})

describe('what came from the wire', () => {
  const hostile = '\u001b]0;owned\u0007\u001b[2J\r\n東京\u202e\u200d\u009b31m'
  const row = {
    id: '1',
    proto: 'tcp',
    client: '10.0.0.1',
    clientPort: 1,
    server: '2001:db8:1111:2222:3333:4444:5555:6666',
    serverPort: 443,
    app: hostile,
    serverName: hostile.repeat(9),
    info: hostile,
    bps: 1,
  }
  const rows = { items: [row], matching: 1, total: 1, nowMs: 0 }
  const info = { id: 1, name: hostile, kind: 'capture-file', state: 'failed', failure: hostile } as const
  const progress = { packets: 0, bytesRead: 0, cutShort: false, faults: [], faultCount: 0 }
  const data: Data = {
    ...newData(hostile),
    interfaces: [{ info: { ...info, progress }, totals: undefined }],
    rows: { flows: rows },
    fault: hostile,
  }
  const state: State = { ...newState(), notice: hostile }

  it.each([80, 200])('is shown, never sent, at %d columns', (width) => {
    for (const shown of [state, { ...state, notice: undefined }])
      for (const spans of render(shown, data, { width, height: 10 }).lines) {
        const text = spans.map((span) => span.text).join('')
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u)
        expect(lineWidth(spans)).toBeLessThanOrEqual(width)
      }
  })
  it('addresses are never cut', () => {
    const text = render(newState(), data, { width: 120, height: 10 })
      .lines.map((spans) => spans.map((span) => span.text).join(''))
      .join('\n')
    expect(text).toContain('[2001:db8:1111:2222:3333:4444:5555:6666]:443')
    expect(text).toContain('10.0.0.1:1')
  })
})
