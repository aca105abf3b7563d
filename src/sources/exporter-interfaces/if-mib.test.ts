import { createSocket } from 'node:dgram'
import { afterEach, describe, expect, test } from 'vitest'
import { MAX_ROWS, readInterfaces, readOctets } from './if-mib.ts'
import { type SnmpAgent, SnmpError, withSnmpAgent } from './snmp-session.ts'
import type { SnmpAccess } from './snmp-settings.ts'
import {
  type Bytes,
  community,
  FakeAgent,
  honest,
  integer,
  type Manner,
  messageId,
  octets,
  plainV3,
  question,
  response,
  tlv,
  user,
} from './snmp-testing.ts'

const IF = '1.3.6.1.2.1.2.2.1'
const IFX = '1.3.6.1.2.1.31.1.1.1'
const GAUGE = 66
const COUNTER = 65
const COUNTER64 = 70
const wide = (hex: string): Bytes => tlv(COUNTER64, [...Buffer.from(hex, 'hex')])

const agents: FakeAgent[] = []
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.close()
})
async function agent(manner: Manner): Promise<FakeAgent> {
  const fake = await FakeAgent.open(manner)
  agents.push(fake)
  return fake
}
const ask = <T>(access: SnmpAccess, use: (agent: SnmpAgent) => Promise<T>, limitMs = 20_000) =>
  withSnmpAgent('127.0.0.1', access, AbortSignal.timeout(limitMs), use)
const faultOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'answered',
    (error: unknown) => (error instanceof SnmpError ? error.fault : String(error)),
  )
/** Long where an answer comes, so that a busy machine changes nothing. */
const waits = (fault: string): number => (ANSWERED.has(fault) ? 5000 : 300)
const ANSWERED = new Set(['answered', 'question refused', 'answer too big', 'an answer that cannot be read', 'user or key refused'])
const answers = (table: Readonly<Record<string, Bytes>>, maxValues?: number): Manner => {
  const answer = honest(table, maxValues)
  return (datagram) => answer(question(datagram))
}

/** The same text in each column that is asked for, in one row. */
const rowOf = ({ oids }: ReturnType<typeof question>, index: number) =>
  oids.map(
    (name) =>
      [
        `${name
          .split('.')
          .slice(0, name.startsWith(IFX) ? 11 : 10)
          .join('.')}.${index}`,
        octets('x'),
      ] as const,
  )

const SWITCH: Record<string, Bytes> = {
  '1.3.6.1.2.1.1.3.0': integer(360_000, 67),
  [`${IF}.2.1`]: octets('GigabitEthernet0/1\0'),
  [`${IF}.2.2`]: octets('lo'),
  [`${IF}.2.10001`]: octets('TenGigabitEthernet1/1'),
  [`${IF}.5.1`]: integer(1e9, GAUGE),
  [`${IF}.5.2`]: integer(0, GAUGE),
  [`${IF}.5.10001`]: integer(0xffff_ffff, GAUGE),
  [`${IF}.8.1`]: integer(1),
  [`${IF}.8.2`]: integer(7),
  [`${IF}.8.10001`]: integer(99),
  [`${IF}.10.1`]: integer(77, COUNTER),
  [`${IF}.16.1`]: integer(88, COUNTER),
  [`${IFX}.1.1`]: octets('Gi0/1'),
  [`${IFX}.1.10001`]: octets('Te1/1'),
  [`${IFX}.15.1`]: integer(1000, GAUGE),
  [`${IFX}.15.10001`]: integer(10_000, GAUGE),
  [`${IFX}.18.1`]: octets('Uplink é\n\u202e'),
}
const HC = {
  [`${IFX}.6.1`]: wide('00ffffffffffffffff'),
  [`${IFX}.6.10001`]: wide('0100000000'),
  [`${IFX}.10.1`]: wide('05'),
  [`${IFX}.10.10001`]: wide('06'),
}

describe('an honest agent', () => {
  const INTERFACES = [
    { ifIndex: 1, name: 'Gi0/1', alias: 'Uplink é␊\\u202e', speedBps: 1e9, operStatus: 'up' },
    { ifIndex: 2, name: 'lo', operStatus: 'lowerLayerDown' },
    { ifIndex: 10_001, name: 'Te1/1', speedBps: 1e10 },
  ]
  test.each([100, 7, 6, 1])('tells of its interfaces, also when an answer holds %d values', async (maxValues) => {
    const { port } = await agent(answers(SWITCH, maxValues))
    expect(await ask(community(port), readInterfaces)).toEqual(INTERFACES)
  })

  test('tells octets of 64 bits, and of 32 where it has no others', async () => {
    const { port } = await agent(answers({ ...SWITCH, ...HC }))
    expect(await ask(community(port), readOctets)).toEqual({
      upTimeMs: 3_600_000,
      octets: [
        { ifIndex: 1, inOctets: 2 ** 64, outOctets: 5, bits: 64 },
        { ifIndex: 10_001, inOctets: 2 ** 32, outOctets: 6, bits: 64 },
      ],
    })
    const old = await agent(answers(SWITCH))
    expect((await ask(community(old.port), readOctets)).octets).toEqual([{ ifIndex: 1, inOctets: 77, outOctets: 88, bits: 32 }])
  })

  test('with very many interfaces tells of so many', async () => {
    const table = Object.fromEntries(Array.from({ length: MAX_ROWS + 500 }, (_, i) => [`${IF}.2.${i + 1}`, octets(`eth${i}`)]))
    const names = Object.entries(table)
    const fast: Manner = (datagram) => {
      const q = question(datagram)
      const from = q.oids.find((name) => name.startsWith(`${IF}.2`))
      if (from === undefined)
        return response(
          q,
          q.oids.map((name) => [name, [0x82, 0]] as const),
        )
      const at = from === `${IF}.2` ? 0 : Number(from.split('.').at(-1))
      return response(
        q,
        names.slice(at, at + q.repetitions).flatMap((row) => q.oids.map((name) => (name === from ? row : ([name, [0x82, 0]] as const)))),
      )
    }
    const { port } = await agent(fast)
    const found = await ask(community(port), readInterfaces, 20_000)
    expect([found.length, found.at(-1)]).toEqual([MAX_ROWS, { ifIndex: MAX_ROWS, name: `eth${MAX_ROWS - 1}` }])
  })

  test('whose answers would be too big is asked for less', async () => {
    const answer = honest(SWITCH)
    const { port } = await agent((datagram) => {
      const q = question(datagram)
      return q.repetitions > 1 ? response(q, [], { status: 1 }) : answer(q)
    })
    expect(await ask(community(port), readInterfaces)).toEqual(INTERFACES)
  })
})

describe('a hostile agent', () => {
  test.each<[string, Manner, string]>([
    ['that is silent', () => undefined, 'no answer'],
    ['that sends garbage', () => [1, 2, 3], 'no SNMP message'],
    ['that sends an endless length', () => [0x30, 0x84, 0xff, 0xff, 0xff, 0xff], 'no SNMP message'],
    ['that reports, which v2c does not', (d) => response(question(d), [], { tag: 0xa8 }), 'no answer in what came'],
    ['that speaks v3', () => plainV3(1, 0xa8, []), 'another version than was asked'],
    ['that answers another question', (d) => response(question(d), [], { id: 5 }), 'no answer'],
    ['that answers as another community', (d) => response({ ...question(d), community: 'other' }, []), 'an answer that cannot be read'],
    ['that refuses', (d) => response(question(d), [], { status: 5 }), 'question refused'],
    ['that finds one value too big', (d) => response(question(d), [], { status: 1 }), 'answer too big'],
    ['whose list breaks off', (d) => response(question(d), []).map((byte, i, all) => (i === all.length - 1 ? 0x7f : byte)), 'answered'],
  ])('%s', async (_, manner, fault) => {
    const { port } = await agent(manner)
    expect(await faultOf(ask(community(port, waits(fault)), readInterfaces, 20_000))).toBe(fault)
  })

  const never = integer(1, COUNTER)
  test.each<[string, (q: ReturnType<typeof question>, n: number) => readonly (readonly [string, Bytes])[]]>([
    ['the same again and again', (q) => q.oids.map(() => [`${IF}.2.5`, octets('loop')])],
    ['what lies before', (q, n) => q.oids.map(() => [`${IF}.2.${1000 - n}`, octets('back')])],
    ['other tables', (q, n) => q.oids.map(() => [`1.3.6.1.4.1.${n}`, octets('other')])],
    ['indexes that are none', (q, n) => q.oids.map((name) => [`${name}.1.${n}`, octets('deep')])],
    ['indexes beyond all interfaces', (q) => q.oids.map(() => [`${IF}.2.4294967295`, octets('far')])],
    ['more values than were asked for', () => Array.from({ length: 2000 }, (_, i) => [`${IF}.2.5`, octets(`x${i}`)] as const)],
    ['none at all', () => []],
    ['wrong types', (q) => q.oids.map((name) => [`${name.split('.').slice(0, 11).join('.')}.${q.id}`, never] as const)],
  ])('that gives %s is left in peace soon', async (_, values) => {
    const fake = await agent((datagram, n) => response(question(datagram), values(question(datagram), n)))
    const found = await ask(community(fake.port), readInterfaces)
    expect(found.length).toBeLessThanOrEqual(2)
    expect(fake.asked).toBeLessThan(20)
  })

  test('texts are cut', async () => {
    const { port } = await agent(
      answers({ [`${IF}.2.1`]: octets('n'.repeat(20_000)), [`${IFX}.18.1`]: octets([...Array(3000).fill(0xff)]) }),
    )
    const [found] = await ask(community(port), readInterfaces)
    expect([found!.name!.length, found!.alias!.length]).toEqual([64, 255])
  })

  test('an endless walk ends by rows', async () => {
    const fake = await agent((datagram, n) => response(question(datagram), rowOf(question(datagram), n + 1)))
    const found = await ask(community(fake.port), readInterfaces, 30_000)
    expect([found.length, fake.asked]).toEqual([MAX_ROWS, MAX_ROWS + 1])
  }, 40_000)

  test('a slow walk ends by time', async () => {
    const fake = await agent((datagram, n) => (n > 3 ? undefined : response(question(datagram), rowOf(question(datagram), n + 1))))
    expect([await faultOf(ask(community(fake.port, 30_000), readInterfaces, 300)), fake.asked]).toEqual(['no answer', 5])
  })

  test('another one cannot answer in its place', async () => {
    const other = createSocket('udp4')
    const fake = await agent(() => undefined)
    fake.socket.on('message', (datagram: Buffer, { port }) =>
      other.send(Uint8Array.from(response(question(datagram), [])), port, '127.0.0.1'),
    )
    expect(await faultOf(ask(community(fake.port, 100), readInterfaces))).toBe('no answer')
    other.close()
  })

  test.each<[string, Manner, string]>([
    ['whose reports begin the clock anew without end', (d) => plainV3(messageId(d), 0xa8, []), 'reports without end'],
    ['that is another engine each time', (d, n) => plainV3(messageId(d), 0xa8, [], { engine: `engine-${n}` }), 'too many engine ids'],
    [
      'that answers in the clear what was asked in secret',
      (d, n) => plainV3(messageId(d), n === 0 ? 0xa8 : 0xa2, [[`${IF}.2.1`, octets('forged')]], { boots: 1, time: 1 }),
      'an answer below the security level',
    ],
    [
      'that claims to have signed it',
      (d, n) => plainV3(messageId(d), n === 0 ? 0xa8 : 0xa2, [], { boots: 1, time: 1, flags: n === 0 ? 0 : 3 }),
      'no SNMP message',
    ],
    [
      'that does not know the user',
      (d) => plainV3(messageId(d), 0xa8, [['1.3.6.1.6.3.15.1.1.3.0', never]], { boots: 1, time: 1 }),
      'user or key refused',
    ],
  ])('of v3 %s', async (_, manner, fault) => {
    const fake = await agent(manner)
    expect(await faultOf(ask(user(fake.port, {}, waits(fault)), readInterfaces, 20_000))).toBe(fault)
  })

  test('whatever it answers, nothing is thrown', async () => {
    let seed = 7
    const random = () => (seed = (seed * 48_271) % 0x7fff_ffff)
    const answer = honest(SWITCH)
    const spoilt = (bytes: Bytes) => bytes.map((byte, i) => (i > 30 && random() % 20 === 0 ? random() % 256 : byte))
    const { port } = await agent((datagram) => spoilt(answer(question(datagram))))
    for (let i = 0; i < 15; i++) await faultOf(ask(community(port, 10), readInterfaces, 500))
    const v3 = await agent((datagram, n) =>
      spoilt(plainV3(messageId(datagram), n % 2 === 0 ? 0xa8 : 0xa2, [[`${IF}.2.1`, octets('x')]], { boots: 1, time: 1 })),
    )
    for (let i = 0; i < 15; i++) await faultOf(ask(user(v3.port, { level: 'noAuthNoPriv' }, 10), readInterfaces, 500))
  }, 60_000)
})
