import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** As tools/run.js has it: the product starts in half the time. */
const NODE_COMPILE_CACHE = process.env['NODE_COMPILE_CACHE'] ?? join(import.meta.dirname, 'node_modules/.cache/compiled')

export default defineConfig({
  test: {
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    exclude: ['**/node_modules/**', 'web/dist/**'],
    projects: [
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.{ts,tsx}', 'web/**/*.test.{ts,tsx}', 'tools/**/*.test.ts'] } },
      // They start the whole product, and some a browser: one at a time. A machine that stands still for seconds is no defect of ours: once more, then it is.
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          env: { NODE_COMPILE_CACHE },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          retry: 1,
        },
      },
    ],
  },
})
