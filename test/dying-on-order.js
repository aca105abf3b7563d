/** Loaded into the product by a test: the worker thread of this name dies as soon as a file is there. */
import { existsSync } from 'node:fs'
import { isMainThread, threadName } from 'node:worker_threads'

const { WIRETOP_TEST_DYING: name, WIRETOP_TEST_DYING_ORDER: order } = process.env
const LOOK_MS = 50
if (!isMainThread && threadName === `probe ${name}`) {
  setInterval(() => {
    if (existsSync(order)) throw new Error('struck by lightning')
  }, LOOK_MS).unref()
}
