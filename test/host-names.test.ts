/** Names of hosts in the product as a user runs it: given by users, shared by several on one Redis, and found by DNS. */
import { createSocket } from 'node:dgram'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { addressOf, noSuchName, pointer, TestDns } from '../src/state/dns-testing.ts'
import { noRedis, TestRedis } from '../src/state/redis-testing.ts'
import { netflowDatagram } from './netflow-datagram.ts'
import { freePort, type Product, root, scratchFolder, startProduct, until } from './product.ts'

const scratch = scratchFolder()
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})
afterAll(() => scratch.dispose())

/** The hosts of what is sent. */
const LOCAL = '10.0.0.0'
const REMOTE = '8.8.8.8'

interface Running extends Product {
  send(): Promise<void>
}
async function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const port = await freePort()
  const product = await startProduct(['-s', '-i', `netflow://127.0.0.1:${port}`, ...args], env)
  ends.push(() => product.stop())
  const send = async () => {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.send(netflowDatagram(0, 500), port, '127.0.0.1', () => resolve()))
    socket.close()
  }
  await send()
  await until('its hosts are there', async () => (await names(product)).size === 2 || undefined)
  return { ...product, send }
}
interface Host {
  readonly address: string
  readonly name?: string
}
const names = async (of: Product) => {
  const { items } = await of.get<{ items: Host[] }>('/api/v1/hosts')
  return new Map(items.map(({ address, name }) => [address, name]))
}
const call = async (of: Product, address: string, name: string) => {
  const reply = await fetch(`${of.url}/api/v1/hosts/${address}?name=${encodeURIComponent(name)}`, { method: 'PATCH' })
  expect(reply.status).toBe(204)
}
const named = (of: Product, address: string, name: string | undefined) =>
  until(`${address} is called ${name}`, async () => (await names(of)).get(address) === name || undefined)

describe('a name that a user gives', () => {
  it('is there after a restart, and goes again', async () => {
    const folder = scratch.path('given')
    let running = await start(['-d', folder])
    await call(running, LOCAL, 'The printer')
    await named(running, LOCAL, 'The printer')
    const { matching } = await running.get<{ matching: number }>(`/api/v1/flows?filter=${encodeURIComponent('host = "The printer"')}`)
    expect(matching).toBe(30)
    await running.stop()
    running = await start(['-d', folder])
    await named(running, LOCAL, 'The printer')
    await call(running, LOCAL, '')
    await named(running, LOCAL, undefined)
    await running.stop()
    running = await start(['-d', folder])
    expect((await names(running)).get(LOCAL)).toBeUndefined()
  })
})

describe.skipIf(noRedis !== undefined)(noRedis ?? 'several on one Redis', () => {
  it('share names of hosts and exporters and saved views, without a restart', async () => {
    const server = await new TestRedis().start()
    ends.push(() => server.dispose())
    const here = await start(['-d', scratch.path('here'), '-r', server.socket, '-N', 'here'])
    const there = await start(['-d', scratch.path('there'), '-r', server.socket, '-N', 'there'])
    await call(here, LOCAL, 'The printer')
    await named(there, LOCAL, 'The printer')
    expect(server.cli('HGET', 'ntop.alternate_names', LOCAL)).toBe('The printer')
    server.cli('HSET', 'ntop.alternate_names', REMOTE, 'Resolver of all')
    await named(here, REMOTE, 'Resolver of all')
    await named(there, REMOTE, 'Resolver of all')
    await call(there, LOCAL, '')
    await named(here, LOCAL, undefined)

    await fetch(`${there.url}/api/v1/exporters/0?alias=core`, { method: 'PATCH' })
    const exporter = async () => (await here.get<{ items: { exporter: string }[] }>('/api/v1/exporters')).items[0]!.exporter
    await until('the exporter is called so', async () => (await exporter()) === 'core' || undefined)

    const saved = await fetch(`${here.url}/api/v1/history/queries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Who talks', view: 'by=client' }),
    })
    expect(saved.status).toBe(201)
    const views = async () => (await there.get<{ queries: { name: string }[] }>('/api/v1/history/queries')).queries
    await until('the view is known', async () => (await views()).some(({ name }) => name === 'Who talks') || undefined)
  })

  it('keep what was said while Redis was away', async () => {
    const server = await new TestRedis().start()
    ends.push(() => server.dispose())
    const here = await start(['-d', scratch.path('away'), '-r', server.socket, '-N', 'here'])
    server.cli('HSET', 'ntop.alternate_names', LOCAL, 'old')
    await named(here, LOCAL, 'old')
    await server.stop()
    await call(here, LOCAL, 'new')
    await named(here, LOCAL, 'new')
    await server.start()
    server.cli('HSET', 'ntop.alternate_names', LOCAL, 'old')
    await until('it is in Redis', () => server.cli('HGET', 'ntop.alternate_names', LOCAL) === 'new' || undefined)
    await new Promise((resolve) => setTimeout(resolve, 4000))
    expect((await names(here)).get(LOCAL)).toBe('new')
  })
})

describe('names by DNS', () => {
  interface Resolver {
    readonly asked: number
    readonly kept: number
  }
  const resolver = async (of: Product) => (await of.get<{ resolver?: Resolver }>('/api/v1/state')).resolver
  const dns = async () => {
    const server = await new TestDns((question) => [
      addressOf(question) === REMOTE ? noSuchName(question) : pointer(question, 'printer.office.example'),
    ]).start()
    ends.push(() => server.stop())
    return server
  }

  it('are asked for where that is wanted, kept for an hour, and there after a restart without asking', async () => {
    const server = await dns()
    const args = ['-d', scratch.path('dns'), '-n', '0', '--dns-servers', server.server]
    let running = await start(args)
    await named(running, LOCAL, 'printer.office.example')
    const { names: told } = await running.get<{ names: object[] }>(`/api/v1/hosts/${LOCAL}`)
    expect(told).toEqual([{ name: 'printer.office.example', from: 'reverse' }])
    expect(server.asked).toEqual(['0.0.0.10.in-addr.arpa'])
    // What a user says is better.
    await call(running, LOCAL, 'The printer')
    await named(running, LOCAL, 'The printer')
    await call(running, LOCAL, '')
    await named(running, LOCAL, 'printer.office.example')
    await running.stop()
    running = await start([...args, '-P'])
    await named(running, LOCAL, 'printer.office.example')
    expect(await resolver(running)).toMatchObject({ asked: 0, kept: 1 })
    expect(server.asked).toHaveLength(1)
  })

  it('are asked for of all with -n 1, and of nobody unless it is said', async () => {
    const server = await dns()
    const all = await start(['-d', scratch.path('all'), '-n', '1', '--dns-servers', server.server])
    await until('both were asked for', () => server.asked.length === 2 || undefined)
    await named(all, LOCAL, 'printer.office.example')
    const none = await start(['-d', scratch.path('none'), '--dns-servers', server.server])
    await names(none)
    await new Promise((resolve) => setTimeout(resolve, 2500))
    expect(await resolver(none)).toBeUndefined()
    expect(server.asked).toHaveLength(2)
  })
})

describe('the thread of state', () => {
  it('is begun anew when it dies: names are kept again, and that is said', async () => {
    const folder = scratch.path('dying')
    const order = scratch.path('order')
    let running = await start(['-d', folder], {
      WIRETOP_TEST_DYING_ORDER: order,
      NODE_OPTIONS: `--import ${join(root, 'test/dying-state.js')}`,
    })
    await call(running, LOCAL, 'before')
    await named(running, LOCAL, 'before')
    writeFileSync(order, '')
    await until('it is said', () => running.said().includes('state is away: struck by lightning; it is begun anew') || undefined)
    await call(running, LOCAL, 'meanwhile')
    await named(running, LOCAL, 'meanwhile')
    const stats = async () => (await running.get<{ store: { isAway: boolean; lost: number; faults: string[] } }>('/api/v1/state')).store
    await until('it is there again', async () => (await stats()).faults.length === 0 || undefined)
    await until('that is said', () => running.said().includes('state.sqlite is there again') || undefined)
    expect((await stats()).lost).toBe(0)
    await running.stop()
    running = await start(['-d', folder])
    await named(running, LOCAL, 'meanwhile')
  })
})
