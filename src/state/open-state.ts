import type { Backend } from './backend.ts'
import { MemoryStore } from './memory-store.ts'
import type { StateConfig } from './messages.ts'
import { SqliteStore } from './sqlite-store.ts'

/** A server that has not answered by then is away, for the time being. */
const FIRST_ANSWER_MS = 2000

/** Rejects with one line that says what cannot be used. */
export async function openState(config: StateConfig): Promise<Backend> {
  if (config.kind === 'memory') return new MemoryStore()
  if (config.kind === 'sqlite') return new SqliteStore(config.folder)
  // Loaded only where it is asked for.
  const { RedisStore } = await import('./redis-store.ts')
  const store = new RedisStore(config.address, config.login, config.instance)
  await store.firstAnswer(FIRST_ANSWER_MS)
  return store
}
