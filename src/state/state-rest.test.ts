import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { StateThread } from './state-thread.ts'

/** The number of its threads, and how each begins, is told by the value of `threads`: what is written lives as long as the test. */
const entry = (folder: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort as port } from 'node:worker_threads'
      import { appendFileSync, existsSync, readFileSync } from 'node:fs'
      const folder = ${JSON.stringify(folder)}
      appendFileSync(folder + '/begun', 'x')
      const stats = { kind: 'sqlite', where: folder, isAway: false, waiting: 0, lost: 0, faults: [] }
      const isRefused = existsSync(folder + '/refuse')
      if (isRefused) port.postMessage({ refused: 'no room' })
      else { port.postMessage({ stats }); port.postMessage({ open: true }) }
      port.on('message', (message) => {
        if (isRefused) return
        if (message.close) setTimeout(() => { port.postMessage({ closed: true }); port.close() }, existsSync(folder + '/slow') ? 300 : 0)
        else if (message.call === 'write') { appendFileSync(folder + '/written', message.args[0][0].value); port.postMessage({ id: message.id, answer: undefined }) }
        else if (message.call === 'get') port.postMessage({ id: message.id, answer: readFileSync(folder + '/begun', 'utf8') })
      })`)}`,
  )

describe('the thread of state rests', () => {
  let folder = ''
  let thread: StateThread
  const died: string[] = []
  const begin = async () => {
    thread = new StateThread({
      entry: entry(folder),
      store: { kind: 'sqlite', folder, instance: 'test' },
      restAfterMs: 50,
      died: (why) => died.push(why),
    })
    expect(await thread.refusal).toBeUndefined()
  }
  const rests = () => vi.waitFor(() => expect(thread.isResting).toBe(true), { timeout: 5000 })
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wiretop-state-thread-'))
    died.length = 0
  })
  afterEach(async () => {
    await thread.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('ends when it is left alone, and is begun anew by what is asked', async () => {
    await begin()
    expect(await thread.get('threads')).toBe('x')
    await rests()
    expect(await thread.get('threads')).toBe('xx')
    await rests()
    expect([thread.stats().isAway, died]).toEqual([false, []])
  })

  it('keeps what is asked while it goes to rest for the next one', async () => {
    writeFileSync(join(folder, 'slow'), '')
    await begin()
    await thread.get('threads')
    // It has been told to close, and takes 300 ms for it.
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(thread.isResting).toBe(false)
    expect(await thread.get('threads')).toBe('xx')
  })

  it('writes what came while it went to rest before it is closed', async () => {
    writeFileSync(join(folder, 'slow'), '')
    await begin()
    await new Promise((resolve) => setTimeout(resolve, 200))
    const written = thread.write([{ op: 'set', key: 'k', value: 'late' }])
    await thread.close()
    await written
    expect(readFileSync(join(folder, 'written'), 'utf8')).toBe('late')
  })

  it('closes at once when it rests', async () => {
    await begin()
    await rests()
    const begunMs = performance.now()
    await thread.close()
    expect(performance.now() - begunMs).toBeLessThan(1000)
    await expect(thread.get('threads')).rejects.toThrow('state is closed')
  })

  it('tries again where it cannot be begun anew, and what was written waits for that', async () => {
    await begin()
    await rests()
    writeFileSync(join(folder, 'refuse'), '')
    await thread.write([{ op: 'set', key: 'k', value: 'v' }])
    await expect(thread.get('threads')).rejects.toThrow('no room')
    expect(thread.stats()).toMatchObject({ isAway: true, lost: 0, waiting: 1 })
    rmSync(join(folder, 'refuse'))
    await vi.waitFor(() => expect(readFileSync(join(folder, 'written'), 'utf8')).toBe('v'), { timeout: 10_000 })
    expect(thread.stats()).toMatchObject({ isAway: false, lost: 0, waiting: 0, faults: [] })
  })
})
