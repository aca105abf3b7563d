import { expect, test } from 'vitest'
import type { ItemOf } from '../lib/fields.ts'
import type { FlowDetail, HostDetail, ListAnswer } from '../lib/live.ts'
import { type Program, type ProgramAnswer, type ProgramFinder, WANTED_WORDS } from '../lib/programs.ts'
import { newSourceStats } from '../lib/source.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { feed, START_MS, tcpFrame, testTables, udpFrame } from '../tables/testing.ts'
import { formatAddress, parseAddress } from '../wire/address.ts'
import { Answers } from './answers.ts'
import { OwnAddresses } from './own-addresses.ts'
import { ProgramNames } from './program-names.ts'

const FIREFOX: Program = { pid: 7, name: 'firefox', uid: 1000, user: 'alice', command: 'firefox -P', service: 'app', startedMs: 5 }
const NGINX: Program = { pid: 8, name: 'nginx', uid: 33, user: 'www-data', container: '0123456789ab', engine: 'docker' }

/** Knows programs by local address and port; remembers what it was asked. */
class FakeFinder implements ProgramFinder {
  readonly asked: string[][] = []
  readonly known = new Map<string, Program>()
  broken = false
  hold: Promise<void> | undefined

  async find(wanted: Uint32Array): Promise<ProgramAnswer> {
    const ends = Array.from({ length: wanted.length / WANTED_WORDS }, (_, i) => [
      ...wanted.subarray(i * WANTED_WORDS, (i + 1) * WANTED_WORDS),
    ])
    const signed = ends.map((e) => e.map((w) => w | 0))
    this.asked.push(
      signed.map((e, i) => {
        const address = (at: number) => formatAddress(e[at]!, e[at + 1]!, e[at + 2]!, e[at + 3]!)
        return `${e[0]} ${address(1)}:${ends[i]![9]! >>> 16} ${address(5)}:${ends[i]![9]! & 0xffff}`
      }),
    )
    await this.hold
    if (this.broken) throw new Error('gone')
    const programs: Program[] = []
    const of = Uint16Array.from(this.asked.at(-1)!, (text) => {
      const program = this.known.get(text.split(' ')[1]!)
      // As from another process: a new object each time.
      return program === undefined ? 0 : programs.push({ ...program })
    })
    return { programs, of }
  }
}

function setUp(limit = 1024) {
  const t = testTables({ flowLimit: limit, idle: { flowMs: 60_000, closedFlowMs: 3000, localHostMs: 300_000, remoteHostMs: 60_000 } })
  const finder = new FakeFinder()
  const clock = { ms: 0 }
  const names = new ProgramNames(t, finder, new OwnAddresses([parseAddress('10.0.0.1')!]), () => clock.ms)
  return { t, finder, names, clock, answers: new Answers(t, newSourceStats, 'test') }
}
const list = <E extends 'flows' | 'programs'>(a: Answers, entity: E, filter = '') =>
  (a.answer('list', { entity, filter, limit: 100, sort: 'bytes' }) as unknown as ListAnswer<E>).items as readonly ItemOf<E>[]
const flows = (t: LiveTables) => t.flows.rows.live

test('asks for the ends that are of this machine, as they see it', async () => {
  const { t, finder, names } = setUp()
  feed(t, [
    tcpFrame({ flags: 2, from: '10.0.0.1', srcPort: 40_000, to: '192.0.2.1', dstPort: 443 }),
    tcpFrame({ flags: 2, from: '192.0.2.9', srcPort: 50_000, to: '10.0.0.1', dstPort: 80 }),
    udpFrame({ from: '127.0.0.1', srcPort: 1, to: '127.0.0.53', dstPort: 53 }),
    udpFrame({ from: '192.0.2.9', srcPort: 5, to: '192.0.2.8', dstPort: 6 }),
  ])
  await names.tick()
  expect(finder.asked).toEqual([
    ['6 10.0.0.1:40000 192.0.2.1:443', '6 10.0.0.1:80 192.0.2.9:50000', '17 127.0.0.1:1 127.0.0.53:53', '17 127.0.0.53:53 127.0.0.1:1'],
  ])
  await names.tick()
  expect(finder.asked).toHaveLength(1)
})

test('names ends, counts traffic by program from the first packet on, and is filtered by', async () => {
  const { t, finder, names, answers } = setUp()
  finder.known.set('10.0.0.1:40000', FIREFOX).set('10.0.0.1:80', NGINX)
  const request = tcpFrame({ flags: 2, from: '10.0.0.1', srcPort: 40_000, to: '192.0.2.1', dstPort: 443 })
  const answer = tcpFrame({ flags: 0x12, from: '192.0.2.1', srcPort: 443, to: '10.0.0.1', dstPort: 40_000, payload: 'x'.repeat(100) })
  feed(t, [request, answer, tcpFrame({ flags: 2, from: '192.0.2.9', srcPort: 50_000, to: '10.0.0.1', dstPort: 80 })])
  await names.tick()
  feed(t, [request, answer], START_MS + 10)
  expect(list(answers, 'programs')).toMatchObject([
    {
      program: 'firefox',
      user: 'alice',
      service: 'app',
      bytesSent: 2 * request.length,
      bytesRcvd: 2 * answer.length,
      packets: 4,
      flows: 1,
    },
    { program: 'nginx', user: 'www-data', container: '0123456789ab', bytesSent: 0, bytesRcvd: request.length, packets: 1, activeFlows: 1 },
  ])
  expect(list(answers, 'flows', 'program = firefox')).toMatchObject([{ client: '10.0.0.1', clientProgram: 'firefox', clientUser: 'alice' }])
  expect(list(answers, 'flows', 'container starts 0123 and user = www-data')).toMatchObject([{ serverProgram: 'nginx' }])
  expect(list(answers, 'flows', 'not program exists')).toEqual([])
  const { id } = list(answers, 'flows', 'service = app')[0]!
  expect(answers.answer('flow', { id }) as FlowDetail).toMatchObject({ clientProcess: FIREFOX })
  const own = answers.answer('host', { address: '10.0.0.1' }) as HostDetail
  expect(own.programs.map(({ program, flows }) => [program, flows])).toEqual([
    ['firefox', 1],
    ['nginx', 1],
  ])
  const peer = answers.answer('host', { address: '192.0.2.1' }) as HostDetail
  expect(peer.programs).toMatchObject([{ program: 'firefox', bytesSent: 2 * request.length }])
  expect([names.named, names.unknown]).toEqual([2, 0])
})

test('a program that talks to itself counts both ways, in one flow', async () => {
  const { t, finder, names, answers } = setUp()
  finder.known.set('127.0.0.1:1', FIREFOX).set('127.0.0.1:2', FIREFOX)
  const frame = udpFrame({ from: '127.0.0.1', srcPort: 1, to: '127.0.0.1', dstPort: 2 })
  feed(t, [frame])
  await names.tick()
  feed(t, [frame], START_MS + 5)
  expect(list(answers, 'programs')).toMatchObject([{ flows: 1, activeFlows: 1, bytesSent: 2 * frame.length, bytesRcvd: 2 * frame.length }])
  t.tickTo(START_MS + 100_000)
  expect(flows(t)).toBe(0)
  expect(list(answers, 'programs')).toMatchObject([{ flows: 1, activeFlows: 0 }])
})

test('tries at once, after a second, after five and after fifteen, and then no more', async () => {
  const { t, finder, names, clock } = setUp()
  feed(t, [udpFrame({ from: '10.0.0.1' })])
  for (clock.ms = 0; clock.ms <= 20_000; clock.ms += 500) await names.tick()
  expect(finder.asked).toHaveLength(4)
  expect([names.named, names.unknown]).toEqual([0, 1])
})

test('what a finder that cannot answer was asked for is no try: it is asked again until it can', async () => {
  const { t, finder, names, clock, answers } = setUp()
  feed(t, [udpFrame({ from: '10.0.0.1', srcPort: 9 })])
  finder.known.set('10.0.0.1:9', FIREFOX)
  finder.broken = true
  for (clock.ms = 0; clock.ms <= 30_000; clock.ms += 500) await names.tick()
  expect(names.fault).toBe('gone')
  finder.broken = false
  await names.tick()
  expect(list(answers, 'flows', 'program = firefox')).toHaveLength(1)
})

test('found at the second try', async () => {
  const { t, finder, names, clock, answers } = setUp()
  feed(t, [udpFrame({ from: '10.0.0.1', srcPort: 9 })])
  await names.tick()
  finder.known.set('10.0.0.1:9', FIREFOX)
  clock.ms = 1000
  await names.tick()
  expect(list(answers, 'flows', 'program = firefox')).toHaveLength(1)
})

test('a user is shown while its process is looked for', async () => {
  const { t, finder, names, clock, answers } = setUp()
  feed(t, [udpFrame({ from: '10.0.0.1', srcPort: 9 })])
  finder.known.set('10.0.0.1:9', { name: '', uid: 33, user: 'www-data' })
  await names.tick()
  expect(list(answers, 'flows', 'user = www-data and not program exists')).toHaveLength(1)
  expect(list(answers, 'programs')).toMatchObject([{ user: 'www-data', flows: 1 }])
  finder.known.set('10.0.0.1:9', NGINX)
  clock.ms = 1000
  await names.tick()
  expect(list(answers, 'programs')).toMatchObject([{ program: 'nginx', user: 'www-data', flows: 1, activeFlows: 1 }])
})

test('a row that another flow has taken meanwhile is not named', async () => {
  const { t, finder, names, answers } = setUp(1)
  finder.known.set('10.0.0.1:9', FIREFOX)
  feed(t, [udpFrame({ from: '10.0.0.1', srcPort: 9 })])
  let release = () => {}
  finder.hold = new Promise((resolve) => {
    release = resolve
  })
  const tick = names.tick()
  t.tickTo(START_MS + 70_000)
  feed(t, [udpFrame({ from: '10.0.0.1', srcPort: 10 })], START_MS + 70_000)
  expect(flows(t)).toBe(1)
  release()
  await tick
  expect(list(answers, 'flows', 'program exists')).toEqual([])
  expect(names.unknown).toBe(1)
})

test('a finder that is gone is a fault that is said, and tried again', async () => {
  const { t, finder, names, clock, answers } = setUp()
  finder.known.set('10.0.0.1:9', FIREFOX)
  finder.broken = true
  feed(t, [udpFrame({ from: '10.0.0.1', srcPort: 9 })])
  await names.tick()
  expect(names.fault).toBe('gone')
  finder.broken = false
  clock.ms = 1000
  await names.tick()
  expect(names.fault).toBeUndefined()
  expect(list(answers, 'flows', 'program = firefox')).toHaveLength(1)
})

test('addresses that the machine gets later', async () => {
  const own = new OwnAddresses()
  const has = (text: string) => own.has(...parseAddress(text)!)
  expect(['127.0.0.1', '127.8.8.8', '::1', '10.0.0.1', '::', '2001:db8::1'].map(has)).toEqual([true, true, true, false, false, false])
  own.set([parseAddress('2001:db8::1')!, parseAddress('10.0.0.1')!])
  expect(['10.0.0.1', '2001:db8::1', '::1', '2001:db9::1'].map(has)).toEqual([true, true, true, false])
})
