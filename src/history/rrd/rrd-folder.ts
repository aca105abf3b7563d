import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { RRD } from './file-names.ts'
import { RrdFault, RrdFile } from './rrd-file.ts'
import type { RrdLayout } from './rrd-layout.ts'

export interface RrdHouse {
  fault(why: string): void
  /** Values that could not be kept. */
  lost(count: number): void
  /** Whether a file of so many bytes may be made; then they are taken. */
  takeRoom(bytes: number): boolean
}

/** A counter ends where doubles do, and begins anew. */
const MAX_COUNT = Number.MAX_SAFE_INTEGER

/** RRD files of one interface. What they count goes on through restarts: the latest value stands in the file. */
export class RrdFolder {
  private readonly folder: string
  private readonly house: RrdHouse

  constructor(folder: string, house: RrdHouse) {
    this.folder = folder
    this.house = house
  }

  /**
   * So much was gained in each of the steps that end at `fromS`, `fromS` + `everyS`, and so on: `gains` has a value a source, step by step. Makes the file when there is none.
   * What goes wrong is told, and the others go on.
   */
  add(path: string, layout: RrdLayout, fromS: number, everyS: number, gains: ArrayLike<number>): void {
    try {
      const file = this.open(path, layout, fromS - everyS)
      if (file === undefined) return this.house.lost(gains.length)
      try {
        this.update(file, layout, fromS, everyS, gains)
      } finally {
        file.close()
      }
    } catch (error) {
      this.house.lost(gains.length)
      this.house.fault(`${join(this.folder, path)}: ${(error as Error).message}`)
    }
  }

  private update(file: RrdFile, layout: RrdLayout, fromS: number, everyS: number, gains: ArrayLike<number>): void {
    const wide = layout.sources.length
    const counts = Array.from({ length: wide }, (_, source) => (file.state.hasLast(source) ? Number(file.state.lastText(source)) : 0))
    for (let i = 0; i * wide < gains.length; i++) {
      for (let source = 0; source < wide; source++) {
        counts[source]! += Math.max(0, Math.round(gains[i * wide + source]!))
        if (!(counts[source]! <= MAX_COUNT)) counts[source] = 0
      }
      // One that comes late cannot be taken any more, but its counts go on.
      if (!file.update(fromS + i * everyS, counts)) this.house.lost(wide)
    }
    file.flush()
  }

  private open(path: string, layout: RrdLayout, startS: number): RrdFile | undefined {
    const whole = `${this.folder}/${path}`
    try {
      const file = RrdFile.open(whole)
      if (isAlike(file.state.layout, layout)) return file
      file.close()
      this.setAside(whole, 'it has other data sources than ntopng 1.2 gave it')
    } catch (error) {
      if (error instanceof RrdFault) this.setAside(whole, error.message)
      else if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
    if (!this.house.takeRoom(layout.fileBytes)) return undefined
    mkdirSync(dirname(whole), { recursive: true })
    RrdFile.create(whole, layout, startS)
    const file = RrdFile.open(whole)
    // Counters begin at 0 then, so that the first step is known too.
    for (let source = 0; source < layout.sources.length; source++) file.state.setLastText(source, '0')
    return file
  }

  /** It may be of use to somebody: it is never written over. */
  private setAside(path: string, why: string): void {
    let aside = `${path}.aside`
    for (let n = 2; existsSync(aside); n++) aside = `${path}.aside-${n}`
    renameSync(path, aside)
    this.house.fault(`${why}; it is ${aside} now, and a new one is begun`)
  }

  /** To be read; undefined: there is none, or it cannot be. */
  read<T>(path: string, work: (file: RrdFile) => T): T | undefined {
    let file: RrdFile | undefined
    try {
      file = RrdFile.open(join(this.folder, path), 'r')
      return work(file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.house.fault(`${join(this.folder, path)}: ${(error as Error).message}`)
      return undefined
    } finally {
      file?.close()
    }
  }
  /** What lies in a folder of it: names of RRD files, or of folders. */
  list(path: string, of: 'files' | 'folders'): string[] {
    const whole = join(this.folder, path)
    if (!existsSync(whole)) return []
    const entries = readdirSync(whole, { withFileTypes: true })
    if (of === 'folders') return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    return entries.filter((entry) => entry.isFile() && entry.name.endsWith(RRD)).map(({ name }) => name.slice(0, -RRD.length))
  }

  /** Removes folders of hosts that are meant, with all that lies in them. With `isTrial` their files are only counted. Throws as rmSync does. */
  removeHosts(isMeant: (host: string) => boolean, isTrial: boolean): { readonly files: number; readonly bytes: number } {
    let files = 0
    let bytes = 0
    for (const host of this.list('', 'folders').filter(isMeant)) {
      const whole = join(this.folder, host)
      files += readdirSync(whole).length
      bytes += sizeBelow(whole)
      if (!isTrial) rmSync(whole, { recursive: true, force: true })
    }
    return { files, bytes }
  }

  /** Bytes of all files that are there. */
  size(): number {
    return sizeBelow(this.folder)
  }
}

function sizeBelow(folder: string): number {
  if (!existsSync(folder)) return 0
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.reduce((sum, { parentPath, name }) => sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0), 0)
}

/** The same sources in the same steps; archives may be others, as users want them. */
const isAlike = (a: RrdLayout, b: RrdLayout): boolean =>
  a.stepS === b.stepS &&
  a.sources.length === b.sources.length &&
  a.sources.every(({ name, type }, i) => name === b.sources[i]!.name && type === b.sources[i]!.type)
