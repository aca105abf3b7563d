import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FILE = 'interfaces.json'

/** Who is told of all numbers, whenever there is a new one. */
export type IdListener = (ids: ReadonlyMap<string, number>) => void

/** Numbers of interfaces, which are the names of their folders: the same after a restart, whatever else is read then. */
export class InterfaceIds {
  private readonly folder: string
  private readonly path: string
  private readonly ids: Map<string, number>
  private readonly told: IdListener

  /**
   * What the folder's own list says of its folders holds; `known` of elsewhere fills in what is not in it. Throws as the functions of node:fs do. A file that
   * cannot be understood is set aside: its folders stay, and new ones get numbers of their own.
   */
  constructor(folder: string, known: ReadonlyMap<string, number> = new Map(), told: IdListener = () => undefined) {
    this.folder = folder
    this.path = join(folder, FILE)
    this.told = told
    const ids = readInterfaceIds(folder)
    if (ids === 'damaged') renameSync(this.path, `${this.path}.damaged`)
    this.ids = ids === 'damaged' ? new Map() : ids
    const taken = new Set(this.ids.values())
    for (const [key, id] of known) {
      if (this.ids.has(key) || taken.has(id)) continue
      this.ids.set(key, id)
      taken.add(id)
    }
    if (this.ids.size > 0) told(this.ids)
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
      while (existsSync(join(this.folder, String(id)))) id++
      this.ids.set(key, id)
      this.keep()
    }
    return id
  }
  private keep(): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 })
    writeFileSync(`${this.path}.new`, `${JSON.stringify(Object.fromEntries(this.ids), null, 2)}\n`, { mode: 0o600, flush: true })
    renameSync(`${this.path}.new`, this.path)
    this.told(this.ids)
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
