import type { FlowStore } from '../lib/history.ts'
import type { StoreConfig } from './messages.ts'
import { ParquetStore } from './parquet-store.ts'

/** Throws with one line that says what cannot be used. */
export function openStore(config: StoreConfig): FlowStore {
  return new ParquetStore(config)
}
