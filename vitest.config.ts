import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** As tools/run.js has it: the product starts in half the time. */
const NODE_COMPILE_CACHE = process.env['NODE_COMPILE_CACHE'] ?? join(import.meta.dirname, 'node_modules/.cache/compiled')

const EXCLUDE = ['**/node_modules/**', 'web/dist/**']

export default defineConfig({
  test: {
    // Tests of the whole product mostly wait.
    maxWorkers: 3,
    // Defects hang; a busy machine is only slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    exclude: EXCLUDE,
    projects: [
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.{ts,tsx}', 'web/**/*.test.{ts,tsx}', 'tools/**/*.test.ts'] } },
      // They start the whole product, and some a browser. A machine that stands still for seconds is no defect of ours: once more, then it is.
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: [...EXCLUDE, 'test/clickhouse/**'],
          env: { NODE_COMPILE_CACHE },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          retry: 1,
        },
      },
      // They need a real ClickHouse, from packages of their own (test/clickhouse/package.json).
      {
        extends: true,
        test: {
          name: 'clickhouse',
          include: ['test/clickhouse/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
