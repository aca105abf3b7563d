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
    this.ids = existsSync(this.path) ? read(this.path) : new Map()
  }

  get all(): ReadonlyMap<string, number> {
    return this.ids
  }

  idOf(key: string): number {
    let id = this.ids.get(key)
    if (id === undefined) {
      id = 1 + Math.max(0, ...this.ids.values())
      this.ids.set(key, id)
      writeFileSync(`${this.path}.new`, `${JSON.stringify(Object.fromEntries(this.ids), null, 2)}\n`, { mode: 0o600, flush: true })
      renameSync(`${this.path}.new`, this.path)
    }
    return id
  }
}

function read(path: string): Map<string, number> {
  try {
    const ids = Object.entries(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>)
    if (ids.every((one): one is [string, number] => Number.isInteger(one[1]))) return new Map(ids)
  } catch {
    // Set aside below.
  }
  renameSync(path, `${path}.damaged`)
  return new Map()
}
