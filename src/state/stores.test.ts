import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { keyValueConforms } from './key-value.conformance.ts'
import { MemoryStore } from './memory-store.ts'
import { RedisStore } from './redis-store.ts'
import { noRedis, TestRedis } from './redis-testing.ts'
import { SqliteStore } from './sqlite-store.ts'

keyValueConforms('memory', async () => ({ store: new MemoryStore(), dispose: async () => undefined }))

keyValueConforms('sqlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wiretop-state-'))
  let store = new SqliteStore(folder)
  return {
    store,
    again: async () => {
      await store.close()
      store = new SqliteStore(folder)
      return store
    },
    dispose: async () => {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
})

if (noRedis !== undefined) describe('redis', () => it.skip(noRedis!, () => undefined))
else
  keyValueConforms('redis', async () => {
    const server = await new TestRedis().start()
    const open = async () => {
      const opened = new RedisStore({ path: server.socket, database: 3, tls: false }, {}, 'test')
      await opened.firstAnswer(5000)
      return opened
    }
    let store = await open()
    return {
      store,
      again: async () => {
        await store.close()
        store = await open()
        return store
      },
      dispose: async () => {
        await store.close()
        await server.dispose()
      },
    }
  })
