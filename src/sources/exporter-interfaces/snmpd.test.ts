import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readInterfaces, readOctets } from './if-mib.ts'
import { InterfaceNames } from './interface-names.ts'
import { type SnmpAgent, SnmpError, withSnmpAgent } from './snmp-session.ts'
import { parseSnmpSettings } from './snmp-settings.ts'
import { community, user } from './snmp-testing.ts'

const SNMPD = ['/usr/sbin/snmpd', '/usr/local/sbin/snmpd'].find((path) => existsSync(path))
const missing = SNMPD === undefined ? ' (skipped: no snmpd; apt-get install snmpd)' : ''

const USERS = [
  ['md5des', 'MD5', 'DES'],
  ['md5aes', 'MD5', 'AES'],
  ['shades', 'SHA', 'DES'],
  ['shaaes', 'SHA', 'AES'],
  ['sha256aes', 'SHA-256', 'AES'],
  ['sha512aes', 'SHA-512', 'AES'],
] as const

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}

describe.skipIf(SNMPD === undefined)(`snmpd${missing}`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'snmpd-'))
  let daemon: ChildProcess
  let port = 0

  beforeAll(async () => {
    port = await freePort()
    const lines = [
      'rocommunity public 127.0.0.1',
      ...USERS.flatMap(([name, auth, priv]) => [`createUser ${name} ${auth} auth-secret ${priv} priv-secret`, `rouser ${name} authnopriv`]),
    ]
    writeFileSync(join(dir, 'snmpd.conf'), lines.join('\n'))
    const env = { ...process.env, SNMP_PERSISTENT_DIR: dir, SNMPCONFPATH: dir }
    daemon = spawn(SNMPD!, ['-f', '-Lf', join(dir, 'log'), '-C', '-c', join(dir, 'snmpd.conf'), `udp:127.0.0.1:${port}`], {
      env,
      stdio: 'ignore',
    })
    // It answers when it is ready.
    for (let tries = 0; tries < 50; tries++) {
      if ((await ask(community(port, 200), readOctets).catch(() => undefined)) !== undefined) break
    }
  }, 30_000)
  afterAll(async () => {
    daemon.kill()
    await once(daemon, 'exit')
    rmSync(dir, { recursive: true })
  })

  const ask = <T>(access: Parameters<typeof withSnmpAgent>[1], use: (agent: SnmpAgent) => Promise<T>) =>
    withSnmpAgent('127.0.0.1', access, AbortSignal.timeout(30_000), use)
  const ours = Object.keys(networkInterfaces())

  test('v2c: the interfaces of this machine, with their index', async () => {
    const found = await ask(community(port, 5000), readInterfaces)
    const lo = found.find(({ name }) => name === 'lo')
    expect(lo).toMatchObject({ ifIndex: Number(execFileSync('cat', ['/sys/class/net/lo/ifindex'])), operStatus: 'up' })
    expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(ours))
  })

  test('v2c: its octets grow as the kernel counts them', async () => {
    const read = () => ask(community(port, 5000), readOctets)
    const { octets, upTimeMs } = await read()
    const lo = octets.find(({ ifIndex }) => ifIndex === 1)!
    expect([lo.bits, lo.inOctets > 0, upTimeMs! < 60_000]).toEqual([64, true, true])
    expect(Number(execFileSync('cat', ['/sys/class/net/lo/statistics/rx_bytes']))).toBeGreaterThanOrEqual(lo.inOctets)
  })

  test.each(USERS)('v3: %s, authPriv by %s and %s', async (name, auth, priv) => {
    const found = await ask(user(port, { user: name, auth, priv }, 5000), readInterfaces)
    expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(ours))
  })
  test('v3: authNoPriv', async () => {
    const found = await ask(user(port, { user: 'sha256aes', auth: 'SHA-256', level: 'authNoPriv' }, 5000), readInterfaces)
    expect(found.length).toBeGreaterThan(0)
  })

  test.each([
    ['another user', { user: 'nobody' }, 'user or key refused'],
    ['another key of the user', { user: 'shaaes', authKey: 'another-secret' }, 'user or key refused'],
    ['another way to sign', { user: 'sha256aes', auth: 'SHA' }, 'user or key refused'],
    ['another key of secrecy', { user: 'shaaes', privKey: 'another-secret' }, 'no answer'],
  ] as const)('v3: %s is told apart from silence where the agent does', async (_, more, fault) => {
    const asked = ask(user(port, more, fault === 'no answer' ? 300 : 5000), readInterfaces).catch((error: unknown) =>
      error instanceof SnmpError ? error.fault : error,
    )
    expect(await asked).toBe(fault)
  })
  test('v2c: another community is silence', async () => {
    const access = { ...community(port, 200), credentials: { version: '2c', community: 'other' } } as const
    await expect(ask(access, readInterfaces)).rejects.toMatchObject({ fault: 'no answer' })
  })

  test('names and counters come by themselves once an exporter is watched', async () => {
    const { settings } = parseSnmpSettings(
      '',
      `127.0.0.0/8 user=sha256aes auth=SHA-256 auth-key=auth-secret priv=AES priv-key=priv-secret port=${port} counters=yes`,
    )
    const names = new InterfaceNames({ snmp: settings })
    const counted = Promise.withResolvers<void>()
    names.onChange((_, interfaces) => {
      if (interfaces.some(({ counters }) => counters !== undefined)) counted.resolve()
    })
    expect(names.watch('127.0.0.1')).toEqual([])
    await counted.promise
    const lo = names.of('127.0.0.1').find(({ name }) => name === 'lo')
    expect(lo).toMatchObject({ namedBy: 'snmp', operStatus: 'up', counters: { bits: 64, from: 'snmp', epoch: 0 } })
    expect(names.states).toMatchObject([{ address: '127.0.0.1', answeredMs: expect.any(Number) }])
    expect(structuredClone(names.of('127.0.0.1'))).toEqual(names.of('127.0.0.1'))
    await names.close()
  }, 20_000)
})
