/** Loaded into the product by a test: the worker that reads $WIRETOP_TEST_DYING dies soon after its start, once. */
import { existsSync, rmSync } from 'node:fs'
import { isMainThread, threadName } from 'node:worker_threads'

const { WIRETOP_TEST_DYING: input, WIRETOP_TEST_DYING_ONCE: once } = process.env
if (!isMainThread && threadName === `probe ${input}` && existsSync(once)) {
  rmSync(once)
  setTimeout(() => {
    throw new Error('struck by lightning')
  }, 300)
}
