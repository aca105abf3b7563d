/** A real server that goes, stands still, refuses, and comes back. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { StoreAway, type Write } from '../lib/key-value.ts'
import { PatientStore } from './patient-store.ts'
import { type RedisAddress, redisAddress } from './redis-address.ts'
import { type RedisLogin, RedisStore } from './redis-store.ts'
import { freeLoopbackPort, noRedis, TestRedis } from './redis-testing.ts'

const set = (key: string, value: string, ttlMs?: number): Write => ({ op: 'set', key, value, ...(ttlMs !== undefined && { ttlMs }) })

let server: TestRedis | undefined
let store: PatientStore | undefined
let backend: RedisStore
afterEach(async () => {
  await store?.close()
  await server?.dispose()
  store = undefined
  server = undefined
})
async function open(address: RedisAddress, login: RedisLogin = {}, waitMs = 3000): Promise<PatientStore> {
  backend = new RedisStore(address, login, 'test')
  await backend.firstAnswer(waitMs)
  store = new PatientStore(backend)
  return store
}
const bySocket = (): RedisAddress => ({ path: server!.socket, database: 0, tls: false })
async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const late = Date.now() + 15_000; Date.now() < late; await new Promise((resolve) => setTimeout(resolve, 20)))
    if (await isSo()) return
  throw new Error(`in vain: ${what}`)
}

describe.skipIf(noRedis !== undefined)(noRedis ?? 'a server of Redis', () => {
  it('that goes and comes back has what was written meanwhile, with the time that was left', async () => {
    server = await new TestRedis().start()
    const kept = await open(bySocket())
    await kept.write([set('a', '1')])
    await server.stop()
    await until('it is missed', () => kept.stats().faults.length > 0)
    await kept.write([set('a', '2'), set('t', 'x', 60_000)])
    await kept.write([{ op: 'hash-set', key: 'h', field: 'f', value: 'x' }])
    await expect(kept.get('a')).rejects.toBeInstanceOf(StoreAway)
    expect(kept.stats()).toMatchObject({ isAway: true, waiting: 3, lost: 0 })
    expect(kept.stats().faults[0]).toMatch(/^Redis at .*redis\.sock is away \(.+\): state is kept in memory until it returns$/)
    await server.start()
    await until('it is there again', () => !kept.stats().isAway && kept.stats().faults.length === 0)
    expect(server.cli('GET', 'a')).toBe('2')
    expect(server.cli('HGET', 'h', 'f')).toBe('x')
    const left = Number(server.cli('PTTL', 't'))
    expect(left).toBeGreaterThan(30_000)
    expect(left).toBeLessThan(60_000)
  })

  it('that is not there at the start is written to when it is', async () => {
    server = new TestRedis()
    const kept = await open(bySocket(), {}, 50)
    await kept.write([set('a', '1')])
    expect(kept.stats()).toMatchObject({ isAway: true, waiting: 1 })
    expect(kept.stats().faults[0]).toContain('(ENOENT)')
    await server.start()
    await until('it has it', () => !kept.stats().isAway)
    expect(server.cli('GET', 'a')).toBe('1')
  })

  it('that stands still without a word is away within seconds, and nothing is lost', async () => {
    server = await new TestRedis().start()
    const kept = await open(bySocket())
    process.kill(server.pid, 'SIGSTOP')
    const begun = Date.now()
    await kept.write([set('a', '1')])
    expect(Date.now() - begun).toBeLessThan(10_000)
    expect(kept.stats()).toMatchObject({ isAway: true, waiting: 1 })
    process.kill(server.pid, 'SIGCONT')
    await until('it is there again', () => !kept.stats().isAway)
    expect(server.cli('GET', 'a')).toBe('1')
  }, 30_000)

  it('is found out when nobody writes', async () => {
    server = await new TestRedis().start()
    const kept = await open(bySocket())
    process.kill(server.pid, 'SIGSTOP')
    await until('it is missed', () => kept.stats().faults.length > 0)
    process.kill(server.pid, 'SIGCONT')
    await until('it is there again', () => kept.stats().faults.length === 0)
  }, 40_000)

  it('wants a user and a password, and a database', async () => {
    server = await new TestRedis(['--requirepass', 'geheim', '--user', 'probe', 'on', '>pass word', '~*', '+@all']).start()
    const address = { ...bySocket(), database: 2 }
    const right = await open(address, { password: 'geheim' })
    await right.write([set('a', '1')])
    expect(server.cli('--no-auth-warning', '-a', 'geheim', '-n', '2', 'GET', 'a')).toBe('1')
    await right.close()
    const user = await open(address, { user: 'probe', password: 'pass word' })
    expect(await user.get('a')).toBe('1')
    await user.close()
    for (const login of [{}, { password: 'wrong' }, { user: 'nobody', password: 'geheim' }]) {
      const wrong = await open(address, login, 300)
      await wrong.write([set('b', '1')])
      expect(wrong.stats()).toMatchObject({ isAway: true, waiting: 1 })
      expect(wrong.stats().faults.join()).toMatch(/NOAUTH|WRONGPASS/)
      expect(JSON.stringify(wrong.stats())).not.toContain('geheim')
      await wrong.close()
    }
  }, 30_000)

  it('that may not be written (a replica, a full one) is away, and is read', async () => {
    server = await new TestRedis(['--maxmemory-policy', 'noeviction']).start()
    const kept = await open(bySocket())
    await kept.write([set('a', '1')])
    server.cli('CONFIG', 'SET', 'maxmemory', '1')
    await kept.write([set('a', '2')])
    expect(kept.stats()).toMatchObject({ isAway: true, waiting: 1 })
    expect(kept.stats().faults.join()).toContain('OOM')
    expect(await kept.get('a')).toBe('1')
    expect(kept.stats().faults.join()).toContain('OOM')
    server.cli('CONFIG', 'SET', 'maxmemory', '0')
    await until('it takes it', () => !kept.stats().isAway)
    expect(server.cli('GET', 'a')).toBe('2')
  })

  it('by TLS is one that those vouch for whom we trust', async () => {
    server = new TestRedis()
    const { folder } = server
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
    try {
      execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...subject], { stdio: 'ignore' })
    } catch {
      return
    }
    const port = await freeLoopbackPort()
    const ca = readFileSync(join(folder, 'cert.pem'), 'utf8')
    const tls = [
      '--tls-port',
      `${port}`,
      '--tls-cert-file',
      files[3]!,
      '--tls-key-file',
      files[1]!,
      '--tls-ca-cert-file',
      files[3]!,
      '--tls-auth-clients',
      'no',
    ]
    await server.start(tls)
    for (const host of ['localhost', '127.0.0.1']) {
      const kept = await open(redisAddress(`rediss://${host}:${port}`) as RedisAddress, { ca })
      await kept.write([set(host, '1')])
      expect(await kept.get(host)).toBe('1')
      expect(kept.stats().faults).toEqual([])
      await kept.close()
    }
    const strange = await open(redisAddress(`rediss://localhost:${port}`) as RedisAddress, {}, 300)
    await expect(strange.get('x')).rejects.toThrow(/SELF_SIGNED/)
  })
})
