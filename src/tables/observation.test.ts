import { describe, expect, test } from 'vitest'
import { parseAddress } from '../wire/address.ts'
import { AS_CLIENT, AS_SERVER, HostDays, type Role } from './host-days.ts'
import { HOUR_S, KEPT_HOURS } from './second-sets.ts'
import { feed, START_MS, tcpFrame, testTables, udpFrame } from './testing.ts'

const observed = () => testTables({ observe: { contactsOf: 'local', aggregations: 1 } })
const words = (address: string) => parseAddress(address)!
const START_S = START_MS / 1000
const HOUR = Math.floor(START_S / HOUR_S)

describe('active seconds', () => {
  test('are those with traffic, each once, of local hosts alone', () => {
    const tables = observed()
    const frame = udpFrame({ from: '10.0.0.1', to: '8.8.8.8' })
    const at = [0, 0, 1, 5, 5, 5, 130]
    for (const s of at) feed(tables, [frame, frame], START_MS + s * 1000 + 200)
    tables.tickTo(START_MS + 200_000)
    const days = tables.observation!.days
    const row = days.find(...words('10.0.0.1'), 0)
    const seen: number[] = []
    for (let hour = HOUR; hour <= HOUR + 1; hour++) days.activity.each(row, hour, (s) => seen.push(hour * HOUR_S + s - START_S))
    expect(seen).toEqual([0, 1, 5, 130])
    expect(days.find(...words('8.8.8.8'), 0)).toBe(-1)
  })
})

describe('contacts', () => {
  const contactsOf = (days: HostDays, address: string, role: Role) => {
    const row = days.find(...words(address), 0)
    return days.contacts.top(days.list(row, role)).map(({ words: w, count }) => [w[3] & 255, count])
  }

  test('are flows, by who opened them', () => {
    const tables = observed()
    for (let port = 0; port < 3; port++) feed(tables, [tcpFrame({ from: '10.0.0.1', to: '10.0.0.2', srcPort: 40_000 + port, flags: 2 })])
    feed(tables, [udpFrame({ from: '10.0.0.1', to: '8.8.8.8', dstPort: 53 })])
    // Its answer is of the same flow.
    feed(tables, [udpFrame({ from: '8.8.8.8', to: '10.0.0.1', srcPort: 53, dstPort: 40_000 })])
    tables.settle()
    const { days } = tables.observation!
    expect(contactsOf(days, '10.0.0.1', AS_CLIENT)).toEqual([
      [2, 3],
      [8, 1],
    ])
    expect(contactsOf(days, '10.0.0.2', AS_SERVER)).toEqual([[1, 3]])
    expect(days.find(...words('8.8.8.8'), 0)).toBe(-1)
    expect(days.total(days.find(...words('10.0.0.1'), 0), AS_CLIENT)).toBe(4)
  })

  test('of all hosts where that is asked', () => {
    const tables = testTables({ observe: { contactsOf: 'all', aggregations: 1 } })
    feed(tables, [udpFrame({ from: '10.0.0.1', to: '8.8.8.8', dstPort: 53 })])
    tables.settle()
    expect(contactsOf(tables.observation!.days, '8.8.8.8', AS_SERVER)).toEqual([[1, 1]])
  })
})

describe('hosts of the day', () => {
  const add = (days: HostDays, host: number, second: number) => days.active(0, 0, 0xffff, host, 0, second)

  test('more than the limit: those go that were not seen for longest', () => {
    const days = new HostDays(160, 7)
    for (let host = 0; host < 200; host++) add(days, host, START_S + host)
    expect(days.live).toBeLessThanOrEqual(160)
    expect(days.find(0, 0, 0xffff, 0, 0)).toBe(-1)
    for (let host = 100; host < 200; host++) {
      const row = days.find(0, 0, 0xffff, host, 0)
      expect(row).toBeGreaterThanOrEqual(0)
      let seconds = 0
      for (let hour = HOUR; hour < HOUR + 2; hour++) seconds += days.activity.count(row, hour)
      expect(seconds).toBe(1)
    }
  })

  test('a day of silence, and the host is forgotten with all that was known of it', () => {
    const days = new HostDays(160, 7)
    add(days, 1, START_S)
    days.contact(days.find(0, 0, 0xffff, 1, 0), AS_CLIENT, 0, 0, 0xffff, 9, START_S)
    days.tick((START_S + (KEPT_HOURS - 1) * HOUR_S) * 1000)
    expect(days.find(0, 0, 0xffff, 1, 0)).toBeGreaterThanOrEqual(0)
    days.tick((START_S + (KEPT_HOURS + 1) * HOUR_S) * 1000)
    expect(days.find(0, 0, 0xffff, 1, 0)).toBe(-1)
    add(days, 2, START_S + 30 * HOUR_S)
    expect(days.total(days.find(0, 0, 0xffff, 2, 0), AS_CLIENT)).toBe(0)
  })
})
