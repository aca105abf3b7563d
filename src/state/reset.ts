/** Removing what is kept: of the past, and small state. Files that users wrote stay. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type KeyValue, keysOf, type Write } from '../lib/key-value.ts'
import { interfaceIdsKey } from './keys.ts'

export interface Wanted {
  readonly history: boolean
  readonly state: boolean
}

const INTERFACE_FOLDER = /^\d{1,9}$/
/** Whose numbers are the names of folders goes with the folders alone. */
const IDS = /^interfaces\.json(?:\.damaged)?$/
const STATE = /^(?:state\.sqlite(?:-wal|-shm|\.damaged)?|names\.json(?:\.taken|\.damaged)?)$/
const MAX_KEYS = 10_000_000
const AT_ONCE = 1000

/** What would go, as paths. */
export function pathsOf(folder: string, { history, state }: Wanted): string[] {
  if (!existsSync(folder)) return []
  const goes = (name: string) =>
    (history && INTERFACE_FOLDER.test(name)) || (state && STATE.test(name)) || (history && state && IDS.test(name))
  return readdirSync(folder)
    .filter(goes)
    .sort()
    .map((name) => join(folder, name))
}

/** Throws as rmSync does. */
export function removePaths(paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { recursive: true, force: true })
}

/** What a store that others share has of this wiretop alone: hosts that have left, numbers of interfaces, which are disabled. Returns how many keys there were. */
export async function removeOwnKeys(store: KeyValue, instance: string): Promise<number> {
  const own = (key: string) =>
    key === interfaceIdsKey(instance) || key.includes(`.json@${instance}/`) || key.endsWith(`@${instance}_not_idle`)
  const keys = (await keysOf(store, '', MAX_KEYS)).filter(own)
  for (let from = 0; from < keys.length; from += AT_ONCE)
    await store.write(keys.slice(from, from + AT_ONCE).map((key): Write => ({ op: 'delete', key })))
  return keys.length
}
