import { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { libc } from './native/libc.ts'
import { openWake, PacketWait, type WaitMember, wake } from './packet-wait.ts'

const NEVER_MS = 3_600_000

/** A descriptor that is ready when `wake` was called with it. */
function member(fd: number, turn: WaitMember['turn'], dueMs = Number.POSITIVE_INFINITY): WaitMember {
  return { fd, dueMs, isCalling: false, turn }
}
const drain = (fd: number) => libc().read(fd, new Uint8Array(8), 8)

describe.skipIf(process.platform !== 'linux')('one waiter for a thread', () => {
  test('a message is heard at once when its sender wakes the waiter, however long that would sleep', async () => {
    const [wakeFd, quietFd] = [openWake(), openWake()]
    const stop = new AbortController()
    // Says something 100 ms from now, and wakes the waiter: eight bytes to its descriptor.
    const code = `const { parentPort, workerData } = require('worker_threads')
      setTimeout(() => { parentPort.postMessage('heard'); require('fs').writeSync(workerData, new Uint8Array(new BigUint64Array([1n]).buffer)) }, 100)`
    const worker = new Worker(code, { eval: true, workerData: wakeFd })
    await new Promise((resolve) => worker.once('online', resolve))
    const heard = new Promise((resolve) => worker.once('message', resolve)).then(() => stop.abort())
    // Without the wake it would sleep for an hour.
    await new PacketWait(wakeFd, NEVER_MS).serve(
      member(quietFd, () => Promise.resolve(true)),
      stop.signal,
    )
    await heard
    await worker.terminate()
    for (const fd of [wakeFd, quietFd]) libc().close(fd)
  })

  test('timers run while nothing comes', async () => {
    const fd = openWake()
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 10)
    await new PacketWait().serve(
      member(fd, () => Promise.resolve(true)),
      stop.signal,
    )
    libc().close(fd)
  })

  test('each of many members gets its turn for what is its own, and ends when it is done', async () => {
    const fds = Array.from({ length: 20 }, openWake)
    const turns = fds.map(() => 0)
    const wait = new PacketWait()
    const done = fds.map((fd, i) =>
      wait.serve(
        member(fd, async () => {
          drain(fd)
          return ++turns[i]! < 2
        }),
        new AbortController().signal,
      ),
    )
    for (const i of [3, 3, 7]) {
      wake(fds[i]!)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(turns.map((n, i) => (n > 0 ? i : -1)).filter((i) => i >= 0)).toEqual([3, 7])
    await done[3]
    for (const fd of fds) wake(fd)
    await new Promise((resolve) => setTimeout(resolve, 20))
    for (const fd of fds) wake(fd)
    await Promise.all(done)
    expect(turns).toEqual(fds.map(() => 2))
    for (const fd of fds) libc().close(fd)
  })

  test('a member that is due gets a turn though nothing came', async () => {
    const fd = openWake()
    const beginMs = performance.now()
    await new PacketWait().serve(
      member(fd, () => Promise.resolve(false), beginMs + 30),
      new AbortController().signal,
    )
    expect(performance.now() - beginMs).toBeGreaterThanOrEqual(30)
    libc().close(fd)
  })

  test('a member that throws ends alone', async () => {
    const [bad, good] = [openWake(), openWake()]
    const wait = new PacketWait()
    const failing = wait.serve(
      member(bad, () => Promise.reject(new Error('broken'))),
      new AbortController().signal,
    )
    const going = wait.serve(
      member(good, () => Promise.resolve(false)),
      new AbortController().signal,
    )
    wake(bad)
    await expect(failing).rejects.toThrow('broken')
    wake(good)
    await going
    for (const fd of [bad, good]) libc().close(fd)
  })
})
