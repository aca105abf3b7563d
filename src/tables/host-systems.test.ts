import { describe, expect, test } from 'vitest'
import { Packet } from '../wire/packet.ts'
import { HostSystems } from './host-systems.ts'
import { HostTable } from './host-table.ts'
import { feed, START_MS, tcpFrame, testTables } from './testing.ts'

const table = () => {
  const hosts = new HostTable(1 << 14, 7)
  return { hosts, systems: new HostSystems(hosts) }
}
const SYN_OPTIONS = [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]
const synWith = (options: readonly number[], ttl = 64, window = 64_240) => {
  const p = new Packet()
  p.buf = Uint8Array.from([...new Array<number>(20).fill(0), ...options])
  p.l4At = 0
  p.payloadAt = 20 + options.length
  p.ttl = ttl
  p.tcpWindow = window
  return p
}
const printOf = (options: readonly number[], ttl?: number, window?: number) => {
  const { hosts, systems } = table()
  const host = hosts.upsert(0, 0, 0xffff, 1, 0)
  systems.syn(host, synWith(options, ttl, window))
  return [systems.tcpFingerprint(host), systems.system(host)]
}

describe('the fingerprint of a SYN', () => {
  test.each([
    ['Linux, three routers away', SYN_OPTIONS, 61, 64_240, '64:64240:1460:7:mss,sok,ts,nop,ws', 'Linux'],
    ['Windows', [2, 4, 5, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2], 128, 64_240, '128:64240:1460:8:mss,nop,ws,nop,nop,sok', 'Windows'],
    ['no options', [], 255, 1024, '255:1024:::', undefined],
    ['an option without a name', [30, 4, 0, 0], 64, 1, '64:1:::30', undefined],
    ['an option of length 0 ends the list', [2, 0, 5, 0xb4, 1, 1, 1, 1], 64, 1, '64:1:1460::mss', undefined],
    ['an option cut by the end', [1, 1, 1, 2], 64, 1, '64:1:::nop,nop,nop,mss', undefined],
    ['padding behind the end of the list', [2, 4, 5, 0xb4, 0, 0, 0, 0], 64, 1, '64:1:1460::mss,eol,eol,eol,eol', undefined],
  ] as const)('%s', (_name, options, ttl, window, print, system) => {
    expect(printOf(options, ttl, window)).toEqual([print, system])
  })

  test('is of the first that the host sent, and no longer known than there is room', () => {
    const { hosts, systems } = table()
    const host = hosts.upsert(0, 0, 0xffff, 1, 0)
    systems.syn(host, synWith(SYN_OPTIONS))
    systems.syn(host, synWith([]))
    expect(systems.system(host)).toBe('Linux')
    for (let window = 0; window < 6000; window++) systems.syn(hosts.upsert(0, 0, 0xffff, 2 + window, 0), synWith([], 64, window))
    expect(systems.tcpFingerprint(hosts.find(0, 0, 0xffff, 2 + 100, 0))).toBe('64:100:::')
    expect(systems.tcpFingerprint(hosts.find(0, 0, 0xffff, 2 + 5999, 0))).toBeUndefined()
  })
})

describe('a user agent', () => {
  const agent = 'Mozilla/5.0 (Linux; Android 13; SM-S901B)'
  test('knows better than a SYN, whichever comes first', () => {
    for (const synFirst of [true, false]) {
      const { hosts, systems } = table()
      const host = hosts.upsert(0, 0, 0xffff, 1, 0)
      if (synFirst) systems.syn(host, synWith(SYN_OPTIONS))
      systems.agent(host, agent)
      if (!synFirst) systems.syn(host, synWith(SYN_OPTIONS))
      expect(systems.system(host)).toBe('Android 13')
      expect(systems.tcpFingerprint(host)).toMatch(/^64:/)
    }
  })
  test('that says nothing of a system leaves what was known', () => {
    const { hosts, systems } = table()
    const host = hosts.upsert(0, 0, 0xffff, 1, 0)
    systems.syn(host, synWith(SYN_OPTIONS))
    systems.agent(host, 'curl/8.5.0')
    expect(systems.system(host)).toBe('Linux')
  })
})

test('in the tables a client gets its system from its SYN and from its request, the server none', () => {
  const t = testTables()
  const end = { from: '10.0.0.1', to: '192.0.2.80', srcPort: 40_000, dstPort: 80 }
  feed(t, [tcpFrame({ ...end, flags: 2, seq: 99, window: 1000 })], START_MS)
  const host = t.hosts.find(0, 0, 0xffff, 0x0a000001, 0)
  const server = t.hosts.find(0, 0, 0xffff, 0xc0000250 | 0, 0)
  expect([t.systems.tcpFingerprint(host), t.systems.system(host)]).toEqual(['64:1000:::', undefined])
  const payload = 'GET / HTTP/1.1\r\nUser-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64)\r\n\r\n'
  feed(t, [tcpFrame({ ...end, flags: 24, seq: 100, payload })], START_MS + 5)
  expect(t.systems.system(host)).toBe('Windows 10 or 11')
  expect([t.systems.tcpFingerprint(server), t.systems.system(server)]).toEqual([undefined, undefined])
})
