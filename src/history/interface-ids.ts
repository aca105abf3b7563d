import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FILE = 'interfaces.json'

/** Numbers of interfaces, which are the names of their folders: the same after a restart, whatever else is read then. */
export class InterfaceIds {
  private readonly path: string
  private readonly ids: Map<string, number>

  /** Throws as the functions of node:fs do. A file that cannot be understood is set aside: its folders stay, and new ones get numbers of their own. */
  constructor(folder: string) {
    this.path = join(folder, FILE)
    const ids = readInterfaceIds(folder)
    if (ids === 'damaged') renameSync(this.path, `${this.path}.damaged`)
    this.ids = ids === 'damaged' ? new Map() : ids
  }

  get all(): ReadonlyMap<string, number> {
    return this.ids
  }

  /** Says whose a folder is that was there already. */
  take(key: string, id: number): void {
    this.ids.set(key, id)
    this.keep()
  }

  idOf(key: string): number {
    let id = this.ids.get(key)
    if (id === undefined) {
      id = 1 + Math.max(0, ...this.ids.values())
      this.ids.set(key, id)
      this.keep()
    }
    return id
  }
  private keep(): void {
    writeFileSync(`${this.path}.new`, `${JSON.stringify(Object.fromEntries(this.ids), null, 2)}\n`, { mode: 0o600, flush: true })
    renameSync(`${this.path}.new`, this.path)
  }
}

/** For one who only looks. Throws as readFileSync does. */
export function readInterfaceIds(folder: string): Map<string, number> | 'damaged' {
  const path = join(folder, FILE)
  if (!existsSync(path)) return new Map()
  const text = readFileSync(path, 'utf8')
  try {
    const ids = Object.entries(JSON.parse(text) as Record<string, unknown>)
    return ids.every((one): one is [string, number] => Number.isInteger(one[1])) ? new Map(ids) : 'damaged'
  } catch {
    return 'damaged'
  }
}
