import { afterEach, describe, expect, it, vi } from 'vitest'
import { StoreAway } from '../lib/key-value.ts'
import { HostPacker } from '../tables/host-packer.ts'
import { StateThread } from './state-thread.ts'

const STATS = { kind: 'sqlite', where: 'here', isAway: false, waiting: 0, lost: 0, faults: [] }

/** A thread with `body` as what it does with a message; `kept` writes it down and says so. */
const threadOf = (body: string, begun = 'port.postMessage({ open: true })'): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort as port } from 'node:worker_threads'
      const stats = ${JSON.stringify(STATS)}
      const tell = () => port.postMessage({ stats })
      ${begun}
      port.on('message', (message) => {
        const answer = (found) => port.postMessage({ id: message.id, answer: found })
        if (message.close) { port.postMessage({ closed: true }); port.close() }
        ${body}
      })`)}`,
  )
const set = (key: string) => [{ op: 'set', key, value: 'x' } as const]
const hosts = (count: number) => {
  const packer = new HostPacker()
  for (let i = 0; i < count; i++) packer.host()
  return packer.take()
}

describe('the thread of state', () => {
  let thread: StateThread | undefined
  let died: string[]
  const begin = async (entry: URL) => {
    died = []
    thread = new StateThread({ entry, store: { kind: 'memory', instance: 'here' }, died: (why) => died.push(why) })
    await thread.refusal
    return thread
  }
  afterEach(() => thread?.close())

  it('is begun anew when it dies: what comes meanwhile waits, and is written', async () => {
    const state = await begin(threadOf("if (message.call === 'get') process.exit(7); else if (message.call) answer()"))
    await expect(state.get('a')).rejects.toThrow(new StoreAway('state is away: its thread ended with status 7'))
    expect(died).toEqual(['state is away: its thread ended with status 7; it is begun anew'])
    await expect(state.hash('h')).rejects.toThrow(StoreAway)
    await state.write(set('b'))
    expect(state.stats()).toMatchObject({ isAway: true, waiting: 1, lost: 0, faults: died })
    await vi.waitFor(() => expect(state.stats()).toMatchObject({ isAway: false, waiting: 0, lost: 0, faults: [] }), { timeout: 10_000 })
    await state.write(set('c'))
    expect(died).toHaveLength(1)
  })

  it('writes again what it had not acknowledged, in its order, but never dies of the same batch for good', async () => {
    const state = await begin(
      threadOf("if (message.args?.[0][0].key === 'poison') process.exit(7); else if (message.call === 'write') answer()"),
    )
    const outcome = await Promise.allSettled([state.write(set('a')), state.write(set('poison')), state.write(set('b'))])
    expect(outcome.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(state.stats().lost).toBe(1)
    expect(died[1]).toBe('state is away: its thread ended with status 7; it is begun anew (1 writes are lost)')
    expect(died).toHaveLength(2)
  }, 15_000)

  it('counts hosts that it had taken, and writes that waited there for a server, as lost', async () => {
    const state = await begin(
      threadOf('if (message.save) { stats.waiting = 4; stats.lost = 2; tell(); setTimeout(() => process.exit(7), 50) }'),
    )
    state.save('eth0', hosts(3))
    await vi.waitFor(() => expect(died).toHaveLength(1))
    expect(died[0]).toContain('(7 writes are lost)')
    expect(state.stats()).toMatchObject({ lost: 9, waiting: 0 })
    state.save('eth0', hosts(1))
    expect(state.stats().lost).toBe(9)
  })

  it('that cannot be had at the start says why; what is written then is lost, and counted', async () => {
    const state = await begin(threadOf('', "port.postMessage({ refused: 'no folder' })"))
    expect(await state.refusal).toBe('no folder')
    await expect(state.write(set('a'))).rejects.toThrow('state is not kept: no folder')
    expect(state.stats()).toMatchObject({ lost: 1, isAway: true, faults: ['state is not kept: no folder'] })
    expect(died).toEqual([])
  })
})
