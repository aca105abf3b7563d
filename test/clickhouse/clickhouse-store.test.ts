import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { parseClickHouseAddress } from '../../src/history/clickhouse/clickhouse-address.ts'
import { ClickHouseStore } from '../../src/history/clickhouse/clickhouse-store.ts'
import { flowStoreConforms } from '../../src/history/flow-store.conformance.ts'
import { TestServer } from './server.ts'

let server: TestServer
const folder = mkdtempSync(join(tmpdir(), 'wiretop-clickhouse-'))
beforeAll(async () => {
  server = await TestServer.start()
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

flowStoreConforms('clickhouse', async () => {
  const access = { ...parseClickHouseAddress(server.address('flows_of_tests')), password: '' }
  const store = new ClickHouseStore({ access, folder, maxQueueBytes: 1e9, instance: 'here', days: 3650, gatherMs: 20 })
  return { store, close: () => store.close() }
})
