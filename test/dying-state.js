/** Loaded into the product by a test: the thread of state dies as soon as a file is there, which goes then. */
import { existsSync, rmSync } from 'node:fs'
import { isMainThread, threadName } from 'node:worker_threads'

const { WIRETOP_TEST_DYING_ORDER: order } = process.env
const LOOK_MS = 50
if (!isMainThread && threadName === 'state') {
  setInterval(() => {
    if (!existsSync(order)) return
    rmSync(order)
    throw new Error('struck by lightning')
  }, LOOK_MS).unref()
}
