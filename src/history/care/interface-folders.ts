/** Folders of interfaces in a data folder, whether or not anything says whose they are. */
import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readInterfaceIds } from '../interface-ids.ts'

export const FLOWS = 'flows'
const ENDING = '.parquet'
/** Of the folders of a store of files, those that hold no files that count. */
const STAGE = 'stage'

export interface InterfaceFolder {
  readonly id: number
  /** What the interface reads, as `-i` names it; undefined: nothing says it. */
  readonly key: string | undefined
  /** Where its flows lie. */
  readonly folder: string
}

/** In the order of their numbers. Throws as the functions of node:fs do. */
export function interfaceFolders(dataFolder: string): InterfaceFolder[] {
  const ids = readInterfaceIds(dataFolder)
  const keys = new Map(ids === 'damaged' ? [] : [...ids].map(([key, id]) => [id, key]))
  return readdirSync(dataFolder)
    .filter((name) => /^[1-9]\d*$/.test(name) && existsSync(join(dataFolder, name, FLOWS)))
    .map((name) => ({ id: Number(name), key: keys.get(Number(name)), folder: join(dataFolder, name, FLOWS) }))
    .sort((a, b) => a.id - b.id)
}

/** Files of records below a folder, by their paths within it. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ENDING))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith(`${STAGE}/`))
    .sort()
}

export function stagesOf(folder: string): string[] {
  const stage = join(folder, STAGE)
  if (!existsSync(stage)) return []
  return readdirSync(stage)
    .filter((name) => name.endsWith('.stage'))
    .sort()
    .map((name) => join(stage, name))
}
