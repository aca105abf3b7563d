/** Small state of the product as a user runs it: in its data folder, in a real Redis that goes and comes back, and when somebody removes it. */

import { createSocket } from 'node:dgram'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { noRedis, TestRedis } from '../src/state/redis-testing.ts'
import { netflowDatagram } from './netflow-datagram.ts'
import { freePort, type Product, scratchFolder, startProduct, until, wiretop } from './product.ts'

const scratch = scratchFolder()
let product: Product | undefined
let server: TestRedis | undefined
afterEach(async () => {
  await product?.stop()
  await server?.dispose()
  product = undefined
  server = undefined
})
afterAll(() => scratch.dispose())

interface Stats {
  readonly kind: string
  readonly where: string
  readonly isAway: boolean
  readonly waiting: number
  readonly lost: number
  readonly faults: readonly string[]
}
let port: number | undefined
const start = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  port ??= await freePort()
  product = await startProduct(['-s', '-i', `netflow://127.0.0.1:${port}`, ...args], env)
  return product
}
const key = () => `netflow://127.0.0.1:${port}`
const stats = async (of: Product) => (await of.get<{ store: Stats }>('/api/v1/state')).store
const name = async (of: Product) => (await of.get<{ interfaces: { name: string }[] }>('/api/v1/interfaces')).interfaces[0]!.name
const rename = async (of: Product, to: string) => {
  const reply = await fetch(`${of.url}/api/v1/interfaces/1?name=${encodeURIComponent(to)}`, { method: 'PATCH' })
  expect(reply.status).toBe(200)
}

describe('state in the data folder', () => {
  it('outlasts the program, and any death of it', async () => {
    const folder = scratch.path('kept')
    let running = await start(['-d', folder])
    expect(await stats(running)).toEqual({
      kind: 'sqlite',
      where: `${folder}/state.sqlite`,
      isAway: false,
      waiting: 0,
      lost: 0,
      faults: [],
    })
    await rename(running, 'uplink')
    await until('it is kept', async () => ((await name(running)) === 'uplink' ? true : undefined))
    await new Promise((resolve) => setTimeout(resolve, 200))
    await running.kill()
    running = await start(['-d', folder])
    expect(await name(running)).toBe('uplink')
    await rename(running, 'other')
    await running.stop()
    running = await start(['-d', folder])
    expect(await name(running)).toBe('other')
    for (const file of readdirSync(folder).filter((one) => one.startsWith('state.')))
      expect(statSync(`${folder}/${file}`).mode & 0o077).toBe(0)
  })

  it('takes over the names of before', async () => {
    const folder = scratch.path('former')
    mkdirSync(folder)
    port ??= await freePort()
    writeFileSync(`${folder}/names.json`, JSON.stringify({ exporters: {}, interfaces: { [key()]: { name: 'former' } } }))
    const running = await start(['-d', folder])
    expect(await name(running)).toBe('former')
    expect(existsSync(`${folder}/names.json`)).toBe(false)
  })

  it('is begun anew when the folder is removed, while it runs and while it does not', async () => {
    const folder = scratch.path('removed')
    let running = await start(['-d', folder])
    await rename(running, 'before')
    rmSync(folder, { recursive: true })
    await until('there is a folder again', () => existsSync(`${folder}/state.sqlite`) || undefined)
    await rename(running, 'after')
    expect((await stats(running)).faults).toEqual([])
    await running.stop()
    running = await start(['-d', folder])
    expect(await name(running)).toBe('after')
    await running.stop()
    rmSync(folder, { recursive: true })
    running = await start(['-d', folder])
    expect(await name(running)).toBe(key())
  })

  it('that is damaged is set aside, which is said', async () => {
    const folder = scratch.path('damaged')
    mkdirSync(folder)
    writeFileSync(`${folder}/state.sqlite`, 'no database at all'.repeat(300))
    const running = await start(['-d', folder])
    expect(running.said()).toContain(`${folder}/state.sqlite was damaged: it is set aside as state.sqlite.damaged, and state begins anew`)
    expect((await stats(running)).isAway).toBe(false)
  })
})

describe.skipIf(noRedis !== undefined)(noRedis ?? 'state in Redis', () => {
  it('has 1.2’s names; what was said while it was away is there afterwards', async () => {
    server = await new TestRedis(['--requirepass', 'sesame']).start()
    const folder = scratch.path('redis')
    const passwordFile = scratch.path('password')
    writeFileSync(passwordFile, 'sesame\n', { mode: 0o600 })
    const args = ['-d', folder, '-r', server.socket, '-N', 'probe1', '--redis-password-file', passwordFile]
    const cli = (...ask: string[]) => server!.cli('--no-auth-warning', '-a', 'sesame', ...ask)
    let running = await start(args)
    expect(await stats(running)).toMatchObject({ kind: 'redis', isAway: false, faults: [] })
    await rename(running, 'uplink')
    await until('it is in Redis', () => cli('GET', `ntopng.prefs.${key()}.name`) === 'uplink' || undefined)
    await server.stop()
    await until('the fault is shown', async () => (await stats(running)).faults.length > 0 || undefined)
    await until('the fault is said', () => running.said().includes('is away') || undefined)
    await rename(running, 'meanwhile')
    expect(await name(running)).toBe('meanwhile')
    await until('it waits', async () => (await stats(running)).waiting > 0 || undefined)
    await server.start()
    await until('it is told', () => cli('GET', `ntopng.prefs.${key()}.name`) === 'meanwhile' || undefined)
    await until('it is there again', async () => (await stats(running)).faults.length === 0 || undefined)
    await until('that is said', () => running.said().includes('is there again') || undefined)
    expect((await stats(running)).lost).toBe(0)

    cli('FLUSHALL')
    await rename(running, 'after')
    await until('it goes on', () => cli('GET', `ntopng.prefs.${key()}.name`) === 'after' || undefined)
    await running.stop()
    expect(running.said()).not.toContain('sesame')
    // Another machine's folder: the names are in Redis.
    renameSync(folder, `${folder}.elsewhere`)
    running = await start(args)
    expect(await name(running)).toBe('after')
    await running.stop()
    cli('FLUSHALL')
    running = await start(args)
    expect(await name(running)).toBe(key())
  })

  it('may be away at the start: names are there when it comes', async () => {
    server = new TestRedis()
    port ??= await freePort()
    const running = await start(['-d', scratch.path('late'), '-r', server.socket])
    expect(await name(running)).toBe(key())
    expect((await stats(running)).faults[0]).toContain('is away')
    await server.start()
    server.cli('SET', `ntopng.prefs.${key()}.name`, 'late')
    await until('its name is known', async () => (await name(running)) === 'late' || undefined)
  })

  it('takes its password from the environment, and hands it to nobody', async () => {
    server = await new TestRedis(['--requirepass', 'sesame']).start()
    const running = await start(['-d', scratch.path('env'), '-r', server.socket], { WIRETOP_REDIS_PASSWORD: 'sesame' })
    expect(await stats(running)).toMatchObject({ isAway: false, faults: [] })
    expect(readFileSync(`/proc/${running.pid}/cmdline`, 'utf8')).not.toContain('sesame')
  })
})

describe('hosts', () => {
  interface Host {
    readonly address: string
    readonly bytes: number
    readonly firstSeen: number
  }
  const hosts = async (of: Product) => (await of.get<{ items: Host[] }>('/api/v1/hosts?sort=bytes&limit=5')).items
  const send = async (first: number) => {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.send(netflowDatagram(first, 60_000), port!, '127.0.0.1', () => resolve()))
    socket.close()
  }
  const busiest = (of: Product, bytes: number) =>
    until('the busiest host has its bytes', async () => {
      const [host] = await hosts(of)
      return host !== undefined && host.bytes >= bytes ? host : undefined
    })

  it('are what they were when the program begins anew, unless that is switched off', async () => {
    const folder = scratch.path('hosts')
    let running = await start(['-d', folder])
    await send(0)
    const before = await busiest(running, 1)
    await running.stop()
    running = await start(['-d', folder])
    await send(0)
    const after = await busiest(running, 2 * before.bytes)
    expect(after).toMatchObject({ address: before.address, bytes: 2 * before.bytes, firstSeen: before.firstSeen })
    await running.stop()
    running = await start(['-d', folder, '-P'])
    await send(0)
    const anew = await busiest(running, 1)
    await new Promise((resolve) => setTimeout(resolve, 2500))
    expect((await hosts(running))[0]!.bytes).toBe(anew.bytes)
    expect(anew.bytes).toBe(before.bytes)
  })

  it.skipIf(noRedis !== undefined)('stand in Redis as in 1.2, for an hour', async () => {
    server = await new TestRedis().start()
    const running = await start(['-d', scratch.path('redis-hosts'), '-r', server.socket, '-N', 'probe1'])
    await send(0)
    const { address, bytes } = await busiest(running, 1)
    await running.stop()
    const key = server.cli('KEYS', `${address}.*.json@probe1/*`)
    const json = JSON.parse(server.cli('GET', key)) as { sent: { bytes: number }; rcvd: { bytes: number } }
    expect(json.sent.bytes + json.rcvd.bytes).toBe(bytes)
    expect(Number(server.cli('TTL', key))).toBeGreaterThan(3500)
  })
})

describe('wiretop reset', () => {
  it('removes what is named, when nobody uses it, and asks before', async () => {
    const folder = scratch.path('reset')
    const running = await start(['-d', folder])
    await rename(running, 'uplink')
    writeFileSync(`${folder}/custom-rules.txt`, 'tcp:81@HTTP')
    mkdirSync(`${folder}/7`)
    const busy = await wiretop(['reset', '--all', '--yes', '-d', folder])
    expect(busy.status).toBe(1)
    expect(busy.stderr).toBe(
      `wiretop: reset: ${folder} is in use by another wiretop (process ${running.pid}): stop it first (systemctl stop wiretop, or end that process), then reset again\n`,
    )
    await running.stop()
    expect(await wiretop(['reset', '-d', folder])).toMatchObject({
      status: 2,
      stderr: 'wiretop: reset: what? Give --history, --state or --all\n',
    })
    expect(await wiretop(['reset', '--all', '-d', folder])).toMatchObject({
      status: 2,
      stderr: 'wiretop: reset: nobody is there to be asked: give --yes\n',
    })
    expect(existsSync(`${folder}/7`)).toBe(true)
    expect((await wiretop(['reset', '--history', '--yes', '-d', folder])).stdout).toMatch(/^removed .*\/7\n$/)
    expect((await wiretop(['reset', '--state', '--yes', '-d', folder])).stdout).toContain(`${folder}/state.sqlite`)
    expect(await wiretop(['reset', '--state', '--yes', '-d', folder])).toMatchObject({
      status: 0,
      stdout: `there is nothing to remove in ${folder}\n`,
    })
    expect(existsSync(`${folder}/7`)).toBe(false)
    await wiretop(['reset', '--all', '--yes', '-d', folder])
    expect(readdirSync(folder).sort()).toEqual(['custom-rules.txt', 'lock', 'lock.pid'])
    expect(await name(await start(['-d', folder]))).toBe(key())
  })

  it.skipIf(noRedis !== undefined)('takes from a shared Redis what is its own', async () => {
    server = await new TestRedis().start()
    server.cli(
      'MSET',
      '10.0.0.1.0.json@a/eth0',
      '{}',
      '10.0.0.1.0.json@b/eth0',
      '{}',
      'ntopng.prefs.eth0@a_not_idle',
      '0',
      'ntopng.prefs.eth0.name',
      'x',
    )
    const done = await wiretop(['reset', '--state', '-y', '-r', server.socket, '-N', 'a', '-d', scratch.path('none')])
    expect(done.stdout).toContain('removed 2 keys of a')
    expect(server.cli('KEYS', '*').split('\n').sort()).toEqual(['10.0.0.1.0.json@b/eth0', 'ntopng.prefs.eth0.name'])
    await server.stop()
    const away = await wiretop(['reset', '--state', '-y', '-r', server.socket, '-N', 'a', '-d', scratch.path('none')])
    expect(away.status).toBe(1)
    expect(away.stderr).toMatch(/is away \(\w+\): nothing was removed/)
  })
})

it('a password on the command line is refused', async () => {
  const { status, stderr } = await wiretop(['-r', 'redis://:sesame@localhost', '-w', 'auto', '-i', 'none'])
  expect(status).toBe(2)
  expect(stderr).toContain('a password must not stand on the command line')
  expect(stderr).not.toContain('sesame')
})
