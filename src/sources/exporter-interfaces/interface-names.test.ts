import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { parseInterfaceList } from '../../names/interface-list.ts'
import type { AgentInterface, AgentOctets } from './if-mib.ts'
import { InterfaceNames } from './interface-names.ts'
import { readInterfaceList, readSnmpSettings } from './read-files.ts'
import { type AgentQuestions, SnmpPoller } from './snmp-poller.ts'
import { SnmpError } from './snmp-session.ts'
import { parseSnmpSettings } from './snmp-settings.ts'

const MINUTE = 60_000
const settings = (...lines: string[]) => parseSnmpSettings('', lines.join('\n')).settings
const ALL = settings('0.0.0.0/0 community=public counters=yes', '192.0.2.0/24 ask=no', '10.9.0.0/16 community=public')
const closing: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close()
})
/** All promises that can settle have. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A poller with a clock and agents of the test. */
class Asked implements AgentQuestions {
  nowMs = 0
  readonly asked: string[] = []
  readonly changed: string[] = []
  readonly poller: SnmpPoller
  interfaces: AgentInterface[] = [{ ifIndex: 1, name: 'eth0' }]
  startedMs: number | undefined
  counted: AgentOctets[] = [{ ifIndex: 1, inOctets: 5, outOctets: 6, bits: 64 }]
  fails = false
  hold: Promise<void> | undefined

  constructor() {
    this.poller = new SnmpPoller(
      ALL,
      (address) => this.changed.push(address),
      this,
      () => this.nowMs,
    )
    closing.push(this.poller)
  }
  async names(address: string) {
    await this.ask(`names ${address}`)
    return this.interfaces
  }
  async octets(address: string) {
    await this.ask(`octets ${address}`)
    return { upTimeMs: this.startedMs === undefined ? undefined : this.nowMs - this.startedMs, octets: this.counted }
  }
  private async ask(what: string): Promise<void> {
    this.asked.push(`${this.nowMs / MINUTE} ${what}`)
    await this.hold
    if (this.fails) throw new SnmpError('no answer')
  }
  async pass(minutes: number, step = 0.25) {
    for (const end = this.nowMs + minutes * MINUTE; this.nowMs <= end; this.nowMs += step * MINUTE) {
      this.poller.step()
      await settled()
    }
  }
}

describe('agents', () => {
  test('are asked for names every five minutes and for counters every minute', async () => {
    const a = new Asked()
    a.poller.watch('10.0.0.1')
    await a.pass(6)
    expect(a.asked).toEqual([
      '0 names 10.0.0.1',
      ...[0.25, 1.25, 2.25, 3.25, 4.25].map((at) => `${at} octets 10.0.0.1`),
      '5 names 10.0.0.1',
      '5.25 octets 10.0.0.1',
    ])
    expect(a.poller.of('10.0.0.1')).toMatchObject([{ ifIndex: 1, name: 'eth0', namedBy: 'snmp', counters: { inOctets: 5 } }])
    // Names that are the same are no change; counters are each time.
    expect(a.changed).toHaveLength(7)
  })

  test('without counters in their settings are asked for names alone, and without settings for nothing', async () => {
    const a = new Asked()
    for (const address of ['10.9.0.1', '192.0.2.1', '2001:db8::1', 'nonsense']) a.poller.watch(address)
    await a.pass(3)
    expect(a.asked).toEqual(['0 names 10.9.0.1'])
    a.poller.unwatch('10.9.0.1')
    await a.pass(10)
    expect(a.asked).toHaveLength(1)
  })

  test('that do not answer are asked less and less, and as before once they do', async () => {
    const a = new Asked()
    a.fails = true
    a.poller.watch('10.9.0.1')
    await a.pass(200)
    expect(a.asked.map((line) => Number(line.split(' ')[0]))).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183])
    expect(a.poller.states).toEqual([{ address: '10.9.0.1', fault: 'no answer', interfaces: 0 }])
    a.fails = false
    await a.pass(60)
    expect(a.poller.states).toEqual([{ address: '10.9.0.1', answeredMs: expect.any(Number), interfaces: 1 }])
    expect(a.asked.length).toBeGreaterThan(11)
  })

  test('keep what they said while they are silent', async () => {
    const a = new Asked()
    a.poller.watch('10.0.0.1')
    await a.pass(1)
    a.fails = true
    await a.pass(30)
    expect(a.poller.of('10.0.0.1')).toMatchObject([{ name: 'eth0' }])
  })

  test('are asked a few at once, each one thing at a time, and none is forgotten', async () => {
    const a = new Asked()
    const held = Promise.withResolvers<void>()
    a.hold = held.promise
    for (let i = 1; i <= 100; i++) a.poller.watch(`10.9.0.${i}`)
    await a.pass(2)
    expect(a.asked).toHaveLength(8)
    a.hold = undefined
    held.resolve()
    await settled()
    await a.pass(3.5)
    expect(new Set(a.asked).size).toBe(100)
  })

  test('that begin anew say so by another epoch', async () => {
    const a = new Asked()
    a.poller.watch('10.0.0.1')
    const epochAfter = async (startedMs: number | undefined) => {
      a.startedMs = startedMs
      await a.pass(1)
      return a.poller.of('10.0.0.1')[0]?.counters?.epoch
    }
    const epochs: unknown[] = []
    // A second more or less is no restart.
    for (const startedMs of [-MINUTE, -MINUTE + 1000, -MINUTE - 1000, 4 * MINUTE, undefined, 5 * MINUTE])
      epochs.push(await epochAfter(startedMs))
    expect(epochs).toEqual([0, 0, 0, 1, 1, 1])
    expect(a.poller.of('10.0.0.1')[0]!.counters).toMatchObject({ inOctets: 5, outOctets: 6, bits: 64, from: 'snmp' })
  })

  test('that answer when nobody watches any more change nothing', async () => {
    const a = new Asked()
    const held = Promise.withResolvers<void>()
    a.hold = held.promise
    a.poller.watch('10.0.0.1')
    a.poller.step()
    a.poller.unwatch('10.0.0.1')
    held.resolve()
    await settled()
    expect([a.changed, a.poller.of('10.0.0.1')]).toEqual([[], []])
  })
})

describe('names of interfaces', () => {
  const { interfaces: csv } = parseInterfaceList(
    '',
    '10.0.0.1,1,Uplink,,10G\n10.0.0.1,2,,to the roof\n10.0.0.1,9,tunnel\n2001:db8::1,1,six',
  )

  test('by a list alone are there at once, however the address is written', () => {
    const names = new InterfaceNames({ csv })
    closing.push(names)
    expect(names.watch('::ffff:10.0.0.1').map(({ name }) => name)).toEqual(['Uplink', undefined, 'tunnel'])
    expect([names.of('2001:DB8:0::1')[0]!.name, names.of('10.0.0.2'), names.states]).toEqual(['six', [], []])
  })

  test('by another list are told to all who watch', async () => {
    const names = new InterfaceNames({ csv })
    closing.push(names)
    names.watch('10.0.0.1')
    const told: [string, (string | undefined)[]][] = []
    names.onChange((address, interfaces) => told.push([address, interfaces.map(({ name }) => name)]))
    await names.replace({ csv: parseInterfaceList('', '10.0.0.1,1,Downlink').interfaces })
    expect(told).toEqual([['10.0.0.1', ['Downlink']]])
    expect([names.of('10.0.0.1').length, names.of('2001:db8::1')]).toEqual([1, []])
    await names.replace({ snmp: ALL })
    expect(names.states.map(({ address }) => address)).toEqual(['10.0.0.1'])
  })

  test('by a list go before what agents say, field by field', async () => {
    const told: AgentInterface[] = [
      { ifIndex: 1, name: 'Te1/1', alias: 'core', speedBps: 1e9, operStatus: 'up' },
      { ifIndex: 2, name: 'Te1/2', operStatus: 'down' },
      { ifIndex: 3, name: 'Te1/3' },
    ]
    const octets = { upTimeMs: undefined, octets: [] }
    const names = new InterfaceNames({ csv, snmp: ALL }, { names: async () => told, octets: async () => octets })
    closing.push(names)
    const seen = Promise.withResolvers<unknown>()
    const stop = names.onChange((address, interfaces) => seen.resolve({ address, interfaces }))
    names.watch('10.0.0.1')
    names.watch('10.0.0.1')
    names.unwatch('10.0.0.1')
    const { address, interfaces } = (await seen.promise) as { address: string; interfaces: unknown }
    expect([address, interfaces]).toEqual([
      '10.0.0.1',
      [
        { ifIndex: 1, name: 'Uplink', alias: 'core', speedBps: 1e10, operStatus: 'up', namedBy: 'csv' },
        { ifIndex: 2, name: 'Te1/2', alias: 'to the roof', operStatus: 'down', namedBy: 'snmp' },
        { ifIndex: 3, name: 'Te1/3', namedBy: 'snmp' },
        { ifIndex: 9, name: 'tunnel', namedBy: 'csv' },
      ],
    ])
    stop()
    names.unwatch('10.0.0.1')
    names.unwatch('10.0.0.1')
    expect(names.of('10.0.0.1')).toHaveLength(3)
    expect(names.states).toEqual([])
  })
})

describe('files', () => {
  const dir = mkdtempSync(join(tmpdir(), 'interfaces-'))
  const file = (name: string, text: string, mode = 0o600) => {
    const path = join(dir, name)
    writeFileSync(path, text)
    chmodSync(path, mode)
    return path
  }
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  test('are read, with what is wrong in them', () => {
    const snmp = file('snmp.conf', '10.0.0.0/8 community=public\n10.0.0.0/8 x')
    expect(readSnmpSettings(snmp)).toMatchObject({ faults: [{ file: snmp, line: 2, column: 12 }] })
    expect(readSnmpSettings(snmp).warning).toBeUndefined()
    expect(readInterfaceList(file('ports.csv', '10.0.0.1,1,eth0', 0o644))).toMatchObject({ faults: [] })
  })

  test.each([0o640, 0o604, 0o666])('secrets that others may read are warned of (%o)', (mode) => {
    expect(readSnmpSettings(file('snmp.conf', '', mode)).warning).toMatch(/others may read the secrets in it \(mode 06\d\d\): chmod 600/)
  })

  test('that are not there are refused in one line', () => {
    expect(() => readSnmpSettings(join(dir, 'none'))).toThrow(/none: no such file/)
    expect(() => readInterfaceList(dir)).toThrow(/no such file|a directory/)
  })
})
